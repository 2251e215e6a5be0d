"""How a built-in function is declared, called and refused.

A signature is one line, "string: string, start position: number, length: number? -> string": names as in
the DMN standard, `?` for what may be left out, `|` between types, of which null may be one. `...` behind
a last list: it may also be written as separate arguments; `+` behind a last type: one or more arguments
of it, which arrive as a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel.errors import Fault
from engine.feel.far import AnyDate, AnyDay, AnyMoment, AnySpan, AnyTime
from engine.feel.run import Run
from engine.feel.values import ORDERED, Function, Range, Value, YearsMonths, described, kind

Implementation = Callable[..., Value]


class _Absent:
    """Stands for an argument that the call leaves out, which is not the same as null."""


ABSENT = _Absent()

Check = Callable[[Value], bool]

_CHECKS: Mapping[str, Check] = {
    "any": lambda value: True,
    "boolean": lambda value: type(value) is bool,
    "number": lambda value: type(value) is int or type(value) is Decimal,
    "string": lambda value: isinstance(value, str),
    "context": lambda value: isinstance(value, dict),
    "date": lambda value: isinstance(value, AnyDate) and not isinstance(value, datetime),
    "day": lambda value: isinstance(value, AnyDay),
    "date and time": lambda value: isinstance(value, AnyMoment),
    "time": lambda value: isinstance(value, AnyTime),
    "duration": lambda value: isinstance(value, AnySpan),
    "months": lambda value: isinstance(value, YearsMonths),
    "point": lambda value: kind(value) in ORDERED,
    "range": lambda value: isinstance(value, Range),
    "function": lambda value: isinstance(value, Function),
}
_PLAIN: Mapping[str, frozenset[type]] = {
    "any": frozenset((type(None), bool, int, Decimal, str, list, dict)),
    "boolean": frozenset((bool,)),
    "number": frozenset((int, Decimal)),
    "string": frozenset((str,)),
    "context": frozenset((dict,)),
    "list": frozenset((list,)),
    "null": frozenset((type(None),)),
    "range": frozenset((Range,)),
}
"""Python types of which every value fits as it is: most arguments are settled by that."""
_SIZED = frozenset((str, list))
_SMALL = 8
"""Items or characters that cost no steps."""
_SHOWN: Mapping[str, str] = {
    "any": "Any",
    "day": "date or date and time",
    "duration": "days and time duration",
    "months": "years and months duration",
    "point": "value with an order",
}
"""Types by the names that people know, where these are others."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    """In words: "number", "days and time duration or years and months duration"."""
    optional: bool
    nullable: bool
    check: Check | None
    """None for a list, which takes a single value as a list of one."""
    plain: frozenset[Any]

    def text(self) -> str:
        null = " or null" if self.nullable and self.type != "Any" else ""
        return f"{self.name}{'?' if self.optional else ''}: {self.type}{null}"


@dataclass(frozen=True, slots=True)
class Signature:
    function: str
    parameters: tuple[Parameter, ...]
    variadic: str
    """ "..." or "+", as in the declaration; "" if the last parameter takes one argument."""
    required: int
    result: str
    implementation: Implementation

    def invoke(self, run: Run, values: list[Value], *, position: int) -> Value:
        """`values` in the order of the parameters, ABSENT for those left out; null on any FEEL error."""
        run.charge(1)
        try:
            if self.variadic:
                values = self._gathered(run, values)
            elif len(values) < len(self.parameters):
                values += [ABSENT] * (len(self.parameters) - len(values))
            for index, parameter in enumerate(self.parameters):
                value = values[index]
                of_type = type(value)
                if of_type not in parameter.plain or (of_type in _SIZED and len(value) > _SMALL):
                    values[index] = _fitted(run, parameter, value)
            return self.implementation(run, *values)
        except Fault as fault:
            return run.fault(f"{self.function}: {fault}", position)
        except (DecimalException, OverflowError):
            return run.fault(
                f"{self.function}: Expected a result within bounds, but it lies outside.", position
            )

    def _gathered(self, run: Run, values: list[Value]) -> list[Value]:
        """With all that the last parameter takes as one list."""
        last = len(self.parameters) - 1
        if self.variadic == "...":
            return [*values[:last], values[last:]] if len(values) > last + 1 else values
        return [*values[:last], [_fitted(run, self.parameters[last], value) for value in values[last:]]]

    def usage(self) -> str:
        """The names alone, for error texts."""
        names = [f"{p.name}{'?' if p.optional else ''}" for p in self.parameters]
        return f"{self.function}({', '.join(names)}{'...' if self.variadic else ''})"

    def text(self) -> str:
        """With types, as the reference shows it."""
        parameters = ", ".join(parameter.text() for parameter in self.parameters)
        more = ", ..." if self.variadic == "+" else self.variadic
        return f"{self.function}({parameters}{more}){f': {self.result}' if self.result else ''}"


class Builtin(Function):
    """A function of the language with all its signatures."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []
        self.parameters: tuple[str, ...] = ()
        self._for_count: dict[int, list[Signature]] = {}

    def add(self, signature: Signature) -> None:
        self.signatures.append(signature)
        self._for_count.clear()
        self.parameters = tuple(parameter.name for parameter in self.signatures[0].parameters)

    def usage(self) -> str:
        return " or ".join(dict.fromkeys(signature.usage() for signature in self.signatures))

    def for_count(self, count: int) -> list[Signature]:
        # No function has so many parameters: beyond, one count is like another.
        count = min(count, 16)
        found = self._for_count.get(count)
        if found is None:
            found = self._for_count[count] = [
                signature
                for signature in self.signatures
                if signature.required <= count and (count <= len(signature.parameters) or signature.variadic)
            ]
        return found

    def for_names(self, names: Sequence[str]) -> Signature | None:
        """before(point: 1, range: r) and before(range: r, point: 1) differ: then the order decides."""
        if len(set(names)) != len(names):
            return None
        given = set(names)
        matching = []
        for signature in self.signatures:
            known = [parameter.name for parameter in signature.parameters]
            needed = {parameter.name for parameter in signature.parameters if not parameter.optional}
            if known == list(names):
                return signature
            if needed <= given <= set(known):
                matching.append(signature)
        return matching[0] if matching else None

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        candidates = self.for_count(len(arguments))
        if not candidates:
            return run.fault(f"Expected {self.usage()}, but the call has other arguments.", position)
        if len(candidates) == 1:
            return candidates[0].invoke(run, list(arguments), position=position)
        for fits in (_fits, _may_fit):
            for each in candidates:
                if fits(each, arguments):
                    return each.invoke(run, list(arguments), position=position)
        given = ", ".join(map(described, arguments))
        return run.fault(f"Expected {self.usage()}, but got {given}.", position)

    def call_named(self, run: Run, arguments: Mapping[str, Value], *, position: int) -> Value:
        signature = self.for_names(list(arguments))
        if signature is None:
            return run.fault(f"Expected {self.usage()}, but the call has other arguments.", position)
        values = [arguments.get(parameter.name, ABSENT) for parameter in signature.parameters]
        return signature.invoke(run, values, position=position)


