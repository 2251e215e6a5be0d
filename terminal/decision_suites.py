"""Files of decision tests: found, run against their models, with what came of it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.clock import monotonic
from engine.dmn import DecisionModel
from engine.dmn.testing import (
    TableCoverage,
    TestOutcome,
    TestSuite,
    read_tck_tests,
    read_yaml_tests,
    rule_coverage,
    run_suite,
)
from engine.errors import DefinitionRefused, InvalidArgument
from engine.findings import Finding, Severity
from terminal.decision_files import ModelShelf
from terminal.decision_rules import names_of
from terminal.process_files import read_file

MAX_TEST_FILES = 5_000
_YAML = (".yaml", ".yml")
_XML = ".xml"
_IS_DECISION_TEST = re.compile(rb"^decisions[ \t]*:", re.MULTILINE)
_IS_KIT_TEST = re.compile(rb"<(?:\w+:)?testCases\b")


@dataclass(frozen=True, slots=True)
class RunSuite:
    """`findings` say why its tests were not run, or not all; `model_path` is None if it could not be read."""

    file: str
    suite: TestSuite
    outcomes: tuple[TestOutcome, ...]
    findings: tuple[Finding, ...]
    model_path: Path | None
    model: DecisionModel | None
    seconds: float

    @property
    def passed(self) -> bool:
        refused = self.model is None or not self.outcomes
        return not refused and all(outcome.passed for outcome in self.outcomes)


def test_files(paths: Sequence[Path]) -> list[Path]:
    """Those that were named, and those in folders that look like decision tests, in their order.

    Raises InvalidArgument if there are none, or too many.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for each in _in_folder(path) if path.is_dir() else [path]:
            found[each] = None
            if len(found) > MAX_TEST_FILES:
                raise InvalidArgument(
                    f"Expected at most {MAX_TEST_FILES} files of tests, but there are more."
                )
    if not found:
        listed = ", ".join(map(str, paths))
        raise InvalidArgument(f"Expected decision tests (.yaml or .xml) in {listed}, but there are none.")
    return list(found)


def run_file(path: Path, models: ModelShelf, *, now: datetime) -> RunSuite:
    """All tests of one file. What is wrong with it or its model is a finding: the next file comes all the same."""
    began = monotonic()
    of_kit = path.suffix.lower() == _XML
    try:
        content = read_file(path)
        suite = (read_tck_tests if of_kit else read_yaml_tests)(content, file=str(path))
    except DefinitionRefused as refused:
        return _refused(path, TestSuite(str(path), "", (), ()), refused.findings, began)
    model_path = path.parent / suite.model_file
    try:
        # The kit tries expressions that are wrong on purpose: they answer null, and others are asked.
        read = models.model(model_path, tolerant=of_kit)
    except (InvalidArgument, ValueError) as error:
        outcomes = run_suite(None, suite, now=now)
        missing = _unreadable(path, suite.model_file, str(error))
        return RunSuite(str(path), suite, outcomes, (missing,), None, None, monotonic() - began)
    outcomes = run_suite(read.model, suite, now=now)
    findings = read.findings if read.model is None else ()
    return RunSuite(str(path), suite, outcomes, findings, model_path, read.model, monotonic() - began)


def coverage_of(runs: Sequence[RunSuite]) -> Iterator[tuple[str, tuple[TableCoverage, ...]]]:
    """Each model with its tables, over the tests of all files that are about it."""
    outcomes: dict[Path, list[TestOutcome]] = {}
    models: dict[Path, tuple[str, DecisionModel]] = {}
    for run in runs:
        if run.model is not None and run.model_path is not None:
            key = run.model_path.resolve()
            models.setdefault(key, (str(run.model_path), run.model))
            outcomes.setdefault(key, []).extend(run.outcomes)
    for key, (title, model) in models.items():
        yield title, rule_coverage(model, outcomes[key])


def suite_names(runs: Sequence[RunSuite]) -> list[str]:
    """Of each its folder, as the kit names its suites; its own name where a folder holds several."""
    folders = Counter(Path(run.file).parent for run in runs)
    paths = [Path(run.file) for run in runs]
    return [path.stem if folders[path.parent] > 1 else path.parent.name or path.stem for path in paths]


def names_by_id(run: RunSuite) -> Mapping[str, str]:
    return {} if run.model is None else names_of(run.model.definitions)


def _in_folder(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root) / name
            if _looks_like_tests(path):
                yield path


def _looks_like_tests(path: Path) -> bool:
    """Other YAML and XML may stand beside tests: scenario tests, schemas."""
    suffix = path.suffix.lower()
    if suffix not in (*_YAML, _XML) or not path.is_file():
        return False
    mark = _IS_KIT_TEST if suffix == _XML else _IS_DECISION_TEST
    return mark.search(read_file(path)) is not None


def _refused(path: Path, suite: TestSuite, findings: Sequence[Finding], began: float) -> RunSuite:
    return RunSuite(str(path), suite, (), tuple(findings), None, None, monotonic() - began)


def _unreadable(path: Path, model_file: str, problem: str) -> Finding:
    return Finding(
        "unreadable-model",
        Severity.ERROR,
        None,
        None,
        f"无法读取被测的 DMN 文件 {model_file or '（未写明）'}：{problem}",
        f"The DMN file under test, {model_file or '(none named)'}, cannot be read: {problem}",
        "写出相对于测试文件的路径",
        "Name its path relative to the file of tests",
        str(path),
    )
