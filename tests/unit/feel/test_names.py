from __future__ import annotations

import pytest

from engine.feel import FeelSyntaxError, Vocabulary, compile_expression

from .asking import NOW, complaint_of, evaluation_of, value_of


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


@pytest.mark.parametrize(
    "name",
    [
        "full name", "a-b", "a - b", "a+b", "a*b", "a/b", "a.b", "a**b", "applicant's age", "applicant’s age",
        "profit and loss", "either or", "place in line", "man of the year", "what if?", "if then else",
        "in progress", "for sale", "not valid", "true name", "null hypothesis", "some more", "every day",
        "function room", "date of birth", "date and time", "string length", "list of names", "item number",
        "line 1", "1st line of 2".replace("1st", "first"), "x 1.5", "between us", "办理 期限", "案件-编号",
        "external audit", "return value", "satisfies all", "instance of x", "🐎 name", "a  b",
    ],
)  # fmt: skip
def test_any_known_name_is_read_as_one(name: str) -> None:
    """Parts of a name may be operators and keywords (clause 10.3.1.4, rules 25 to 30)."""
    assert value_of(name, **{name: 7}) == 7
    assert value_of(f"1 + {name} * 2", **{name: 7}) == 15
    assert value_of(f"[{name}, {name}][2]", **{name: 7}) == 7
    assert value_of(f"if {name} = 7 then {name} else 0", **{name: 7}) == 7
    assert value_of(f"x.{name} + 1", x={name: 7}, **{name: 0}) == 8
    assert value_of(f'{{"{name}": 7, r: {name} + 1}}.r') == 8
    assert value_of(f'[{{"{name}": 7}}, {{"{name}": 8}}][{name} > 7].{name}') == [8]
    assert compile_expression(f"{name} + 1", names=(name,)).names == {name}


def test_white_space_does_not_part_the_names_that_it_separates() -> None:
    assert value_of("a  \n b", **{"a b": 1}) == 1
    assert value_of("a - b", **{"a-b": 1, "a": 5, "b": 3}) == 1
    assert value_of("(a)-(b)", **{"a-b": 1, "a": 5, "b": 3}) == 2


