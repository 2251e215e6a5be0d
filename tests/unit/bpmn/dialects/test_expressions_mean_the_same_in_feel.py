from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.dialects import juel, python_text
from engine.bpmn.dialects.feel_text import MAX_CHARACTERS, Translated, Untranslatable, constant_texts
from engine.feel import compile_expression, from_json, to_json

NOW = datetime(2026, 3, 2, tzinfo=UTC)
VARIABLES = {
    "n": 5,
    "text": "it's",
    "yes": True,
    "no": False,
    "none": None,
    "items": [10, 20, 30],
    "empty_list": [],
    "order": {"id": "A1", "total": 40, "two words": 2},
    "loopCounter": 1,
}


def value_of(found: Translated) -> Any:
    if found.literal is not None:
        return found.literal
    context = {name: from_json(value) for name, value in VARIABLES.items()}
    return to_json(compile_expression(found.feel).value(context, now=NOW))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${n}", 5),
        ("#{n}", 5),
        ("${n > 3 && n < 10}", True),
        ("${n gt 3 and n le 4}", False),
        ("${n == 5 || missing}", True),
        ("${!no}", True),
        ("${not none}", True),
        ("${!(missing > 3)}", True),
        ("${n eq 5 ? 'five' : \"other\"}", "five"),
        ("${no ? 1 : yes ? 2 : 3}", 2),
        ("${-n + 2 * (3 - 1)}", -1),
        ("${n % 2}", 1),
        ("${10 div 4}", 2.5),
        ("${10 - 3 - 2}", 5),
        ("${order.id}", "A1"),
        ("${order['two words']}", 2),
        ("${items[0]}", 10),
        ("${empty none}", True),
        ("${empty empty_list}", True),
        ("${empty items}", False),
        ("${empty text}", False),
        ("${!empty items}", True),
        ("${not empty missing}", False),
        ("${text == 'it\\'s'}", True),
        ("${execution.getVariable('n') + 1}", 6),
        ("${loopCounter}", 0),
        ("${null == none}", True),
        ("no expression", "no expression"),
        ("${n} of ${order.total}", "5 of 40"),
        ("a${missing}b", "ab"),
        ("\\${n}", "${n}"),
        ("${'}'}", "}"),
    ],
)
def test_juel(expression: str, expected: object) -> None:
    assert value_of(juel.translate(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("${bean.run(n)}", 8),
        ("${run()}", 3),
        ("${n + fn:size(items)}", 7),
        ("${execution.id}", 3),
        ("${task.assignee}", 3),
        ("${a & b}", 5),
        ("${a b}", 5),
        ("${a +}", 6),
        ("${a", 4),
        ("${}", 3),
        ("${items[n]}", 9),
        ("${if}", 3),
        ("${a = 1}", 5),
        ("${a.b.}", 7),
        ("${a -> b}", 6),
        ("${'open}", 3),
    ],
)
def test_juel_that_has_no_counterpart_is_refused_at_its_position(expression: str, position: int) -> None:
    with pytest.raises(Untranslatable) as refused:
        juel.translate(expression)

    assert refused.value.position == position
    assert str(position) in refused.value.zh and str(position) in refused.value.en


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('n > 3 and text == "it\'s"', True),
        ("not no", True),
        ("not none", True),
        ("n in [1, 5]", True),
        ("n not in [1, 5]", False),
        ("'t' in text", True),
        ("10 in items", True),
        ("none is None", True),
        ("n is not None", True),
        ("1 < n <= 5", True),
        ("n // 2", 2),
        ("n % 3", 2),
        ("-2 ** 2", -4),
        ("2 ** 3 ** 2", 512),
        ("(n - 1) * 2", 8),
        ("n - (1 - 2)", 6),
        ("'a' if no else 'b'", "b"),
        ("len(items)", 3),
        ("len(text)", 4),
        ("sum(items) / len(items)", 20),
        ("str(n) + '!'", "5!"),
        ("items[0] + items[-1]", 40),
        ("order['two words']", 2),
        ("order.get('id')", "A1"),
        ("order.get('none', 7)", 7),
        ("text.upper().startswith('IT')", True),
        ("f'{n} of {order.total}'", "5 of 40"),
        ("{'a': n, 'b': [True, None]}", {"a": 5, "b": [True, None]}),
        ("(1, 2)", [1, 2]),
        ("'a' 'b'", "ab"),
        ("True and (yes or no)", True),
    ],
)
def test_python(expression: str, expected: object) -> None:
    assert value_of(python_text.translate(expression)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "open('/etc/passwd')",
        "n.__class__()",
        "[x for x in items]",
        "lambda: n",
        "items[1:]",
        "'%s' % text",
        "{*items}",
        "(n := 3)",
        "1j",
        "1e999",
        "f'{n!r}'",
        "f'{n:>3}'",
        "print(n, end='')",
        "n @ n",
        "if",
        "1 +",
        "",
        "\x00",
        "b'x'",
        "...",
        "{n: 1}",
        "await n",
        "\ud800",
    ],
)
def test_python_that_has_no_counterpart_is_refused(expression: str) -> None:
    with pytest.raises(Untranslatable):
        python_text.translate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 3_000 + "1",
        "-" * 3_500 + "1",
        "not " * 900 + "n",
        "[" * 900 + "]" * 900,
        "x.get('a', " * 80 + "1" + ")" * 80,
        "len(" * 39 + "x" + ")" * 39,
        "a in (" * 38 + "b" + ")" * 38,
        "1" * (MAX_CHARACTERS + 1),
        "+".join("a" * 1_500),
    ],
)
def test_deep_or_swelling_python_is_refused_and_not_suffered(expression: str) -> None:
    with pytest.raises(Untranslatable):
        python_text.translate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 3_000 + "1",
        "!" * 3_000 + "a",
        "empty " * 39 + "a",
        "a ? " * 900 + "1",
        "1 ? (" * 39 + "1" + ")" * 39,
        "1" * MAX_CHARACTERS,
    ],
)
def test_deep_or_swelling_juel_is_refused_and_not_suffered(expression: str) -> None:
    with pytest.raises(Untranslatable):
        juel.translate(f"${{{expression}}}")


