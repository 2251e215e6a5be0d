"""Every claim about a table is held against the real engine, value by value, on many small tables.

The values tried are chosen here and not by the checks: all constants of the cells, values between and
beside them, null, and values of other kinds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import combinations, product

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import DecisionTable, HitPolicy, InputClause
from engine.feel import UnaryTests, Value, compile_expression, compile_unary_tests
from engine.findings import Finding

from .table_drawing import column, drawn, output

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = 500
Box = tuple[Value, ...]

_ALL_NUMBERS = "[-9, -1.5, -1.2, -1, 0, 1, 1.5, 2, 2.5, 3, 4]"
_ALL_TEXTS = '["a", "b", "c", "zz"]'
# Per type: values that lie in, between and outside the constants below, and cells that part them exactly.
PLAIN: Mapping[str, tuple[str, str]] = {
    "number": (
        _ALL_NUMBERS,
        "1 | 2 | 3 | < 1 | < 2 | <= 2 | > 2 | >= 3 | [1..2] | (1..2) | [1..3) | ]1..3] | not(2) | 1, 3"
        " | not(1, > 2) | != 2 | = 3 | not([1..2]) | null | < 1, > 3 | (>= 2) | [3..1] | ? > 1"
        " | ? > 1 and ? < 3 | ? = 1 or ? = 3 | ? between 1 and 2 | ? in [2..3] | not(? > 1) | 3 > ?"
        " | not(null) | ? in (1, > 2) | -1 | < -(1.5) | not(< 2, 3) | not([3..1]) | not(? between 2 and 1)"
        " | not(? > 1 and ? < 3) | not(? < 1 or ? = 2)",
    ),
    "string": (
        _ALL_TEXTS,
        '"a" | "b" | "c" | "a", "b" | not("a") | not("a", "c") | null, "a" | != "b" | ? = "a" | null',
    ),
    "boolean": ("[true, false]", "true | false | not(true) | = true | != false | null | true, null"),
    "date": (
        '[@"2019-12-30", @"2020-01-01", @"2020-01-02", @"2020-01-03", @"2020-06-01"]',
        '@"2020-01-01" | date("2020-01-02") | < @"2020-01-02" | >= date(2020, 1, 3) | not(@"2020-01-01")'
        ' | [@"2020-01-01"..@"2020-01-03"] | (@"2020-01-01"..@"2020-01-02") | > @"2020-01-01"',
    ),
    "days and time duration": (
        '[@"-P9D", @"-P1D", @"-PT12H", @"PT0S", @"PT12H", @"P1D", @"PT30H", @"P2D", @"P9D"]',
        '@"P1D" | < duration("P1D") | [@"PT0S"..@"P2D"] | > @"P2D" | not(@"PT0S") | <= @"-P1D" | < @"-P1D"'
        ' | >= @"-P1D"',
    ),
    "years and months duration": (
        '[@"P0M", @"P1M", @"P2M", @"P5M", @"P1Y", @"P9Y"]',
        '@"P1M" | < @"P2M" | >= duration("P1Y") | (@"P1M"..@"P2M") | [@"P1M"..@"P1Y"] | > @"P2M"',
    ),
}
# Cells of which less is known: only what is claimed must be true.
HARD: Mapping[str, tuple[str, str]] = {
    "number": (
        _ALL_NUMBERS,
        "[1, 2] | limit | < limit | ? > limit | odd(?) | [1, [2..3]] | > x | [1, [3..1]] | (!= 2) | (= 2)",
    ),
    "string": (
        _ALL_TEXTS,
        '["a", "b"] | contains(?, "z") | < "b" | ["a".."b"] | text | not(text) | not(["a", "b"])',
    ),
    "date and time": (
        '[@"2020-01-01T08:00:00", @"2020-01-01T09:00:00", @"2020-01-01T10:00:00", @"2020-01-01T11:00:00"'
        ', @"2020-01-01T10:00:00Z", @"2020-01-01T11:00:00+01:00", @"2020-01-01T18:00:00@Asia/Shanghai"'
        ', @"2020-01-01T13:00:00Z"]',
        '< @"2020-01-01T10:00:00" | >= @"2020-01-01T10:00:00" | not(@"2020-01-01T10:00:00Z")'
        ' | @"2020-01-01T10:00:00Z" | @"2020-01-01T18:00:00@Asia/Shanghai" | > @"2020-01-01T10:00:00Z"'
        ' | [@"2020-01-01T09:00:00"..@"2020-01-01T10:00:00"] | @"2020-01-01T10:00:00.5"'
        ' | @"2020-01-01T10:00:00" | [@"2020-01-01T10:00:00"..@"2020-01-01T10:00:00"]'
        ' | not(@"2020-01-01T10:00:00") | (@"2020-01-01T10:00:00"..@"2020-01-01T09:00:00")',
    ),
    "time": (
        '[@"08:00:00", @"09:00:00", @"09:30:00", @"10:00:00", @"11:00:00", @"10:00:00Z", @"10:30:00.5"'
        ', @"10:00:00@Asia/Shanghai", @"12:00:00+08:00"]',
        '< @"10:00:00" | >= @"10:00:00" | not(@"10:00:00") | @"10:00:00Z" | [@"09:00:00"..@"10:00:00"]'
        ' | > @"10:30:00.5" | not(< @"10:00:00") | ["09:00:00"..@"10:00:00"]',
    ),
}
ALL: Mapping[str, tuple[str, str]] = {
    name: (
        {**HARD, **PLAIN}[name][0],
        " | ".join(cells[name][1] for cells in (PLAIN, HARD) if name in cells),
    )
    for name in {**PLAIN, **HARD}
}
STRANGERS = (
    '[7, "q", true, @"2021-01-01", @"P3D", @"P3M", @"08:00:00", @"2021-01-01T00:00:00", ["a", "b"], {a: 1}]'
)


def values_of(text: str) -> list[Value]:
    found: list[Value] = compile_expression(text).value({}, now=NOW)
    return found


@cache
def compiled(cell: str) -> UnaryTests:
    return compile_unary_tests(cell, names=("limit", "text"))


def matching(table: DecisionTable, *, points: Sequence[Sequence[Value]]) -> dict[int, set[Box]]:
    """By rule number, the inputs of `points` that it matches when really run."""
    found: dict[int, set[Box]] = {}
    variables = {"limit": 2, "text": "b"}
    for rule in table.rules:
        passing = []
        for cell, values in zip(rule.tests, points, strict=True):
            tests = compiled(cell.text)
            passing.append([n for n, value in enumerate(values) if tests.matches(value, variables, now=NOW)])
        found[rule.number] = set(product(*passing))
    return found


def rules_in(finding: Finding) -> list[int]:
    """The rule numbers in a text, the one that it is about first."""
    return [int(number) for number in re.findall(r"\d+", re.sub(r"\{.*?\}|input \d+.*", "", finding.en))]


def witness_in(finding: Finding) -> dict[str, Value]:
    """The pasted witness, read by the real engine."""
    found = re.search(r"input (\{.*\})", finding.en)
    assert found is not None
    value = compile_expression(found[1]).value({}, now=NOW)
    assert isinstance(value, dict)
    return value


def rules_that_match(table: DecisionTable, context: Mapping[str, Value]) -> list[int]:
    matched = []
    for rule in table.rules:
        passes = all(
            compiled(cell.text).matches(
                context.get(clause.expression.text.text), {"limit": 2, "text": "b", **context}, now=NOW
            )
            for cell, clause in zip(rule.tests, table.inputs, strict=True)
        )
        if passes:
            matched.append(rule.number)
    return matched


def a_table(
    seed: int, *, policy: HitPolicy, kinds: Mapping[str, tuple[str, str]], typed: bool
) -> tuple[DecisionTable, list[list[Value]]]:
    """A random table, and per column all values of its kind that its cells can tell apart."""
    chance = random.Random(f"{policy}{seed}")
    chosen = chance.choices(list(kinds), k=chance.choice([1, 1, 2, 2, 2, 3]))
    inputs: list[InputClause] = []
    points = []
    for number, kind in enumerate(chosen):
        values, _cells = kinds[kind]
        inputs.append(column("xyz"[number], type_ref=kind if typed else ""))
        points.append(values_of(values))
    rows = []
    for number in range(chance.choice([1, 2, 3, 4, 5])):
        row = [
            chance.choice(kinds[kind][1].split(" | ")) if chance.random() < 0.75 else "-" for kind in chosen
        ]
        # The number of the rule in ANY tables: some alike, some not.
        rows.append([*row, str(chance.choice([1, 2, 3]) if policy is not HitPolicy.UNIQUE else number)])
    outputs = [output(values=PRIORITIES if policy is HitPolicy.PRIORITY else "")]
    return drawn(inputs, rows, policy=policy, outputs=outputs), points


PRIORITIES = "3, 1, 2"
OVERLAPS = ("rules-overlap", "any-conflict", "unreachable-rule")
POLICIES = [HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("typed", [True, False])
def test_what_is_claimed_is_true(policy: HitPolicy, typed: bool) -> None:
    claims = 0
    for seed in range(TABLES // 2):
        table, points = a_table(seed, policy=policy, kinds=ALL, typed=typed)
        strangers = values_of(STRANGERS)[: 10 if len(points) < 3 else 3]

        findings = check_table(table)

        everything = matching(table, points=[[*values, None, *strangers] for values in points])
        for finding in findings:
            claims += 1
            described = f"{finding.en} of {cells_of(table)}"
            match finding.rule:
                case "rules-overlap" | "any-conflict":
                    assert set(rules_in(finding)) <= set(rules_that_match(table, witness_in(finding))), (
                        described
                    )
                case "table-gap":
                    assert rules_that_match(table, witness_in(finding)) == [], described
                case "unreachable-rule":
                    this, *others = rules_in(finding)
                    covered = set().union(*(everything[other] for other in others)) if others else set()
                    assert everything[this] <= covered, described
                case "unused-input":
                    pass
                case _:
                    raise AssertionError(described)
    assert claims > 100


@pytest.mark.parametrize("policy", [HitPolicy.UNIQUE, HitPolicy.ANY])
def test_no_overlap_is_left_out(policy: HitPolicy) -> None:
    count = 0
    for seed in range(TABLES):
        table, points = a_table(seed, policy=policy, kinds=PLAIN, typed=True)
        matched = matching(table, points=[[*values, None] for values in points])

        findings = check_table(table)

        # Of a rule that another always matches with, only that is said.
        said = {tuple(sorted(rules_in(finding)[:2])) for finding in findings if finding.rule in OVERLAPS}
        there = {
            (one, other)
            for one, other in combinations(matched, 2)
            if matched[one] & matched[other]
            and (policy is HitPolicy.UNIQUE or answer(table, one) != answer(table, other))
        }
        assert there <= said, cells_of(table)
        count += len(there)
    assert count > 100


@pytest.mark.parametrize("policy", POLICIES)
def test_no_gap_is_left_out(policy: HitPolicy) -> None:
    count = 0
    for seed in range(TABLES):
        table, points = a_table(seed, policy=policy, kinds=PLAIN, typed=True)
        everything = set(product(*(range(len(values)) for values in points)))
        there = everything - set[Box]().union(*matching(table, points=points).values())

        findings = check_table(table)

        assert bool(there) is ("table-gap" in {finding.rule for finding in findings}), cells_of(table)
        count += bool(there)
    assert 100 < count < TABLES - 20


@pytest.mark.parametrize("policy", POLICIES)
def test_no_unreachable_rule_is_left_out(policy: HitPolicy) -> None:
    count = 0
    for seed in range(TABLES):
        table, points = a_table(seed, policy=policy, kinds=PLAIN, typed=True)
        strangers = values_of(STRANGERS)[: 10 if len(points) < 3 else 3]
        matched = matching(table, points=[[*values, None, *strangers] for values in points])

        findings = check_table(table)

        there = {this for this in matched if is_useless(table, this, matched)}
        said = {rules_in(finding)[0] for finding in findings if finding.rule == "unreachable-rule"}
        assert there == said, cells_of(table)
        count += len(there)
    assert count > 100


def is_useless(table: DecisionTable, this: int, matched: Mapping[int, set[Box]]) -> bool:
    """By definition, and by trying: no box algebra here."""
    mine = matched[this]
    match table.hit_policy:
        case HitPolicy.FIRST:
            rivals = [other for other in matched if other < this]
        case HitPolicy.PRIORITY:
            order = PRIORITIES.split(", ")
            place = order.index(answer(table, this))
            rivals = [other for other in matched if order.index(answer(table, other)) < place]
        case HitPolicy.UNIQUE:
            others = [(other, boxes) for other, boxes in matched.items() if other != this and mine <= boxes]
            return not mine or any(other < this or mine != boxes for other, boxes in others)
        case _:
            same = [other for other in matched if other < this and matched[other] == mine]
            return not mine or any(answer(table, other) == answer(table, this) for other in same)
    return mine <= set[Box]().union(*(matched[rival] for rival in rivals))


def answer(table: DecisionTable, number: int) -> str:
    cell = table.rules[number - 1].outputs[0]
    assert cell is not None
    return cell.text.text


def cells_of(table: DecisionTable) -> str:
    return str([[cell.text for cell in rule.tests] for rule in table.rules])


@pytest.mark.parametrize("kind", PLAIN)
def test_the_values_tried_tell_all_cells_apart(kind: str) -> None:
    """Otherwise the tests above would prove little."""
    values, cells = PLAIN[kind]
    points = [*values_of(values), None]
    never = ("[3..1]", "not([3..1])", '(@"2020-01-01"..@"2020-01-02")', '(@"P1M"..@"P2M")')

    for cell in cells.split(" | "):
        tests = compiled(cell)
        results = {tests.matches(value, {}, now=NOW) for value in points}

        assert results == ({False} if cell in never else {True, False}), cell
