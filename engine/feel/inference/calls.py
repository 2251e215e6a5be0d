"""Calls: whether the arguments fit in number, name and type, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.builtins.signature import Builtin
from engine.feel.inference.misfit import CALL_ARGUMENTS, Misfit
from engine.feel.inference.results import refused_by_all, result_of
from engine.feel.inference.static_types import KnownFunction, bare, kind_of, never_becomes, type_en, type_zh
from engine.feel.types import ANY, NULL, FunctionType, Type
from engine.feel.values import FUNCTION

Named = Sequence[tuple[str, Type]]


def call_of_builtin(
    builtin: Builtin, positional: Sequence[Type], named: Named, *, at: int, offsets: Sequence[int]
) -> tuple[Type, Misfit | None]:
    """The result, Null if there never is one, and what is wrong. `offsets` are those of the arguments."""
    if named:
        return _named_call_of_builtin(builtin, named, at, offsets)
    signatures = builtin.for_count(len(positional))
    if not signatures:
        return NULL, _wrong_arguments(builtin, len(positional), at)
    refused = refused_by_all(signatures, positional)
    if refused is not None:
        index, parameter = refused
        misfit = _refused(builtin.name, parameter.name, positional[index], offsets[index])
        return result_of(builtin, signatures, positional), misfit
    return result_of(builtin, signatures, positional), None


def call_of(
    function: Type, positional: Sequence[Type], named: Named, *, name: str, at: int, offsets: Sequence[int]
) -> tuple[Type, Misfit | None]:
    """As `call_of_builtin`, of a function that a model or an expression defines."""
    plain = bare(function)
    kind = kind_of(plain)
    if kind is not None and kind != FUNCTION:
        return NULL, Misfit(
            CALL_ARGUMENTS,
            at,
            f"调用的“{name}”是{type_zh(function)}，不是函数"
            if name
            else f"调用的是{type_zh(function)}，不是函数",
            f"calls {name or 'a value'}, which is a {type_en(function)} and no function",
        )
    if not isinstance(plain, FunctionType):
        return ANY, None
    if isinstance(plain, KnownFunction) and named:
        given = [each for each, _type in named]
        wrong = _wrong_names(plain, given, name, at)
        if wrong is not None:
            return NULL, wrong
        by_name = dict(named)
        arguments = [by_name[each] for each in plain.names]
        places = [offsets[given.index(each)] for each in plain.names]
    elif named:
        return ANY, None
    else:
        arguments, places = list(positional), list(offsets)
    if len(arguments) != len(plain.parameters):
        return NULL, _wrong_count(name, len(plain.parameters), len(arguments), at)
    result = plain.result if isinstance(plain, KnownFunction) else ANY
    for index, (argument, parameter) in enumerate(zip(arguments, plain.parameters, strict=True)):
        if never_becomes(argument, parameter):
            label = plain.names[index] if isinstance(plain, KnownFunction) else str(index + 1)
            # The call may still be answered: an argument that is null is taken.
            return result, _refused(name, label, argument, places[index], wanted=parameter)
    return result, None


def _named_call_of_builtin(
    builtin: Builtin, named: Named, at: int, offsets: Sequence[int]
) -> tuple[Type, Misfit | None]:
    names = [name for name, _type in named]
    signature = builtin.for_names(names)
    if signature is None:
        return NULL, _wrong_builtin_names(builtin, names, at)
    by_name = dict(named)
    given = [each for each in builtin.signatures if {p.name for p in each.parameters} >= set(names)]
    # Another signature with the same names may take what the first refuses.
    refused = [
        refused_by_all([each], [by_name.get(parameter.name, NULL) for parameter in each.parameters])
        for each in given
    ]
    misfit = None
    if refused and all(refused) and refused[0] is not None:
        parameter = refused[0][1]
        misfit = _refused(
            builtin.name, parameter.name, by_name[parameter.name], offsets[names.index(parameter.name)]
        )
    arguments = [by_name.get(parameter.name, NULL) for parameter in signature.parameters]
    return result_of(builtin, given, arguments), misfit


def _wrong_arguments(builtin: Builtin, count: int, at: int) -> Misfit:
    return Misfit(
        CALL_ARGUMENTS,
        at,
        f"函数 {builtin.usage()} 不接受 {count} 个参数",
        f"calls {builtin.usage()} with {count} argument{'' if count == 1 else 's'}",
    )


def _wrong_builtin_names(builtin: Builtin, names: Sequence[str], at: int) -> Misfit:
    known = [parameter.name for signature in builtin.signatures for parameter in signature.parameters]
    strange = next((name for name in names if name not in known), "")
    listed = ", ".join(names)
    return Misfit(
        CALL_ARGUMENTS,
        at,
        f"函数 {builtin.usage()} 不接受命名参数 {listed}",
        f"calls {builtin.usage()} with the named arguments {listed}",
        name=strange,
        known=lambda: known,
    )


def _wrong_names(function: KnownFunction, given: Sequence[str], name: str, at: int) -> Misfit | None:
    if sorted(given) == sorted(function.names):
        return None
    strange = next((each for each in given if each not in function.names), "")
    wanted = ", ".join(function.names) or "none"
    wanted_zh = "、".join(function.names) or "无"
    return Misfit(
        CALL_ARGUMENTS,
        at,
        f"函数“{name}”的参数应为 {wanted_zh}，但给出的是 {'、'.join(given)}",
        f"calls {name or 'a function'} with the arguments {', '.join(given)}, but its parameters are {wanted}",
        name=strange,
        known=lambda: function.names,
    )


def _wrong_count(name: str, wanted: int, count: int, at: int) -> Misfit:
    return Misfit(
        CALL_ARGUMENTS,
        at,
        f"函数“{name}”有 {wanted} 个参数，但给出了 {count} 个",
        f"calls {name or 'a function'} with {count} argument{'' if count == 1 else 's'}, but it takes {wanted}",
    )


def _refused(name: str, parameter: str, argument: Type, at: int, *, wanted: Type | None = None) -> Misfit:
    expected_zh = f"，应为{type_zh(wanted)}" if wanted is not None else ""
    expected_en = (
        f", but it has to be a {type_en(wanted)}" if wanted is not None else ", which it never takes"
    )
    return Misfit(
        CALL_ARGUMENTS,
        at,
        f"函数“{name}”的参数 {parameter} 不能是{type_zh(argument)}{expected_zh}",
        f"gives {name or 'a function'} a {type_en(argument)} as {parameter!r}{expected_en}",
    )