JUEL_PIECES = st.sampled_from(
    ["${", "#{", "}", "a", "b.c", "[0]", "['k']", "1", "2.5", "'s'", '"', " ", "+", "-", "*", "/", "%", "==",
     "!=", "<", "&&", "||", "!", "?", ":", "(", ")", "empty", "and", "null", "true", "\\", "f(", "$", "，"]
)  # fmt: skip


@given(st.lists(JUEL_PIECES, max_size=14).map("".join))
def test_any_juel_becomes_readable_feel_or_is_refused(text: str) -> None:
    try:
        found = juel.translate(text)
    except Untranslatable:
        return

    compile_expression(found.feel)


PYTHON_PIECES = st.sampled_from(
    ["a", "b.c", "[0]", "['k']", "1", "2.5", "'s'", " ", "+", "-", "**", "//", "%", "==", "<", " and ", " or ",
     " not ", " in ", " is ", " if ", " else ", "(", ")", "[", "]", "{", "}", ":", ",", "None", "True",
     "len(", "f'{a}'"]
)  # fmt: skip


@given(st.lists(PYTHON_PIECES, max_size=14).map("".join))
def test_any_python_becomes_readable_feel_or_is_refused(text: str) -> None:
    try:
        found = python_text.translate(text)
    except Untranslatable:
        return

    compile_expression(found.feel)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a"', ("a",)),
        ('["a", "b"]', ("a", "b")),
        ("[]", ()),
        ("groups", None),
        ('["a", b]', None),
        ('"a" + b', None),
        ('"a", "b"', None),
        ("[", None),
    ],
)
def test_only_constants_are_taken_as_roles(expression: str, expected: tuple[str, ...] | None) -> None:
    assert constant_texts(expression) == expected


def test_a_text_that_looks_like_feel_stays_a_text() -> None:
    assert juel.translate("=1 + 1").value == '="=1 + 1"'
