from __future__ import annotations

import pytest

from engine.feel import compile_expression

from .asking import NOW, value_of


def test_chinese_names_are_names() -> None:
    assert (
        value_of('案件.小类 = "井盖缺失" and 申请人 = "张三"', 案件={"小类": "井盖缺失"}, 申请人="张三")
        is True
    )


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Full Name", {"Full Name": "x"}, "x"),
        ("Full  Name", {"Full Name": "x"}, "x"),
        ("a-b + a", {"a-b": 10, "a": 1}, 11),
        ("a - b", {"a": 3, "b": 1}, 2),
        ("Monthly Fee / 2 > Fee", {"Monthly Fee": 10, "Fee": 4}, True),
        ("date of birth", {"date of birth": 5}, 5),
        ("办理 期限 + 1", {"办理 期限": 3}, 4),
    ],
)
def test_known_names_of_several_words_are_read_as_one(
    text: str, context: dict[str, object], expected: object
) -> None:
    assert value_of(text, **context) == expected


def test_names_defined_in_the_expression_may_have_several_words() -> None:
    assert value_of("{full name: 1, twice it: full name * 2}.twice it") == 2
    assert value_of("for my item in [1, 2] return my item + 1") == [2, 3]
    assert value_of("(function(first arg) first arg + 1)(first arg: 4)") == 5


def test_the_longest_known_name_wins() -> None:
    assert value_of("rate limit", **{"rate": 1, "rate limit": 2}) == 2


def test_date_and_time_is_the_function_only_where_it_is_called() -> None:
    assert value_of("date and time", date=True, time=False) is False
    assert value_of('date and time("2026-01-01T10:00:00").hour') == 10


def test_free_names_are_known_before_the_first_evaluation() -> None:
    expression = compile_expression(
        "for i in items return i + fee.base + (function(x) x * rate)(i) + count(items) + {a: 1, b: a}.b"
    )

    assert expression.names == {"items", "fee", "rate"}


def test_names_in_a_filter_may_be_entries_of_the_item() -> None:
    expression = compile_expression("orders[amount > minimum and item != null]")

    assert expression.names == {"orders"}
    assert expression.possible_names == {"amount", "minimum"}


def test_inner_names_hide_outer_ones() -> None:
    assert value_of("for x in [1, 2] return x", x=9) == [1, 2]
    assert value_of("{x: 1, y: x}.y", x=9) == 1
    assert value_of("[{x: 1}, {x: 2}][x = 2]", x=1) == [{"x": 2}]


def test_a_variable_may_be_called_like_a_function() -> None:
    expression = compile_expression("count + count([1, 2])")

    assert expression.value({"count": 3}, now=NOW) == 5


def test_an_expression_keeps_its_text_and_can_be_shared() -> None:
    expression = compile_expression("a + 1")

    assert expression.text == "a + 1"
    assert [expression.value({"a": each}, now=NOW) for each in (1, 2)] == [2, 3]