def test_the_longest_of_several_names_wins_and_the_shorter_ones_stay() -> None:
    names = {"rate": 1, "rate limit": 2, "rate limit of day": 3, "limit": 4}

    assert value_of("[rate limit of day, rate limit, rate, limit]", **names) == [3, 2, 1, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{first name: 1, next: first name + 1}.next", 2),
        ("{a-b: 1, r: a-b}.r", 1),
        (
            "{a/b: 1, a+b: 2, a*b: 3, a.b: 4, a's: 5, a’s: 6, a 1.5: 7, r: [a/b, a+b, a*b, a.b, a's, a’s, a 1.5]}.r",
            [1, 2, 3, 4, 5, 6, 7],
        ),
        ("for my item in [1, 2] return my item * 2", [2, 4]),
        ("for my item in [1, 2], other one in [my item] return my item + other one", [2, 4]),
        ("some my item in [1, 2] satisfies my item > 1", True),
        ("(function(first number, second number) first number - second number)(5, 3)", 2),
        ("(function(first number, b) first number - b)(b: 3, first number: 5)", 2),
        ("(function(a-b: number) a-b)(a-b: 5)", 5),
        ("{f: function(the value) the value + 1, r: f(the value: 1)}.r", 2),
        ("{x: {inner part: 1}}.x.inner part", 1),
        ("[{unit price: 2}, {unit price: 3}][unit price > 2].unit price", [3]),
        ("{a: [{b c: 1}], r: a[b c = 1]}.r", [{"b c": 1}]),
    ],
)
def test_names_that_the_text_itself_declares(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_a_name_is_known_only_where_it_is_declared() -> None:
    assert value_of("[{a-b: 1}.a-b, a-b]", a=5, b=3) == [1, 2]
    assert value_of("{x: {a-b: 1}, y: a-b}.y", a=5, b=3) == 2
    assert value_of("[for a-b in [9] return a-b, a-b]", a=5, b=3) == [[9], 2]
    assert value_of("[(function(a-b) a-b)(9), a-b]", a=5, b=3) == [9, 2]
    assert value_of("[some a-b in [9] satisfies a-b = 9, a-b]", a=5, b=3) == [True, 2]


def test_entries_of_unknown_types_may_have_several_words() -> None:
    order = {"unit price": 3, "line 1": "x", "in": 4}

    assert value_of("order.unit price * 2", order=order) == 6
    assert value_of("order.line 1", order=order) == "x"
    assert value_of("order.in + 1", order=order) == 5
    assert value_of("if order.unit price > 2 then order.line 1 else null", order=order) == "x"
    assert value_of("order.unit price in [1..3] and order.unit price between 1 and 3", order=order) is True


def test_entries_of_known_types_stand_without_a_dot_in_filters_only() -> None:
    words = Vocabulary(entries=("unit-price",))
    context = {"orders": [{"unit-price": 2}, {"unit-price": 3}], "unit": 7, "price": 5}

    inside = compile_expression("orders[unit-price > 2]", vocabulary=words)
    outside = compile_expression("unit-price", vocabulary=words)

    assert inside.value(context, now=NOW) == [{"unit-price": 3}]
    assert outside.value(context, now=NOW) == 2


@pytest.mark.parametrize("name", ["date", "list", "number", "string", "count", "time", "not", "context"])
def test_a_variable_hides_the_function_of_its_name(name: str) -> None:
    assert value_of(f"{name} + 1", **{name: 1}) == 2
    assert value_of(f"(function({name}) {name} + 1)(1)") == 2
    assert value_of(f"{{{name}: 1, r: {name} + 1}}.r") == 2
    assert value_of(f"[{{{name}: 1}}, {{{name}: 2}}][{name} = 2].{name}") == [2]
    assert compile_expression(name, names=(name,)).names == {name}


def test_a_function_that_a_variable_hides_cannot_be_called_any_more() -> None:
    assert "a function to call" in complaint_of("count([1])", count=3)
    assert complaint_of("{sum: 1, r: sum([1])}.r") is not None


def test_a_declared_variable_that_is_missing_is_not_the_function_of_its_name() -> None:
    expression = compile_expression("count", names=("count",))

    assert expression.value({}, now=NOW) is None


def test_functions_of_several_words_are_values_too() -> None:
    assert value_of('{f: string length, r: f("abc")}.r') == 3
    assert value_of('for f in [upper case, lower case] return f("aB")') == ["AB", "ab"]


def test_keys_may_be_any_string() -> None:
    assert value_of('{"": 1, "a+(]!": 2, "1": 3}') == {"": 1, "a+(]!": 2, "1": 3}
    assert value_of('{"if": 1}.if') == 1


def test_the_item_s_own_entry_called_item_comes_first() -> None:
    """Clause 10.3.2.5: `item` is the element unless it has a key of that name."""
    assert value_of("[{item: 5}, {item: 1}][item > 3]") == [{"item": 5}]
    assert evaluation_of("[{x: 5}, {item: 1}][item = 1]").value == [{"item": 1}]


def test_a_name_may_have_full_width_brackets_where_it_is_known() -> None:
    assert value_of("金额（元） * 2 > 10", **{"金额（元）": 6}) is True
    assert value_of("{金额（元）: 3, 税: 金额（元） + 1}.税") == 4
    assert value_of("function(标准《2026》) 标准《2026》 + 1").parameters == ("标准《2026》",)


def test_a_full_width_bracket_anywhere_else_is_taken_for_a_slip() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("sum（1, 2)")

    assert "Expected '('" in str(caught.value) and "full-width twin" in str(caught.value)
