"""Whatever an expression evaluates to has the type that was inferred before, unless it is null."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.feel import (
    FeelSyntaxError,
    Range,
    Vocabulary,
    YearsMonths,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.builtins import BUILTIN_NAMES, BUILTINS
from engine.feel.inference import examined, examined_tests, inferred
from engine.feel.inference.misfit import CALL_ARGUMENTS, NEVER_MATCHES, OPERAND_TYPE
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.types import ANY, BASIC_TYPES, ContextType, ListType, NamedType, RangeType, Type
from engine.feel.values import Value

from .asking import NOW

NUMBER, STRING, DATE = BASIC_TYPES["number"], BASIC_TYPES["string"], BASIC_TYPES["date"]


def tree_type() -> NamedType:
    named = NamedType("tTree")
    named.base = ContextType((("a", NUMBER), ("kids", ListType(named))))
    return named


TREE = tree_type()
SCOPE: dict[str, Type] = {
    "n": NUMBER,
    "s": STRING,
    "d": DATE,
    "dt": BASIC_TYPES["date and time"],
    "t": BASIC_TYPES["time"],
    "span": BASIC_TYPES["days and time duration"],
    "months": BASIC_TYPES["years and months duration"],
    "flag": BASIC_TYPES["boolean"],
    "any": ANY,
    "ns": ListType(NUMBER),
    "ss": ListType(STRING),
    "rows": ListType(ContextType((("a", NUMBER), ("b", STRING)))),
    "tree": TREE,
    "r": RangeType(NUMBER),
    "list": BASIC_TYPES["list"],
    "nothing": NUMBER,
}
VALUES: dict[str, Value] = {
    "n": 3,
    "s": "2026-02-28",
    "d": date(2026, 2, 28),
    "dt": datetime(2026, 2, 28, 10, 30, tzinfo=UTC),
    "t": time(10, 30, tzinfo=UTC),
    "span": timedelta(hours=5),
    "months": YearsMonths(14),
    "flag": True,
    "any": {"a": "x", "c": [1]},
    "ns": [1, None, 2],
    "ss": ["x"],
    "rows": [{"a": 1, "b": "x", "c": True}, None, {"a": None, "b": "y"}],
    "tree": {"a": 1, "kids": [{"a": 2, "kids": []}]},
    "r": Range(1, 4, True, False),
    "list": [1, "a", [None]],
    "nothing": None,
}
ATOMS = [
    *SCOPE, "null", "true", "0", "2", "-1.5", '"a"', '@"2026-02-28"', '@"P1D"', '@"P2M"', '@"10:00:00Z"',
    '@"2026-02-28T10:00:00"', "[]", "[1, 2]", '["a", null]', "[[1], [2]]", '{a: 1, b: "x"}', "{}", "[1..3]",
    '[@"2026-01-01"..@"2026-01-03"]', "(< 5)", "function(a, b) a", "item", "partial", "absent", "?",
]  # fmt: skip
SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "in", "and", "or"]
PROPERTIES = ["a", "b", "c", "kids", "year", "weekday", "time offset", "timezone", "days", "years", "start"]
TYPES = ["number", "list<number>", "tTree", "context<a: number>", "Any"]
FORMS = [
    *(f"(_) {sign} (_)" for sign in SIGNS),
    *(f"(_).{name}" for name in PROPERTIES),
    *(f"(_) instance of {type_}" for type_ in TYPES),
    *(f"{name}({', '.join('_' * count)})" for name in sorted(BUILTINS) for count in range(4)),
    *["-(_)", "if _ then _ else _", "[_, _]", "[_]", "{a: _, f: function(a, x) _, b: a, c: f(b, 1)}"] * 4,
    *["(_)[_]", "for x in _ return _", "for a in _.._, y in ns return _", "[(_)..(_)]"] * 4,
    *["some a in _ satisfies _", "every a in _ satisfies _", "_ between _ and _"] * 2,
    *["(function(a: number) _)(_)", "(_)[(_) = (_)]"] * 4,
]
"""Expressions with a hole for each part."""


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS))
    first, *rest = draw(st.sampled_from(FORMS)).split("_")
    return first + "".join(draw(expressions(depth=depth - 1)) + part for part in rest)


VOCABULARY = Vocabulary(names=SCOPE, types={"tTree": TREE})


@settings(max_examples=1_000, deadline=None)
@given(expressions())
@example("rows[a = 1].b")
@example("[{a: 1}, {a: 2, b: 3}][a > 1]")
@example("get or else(nothing, s)")
@example("[1, 2][nothing]")
@example('"a" + any')
@example("append(ns, s)")
@example("for x in d..d return x")
@example("{a: n, b: a}.b")
@example("concatenate([[1], [2]])")
@example("concatenate([1, 2])")
def test_a_value_has_the_inferred_type(text: str) -> None:
    try:
        tree = parse_expression(text, vocabulary=VOCABULARY, builtin=BUILTIN_NAMES)
        compiled = compile_expression(text, vocabulary=VOCABULARY)
    except FeelSyntaxError:
        return

    type_ = inferred(tree, SCOPE, types=VOCABULARY.types)
    value = compiled.value(VALUES, now=NOW)

    assert value is None or type_.has(value), type_.name


operands = st.sampled_from(
    [
        *(name for name in VALUES if name != "nothing"),
        *(each for each in ATOMS if each[:1] in '0123456789"@[{(-'),
    ]
)
operations = st.one_of(
    st.builds(
        lambda one, sign, other: f"({one}) {sign} ({other})", operands, st.sampled_from(SIGNS[:9]), operands
    ),
    st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})",
        st.sampled_from(sorted(BUILTINS)),
        st.lists(operands, max_size=4),
    ),
)


@settings(max_examples=1_000, deadline=None)
@given(operations)
@example("s + n")
@example("ns = n")
@example("substring(n, s)")
@example("sum()")
def test_what_is_called_a_misfit_is_null(text: str) -> None:
    tree = parse_expression(text, vocabulary=VOCABULARY, builtin=BUILTIN_NAMES)

    misfits = examined(tree, SCOPE, types=VOCABULARY.types).misfits
    value = compile_expression(text, vocabulary=VOCABULARY).value(VALUES, now=NOW)

    assert value is None or not any(misfit.rule in (OPERAND_TYPE, CALL_ARGUMENTS) for misfit in misfits), (
        misfits
    )


CELLS = [
    *(
        "_",
        "< _",
        ">= _",
        "= _",
        "!= _",
        "[_.._]",
        "? > _",
        "? = _",
        "? in (_, _)",
        "_, _",
        "not(_)",
        "(< _)",
    ),
    *("[_, _]", "(= _)", "[[_.._], _]", "list contains(?, _)", "_ and _", "-"),
]


@st.composite
def cells(draw: st.DrawFn) -> str:
    first, *rest = draw(st.sampled_from(CELLS)).split("_")
    return first + "".join(draw(expressions(depth=1)) + part for part in rest)


@settings(max_examples=1_000, deadline=None)
@given(cells(), st.sampled_from([name for name in SCOPE if name not in ("any", "nothing")]))
@example('"a"', "n")
@example("< 5", "s")
@example("true", "n")
@example("flag", "n")
@example('["x", ["x"]]', "ss")
def test_a_test_that_is_said_never_to_pass_does_not_pass(text: str, name: str) -> None:
    vocabulary = VOCABULARY.with_names(("?",))
    try:
        tree = parse_unary_tests(text, vocabulary=vocabulary, builtin=BUILTIN_NAMES)
        compiled = compile_unary_tests(text, vocabulary=vocabulary)
    except FeelSyntaxError:
        return

    misfits = examined_tests(tree, SCOPE[name], SCOPE, types=VOCABULARY.types)
    said = any(misfit.rule == NEVER_MATCHES and misfit.certain for misfit in misfits)

    assert not (said and compiled.matches(VALUES[name], VALUES, now=NOW)), misfits
