"""Literals, names, lists, contexts, ranges, paths, if, and `instance of`."""

from __future__ import annotations

from engine.feel.compiler.emitter import Emitter, Place, Scope
from engine.feel.properties import property_of
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import (
    ContextOf,
    External,
    FunctionOf,
    If,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Node,
    Path,
    Placed,
    RangeOf,
)
from engine.feel.types import BASIC_TYPES, coerced, resolved
from engine.feel.values import CONTEXT, FUNCTION, LIST, RANGE, Range, Value, compare, described

_OPEN_TYPES = frozenset(BASIC_TYPES[name] for name in (LIST, CONTEXT, RANGE, FUNCTION))


def emit_literal(_e: Emitter, node: Literal) -> Code:
    value = node.value
    return lambda run, loc: value


def emit_name(e: Emitter, node: Name) -> Code:
    place = e.place(node.name)
    outside = _outside(e, node, place)
    if place.growing:
        outside = _snapshot(outside)
    if not place.filters:
        return outside
    name, filters = node.name, place.filters

    def filtered(run: Run, loc: Locals) -> Value:
        for hops in filters:
            item = _up(loc, hops)[1]
            if type(item) is dict and name in item:
                return item[name]
        return outside(run, loc)

    return filtered


def _snapshot(code: Code) -> Code:
    """What a growing list holds now: the list itself would end up inside itself."""
    return lambda run, loc: run.items(code(run, loc).copy())


def emit_indexed(e: Emitter, node: Node) -> Code:
    """The list of which one item is taken: the last of `partial` needs no copy of all before."""
    if isinstance(node, Name):
        place = e.place(node.name)
        if place.growing and not place.filters:
            return _outside(e, node, place)
    return e.emit(node)


def _outside(e: Emitter, node: Name, place: Place) -> Code:
    if place.slot == 0:
        return _root_name(e, node)
    slot = place.slot
    if place.hops == 0:
        return lambda run, loc: loc[slot]
    if place.hops == 1:
        return lambda run, loc: loc[0][slot]
    hops = place.hops
    return lambda run, loc: _up(loc, hops)[slot]


def _root_name(e: Emitter, node: Name) -> Code:
    name, at = node.name, node.at
    builtin = e.builtins.get(name) if name not in e.vocabulary.names else None

    def read(run: Run, loc: Locals) -> Value:
        try:
            return run.root[name]
        except KeyError:
            if builtin is not None:
                return builtin
            return run.fault(f"Expected a variable named {name!r}, but there is none.", at, absent=True)

    return read


def emit_list(e: Emitter, node: ListOf) -> Code:
    if all(type(item) is Literal for item in node.items):
        values = [item.value for item in node.items if isinstance(item, Literal)]
        return lambda run, loc: run.items(values.copy())
    codes = [e.emit(item) for item in node.items]
    return lambda run, loc: run.items([code(run, loc) for code in codes])


def emit_context(e: Emitter, node: ContextOf) -> Code:
    """Each entry sees the ones before it; a function sees itself, so that it can recurse."""
    scope = Scope(e.scope)
    entries: list[tuple[str, Code]] = []
    with e.within(scope):
        for key, value in node.entries:
            if isinstance(value.node if isinstance(value, Placed) else value, FunctionOf):
                scope.slots[key] = len(entries) + 1
                entries.append((key, e.emit(value)))
            else:
                entries.append((key, e.emit(value)))
                scope.slots[key] = len(entries)

    def build(run: Run, loc: Locals) -> Value:
        inner: list[Value] = [loc]
        result = {}
        for key, code in entries:
            value = result[key] = code(run, inner)
            inner.append(value)
        return result

    return build


def emit_range(e: Emitter, node: RangeOf) -> Code:
    """Both ends of one ordered type, the start not after the end (clause 10.3.2.7)."""
    if node.start is None or node.end is None:
        build = _open_range(e, node)
    elif node.operator:
        build = _comparison_range(e, node, node.start)
    else:
        build = _closed_range(e, node, node.start, node.end)
    if all(isinstance(bound, Literal | None) for bound in (node.start, node.end)):
        # Of constants a range is one too; Range is frozen, so everybody may have the same.
        constant = build(Run({}, None, None), None)  # type: ignore[arg-type]
        if constant is not None:
            return lambda run, loc: constant
    return build


