"""`yishi process test`: the scenario tests of packages and process files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.clock import monotonic
from engine.dry_run import (
    Machine,
    Portability,
    ScenarioTest,
    Shelf,
    Verdict,
    compare,
    engine_named,
    judge,
    lacking,
    read_tests,
    stock,
)
from engine.errors import InvalidArgument
from engine.findings import Finding, has_errors
from engine.model.scenario_package import read_package
from terminal.complaints import REFUSED
from terminal.findings import findings_table
from terminal.junit import junit_xml
from terminal.options import AsJson
from terminal.output import clean, fixed, flowing, make_table, print_json, say
from terminal.process_files import is_package, read_model_files
from terminal.process_options import DEFAULT_ENGINE, OnEngine, machine_from

_TEST_FILES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Tested:
    """`portability` is None on our own engine; `seconds` are those of the machine."""

    verdict: Verdict
    portability: Portability | None
    seconds: float

    @property
    def passed(self) -> bool:
        return self.verdict.passed and (self.portability is None or self.portability.is_portable)

    @property
    def problems(self) -> list[str]:
        found = list(self.verdict.problems)
        if self.portability is not None:
            found += [f"{self.portability.engine}: {text}" for text in self.portability.differences]
        return found


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests of one package, or of the files that were named."""

    path: str
    findings: tuple[Finding, ...]
    tests: tuple[Tested, ...]

    @property
    def passed(self) -> bool:
        return not has_errors(self.findings) and all(test.passed for test in self.tests)


def test(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            exists=True,
            help="Packages (folders or .zip files); or .bpmn and .dmn files with .yaml tests of them.",
        ),
    ],
    engine: OnEngine = DEFAULT_ENGINE,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML there.")] = None,
    as_json: AsJson = False,
) -> None:
    """场景测试 / Run scenario tests in memory; exit 1 if one fails.

    On another engine than our own, each test is played on both and must go the same way.
    """
    machine = machine_from(engine)
    suites = [_suite(str(path), _package(path), machine) for path in paths if is_package(path)]
    loose = [path for path in paths if not is_package(path)]
    if loose:
        suites.append(_suite(str(loose[0]), (read_model_files(loose), ()), machine))
    if junit is not None:
        _write(junit, junit_xml([_report(suite) for suite in suites]))
    if as_json:
        print_json([_facts(suite) for suite in suites])
    else:
        for suite in suites:
            _say(suite)
    if not all(suite.passed for suite in suites):
        raise typer.Exit(REFUSED)


# --- testing -------------------------------------------------------------------------------------


def _package(path: Path) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    files = read_model_files([path])
    _, findings = read_package(files)
    return files, tuple(findings)


def _suite(path: str, read: tuple[dict[str, bytes], tuple[Finding, ...]], machine: Machine) -> Suite:
    files, of_package = read
    shelf, found = stock(files)
    # scenario.toml is read twice; what is wrong with it is said once.
    findings = tuple(dict.fromkeys((*of_package, *found)))
    if shelf is None or has_errors(findings):
        return Suite(path, findings, ())
    tests = [
        test
        for name, content in files.items()
        if name.endswith(_TEST_FILES)
        for test in read_tests(content, file=name)
    ]
    if not tests:
        raise InvalidArgument(f"Expected scenario tests (.yaml) with {path}, but there are none.")
    own, lacks = engine_named(DEFAULT_ENGINE), lacking(shelf, machine)
    return Suite(path, findings, tuple(_tested(test, shelf, machine, own=own, lacks=lacks) for test in tests))


def _tested(
    test: ScenarioTest, shelf: Shelf, machine: Machine, *, own: Machine, lacks: tuple[str, ...]
) -> Tested:
    began = monotonic()
    if lacks:
        problems = tuple(f"{machine.name}: {text}" for text in lacks)
        verdict = Verdict(test, machine.name, problems, None)
        return Tested(verdict, Portability(machine.name, lacks, ()), monotonic() - began)
    verdict = judge(test, shelf, machine=machine)
    portability = None
    if machine is not own:
        here = judge(test, shelf, machine=own)
        if here.result is not None and verdict.result is not None:
            portability = compare(here.result, verdict.result)
    return Tested(verdict, portability, monotonic() - began)


# --- telling -------------------------------------------------------------------------------------


def _say(suite: Suite) -> None:
    if suite.findings:
        say(findings_table(suite.findings))
    if suite.tests:
        table = make_table(fixed(""), flowing("测试 Test"), flowing("问题 Problem"))
        for tested in suite.tests:
            mark, style = ("✓", "green") if tested.passed else ("✕", "bold red")
            test = tested.verdict.test
            name = Text(clean(test.name))
            name.append(f"\n{clean(test.file)}", style="dim")
            table.add_row(Text(mark, style=style), name, Text(clean("\n".join(tested.problems))))
        say(table)
    passed = sum(tested.passed for tested in suite.tests)
    mark, style = ("✓", "bold green") if suite.passed else ("✕", "bold red")
    say(Text(f"{mark} {suite.path}: {passed}/{len(suite.tests)} 通过 passed", style=style))


def _facts(suite: Suite) -> dict[str, Any]:
    return {
        "path": suite.path,
        "ok": suite.passed,
        "findings": suite.findings,
        "tests": [
            {
                "file": tested.verdict.test.file,
                "name": tested.verdict.test.name,
                "passed": tested.passed,
                "engine": tested.verdict.engine,
                "ended": tested.verdict.result.ended if tested.verdict.result else None,
                "problems": tested.problems,
                "portability": tested.portability,
            }
            for tested in suite.tests
        ],
    }


def _report(suite: Suite) -> tuple[str, Sequence[tuple[str, str, float, Sequence[str]]]]:
    if not suite.tests:
        problems = [f"{each.rule}: {each.en}" for each in suite.findings if each.is_error]
        return suite.path, [(suite.path, "gate", 0.0, problems)]
    return suite.path, [
        (tested.verdict.test.file, tested.verdict.test.name, tested.seconds, tested.problems)
        for tested in suite.tests
    ]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InvalidArgument(f"Expected to write {path}, but: {error}.") from error
