"""What the built-in functions answer, by the types of their arguments, and which arguments they refuse.

Signatures say most of it (`builtins.signature`); here is what they do not: types of items.
Source: DMN 1.5, clause 10.3.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.feel.builtins.signature import Builtin, Parameter, Signature
from engine.feel.inference.static_types import BASIC, item_of, joined, kind_of, list_of
from engine.feel.types import ANY, ContextType, Type
from engine.feel.values import DAYS_AND_TIME, LIST, NUMBER, ORDERED, STRING, YEARS_AND_MONTHS

_Refine = Callable[[Sequence[Type]], Type]

_ADDED = frozenset({NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS})
_ORDERED_IN_WORDS = "value with an order"


def result_of(builtin: Builtin, signatures: Sequence[Signature], arguments: Sequence[Type]) -> Type:
    """Of a call that one of `signatures` takes. `arguments` in the order of the parameters."""
    refine = _REFINED.get(builtin.name)
    if refine is not None and arguments:
        return refine(arguments)
    results = {signature.result for signature in signatures}
    return BASIC.get(results.pop(), ANY) if len(results) == 1 else ANY


def refused_by_all(
    signatures: Sequence[Signature], arguments: Sequence[Type]
) -> tuple[int, Parameter] | None:
    """An argument (its index) that cannot be what a parameter takes, whichever signature is meant."""
    refused = [_refused(signature, arguments) for signature in signatures]
    return refused[0] if refused and all(refused) else None


def _refused(signature: Signature, arguments: Sequence[Type]) -> tuple[int, Parameter] | None:
    for index, (parameter, argument) in enumerate(zip(signature.parameters, arguments, strict=False)):
        accepted = _accepted(parameter)
        if accepted is not None and _never(argument, accepted):
            return index, parameter
    return None


def _accepted(parameter: Parameter) -> frozenset[str] | None:
    """The kinds that a parameter takes; None if it takes all, or lists, which take all as a list of one."""
    accepted: set[str] = set()
    for each in parameter.type.split(" or "):
        if each == _ORDERED_IN_WORDS:
            accepted |= ORDERED
        elif each == LIST or each not in BASIC:
            return None
        else:
            accepted.add(each)
    return frozenset(accepted)


def _never(argument: Type, accepted: frozenset[str]) -> bool:
    kind = kind_of(argument)
    if kind != LIST:
        return kind is not None and kind not in accepted
    # A list of one stands for its item.
    item = kind_of(item_of(argument))
    return item is not None and item not in accepted


def _items(arguments: Sequence[Type]) -> Type:
    """Of functions that take one list, or its items one by one."""
    return item_of(arguments[0]) if len(arguments) == 1 else joined(arguments)


def _same_list(arguments: Sequence[Type]) -> Type:
    return list_of(item_of(arguments[0]))


def _with_items(first: int) -> _Refine:
    """A list to which the arguments from `first` on are added."""
    return lambda arguments: list_of(joined([item_of(arguments[0]), *arguments[first:]]))


def _all_lists(arguments: Sequence[Type]) -> Type:
    """Lists put together, of which some may be single values."""
    if len(arguments) == 1:
        # Perhaps one list of lists, perhaps the only list.
        return BASIC[LIST]
    return list_of(joined(item_of(argument) for argument in arguments))


def _sum(arguments: Sequence[Type]) -> Type:
    kind = kind_of(_items(arguments))
    return BASIC[kind] if kind in _ADDED else ANY


def _absolute(arguments: Sequence[Type]) -> Type:
    kind = kind_of(arguments[0])
    return BASIC[kind] if kind in _ADDED else ANY


def _always(type_: Type) -> _Refine:
    return lambda _arguments: type_


_REFINED: Mapping[str, _Refine] = {
    **{name: _always(list_of(BASIC[STRING])) for name in ("split", "extract")},
    **{name: _always(list_of(BASIC[NUMBER])) for name in ("mode", "index of")},
    "get entries": _always(list_of(ContextType((("key", BASIC[STRING]), ("value", ANY))))),
    "get or else": joined,
    "sum": _sum,
    "min": _items,
    "max": _items,
    "abs": _absolute,
    **dict.fromkeys(("sublist", "remove", "reverse", "sort"), _same_list),
    **dict.fromkeys(("distinct values", "duplicate values"), _same_list),
    "append": _with_items(1),
    "insert before": _with_items(2),
    "list replace": _with_items(2),
    **dict.fromkeys(("concatenate", "union"), _all_lists),
}