def _closed_range(e: Emitter, node: RangeOf, low_end: Node, high_end: Node) -> Code:
    start, end = e.emit(low_end), e.emit(high_end)
    start_included, end_included, at = node.start_included, node.end_included, node.at

    def build(run: Run, loc: Locals) -> Value:
        low, high = start(run, loc), end(run, loc)
        order = compare(low, high)
        if order is None:
            return run.fault(
                f"Expected two ends of one ordered type, but got {described(low)} and {described(high)}.", at
            )
        if order > 0:
            return run.fault("Expected a range that starts before it ends, but it ends before.", at)
        return Range(low, high, start_included, end_included)

    return build


def _comparison_range(e: Emitter, node: RangeOf, compared: Node) -> Code:
    """`(= 5)` and `(!= 5)`, of which not only ordered types can be compared."""
    operand = e.emit(compared)
    included, operator = node.start_included, node.operator

    def build(run: Run, loc: Locals) -> Value:
        value = operand(run, loc)
        return Range(value, value, included, included, operator)

    return build


def _open_range(e: Emitter, node: RangeOf) -> Code:
    starts = node.start is not None
    operand = e.emit(node.start or node.end or node)
    included, at = node.start_included or node.end_included, node.at

    def build(run: Run, loc: Locals) -> Value:
        bound = operand(run, loc)
        if compare(bound, bound) is None:
            return run.fault(f"Expected an end of an ordered type, but got {described(bound)}.", at)
        return Range(bound, None, included, False) if starts else Range(None, bound, False, included)

    return build


def emit_if(e: Emitter, node: If) -> Code:
    """Only true takes the branch: null and other types go on to else (clause 10.3.2.8)."""
    branches = [(e.emit(condition), e.emit(result)) for condition, result in node.branches]
    otherwise = e.emit(node.otherwise)
    if len(branches) == 1:
        condition, result = branches[0]
        return lambda run, loc: result(run, loc) if condition(run, loc) is True else otherwise(run, loc)

    def choose(run: Run, loc: Locals) -> Value:
        for condition, result in branches:
            if condition(run, loc) is True:
                return result(run, loc)
        return otherwise(run, loc)

    return choose


def emit_path(e: Emitter, node: Path) -> Code:
    base = e.emit(node.base)
    name, at = node.name, node.at

    def read(run: Run, loc: Locals) -> Value:
        value = base(run, loc)
        if type(value) is dict:
            try:
                return value[name]
            except KeyError:
                return run.fault(f"Expected an entry {name!r}, but the context has none.", at, absent=True)
        if type(value) is list:
            return _properties(run, value, name, at)
        return property_of(run, value, name, at)

    return read


def _properties(run: Run, items: list[Value], name: str, at: int) -> list[Value]:
    """The entry of every item; lists inside stay lists (clauses 10.3.1.5 and 10.3.2.5)."""
    run.charge(1 + len(items) // 8)
    return [
        _properties(run, item, name, at) if type(item) is list else property_of(run, item, name, at)
        for item in items
    ]


def emit_instance_of(e: Emitter, node: InstanceOf) -> Code:
    """Null for a type that is none, like a `list` of nothing (table 61)."""
    value = e.emit(node.value)
    name, at = node.type.name, node.at
    type_ = resolved(node.type, e.vocabulary.types)
    if type_ is None:
        return lambda run, loc: run.fault(f"Expected a known type, but {name!r} is none.", at)
    if type_ in _OPEN_TYPES:
        return lambda run, loc: run.fault(f"Expected {name}<...>, but {name!r} says not of what.", at)

    def conforms(run: Run, loc: Locals) -> bool:
        tested = value(run, loc)
        run.weigh(tested)
        return type_.has(tested)

    return conforms


def emit_external(e: Emitter, node: External) -> Code:
    """Null: code outside of the engine is in nobody's hands here (clause 10.3.2.13.3)."""
    at = node.at
    return lambda run, loc: run.fault("Expected a function in FEEL, but external ones are never run.", at)


def emit_placed(e: Emitter, node: Placed) -> Code:
    outer, e.text = e.text, node.text
    code = e.emit(node.node)
    e.text = outer
    place, at = node.place, node.at
    type_ = node.type

    def placed(run: Run, loc: Locals) -> Value:
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        value = code(run, loc)
        if type_ is not None:
            value = coerced(run, type_, value, what="the value", at=at)
        if noted is not None and len(noted) > since:
            run.locate(since, place)
        return value

    return placed


def _up(loc: Locals, hops: int) -> Locals:
    for _ in range(hops):
        loc = loc[0]
    return loc
