"""Nodes of a syntax tree that FEEL itself does not have: decision tables, rows, functions never run."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.model import Aggregator, HitPolicy
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import Node, Tests
from engine.feel.types import Type
from engine.feel.values import Value, described


@dataclass(frozen=True, slots=True)
class RowOf(Node):
    """A context whose entries do not see one another."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class ConditionalOf(Node):
    """Unlike `if` in a text, null if the condition is not a boolean (TCK 1150)."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class FilterOf(Node):
    """Unlike a filter in a text it takes no index: the lower part must be a boolean (clause 10.2.1.9)."""

    domain: Node
    match: Node


@dataclass(frozen=True, slots=True)
class NeverRun(Node):
    """Null with a reason, for what a model may hold but nobody runs."""

    reason: str


@dataclass(frozen=True, slots=True)
class InputOf:
    """`place` names the column; `allowed` are its input values, None if all are."""

    expression: Node
    allowed: Tests | None
    place: str


@dataclass(frozen=True, slots=True)
class OutputOf:
    """`name` is "" for the only column; `allowed` are the output values, highest priority first."""

    name: str
    type: Type | None
    allowed: Tests | None
    default: Node | None
    place: str


@dataclass(frozen=True, slots=True)
class RuleOf:
    """An output is None where the cell is empty, which answers null."""

    id: str
    place: str
    tests: tuple[Tests, ...]
    outputs: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class TableOf(Node):
    """`owner` is the id under which matched rules are reported, `place` names the table."""

    owner: str
    place: str
    hit_policy: HitPolicy
    aggregator: Aggregator | None
    inputs: tuple[InputOf, ...]
    outputs: tuple[OutputOf, ...]
    rules: tuple[RuleOf, ...]


def emit_row(e: Emitter, node: RowOf) -> Code:
    entries = [(name, e.emit(value)) for name, value in node.entries]
    return lambda run, loc: {name: code(run, loc) for name, code in entries}


def emit_conditional(e: Emitter, node: ConditionalOf) -> Code:
    condition, then, otherwise = e.emit(node.condition), e.emit(node.then), e.emit(node.otherwise)

    def choose(run: Run, loc: Locals) -> Value:
        value = condition(run, loc)
        if value is True:
            return then(run, loc)
        if value is False:
            return otherwise(run, loc)
        return run.fault(f"Expected a boolean as the condition, but got {described(value)}.", node.at)

    return choose


def emit_boxed_filter(e: Emitter, node: FilterOf) -> Code:
    """A match that is null leaves its item out, as in the example of clause 10.3.2.5."""
    domain, at = e.emit(node.domain), node.at
    with e.within(Scope(e.scope, {"item": 1}, filtered=True)):
        match, cost = e.emit_counted(node.match)

    def select(run: Run, loc: Locals) -> Value:
        value = domain(run, loc)
        if value is None:
            return run.fault("Expected a list to filter, but got null.", at)
        selected = []
        for item in value if type(value) is list else [value]:
            run.charge(cost)
            keeps = match(run, [loc, item])
            if keeps is True:
                selected.append(item)
            elif keeps is not False and keeps is not None:
                return run.fault(f"Expected a boolean for every item, but got {described(keeps)}.", at)
        return selected

    return select


def emit_never_run(_e: Emitter, node: NeverRun) -> Code:
    def refuse(run: Run, loc: Locals) -> Value:
        return run.fault(node.reason, node.at)

    return refuse
