from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from engine.feel import Range, YearsMonths

from .yaml_asking import only, suite


def test_a_file_is_a_model_and_tests() -> None:
    read = suite(
        """
decisions: ../fee.dmn
labels: [收费]
tests:
  - name: 免费
    decide: fee
    given: { amount: 1200, applicant: { kind: enterprise, capital: 0.10, tags: [a, null] } }
    expect: 0
"""
    )

    assert (read.file, read.model_file, read.labels) == ("fee.yaml", "../fee.dmn", ("收费",))
    (test,) = read.tests
    assert (test.id, test.name, test.line, test.invocable, test.is_service) == ("1", "免费", 5, "fee", False)
    assert test.inputs == {
        "amount": 1200,
        "applicant": {"kind": "enterprise", "capital": Decimal("0.10"), "tags": ["a", None]},
    }
    assert (test.expected, test.expects_error, test.matched) == (0, False, {})
    assert (test.within, test.error_needs_diagnostic) == (Decimal(0), True)
    assert test.now is None


def test_numbers_are_exact() -> None:
    test = only(
        """
decisions: a.dmn
tests: [{name: a, decide: d, expect: [0.1234567890123456789, 12345678901234567890123, 1e-3]}]
"""
    )

    assert test.expected == [
        Decimal("0.1234567890123456789"),
        12345678901234567890123,
        Decimal("0.001"),
    ]


def test_a_text_that_begins_with_an_equals_sign_is_feel() -> None:
    test = only(
        """
decisions: a.dmn
tests:
  - name: a
    decide: d
    given:
      day: = @"2026-01-01"
      term: '= duration("P1Y")'
      nested: [{ span: '=[1..5)' }]
      formula: '= "=SUM(A1)"'
      text: 2026-01-01
      nothing: = null
    expect: = 1 / 4
"""
    )

    assert test.inputs == {
        "day": date(2026, 1, 1),
        "term": YearsMonths(12),
        "nested": [{"span": Range(1, 5, True, False)}],
        "formula": "=SUM(A1)",
        "text": "2026-01-01",
        "nothing": None,
    }
    assert test.expected == Decimal("0.25")


def test_now_is_the_instant_of_the_values_too_and_a_test_may_have_its_own() -> None:
    one, other = suite(
        """
decisions: a.dmn
now: 2026-03-01T23:00:00+08:00
decide: d
tests:
  - { name: a, given: { day: = today() }, expect: null }
  - { name: b, now: 2026-05-01T08:00:00, given: { day: = today() }, expect: null }
"""
    ).tests

    assert one.now == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert one.inputs == {"day": date(2026, 3, 1)}
    assert other.now == datetime(2026, 5, 1, tzinfo=UTC)
    assert other.now.utcoffset() == timedelta(hours=8)
    assert other.inputs == {"day": date(2026, 5, 1)}


def test_what_stands_above_the_tests_is_for_all_and_a_test_says_more() -> None:
    one, other = suite(
        """
decisions: a.dmn
decide: d
within: 0.01
given: { a: 1, b: { x: 1 } }
imported: { "urn:m": { n: 1 } }
tests:
  - { name: a, expect: 1 }
  - name: b
    service: s
    within: 0
    given: { b: { y: 2 }, c: 3 }
    imported: { "urn:m": { m: 2 }, "urn:k": { k: 3 } }
    expect: 1
"""
    ).tests

    assert (one.invocable, one.is_service, one.within) == ("d", False, Decimal("0.01"))
    assert (one.inputs, one.imported) == ({"a": 1, "b": {"x": 1}}, {"urn:m": {"n": 1}})
    assert (other.invocable, other.is_service, other.within) == ("s", True, Decimal(0))
    assert other.inputs == {"a": 1, "b": {"y": 2}, "c": 3}
    assert other.imported == {"urn:m": {"n": 1, "m": 2}, "urn:k": {"k": 3}}


def test_null_is_expected_by_saying_so_and_an_error_is_something_else() -> None:
    null, error = suite(
        """
decisions: a.dmn
decide: d
tests:
  - { name: a, expect: }
  - { name: b, expect_error: true }
"""
    ).tests

    assert (null.expected, null.expects_error) == (None, False)
    assert (error.expected, error.expects_error) == (None, True)


def test_rules_are_those_of_the_decision_unless_others_are_named() -> None:
    tests = suite(
        """
decisions: a.dmn
decide: d
tests:
  - { name: a, expect: 1, matched: 3 }
  - { name: b, expect: 1, matched: [1, late] }
  - { name: c, expect: 1, matched: [] }
  - { name: d, expect: 1, matched: { d: 1, other: [2, 3] } }
"""
    ).tests

    assert [test.matched for test in tests] == [
        {"d": (3,)},
        {"d": (1, "late")},
        {"d": ()},
        {"d": (1,), "other": (2, 3)},
    ]


def test_a_table_is_a_test_per_row() -> None:
    first, second, third = suite(
        """
decisions: a.dmn
decide: fee
given: { area: "310115", applicant: { name: 张三, home: { city: 上海 } } }
tests:
  - name: 收费
    columns: [amount, " applicant . kind ", applicant.home.zip, expect.fee, expect.why, matched]
    cases:
      - [1200, enterprise, "200120", 0, 免费, 3]
      - [1, person, null, = 1/2, null, [1, r2]]
      - [1, person, null, 5, null, null]
"""
    ).tests

    assert [test.id for test in (first, second, third)] == ["1/1", "1/2", "1/3"]
    assert [test.name for test in (first, second)] == ["收费 [1]", "收费 [2]"]
    assert (first.line, second.line, first.invocable) == (9, 10, "fee")
    assert first.inputs == {
        "area": "310115",
        "amount": 1200,
        "applicant": {
            "name": "张三",
            "home": {"city": "上海", "zip": "200120"},
            "kind": "enterprise",
        },
    }
    assert second.inputs["applicant"]["kind"] == "person"
    assert first.expected == {"fee": 0, "why": "免费"}
    assert second.expected == {"fee": Decimal("0.5"), "why": None}
    assert [test.matched for test in (first, second, third)] == [
        {"fee": (3,)},
        {"fee": (1, "r2")},
        {},
    ]


def test_a_table_can_expect_whole_answers_errors_and_what_its_test_says() -> None:
    one, two, three = suite(
        """
decisions: a.dmn
decide: d
tests:
  - name: a
    expect: 7
    matched: 1
    columns: [x, expect_error]
    cases: [[1, false], [2, true]]
  - name: b
    columns: [x, expect]
    cases: [[1, { a: 1 }]]
"""
    ).tests

    assert (one.expected, one.expects_error, one.matched) == (7, False, {"d": (1,)})
    assert (two.expected, two.expects_error) == (None, True)
    assert three.expected == {"a": 1}
