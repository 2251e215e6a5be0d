"""for, some, every, and filters. Every pass is charged, weighted by what it repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.feel.compiler.basics import emit_indexed
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.limits import MAX_LIST_ITEMS, FeelLimitExceeded
from engine.feel.numbers import is_number, number_text, whole
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import Filter, For, Iterator, Literal, Quantified
from engine.feel.temporal import days_from
from engine.feel.values import DATE, Range, Value, described, kind


@dataclass(frozen=True, slots=True)
class _Loop:
    """`slot` of the variable, and where its values come from."""

    slot: int
    domain: Code
    end: Code | None
    at: int


def emit_for(e: Emitter, node: For) -> Code:
    scope = Scope(e.scope)
    loops = _emit_loops(e, node.iterators, scope)
    partial = len(loops) + 1
    if "partial" not in scope.slots:
        scope.slots["partial"] = scope.growing = partial
    with e.within(scope):
        body, cost = e.emit_counted(node.body)

    def collect(run: Run, loc: Locals) -> Value:
        results: list[Value] = []
        frame: list[Value] = [loc, *([None] * len(loops)), results]

        def visit(inner: list[Value]) -> bool:
            results.append(body(run, inner))
            return False

        if _walk(run, loops, 0, frame, visit, cost) is None:
            return None
        return run.items(results)

    return collect


def emit_quantified(e: Emitter, node: Quantified) -> Code:
    """`some` is decided by the first true, `every` by the first false; else null if anything was neither.

    Source: DMN 1.5, clause 10.3.2.15, tables 49 and 50.
    """
    scope = Scope(e.scope)
    loops = _emit_loops(e, node.iterators, scope)
    with e.within(scope):
        condition, cost = e.emit_counted(node.condition)
    decisive, word, at = not node.every, "every" if node.every else "some", node.condition.at

    def decide(run: Run, loc: Locals) -> bool | None:
        unknown = False

        def visit(inner: list[Value]) -> bool:
            nonlocal unknown
            value = condition(run, inner)
            if type(value) is not bool:
                unknown = True
                if value is not None:
                    run.fault(f"Expected booleans from {word!r}, but got {described(value)}.", at)
            return value is decisive

        decided = _walk(run, loops, 0, [loc, *([None] * len(loops))], visit, cost)
        if decided is None:
            return None
        if decided:
            return decisive
        return None if unknown else not decisive

    return decide


def _emit_loops(e: Emitter, iterators: Sequence[Iterator], scope: Scope) -> list[_Loop]:
    loops = []
    with e.within(scope):
        for slot, iterator in enumerate(iterators, 1):
            domain = e.emit(iterator.domain)
            end = e.emit(iterator.end) if iterator.end is not None else None
            loops.append(_Loop(slot, domain, end, iterator.domain.at))
            scope.slots[iterator.name] = slot
    return loops


def _walk(
    run: Run,
    loops: list[_Loop],
    level: int,
    frame: list[Value],
    visit: Callable[[list[Value]], bool],
    cost: int,
) -> bool | None:
    """Visit every combination until `visit` says True. None if a domain cannot be walked."""
    loop = loops[level]
    values = _values(run, loop, frame)
    if values is None:
        return None
    last = level == len(loops) - 1
    for value in values:
        run.charge(cost if last else 1)
        # A fresh frame for each pass: a function made in the body keeps the values of its own pass.
        inner = frame.copy()
        inner[loop.slot] = value
        if last:
            if visit(inner):
                return True
        else:
            stopped = _walk(run, loops, level + 1, inner, visit, cost)
            if stopped is not False:
                return stopped
    return False


def _values(run: Run, loop: _Loop, frame: Locals) -> Sequence[Value] | None:
    start = loop.domain(run, frame)
    if loop.end is not None:
        return _between(run, start, loop.end(run, frame), loop.at)
    if type(start) is list:
        return start
    if isinstance(start, Range):
        return _inside(run, start, loop.at)
    if start is None:
        run.fault("Expected a list or range to go through, but got null.", loop.at)
        return None
    return [start]


def _inside(run: Run, bounds: Range, at: int) -> Sequence[Value] | None:
    if bounds.operator == "!=":
        run.fault("Expected a range with two ends to go through, but this one has none.", at)
        return None
    values = _between(run, bounds.start, bounds.end, at)
    if values is None:
        return None
    first = 0 if bounds.start_included else 1
    return values[first : len(values) if bounds.end_included else len(values) - 1]


def _between(run: Run, start: Value, end: Value, at: int) -> Sequence[Value] | None:
    """Whole numbers or dates from `start` to `end`, both included, upwards or downwards."""
    if is_number(start) and is_number(end):
        low, high = whole(start), whole(end)
        if low is not None and high is not None:
            _bounded(abs(high - low) + 1)
            return range(low, high + 1) if low <= high else range(low, high - 1, -1)
    if kind(start) == DATE and kind(end) == DATE:
        days = days_from(start, end)
        _bounded(len(days))
        return days
    run.fault(f"Expected two whole numbers or dates, but got {described(start)} and {described(end)}.", at)
    return None


def _bounded(count: int) -> None:
    if count > MAX_LIST_ITEMS:
        raise FeelLimitExceeded("values in a range", limit=MAX_LIST_ITEMS)


def emit_filter(e: Emitter, node: Filter) -> Code:
    """By index, or the items for which the condition is true (table 68).

    A condition that is null for an item leaves it out, as in the example of clause 10.3.2.5; of any
    other type than boolean it makes the whole null, and so does null in place of the list.
    """
    at = node.at
    if isinstance(node.condition, Literal) and is_number(node.condition.value):
        base = emit_indexed(e, node.base)
        index = node.condition.value
        return lambda run, loc: _indexed(run, base(run, loc), index, at)
    base = e.emit(node.base)
    with e.within(Scope(e.scope, {"item": 1}, filtered=True)):
        condition, cost = e.emit_counted(node.condition)

    def select(run: Run, loc: Locals) -> Value:
        value = base(run, loc)
        if value is None:
            return _nothing_to_filter(run, at)
        items = value if type(value) is list else [value]
        # Whether it is an index or a condition shows in its value for the first item.
        if not items:
            return _item_of_none(run, condition, loc, at)
        first = condition(run, [loc, items[0]])
        if is_number(first):
            return _indexed(run, items, first, at)
        selected = []
        keeps = first
        for number, item in enumerate(items):
            if number:
                run.charge(cost)
                keeps = condition(run, [loc, item])
            if keeps is True:
                selected.append(item)
            elif keeps is not False and keeps is not None:
                return run.fault(f"Expected a boolean or an index, but got {described(keeps)}.", at)
        return selected

    if isinstance(node.condition, Literal) and type(node.condition.value) is not bool:
        constant = node.condition.value
        return lambda run, loc: _no_condition(run, base(run, loc), constant, at)
    return select


def _no_condition(run: Run, value: Value, constant: Value, at: int) -> Value:
    if value is None:
        return _nothing_to_filter(run, at)
    return run.fault(f"Expected a boolean or an index, but got {described(constant)}.", at)


def _nothing_to_filter(run: Run, at: int) -> Value:
    return run.fault("Expected a list to filter, but got null.", at, absent=True)


def _item_of_none(run: Run, condition: Code, loc: Locals, at: int) -> Value:
    """An index into an empty list is null, a condition on it an empty list."""
    diagnostics, run.diagnostics = run.diagnostics, None
    try:
        index = condition(run, [loc, None])
    finally:
        run.diagnostics = diagnostics
    return _indexed(run, [], index, at) if is_number(index) else []


def _indexed(run: Run, value: Value, index: Value, at: int) -> Value:
    """The item; of a single value, which stands for a list of itself, the value (clause 10.3.2.9.4)."""
    if value is None:
        return _nothing_to_filter(run, at)
    items = value if type(value) is list else [value]
    position = whole(index)
    if position is None or position == 0 or abs(position) > len(items):
        return run.fault(
            f"Expected an index within {len(items)} items, but got {number_text(index)}.", at, absent=True
        )
    return items[position - 1 if position > 0 else position]
