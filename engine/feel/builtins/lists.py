"""Functions on lists. Source: DMN 1.5, clause 10.3.4.4 (table 73).

All that compare items go through `values.identity`, so that they take linear time.
"""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.limits import MAX_LIST_ITEMS
from engine.feel.numbers import Number, whole
from engine.feel.run import Run
from engine.feel.values import Function, Value, compare, described, identity

LIBRARY = Library()


@LIBRARY.function("list contains", "list: list, element: any -> boolean")
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    run.weigh(items)
    run.weigh(element)
    wanted = identity(element)
    return any(identity(item) == wanted for item in items)


@LIBRARY.function("count", "list: list -> number")
def count(run: Run, items: list[Value]) -> int:
    return len(items)


@LIBRARY.function("min", "list: list... -> any")
def minimum(run: Run, items: list[Value]) -> Value:
    return _extreme(items, wanted=-1)


@LIBRARY.function("max", "list: list... -> any")
def maximum(run: Run, items: list[Value]) -> Value:
    return _extreme(items, wanted=1)


@LIBRARY.function("all", "list: list... -> boolean")
def all_true(run: Run, items: list[Value]) -> bool | None:
    return _decided(items, decisive=False)


@LIBRARY.function("any", "list: list... -> boolean")
def any_true(run: Run, items: list[Value]) -> bool | None:
    return _decided(items, decisive=True)


@LIBRARY.function("sublist", "list: list, start position: number, length: number? -> list")
def sublist(run: Run, items: list[Value], start: Number, length: Number | None) -> list[Value]:
    begin = _index(items, start, "start position")
    if length is None:
        return items[begin:]
    size = whole(length)
    if size is None or size < 1 or begin + size > len(items):
        raise Fault("Expected a length within the list, but it is not.")
    return items[begin : begin + size]


@LIBRARY.function("append", "list: list, item: any+ -> list")
def append(run: Run, items: list[Value], added: list[Value]) -> list[Value]:
    return run.items([*items, *added])


@LIBRARY.function("concatenate", "list: list+ -> list")
def concatenate(run: Run, lists: list[list[Value]]) -> list[Value]:
    return _joined(run, lists)


@LIBRARY.function("insert before", "list: list, position: number, newItem: any -> list")
def insert_before(run: Run, items: list[Value], position: Number, item: Value) -> list[Value]:
    index = _index(items, position, "position")
    return run.items([*items[:index], item, *items[index:]])


@LIBRARY.function("remove", "list: list, position: number -> list")
def remove(run: Run, items: list[Value], position: Number) -> list[Value]:
    index = _index(items, position, "position")
    return [*items[:index], *items[index + 1 :]]


@LIBRARY.function("list replace", "list: list, position: number, newItem: any -> list")
def replace_at(run: Run, items: list[Value], position: Number, item: Value) -> list[Value]:
    index = _index(items, position, "position")
    return [*items[:index], item, *items[index + 1 :]]


@LIBRARY.function("list replace", "list: list, match: function, newItem: any -> list")
def replace_where(run: Run, items: list[Value], match: Function, item: Value) -> list[Value]:
    replaced = []
    for each in items:
        hit = match.call(run, (each, item), position=0)
        if type(hit) is not bool:
            raise Fault("Expected a boolean from 'match', but got something else.")
        replaced.append(item if hit else each)
    return replaced


@LIBRARY.function("reverse", "list: list -> list")
def reverse(run: Run, items: list[Value]) -> list[Value]:
    return items[::-1]


@LIBRARY.function("index of", "list: list, match: any -> list")
def index_of(run: Run, items: list[Value], match: Value) -> list[Value]:
    run.weigh(items)
    run.weigh(match)
    wanted = identity(match)
    return [position for position, item in enumerate(items, 1) if identity(item) == wanted]


@LIBRARY.function("union", "list: list+ -> list")
def union(run: Run, lists: list[list[Value]]) -> list[Value]:
    return _distinct(run, _joined(run, lists))


@LIBRARY.function("distinct values", "list: list -> list")
def distinct_values(run: Run, items: list[Value]) -> list[Value]:
    return _distinct(run, items)


@LIBRARY.function("duplicate values", "list: list -> list")
def duplicate_values(run: Run, items: list[Value]) -> list[Value]:
    """Camunda's: each value that occurs more than once, once."""
    run.weigh(items)
    seen: dict[Any, int] = {}
    for item in items:
        seen[identity(item)] = seen.get(identity(item), 0) + 1
    return _distinct(run, [item for item in items if seen[identity(item)] > 1])


@LIBRARY.function("flatten", "list: list -> list")
def flatten(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if type(item) is list:
                run.charge(1)
                stack.append(iter(item))
                break
            flat.append(item)
            if len(flat) > MAX_LIST_ITEMS:
                run.items(flat)
        else:
            stack.pop()
    return run.items(flat)


@LIBRARY.function("sort", "list: list, precedes: function? -> list")
def sort(run: Run, items: list[Value], precedes: Function | None) -> list[Value]:
    """Stable. Without a function: ascending, if all items have one order."""
    before = (
        _in_natural_order
        if precedes is None
        else lambda one, other: precedes.call(run, (one, other), position=0)
    )

    class Key:
        __slots__ = ("value",)

        def __init__(self, value: Value) -> None:
            self.value = value

        def __lt__(self, other: Key) -> bool:
            result = before(self.value, other.value)
            if type(result) is not bool:
                raise Fault("Expected a boolean from 'precedes', but got something else.")
            return result

    run.charge(2 * len(items))
    return sorted(items, key=Key)


def _in_natural_order(one: Value, other: Value) -> bool:
    order = compare(one, other)
    if order is None:
        raise Fault(f"Expected items with an order, but got {described(one)} and {described(other)}.")
    return order < 0


def _extreme(items: list[Value], *, wanted: int) -> Value:
    if not items:
        return None
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            raise Fault(f"Expected items with an order, but got {described(item)} and {described(best)}.")
        if order == wanted:
            best = item
    return best


def _decided(items: list[Value], *, decisive: bool) -> bool | None:
    """Null if it depends on a null; on anything else that is no boolean it is an error (table 73)."""
    if any(item is decisive for item in items):
        return decisive
    for item in items:
        if item is not None and type(item) is not bool:
            raise Fault(f"Expected a list of booleans, but it has {described(item)}.")
    return None if None in items else not decisive


def _joined(run: Run, lists: list[list[Value]]) -> list[Value]:
    joined: list[Value] = []
    for each in lists:
        joined.extend(each)
        if len(joined) > MAX_LIST_ITEMS:
            break
    return run.items(joined)


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    run.weigh(items)
    seen: dict[Any, Value] = {}
    for item in items:
        seen.setdefault(identity(item), item)
    return list(seen.values())


def _index(items: list[Value], position: Number, name: str) -> int:
    place = whole(position)
    if place is None or place == 0 or abs(place) > len(items):
        raise Fault(f"Expected a {name} within {len(items)} items, but it is outside.")
    return place - 1 if place > 0 else len(items) + place
