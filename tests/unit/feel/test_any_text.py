from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelSyntaxError, Vocabulary, compile_expression, compile_unary_tests
from engine.feel.builtins import BUILTINS
from engine.feel.types import BASIC_TYPES

from .asking import NOW

SIGNS = "+ - * / ** = != < <= > >= ( ) [ ] { } , . .. : @ ? ' ’ -> // /* */"
KEYWORDS = "and or if then else for in return some every satisfies between instance of function not external"
ATOMS = 'true false null x y 案件 item partial list number string 1 2.5 1e6000 "a" "2026-02-28" "P1D"'
WORDS = [*f"{SIGNS} {KEYWORDS} {ATOMS}".split(), *BUILTINS]
CONTEXT = {
    "x": 1,
    "y": [1, "a", None, {"a": 2}],
    "案件": {"小类": "井盖"},
    "item": {"x": "s"},
    "x-y": 3,
    "in time": 4,
    "profit and loss": [5],
}
WORDS += [
    *CONTEXT,
    "unit price",
    "tFee",
    "list <",
    "range<",
    "function<",
    "context<",
    "instance of",
    "]1..2[",
]
WORDS_ABOUT = Vocabulary(
    names=tuple(CONTEXT), entries=("unit price", "a.b"), types={"tFee": BASIC_TYPES["number"]}
)
sentences = st.builds(
    str.join, st.sampled_from([" ", "", "\n"]), st.lists(st.sampled_from(WORDS), max_size=20)
)


def try_both(text: str) -> None:
    """Any text either compiles, and then evaluates, or is a FeelSyntaxError: nothing else may escape."""
    for compile_text in (compile_expression, compile_unary_tests):
        try:
            compiled = compile_text(text, vocabulary=WORDS_ABOUT)
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


# Each § is another expression: the constructs of the grammar, one by one.
FORMS = [
    *(f"(§) {sign} (§)" for sign in ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]),
    "-(§)", "(§) between (§) and (§)", "(§) in (§, § )", "(§) in (< (§), [§])", "(§) in (? = (§), §)",
    "(§)[§]", "(§)[1]", "(§).a", "(§).year", "(§).start", "(§).unit price", "(§).if",
    "if § then § else §", "for i in § return §", "for i in §..§, j in § return partial", "for i in 1..3 return §",
    "some i in § satisfies §", "every i in §, j in [i] satisfies §",
    "{a: §, unit price: §, b: a, f: function(n) §}", "(function(a: number, b) §)(§, §)", "(function(a, b) §)(b: §)",
    "(§)(§)", "[]", "[§]", "[§, §, §]", "[(§)..(§)]", "((§)..(§)[", "(< (§))", "(!= (§))", "(= (§))",
    "(§) instance of list<number>", "(§) instance of tFee", "(§) instance of list", "string(§)", "count(§)", "not(§)",
]  # fmt: skip
NAMES = ["x", "y", "i", "j", "a", "b", "item", "partial", "f", "x-y", "in time", "?", "nothing"]
leaves = literals | st.sampled_from(NAMES)


@st.composite
def grown(draw: st.DrawFn, depth: int = 3) -> str:
    """A sentence of the grammar, drawn from the top: `st.builds` of templates takes gigabytes to shrink."""
    form = draw(st.sampled_from([*FORMS, *(f"{name}(§, §)" for name in BUILTINS)]))
    parts = form.split("§")
    inner = [draw(leaves if depth == 0 else leaves | grown(depth - 1)) for _ in parts[1:]]
    return "".join(part for pair in zip(parts, [*inner, ""], strict=True) for part in pair)


expressions = grown()


@settings(max_examples=600, deadline=None)
@given(expressions)
def test_any_sentence_of_the_grammar_is_read_and_gives_a_value_or_null(text: str) -> None:
    expression = compile_expression(text, vocabulary=WORDS_ABOUT)

    evaluation = expression.evaluate(CONTEXT, now=NOW)

    assert not isinstance(evaluation.value, float)
    assert all(0 <= diagnostic.position <= len(text) for diagnostic in evaluation.diagnostics)
    assert expression.value(CONTEXT, now=NOW) is not NotImplemented
    assert compile_unary_tests(text, vocabulary=WORDS_ABOUT).matches(1, CONTEXT, now=NOW) in (True, False)


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_an_evaluation_changes_nothing_that_it_was_given(text: str) -> None:
    before = deepcopy(CONTEXT)

    compile_expression(text, vocabulary=WORDS_ABOUT).evaluate(CONTEXT, now=NOW)

    assert before == CONTEXT
