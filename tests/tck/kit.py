"""The public compatibility kit on disk: its suites, each with its model and the files that it imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.dmn import read_decisions
from engine.dmn.testing import TestOutcome, TestSuite, read_tck_tests, run_suite
from engine.findings import Finding

PLACE = Path(__file__).resolve().parents[3] / "shared" / "dmn-tck"
"""`../shared/dmn-tck`, seen from the repository."""
MISSES = Path(__file__).with_name("known_misses.txt")
JAVA = "0076-feel-external-java"
"""Calls Java, which nothing of ours does."""
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Played:
    """One suite: what was read, and what came of it. `findings` are those of its model."""

    suite: TestSuite
    outcomes: tuple[TestOutcome, ...]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        return suite_name(Path(self.suite.file))


def suite_files(place: Path = PLACE) -> list[Path]:
    """All test files, by name."""
    return sorted(place.rglob("*-test-*.xml"), key=lambda path: path.name)


def suite_name(file: Path) -> str:
    """ "0001-filter" of "0001-filter-test-01.xml", with the number of the file if it is not the first."""
    name, _, number = file.stem.rpartition("-test-")
    return name if number in ("", "01") else f"{name}-{number}"


def play(file: Path) -> Played:
    """Every test of `file`."""
    suite = read_tck_tests(file.read_bytes(), file=str(file))
    models = {path.name: path.read_bytes() for path in sorted(file.parent.glob("*.dmn"))}
    content = models.pop(suite.model_file)
    model, findings = read_decisions(content, file=suite.model_file, imports=models, tolerant=True)
    return Played(suite, run_suite(model, suite, now=NOW), tuple(findings))


def missed(played: Played) -> set[tuple[str, str]]:
    """(suite, test id) of what did not pass."""
    return {(played.name, outcome.test.id) for outcome in played.outcomes if not outcome.passed}


def known_misses() -> set[tuple[str, str]]:
    """What is known not to pass yet: a line each, the suite and the test's id."""
    lines = MISSES.read_text("utf-8").splitlines() if MISSES.exists() else []
    return {(suite, id_) for suite, _, id_ in (line.partition(" ") for line in lines) if suite}
