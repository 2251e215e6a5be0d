from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.builtins import BUILTINS

from .asking import NOW

SIGNS = "+ - * / ** = != < <= > >= ( ) [ ] { } , . .. : @ ? ' -> //"
KEYWORDS = "and or if then else for in return some every satisfies between instance of function not"
ATOMS = 'true false null x y 案件 item partial list number string 1 2.5 1e6000 "a" "2026-02-28" "P1D"'
WORDS = [*f"{SIGNS} {KEYWORDS} {ATOMS}".split(), *BUILTINS]
CONTEXT = {"x": 1, "y": [1, "a", None, {"a": 2}], "案件": {"小类": "井盖"}, "item": {"x": "s"}}
sentences = st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join)


def try_both(text: str) -> None:
    """Any text either compiles, and then evaluates, or is a FeelSyntaxError: nothing else may escape."""
    for compile_text in (compile_expression, compile_unary_tests):
        try:
            compiled = compile_text(text, names=tuple(CONTEXT))
        except FeelSyntaxError as error:
            assert 0 <= error.position <= len(text)
            continue
        if hasattr(compiled, "evaluate"):
            compiled.evaluate(CONTEXT, now=NOW)
        else:
            compiled.matches(1, CONTEXT, now=NOW)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_characters(text: str) -> None:
    try_both(text)


@settings(max_examples=400, deadline=None)
@given(sentences)
def test_any_sequence_of_the_language_s_own_words(text: str) -> None:
    try_both(text)


literals = st.sampled_from(
    [
        "null", "true", "0", "-1", "1.5", "1e6144", "1e-6143", '""', '"a"', '"井"', '@"2026-02-28"', '@"0001-01-01"',
        '@"9999-12-31T23:59:59Z"', '@"0001-01-01T00:00:00+14:00"', '@"10:00:00@Asia/Shanghai"', '@"10:00:00Z"',
        '@"P999999999D"', '@"-P999999999D"', '@"P1M"', "[]", "[1, null]", "[[1], [2]]", "{}", "{a: 1}", "[1..5]",
        "(< 5)", "function(a, b) a", "y", '@"2026-02-28T10:00:00"',
        '[@"0001-01-01T00:00:00+14:00"..@"9999-12-31T23:59:59-14:00"]',
    ]
)  # fmt: skip
calls = st.builds(
    lambda name, arguments: f"{name}({', '.join(arguments)})",
    st.sampled_from(sorted(BUILTINS)),
    st.lists(literals, max_size=4),
)
operands = literals | calls
operations = st.builds(
    lambda one, sign, other: f"({one}) {sign} ({other})",
    operands,
    st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "in", "and", "or"]),
    operands,
)


@settings(max_examples=800, deadline=None)
@given(operands | operations | operations.map(lambda text: f"string({text})"))
def test_any_operation_on_any_values_gives_a_value_or_null(text: str) -> None:
    evaluation = compile_expression(text).evaluate(CONTEXT, now=NOW)

    assert evaluation.value is None or not isinstance(evaluation.value, float)
