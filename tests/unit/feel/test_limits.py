from __future__ import annotations

import time

import pytest

from engine.errors import InvalidArgument
from engine.feel import Evaluation, compile_expression, to_json
from engine.feel.limits import MAX_LIST_ITEMS, MAX_STRING_CHARACTERS

from .asking import NOW, evaluation_of, value_of

DOUBLING = '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("ab", 40)}.r'


def bounded(text: str, **context: object) -> Evaluation:
    """The evaluation, which must end within two CPU seconds whatever the text asks."""
    start = time.process_time()
    evaluation = evaluation_of(text, **context)
    assert time.process_time() - start < 2.0
    return evaluation


def test_a_range_of_ten_thousand_may_be_walked() -> None:
    assert len(value_of("for i in 1..10000 return i + 1")) == MAX_LIST_ITEMS


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..10001 return i",
        "for i in 1..1e30 return i",
        "for a in 1..1000, b in 1..1000 return a + b",
        "some a in 1..1000, b in 1..1000 satisfies false",
        "count(for a in 1..10000 return for b in 1..10000 return b)",
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "{f: function(n) f(n - 1) + f(n - 2), r: f(60)}.r",
        DOUBLING,
        "for i in 1..10000 return sum(items)",
        "for i in 1..10000 return items = items",
        "for i in 1..10000 return distinct values(items)",
        "for i in 1..10000 return list contains(items, -1)",
        "for i in 1..10000 return upper case(long)",
        'for i in 1..10000 return matches(long, "(a|b)*c")',
        'for i in 1..10000 return replace(long, "a", "bb")',
        "concatenate(items, items)",
        "append(items, 1)",
        'matches("a", long)',
        'string join(for i in 1..10000 return "0123456789", "")',
        "for i in 1..10000 return sort(items, function(a, b) a < b)",
        "for i in 1..10000 return items[item > 0]",
        "for i in 1..10000 return string(items)",
        "for a in 1..100, b in 1..100, c in 1..100 return 1",
        "for a in 1..10000, b in 1..10000, c in [] return 1",
        "every a in items satisfies every b in items satisfies a + b >= 0",
        "for i in 1..316, j in 1..316 return 9.1 ** 999.9",
        "for i in 1..316, j in 1..316 return 9 ** 999999999",
        'for i in 1..316, j in 1..316 return @"2026-01-01T00:00:00@Europe/Paris" + @"P1D"',
        'every i in 1..200, j in 1..200 satisfies @"2026-01-01" + @"P1D" > @"2026-01-01"',
        "for i in 1..10000 return partial",
        "for i in 1..10000 return [partial]",
        "for i in 1..10000 return count(partial[item = 0])",
        "for i in 1..10000 return for j in partial return j",
        "for i in 1..9000 return append(partial, 1)",
        "sort(items, function(a, b) items[item > a][1] > b)",
        "sort(items, function(a, b) count(items[item > b]) > a)",
        "{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(40)}.r",
        "{f: function(l, n) if n = 0 then l else f(concatenate(l, l), n - 1), r: f([1], 40)}.r",
        "for i in 1..10000 return wide = wide",
        "for i in 1..10000 return get entries(wide)",
        'for i in 1..10000 return context put(wide, "x", i)',
        "for i in 1..10000 return rows.v",
        "for i in 1..10000 return rows[v = i]",
        "for i in 1..10000 return -1 in items",
        "for i in 1..10000 return items instance of list<number>",
        'for i in 1..10000 return string join(words, ",")',
        "for i in 1..10000 return long + long",
    ],
)
def test_what_goes_over_a_bound_is_null_and_flagged(text: str) -> None:
    evaluation = bounded(
        text,
        items=list(range(10_000)),
        words=[f"word {number}" for number in range(10_000)],
        rows=[{"v": number} for number in range(10_000)],
        wide={f"k{number}": number for number in range(10_000)},
        long="a" * MAX_STRING_CHARACTERS,
    )

    assert evaluation.value is None
    assert evaluation.limit_exceeded
    assert evaluation.diagnostics[-1].limit


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "9 ** (9 ** 9)",
        "9 ** 999999999999999999999",
        "1.0000000001 ** 99999999999999",
        "0.5 ** 1e6000",
        "exp(1e6000)",
        "decimal(1e6000, 6000)",
        "floor(1e-6000)",
        "string(1e6000)",
        "modulo(1e6000, 7)",
        "1e6000 = 1e-6000",
        "for i in 1..100 return 9 ** (9 ** i)",
        'matches(long, "(a*)*b")',
        'matches("a", "((a{1,100}){1,100}){1,100}")',
        "count(for i in 1..1000 return partial)",
        'time("10:00:00@" + long)',
        "for i in 1..10000 return 9 ** i",
        "for i in 1..10000 return 1.000000001 ** 999999999",
        "for i in 1..10000 return 1e6000 + 1e-6000",
        "for i in 1..10000 return (function(a) a) = (function(a) a)",
        "for i in 1..10000 return nothing.a.b.c",
        'for i in 1..10000 return [@"0001-01-01"..@"9999-12-31"]',
        "-" * 50 + "1",
        "{a: " * 50 + "1" + "}" * 50,
        "[" * 50 + "]" * 50,
    ],
)
def test_attacks_by_size_end_soon(text: str) -> None:
    bounded(text, long="a" * 60_000)


