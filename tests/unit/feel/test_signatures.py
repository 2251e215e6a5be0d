"""How functions are declared, chosen by their arguments, and refused."""

from __future__ import annotations

import pytest

from engine.feel.builtins import BUILTINS

from .asking import complaint_of, value_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("substring", "substring(string: string, start position: number, length?: number): string"),
        ("sum", "sum(list: list...): number or duration"),
        ("append", "append(list: list, item: Any, ...): list"),
        (
            "number",
            "number(from: string, grouping separator?: string or null, decimal separator?: string or null)"
            ": number",
        ),
        ("abs", "abs(n: number or days and time duration or years and months duration): number or duration"),
    ],
)
def test_a_signature_reads_as_its_declaration(name: str, expected: str) -> None:
    assert [signature.text() for signature in BUILTINS[name].signatures] == [expected]


def test_every_function_says_what_it_gives() -> None:
    unsaid = {
        name
        for name, builtin in BUILTINS.items()
        if not all(signature.result for signature in builtin.signatures)
    }

    assert unsaid == set()


def test_the_types_of_the_arguments_choose_among_signatures() -> None:
    assert value_of('context put({}, "a", 1)') == {"a": 1}
    assert value_of('context put({a: {}}, ["a", "b"], 1)') == {"a": {"b": 1}}
    assert value_of("before([1..2], [3..4])") is True


def test_a_list_of_one_stands_for_its_item_in_the_choice_too() -> None:
    assert value_of("during([2], [1..3])") is True
    assert value_of('upper case(["a"])') == "A"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count()", "Expected count(list), but the call has other arguments."),
        ("count(items: [])", "Expected count(list), but the call has other arguments."),
        ("count(null)", "count: Expected a list as 'list', but got null."),
        ('sqrt("4")', "sqrt: Expected a number as 'number', but got a string."),
        (
            "during(1, 2)",
            "Expected during(point, range) or during(range1, range2), but got a number, a number.",
        ),
        (
            "append([1])",
            "Expected append(list, item...), but the call has other arguments.",
        ),
    ],
)
def test_a_refusal_says_what_was_expected(text: str, expected: str) -> None:
    assert complaint_of(text) == expected


def test_an_argument_named_twice_is_refused() -> None:
    assert "Expected abs(n)" in complaint_of("abs(n: 1, n: 2)")


def test_a_function_is_a_value_too() -> None:
    assert value_of("{f: sqrt, r: f(16)}.r") == 4
    assert value_of('{f: substring, r: f(string: "abc", start position: 2)}.r') == "bc"
    assert value_of("{f: before, r: f(range: [1..2], point: 3)}.r") is True