class Library:
    """A set of built-in functions under construction: each module of this package makes one."""

    def __init__(self) -> None:
        self.builtins: dict[str, Builtin] = {}

    def function(self, name: str, signature: str) -> Callable[[Implementation], Implementation]:
        """Declare the decorated function, which takes the run and then one value per parameter."""
        declared, _, result = signature.partition(" -> ")
        variadic = next((sign for sign in ("...", "+") if declared.endswith(sign)), "")
        parameters = _parsed(declared.removesuffix(variadic))
        required = sum(not parameter.optional for parameter in parameters)

        def declare(implementation: Implementation) -> Implementation:
            self.builtins.setdefault(name, Builtin(name)).add(
                Signature(name, parameters, variadic, required, _SHOWN.get(result, result), implementation)
            )
            return implementation

        return declare


def _parsed(declared: str) -> tuple[Parameter, ...]:
    parameters = []
    for part in filter(None, declared.split(", ")):
        name, _, written = part.partition(": ")
        optional = written.endswith("?")
        types = written.removesuffix("?").split("|")
        named = [each for each in types if each != "null"]
        shown = " or ".join(_SHOWN.get(each, each) for each in named)
        nullable = len(named) < len(types) or named == ["any"]
        plain = frozenset[type]().union(*(_PLAIN.get(each, ()) for each in types))
        parameters.append(Parameter(name, shown, optional, nullable, _check(named), plain))
    return tuple(parameters)


def _check(types: Sequence[str]) -> Check | None:
    if "list" in types:
        return None
    checks = [_CHECKS[each] for each in types]
    return checks[0] if len(checks) == 1 else lambda value: any(check(value) for check in checks)


def _fits(signature: Signature, values: Sequence[Value]) -> bool:
    for parameter, value in zip(signature.parameters, values, strict=False):
        if type(value) not in parameter.plain and parameter.check is not None and not parameter.check(value):
            return False
    return True


def _may_fit(signature: Signature, values: Sequence[Value]) -> bool:
    """As `_fits`, with lists of one as their items."""
    return _fits(
        signature,
        [value[0] if type(value) is list and len(value) == 1 else value for value in values],
    )


def _fitted(run: Run, parameter: Parameter, value: Any) -> Value:
    """`value` as the parameter wants it. Raises Fault if it cannot be. (DMN 1.5, clause 10.3.2.9.4)"""
    if value is ABSENT:
        return None
    if value is None:
        if parameter.nullable:
            return None
        raise Fault(f"Expected a {parameter.type} as {parameter.name!r}, but got null.")
    if type(value) is list:
        run.charge(len(value) >> 3)
        if parameter.check is None or parameter.check(value):
            return value
        if len(value) == 1 and parameter.check(value[0]):
            return value[0]
    elif parameter.check is None:
        return [value]
    elif parameter.check(value):
        if type(value) is str and len(value) > 64:
            run.charge(len(value) >> 6)
        return value
    raise Fault(f"Expected a {parameter.type} as {parameter.name!r}, but got {described(value)}.")
