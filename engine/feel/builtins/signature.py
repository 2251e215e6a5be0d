"""How a built-in function is declared, called and refused.

A signature is one line, "string: string, start position: number, length: number?": names as in the
DMN standard, `?` for what may be left out, `|null` for what may be null. `...` behind a last list: it may also be
written as separate arguments; behind a last "any": one or more arguments, which arrive as a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel.errors import Fault
from engine.feel.run import Run
from engine.feel.values import Function, Range, Value, YearsMonths, described

Implementation = Callable[..., Value]


class _Absent:
    """Stands for an argument that the call leaves out, which is not the same as null."""


ABSENT = _Absent()

_CHECKS: Mapping[str, Callable[[Value], bool]] = {
    "any": lambda value: True,
    "boolean": lambda value: type(value) is bool,
    "number": lambda value: type(value) is int or type(value) is Decimal,
    "string": lambda value: isinstance(value, str),
    "context": lambda value: isinstance(value, dict),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "day": lambda value: isinstance(value, date),
    "date and time": lambda value: isinstance(value, datetime),
    "time": lambda value: isinstance(value, time),
    "duration": lambda value: isinstance(value, timedelta),
    "function": lambda value: isinstance(value, Function),
    "range": lambda value: isinstance(value, Range),
    "months": lambda value: isinstance(value, YearsMonths),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    optional: bool
    nullable: bool
    check: Callable[[Value], bool] | None
    """None for a list, which takes a single value as a list of one."""


@dataclass(frozen=True, slots=True)
class Signature:
    function: str
    parameters: tuple[Parameter, ...]
    variadic: bool
    required: int
    implementation: Implementation

    def invoke(self, run: Run, values: list[Value], *, position: int) -> Value:
        """`values` in the order of the parameters, ABSENT for those left out; null on any FEEL error."""
        run.charge(1)
        try:
            last = len(self.parameters) - 1
            if self.variadic and (len(values) > last + 1 or self.parameters[last].type == "any"):
                values = [*values[:last], values[last:]]
            for index, parameter in enumerate(self.parameters):
                if index < len(values):
                    values[index] = _fitted(run, parameter, values[index])
                else:
                    values.append(None)
            return self.implementation(run, *values)
        except Fault as fault:
            return run.fault(f"{self.function}: {fault}", position)
        except (DecimalException, OverflowError):
            return run.fault(
                f"{self.function}: Expected a result within bounds, but it lies outside.", position
            )

    def usage(self) -> str:
        names = [f"{p.name}{'?' if p.optional else ''}" for p in self.parameters]
        return f"{self.function}({', '.join(names)}{'...' if self.variadic else ''})"


class Builtin(Function):
    """A function of the language with all its signatures."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []
        self.parameters: tuple[str, ...] = ()

    def add(self, signature: Signature) -> None:
        self.signatures.append(signature)
        self.parameters = tuple(parameter.name for parameter in self.signatures[0].parameters)

    def usage(self) -> str:
        return " or ".join(signature.usage() for signature in self.signatures)

    def for_count(self, count: int) -> list[Signature]:
        return [
            signature
            for signature in self.signatures
            if signature.required <= count and (count <= len(signature.parameters) or signature.variadic)
        ]

    def for_names(self, names: Sequence[str]) -> Signature | None:
        if len(set(names)) != len(names):
            return None
        given = set(names)
        for signature in self.signatures:
            known = {parameter.name for parameter in signature.parameters}
            needed = {parameter.name for parameter in signature.parameters if not parameter.optional}
            if needed <= given <= known:
                return signature
        return None

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        candidates = self.for_count(len(arguments))
        fitting = (
            [each for each in candidates if _fits(each, arguments)] if len(candidates) > 1 else candidates
        )
        chosen = (fitting or candidates)[:1]
        if not chosen:
            return run.fault(f"Expected {self.usage()}, but the call has other arguments.", position)
        return chosen[0].invoke(run, list(arguments), position=position)

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
        parameters, variadic = _parsed(signature)

        def declare(implementation: Implementation) -> Implementation:
            self.builtins.setdefault(name, Builtin(name)).add(
                Signature(
                    name,
                    parameters,
                    variadic,
                    sum(not parameter.optional for parameter in parameters),
                    implementation,
                )
            )
            return implementation

        return declare


def _parsed(signature: str) -> tuple[tuple[Parameter, ...], bool]:
    variadic = signature.endswith("...")
    parameters = []
    for part in filter(None, signature.removesuffix("...").split(", ")):
        name, _, type_ = part.partition(": ")
        optional = type_.endswith("?")
        type_ = type_.removesuffix("?")
        nullable = type_.endswith("|null") or type_ == "any"
        type_ = type_.removesuffix("|null")
        check = None if type_ == "list" else _CHECKS[type_]
        parameters.append(Parameter(name, type_, optional, nullable, check))
    return tuple(parameters), variadic


def _fits(signature: Signature, values: Sequence[Value]) -> bool:
    return all(
        parameter.check is None or (value is None and parameter.nullable) or parameter.check(value)
        for parameter, value in zip(signature.parameters, values, strict=False)
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
        if len(value) == 1 and value[0] is not None and parameter.check(value[0]):
            return value[0]
    elif parameter.check is None:
        return [value]
    elif parameter.check(value):
        if type(value) is str and len(value) > 64:
            run.charge(len(value) >> 6)
        return value
    raise Fault(f"Expected a {parameter.type} as {parameter.name!r}, but got {described(value)}.")