def test_what_a_designer_needs_is_far_from_the_bounds() -> None:
    items = [{"price": number, "count": 2} for number in range(5_000)]

    assert value_of("sum(for i in items return i.price * i.count ** 2)", items=items) == 49_990_000
    assert len(value_of("sort(items, function(a, b) a.price > b.price)", items=items[:1_000])) == 1_000
    assert value_of("count(items[price > 10 and count = 2].price)", items=items) == 4_989
    assert value_of('string length(string join(for i in 1..3000 return string(i), ","))') == 13_892


def test_seconds_stand_behind_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.feel.run.MAX_SECONDS", 0)

    evaluation = evaluation_of("count(for i in 1..10000 return i)")

    assert evaluation.value is None
    assert evaluation.limit_exceeded
    assert "at most 0 seconds" in evaluation.diagnostics[-1].message


def test_an_evaluation_of_few_steps_never_asks_for_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def monotonic() -> float:
        asked.append(0.0)
        return 0.0

    monkeypatch.setattr("engine.feel.run.monotonic", monotonic)

    assert len(value_of("for i in 1..900 return i")) == 900
    assert asked == []
    assert len(value_of("for i in 1..5000 return i")) == 5_000
    assert 1 <= len(asked) <= 6


def test_the_same_expression_takes_the_same_steps_every_time() -> None:
    """Seconds decide on no ordinary machine: what runs once runs always."""
    just = "every i in 1..10, j in 1..9900 satisfies i > 0"
    over = "every i in 1..10, j in 1..10000 satisfies i > 0"

    assert [value_of(just), value_of(just)] == [True, True]
    assert evaluation_of(over).limit_exceeded


def test_an_ordinary_error_is_no_limit() -> None:
    assert not evaluation_of("1 / 0").limit_exceeded


def test_a_deep_value_cannot_break_what_follows() -> None:
    deep = "for i in 1..5000 return if i = 1 then [] else [partial[-1]]"

    assert bounded(f"string({deep})").value is None
    assert bounded(f"({deep})[-1] = ({deep})[-1]").value is None


DOUBLED = "{f: function(c, n) if n = 0 then c else f([c, c], n - 1), r: f([1], 50)}.r"


@pytest.mark.parametrize(
    "text",
    [
        f"{DOUBLED} = {DOUBLED}",
        f"flatten({DOUBLED})",
        f"string({DOUBLED})",
        f"distinct values([{DOUBLED}])",
        f"list contains([1], {DOUBLED})",
        f"{DOUBLED} instance of list<list<Any>>",
        f"(function(a: list<list<Any>>) 1)({DOUBLED})",
        f"{DOUBLED} in ({DOUBLED})",
    ],
)
def test_a_value_that_shares_its_parts_a_quadrillion_times_is_never_walked(text: str) -> None:
    assert bounded(text).limit_exceeded


def test_a_value_that_shares_its_parts_is_not_stored() -> None:
    with pytest.raises(InvalidArgument, match="at most 1000000 values"):
        to_json(value_of(DOUBLED))


def test_value_is_as_bounded_as_evaluate() -> None:
    assert compile_expression("for i in 1..10001 return i").value({}, now=NOW) is None


@pytest.mark.parametrize(
    "text",
    ["x.__class__", "x.real", "d.keys", "f.__globals__", "s.upper", "t.tzinfo", "x.__class__.__mro__[1]"],
)
def test_no_python_attribute_is_in_reach(text: str) -> None:
    context = {"x": 1, "d": {"a": 1}, "f": value_of("function() 1"), "s": "a", "t": value_of('@"10:00:00Z"')}

    assert evaluation_of(text, **context).value is None
