"""The public DMN compatibility kit: all of level 2, all that is here of level 3.

Without the kit next to the repository, in `../shared/dmn-tck`, these tests are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.dmn.testing import read_tck_tests

from .kit import JAVA, PLACE, known_misses, missed, play, suite_files, suite_name

FILES = [file for file in suite_files() if suite_name(file) != JAVA]
KNOWN_MISSES = known_misses()

pytestmark = pytest.mark.skipif(
    not FILES,
    reason=f"NOT TESTED: DMN conformance. Put the kit (github.com/dmn-tck/tck, TestCases) into {PLACE.name} in"
    f" the folder `shared` next to this repository.",
)


@pytest.mark.parametrize("file", FILES, ids=suite_name)
def test_every_case_of_the_kit_passes(file: Path) -> None:
    played = play(file)

    failed = missed(played)
    known = {miss for miss in KNOWN_MISSES if miss[0] == played.name}

    why = {outcome.test.id: outcome.difference for outcome in played.outcomes if not outcome.passed}
    assert failed - known == set(), why
    assert known - failed == set(), "These pass now: take them out of known_misses.txt"


def test_no_miss_is_known_of_a_suite_that_is_not_there() -> None:
    assert {suite for suite, _ in KNOWN_MISSES} <= {suite_name(file) for file in FILES}


def test_the_kit_is_whole() -> None:
    levels = [path.parent.parent.name for path in FILES]

    assert levels.count("compliance-level-2") >= 28
    assert levels.count("compliance-level-3") >= 58
    tests = [test for file in FILES for test in read_tck_tests(file.read_bytes(), file=str(file)).tests]
    assert sum(test.expects_value for test in tests) > 1_200
    assert [test.problem for test in tests if test.problem] == []
