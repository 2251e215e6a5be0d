from __future__ import annotations

from dataclasses import replace

from engine.dmn.testing import Counts, DecisionTest, TestOutcome, TestSuite, counted, summarise
from engine.feel import Value


def outcome(
    passed: bool, expected: Value = None, *, inexact: bool = False, error: bool = False
) -> TestOutcome:
    test = DecisionTest("1", "", "f", 1, "d", False, {}, expected, expects_error=error)
    return TestOutcome(test, passed, expected, inexact=inexact)


OUTCOMES = (
    outcome(True, 1, inexact=True),
    outcome(True, False),
    outcome(False, []),
    outcome(True),
    outcome(False, error=True),
    outcome(False),
)


def test_tests_that_expect_a_value_are_counted_apart() -> None:
    counts = counted(OUTCOMES)

    assert counts == Counts(all=6, passed=3, expecting_value=3, expecting_value_passed=2, inexact=1)
    assert counts.failed == 3


def test_counts_add_up_by_file_by_level_and_in_all() -> None:
    two = TestSuite("compliance-level-2/a.xml", "", (), ())
    three = TestSuite("b.xml", "", ("Compliance Level 3",), ())
    ours = TestSuite("c.yaml", "", (), ())

    summary = summarise(
        [(two, OUTCOMES), (three, OUTCOMES[:1]), (replace(three, file="d.xml"), ()), (ours, OUTCOMES)]
    )

    assert list(summary.suites) == ["compliance-level-2/a.xml", "b.xml", "d.xml", "c.yaml"]
    assert summary.suites["b.xml"] == Counts(1, 1, 1, 1, 1)
    assert summary.suites["d.xml"] == Counts()
    assert summary.levels == {"2": counted(OUTCOMES), "3": Counts(1, 1, 1, 1, 1), "": counted(OUTCOMES)}
    assert summary.total == Counts(13, 7, 7, 5, 3)
