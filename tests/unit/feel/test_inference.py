"""What is said of an expression before it is evaluated."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest

from engine.feel import Run, Value, Vocabulary, YearsMonths, kind
from engine.feel.arithmetic import add, attempt, divide, multiply, power, subtract
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.inference import Examination, KnownFunction, examined, inferred, similar
from engine.feel.inference.misfit import (
    CALL_ARGUMENTS,
    CONDITION_TYPE,
    OPERAND_TYPE,
    UNKNOWN_ENTRY,
    UNKNOWN_VARIABLE,
)
from engine.feel.inference.operators import ARITHMETIC
from engine.feel.inference.static_types import joined
from engine.feel.parser import parse_expression
from engine.feel.syntax import Name, Placed
from engine.feel.types import ANY, BASIC_TYPES, ContextType, ListType, NamedType, Type

from .asking import NOW

NUMBER, STRING, DATE, BOOLEAN = (BASIC_TYPES[name] for name in ("number", "string", "date", "boolean"))
APPLICANT = NamedType("tApplicant")
APPLICANT.base = ContextType((("kind", STRING), ("age", NUMBER), ("friends", ListType(APPLICANT))))
SCOPE: dict[str, Type] = {
    "n": NUMBER,
    "s": STRING,
    "d": DATE,
    "any": ANY,
    "ns": ListType(NUMBER),
    "applicant": APPLICANT,
    "total fee": NUMBER,
    "fee": KnownFunction((NUMBER, STRING), NUMBER, ("amount", "kind")),
}
SAMPLES: list[Value] = [
    *(True, 2, "a", [1], {"a": 1}),
    *(date(2026, 2, 28), datetime(2026, 2, 28, tzinfo=UTC), clock_time(10, tzinfo=UTC)),
    *(timedelta(hours=5), YearsMonths(3)),
]


def examination_of(text: str) -> Examination:
    tree = parse_expression(text, vocabulary=Vocabulary(names=SCOPE), builtin=BUILTIN_NAMES)
    return examined(tree, SCOPE)


def misfits_of(text: str) -> list[tuple[str, int]]:
    return [(misfit.rule, misfit.at) for misfit in examination_of(text).misfits]


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("1.5", "number"),
        ("null", "Null"),
        ('@"P1D"', "days and time duration"),
        ("n + any", "number"),
        ('any + "a"', "string"),
        ("n * any", "Any"),
        ("d + @\"P1D\"", "date"),
        ("d - d", "days and time duration"),
        ("n > 1 and s = \"a\"", "boolean"),
        ("n in [1..3]", "boolean"),
        ("n instance of string", "boolean"),
        ("if n > 1 then 1 else null", "number"),
        ("if n > 1 then 1 else s", "Any"),
        ("[1, n]", "list<number>"),
        ('[1, "a"]', "list"),
        ("[1..n]", "range<number>"),
        ("[1..n].start", "number"),
        ("{a: 1, b: a}", "context<a: number, b: number>"),
        ("applicant.kind", "string"),
        ("applicant.friends.age", "list<number>"),
        ("applicant.friends[age > 1]", "list<tApplicant>"),
        ("applicant.friends[1]", "tApplicant"),
        ("applicant.friends[kind = s].friends", "list<list<tApplicant>>"),
        ("for f in applicant.friends return f.age", "list<number>"),
        ("for i in 1..3 return i", "list<number>"),
        ("some f in applicant.friends satisfies f.age > 1", "boolean"),
        ("d.year", "number"),
        ("today()", "date"),
        ("date(s)", "date"),
        ("sum(ns)", "number"),
        ("max(1, n)", "number"),
        ('split(s, ",")', "list<string>"),
        ("append(ns, 1)", "list<number>"),
        ("sort(ns, function(a, b) a < b)", "list<number>"),
        ("get value(applicant, s)", "Any"),
        ("fee(n, s)", "number"),
        ("(function(a: number) a)(1)", "number"),
        ("{f: function(a: number) if a = 0 then 0 else f(a - 1) + 1, b: f(2)}.b", "number"),
        ("ns[n]", "Any"),
        ("ns[n > 1]", "list<number>"),
        ("get or else(n, 0)", "number"),
        ("any", "Any"),
        ("any.name", "Any"),
        ("null + 1", "Null"),
        ("if n > 1 then null else 1", "number"),
        ("[{a: 1}, {a: 2}][1].b", "Null"),
        ("[{a: 1}, {a: 2, c: 3}][1].b", "Any"),
        ("max(n, any)", "Any"),
        ("append(ns, s)", "list"),
        ("for x in ns return partial", "list<list>"),
        ("for i in any..3 return i", "list<number>"),
        ("for i in s..s return i", "list"),
    ],
)  # fmt: skip
def test_the_type_of_an_expression(text: str, type_name: str) -> None:
    assert examination_of(text).type.name == type_name


@pytest.mark.parametrize(
    ("text", "rule", "at"),
    [
        ('"a" + 1', OPERAND_TYPE, 4),
        ("d + n", OPERAND_TYPE, 2),
        ("1 + 2 + s", OPERAND_TYPE, 6),
        ("-s", OPERAND_TYPE, 0),
        ('n = "a"', OPERAND_TYPE, 2),
        ("s < 5", OPERAND_TYPE, 2),
        ("any < true", OPERAND_TYPE, 4),
        ("true < any", OPERAND_TYPE, 5),
        ("ns < ns", OPERAND_TYPE, 3),
        ("n between s and 3", OPERAND_TYPE, 2),
        ("n in (\"a\", 1)", OPERAND_TYPE, 6),
        ("n in [d..d]", OPERAND_TYPE, 5),
        ("[1..s]", OPERAND_TYPE, 0),
        ("s and true", OPERAND_TYPE, 0),
        ("if n then 1 else 2", CONDITION_TYPE, 3),
        ("every x in ns satisfies x + 1", CONDITION_TYPE, 24),
        ("ns[s]", CONDITION_TYPE, 3),
        ("applicant.kin", UNKNOWN_ENTRY, 9),
        ("applicant.friends.kin", UNKNOWN_ENTRY, 17),
        ("{a: 1}.b", UNKNOWN_ENTRY, 6),
        ("n.year", UNKNOWN_ENTRY, 1),
        ("d.hour", UNKNOWN_ENTRY, 1),
        ("substring(s)", CALL_ARGUMENTS, 0),
        ("substring(n, 1)", CALL_ARGUMENTS, 10),
        ("substring(string: s, begin: 1)", CALL_ARGUMENTS, 0),
        ("substring(string: n, start position: 1)", CALL_ARGUMENTS, 18),
        ("fee(n)", CALL_ARGUMENTS, 0),
        ("fee(s, s)", CALL_ARGUMENTS, 4),
        ("fee(amount: n, sort: s)", CALL_ARGUMENTS, 0),
        ("n(1)", CALL_ARGUMENTS, 0),
        ("nn + 1", UNKNOWN_VARIABLE, 0),
        ("applicant.friends[kin = s]", UNKNOWN_VARIABLE, 18),
        ("foo(1)", UNKNOWN_VARIABLE, 0),
    ],
)  # fmt: skip
def test_what_cannot_work_is_found_where_it_stands(text: str, rule: str, at: int) -> None:
    assert misfits_of(text) == [(rule, at)]


@pytest.mark.parametrize(
    "text",
    [
        "any + 1", "any = 1 and any = s", "n = null", "null + 1", "d = any", "n in any", 'n in (< 5, "a" = s)',
        "any.x.y", "any[x = 1]", "any(1)", "is defined(missing)", "is defined(applicant.missing)",
        "get or else(missing, 1)", "applicant.friends[n = age]", "ns[item > 1]", "for x in ns return partial",
        'substring(["a"], 1)', "sum(1, 2, 3)", "abs(any)", "if null then 1 else 2", "[n][1]", "applicant[1].age",
        "n in [1, 2, [3..5]]", "total fee + 1", "n in (? > 1)", '[{s: 1}, null][s = "a"]',
        "sort(ns, function(a, b) a < b)", "d < any",
    ],
)  # fmt: skip
def test_what_may_work_is_no_misfit(text: str) -> None:
    assert misfits_of(text) == []


@pytest.mark.parametrize(
    ("operator", "compute"), [("+", add), ("-", subtract), ("*", multiply), ("/", divide), ("**", power)]
)
def test_arithmetic_is_inferred_as_it_is_computed(operator: str, compute: object) -> None:
    computed = {}
    for left in SAMPLES:
        for right in SAMPLES:
            result = attempt(compute, Run({}, NOW, None), left, right, 0)  # type: ignore[arg-type]
            if result is not None:
                computed[kind(left), kind(right)] = kind(result)

    assert computed == ARITHMETIC[operator]


@pytest.mark.parametrize(
    ("text", "target", "certain"),
    [
        ("n", STRING, [True]),
        ('"a"', ListType(NUMBER), [True]),
        ("ns", STRING, [True]),
        ('[1, "a", s]', ListType(NUMBER), [True, False]),
        ("if n > 1 then 1 else s", NUMBER, [False]),
        ("if n > 1 then s else s", NUMBER, [True]),
        ("{kind: s}", APPLICANT, [True]),
        ("{kind: 1, age: s, friends: []}", APPLICANT, [True, False]),
        ("n", NUMBER, []),
        ("n", ListType(NUMBER), []),
        ("ns", NUMBER, []),
        ("d", BASIC_TYPES["date and time"], []),
        ("null", NUMBER, []),
        ("any", NUMBER, []),
        ("[]", ListType(STRING), []),
        ("ns", ListType(STRING), []),
        ("{kind: s, age: null, friends: [], more: 1}", APPLICANT, []),
    ],
)
def test_what_cannot_become_a_declared_type(text: str, target: Type, certain: list[bool]) -> None:
    assert [misfit.certain for misfit in examination_of(text).unfit_for(target)] == certain


def test_a_misfit_says_which_known_name_is_near() -> None:
    suggestions = [
        misfit.suggestion() for misfit in examination_of("applicant.knd + aplicant.age + zzz").misfits
    ]

    assert suggestions == ["kind", "applicant", ""]


def test_in_a_filter_the_entries_of_items_are_near_too() -> None:
    (misfit,) = examination_of("applicant.friends[knd = s]").misfits

    assert misfit.suggestion() == "kind"


def test_a_variable_with_the_name_of_a_built_in_function_goes_before_it() -> None:
    scope = {"sum": KnownFunction((STRING,), STRING, ("x",))}
    tree = parse_expression('sum("a")', vocabulary=Vocabulary(names=scope), builtin=BUILTIN_NAMES)

    assert inferred(tree, scope) is STRING


def test_a_place_with_a_declared_type_has_it() -> None:
    assert inferred(Placed(0, Name(0, "any"), "rule 1", "any", STRING), SCOPE) is STRING
    assert inferred(Placed(0, Name(0, "n"), "rule 1", "n"), SCOPE) is NUMBER


def test_a_name_in_other_letter_case_is_near() -> None:
    assert similar("TOTAL FEE", ["fee", "total fee"]) == "total fee"


def test_the_result_of_a_function_that_came_as_a_value_is_not_certain() -> None:
    tree = parse_expression("f(1)", vocabulary=Vocabulary(names=("f",)), builtin=BUILTIN_NAMES)
    declared = NamedType("tFunction")
    known = KnownFunction((ANY,), STRING, ("x",))
    declared.base = BASIC_TYPES["function"]

    assert inferred(tree, {"f": known}) is STRING
    assert inferred(tree, {"f": declared}) is ANY


def test_types_that_share_their_parts_many_times_are_joined_in_time() -> None:
    def layered() -> str:
        entries = [
            "a0: 1",
            *(
                f"a{level}: {{{', '.join(f'p{each}: a{level - 1}' for each in range(9))}}}"
                for level in range(1, 20)
            ),
        ]
        return f"{{{', '.join(entries)}}}"

    begun = time.perf_counter()
    type_ = examination_of(f"[{layered()}, {layered()}]").type

    assert isinstance(type_, ListType)
    assert time.perf_counter() - begun < 5


def test_recursive_types_are_joined() -> None:
    other = NamedType("tOther")
    other.base = ContextType((("kind", STRING), ("friends", ListType(other))))

    common = joined([APPLICANT, other])

    assert isinstance(common, ContextType)
    assert [name for name, _type in common.fields] == ["kind", "friends"]
