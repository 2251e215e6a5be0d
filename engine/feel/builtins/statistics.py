"""Sums, averages and the like. Source: DMN 1.5, clause 10.3.4.4 (table 74).

Of no numbers there is none of them: null, and an empty list for `mode`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.feel.arithmetic import add
from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import CONTEXT, Number, is_number
from engine.feel.run import Run
from engine.feel.values import DAYS_AND_TIME, NUMBER, YEARS_AND_MONTHS, Value, described, kind

LIBRARY = Library()


@LIBRARY.function("sum", "list: list... -> number or duration")
def total(run: Run, items: list[Value]) -> Value:
    """Also of durations of one kind, as in Camunda 8."""
    if not items:
        return None
    if all(type(item) is int for item in items):
        return CONTEXT.plus(Decimal(sum(items)))
    first = kind(items[0])
    if first not in (NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS):
        raise Fault(f"Expected a list of numbers, but it has {described(items[0])}.")
    result = items[0]
    for item in items[1:]:
        if kind(item) != first:
            raise Fault(
                f"Expected a list of one type, but it has {described(items[0])} and {described(item)}."
            )
        result = add(run, result, item)
    return result


@LIBRARY.function("mean", "list: list... -> number")
def mean(run: Run, items: list[Value]) -> Number | None:
    numbers = _numbers(items)
    return CONTEXT.divide(_added(numbers), len(numbers)) if numbers else None


@LIBRARY.function("median", "list: list... -> number")
def median(run: Run, items: list[Value]) -> Number | None:
    numbers = sorted(_numbers(items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), 2)


@LIBRARY.function("product", "list: list... -> number")
def product(run: Run, items: list[Value]) -> Number | None:
    numbers = _numbers(items)
    if not numbers:
        return None
    result: Number = 1
    for number in numbers:
        result = CONTEXT.multiply(result, number)
    return result


@LIBRARY.function("stddev", "list: list... -> number")
def standard_deviation(run: Run, items: list[Value]) -> Number | None:
    """Of a sample: divided by one less than the count, which must be two at least."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        return None
    average = CONTEXT.divide(_added(numbers), len(numbers))
    differences = [CONTEXT.subtract(number, average) for number in numbers]
    squares = [CONTEXT.multiply(difference, difference) for difference in differences]
    return CONTEXT.sqrt(CONTEXT.divide(_added(squares), len(numbers) - 1))


@LIBRARY.function("mode", "list: list... -> list")
def mode(run: Run, items: list[Value]) -> list[Value]:
    """The numbers that occur most often, ascending."""
    counts: dict[Number, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


def _numbers(items: list[Value]) -> list[Number]:
    for item in items:
        if not is_number(item):
            raise Fault(f"Expected a list of numbers, but it has {described(item)}.")
    return items


def _added(numbers: Sequence[Number]) -> Number:
    result: Number = 0
    for number in numbers:
        result = CONTEXT.add(result, number)
    return result
