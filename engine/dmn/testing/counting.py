"""How many tests pass: of a file, of a level of the compatibility kit, of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.dmn.testing.decision_test import TestSuite
from engine.dmn.testing.running import TestOutcome


@dataclass(frozen=True, slots=True)
class Counts:
    """`expecting_value` counts the tests whose answer is neither null nor an error, and `inexact` those
    that passed although the answer is not exactly the expected one."""

    all: int = 0
    passed: int = 0
    expecting_value: int = 0
    expecting_value_passed: int = 0
    inexact: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.all + other.all,
            self.passed + other.passed,
            self.expecting_value + other.expecting_value,
            self.expecting_value_passed + other.expecting_value_passed,
            self.inexact + other.inexact,
        )

    @property
    def failed(self) -> int:
        return self.all - self.passed


@dataclass(frozen=True, slots=True)
class Summary:
    """`suites` by file, `levels` by "2", "3", or "" for what is not of the kit; in the order they came."""

    total: Counts
    suites: Mapping[str, Counts]
    levels: Mapping[str, Counts]


def counted(outcomes: Iterable[TestOutcome]) -> Counts:
    """The counts of one list of outcomes."""
    found = list(outcomes)
    passed = [outcome for outcome in found if outcome.passed]
    return Counts(
        len(found),
        len(passed),
        sum(outcome.test.expects_value for outcome in found),
        sum(outcome.test.expects_value for outcome in passed),
        sum(outcome.inexact for outcome in passed),
    )


def summarise(runs: Iterable[tuple[TestSuite, Iterable[TestOutcome]]]) -> Summary:
    """The counts of several files. Two suites of one file are counted together."""
    suites: dict[str, Counts] = {}
    levels: dict[str, Counts] = {}
    total = Counts()
    for suite, outcomes in runs:
        counts = counted(outcomes)
        suites[suite.file] = suites.get(suite.file, Counts()) + counts
        levels[suite.level] = levels.get(suite.level, Counts()) + counts
        total += counts
    return Summary(total, suites, levels)
