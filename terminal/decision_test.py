"""`yishi decision test`: decision tests in YAML, and the public compatibility kit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from engine.clock import monotonic
from engine.dmn.testing import Counts, Summary, TableCoverage, TestOutcome, counted, summarise
from engine.errors import InvalidArgument
from terminal.complaints import REFUSED
from terminal.decision_files import ModelShelf, fitting
from terminal.decision_rules import diagnostic_line
from terminal.decision_suites import RunSuite, coverage_of, names_by_id, run_file, suite_names, test_files
from terminal.feel_answers import plain_value
from terminal.feel_notation import notation
from terminal.feel_options import NowText, now_from
from terminal.findings import findings_table
from terminal.junit import junit_xml
from terminal.options import AsJson
from terminal.output import clean, console, fixed, flowing, make_table, print_json, say

MAX_FAILURES = 200
"""That are shown; a machine takes all of them as JSON or JUnit XML."""
_DIAGNOSTICS = 3
_VALUE_CELLS = 60


def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            exists=True,
            help="Files of tests: our YAML or the kit's XML; or folders with some.",
            show_default=False,
        ),
    ] = None,
    tck: Annotated[
        Path | None,
        typer.Option(
            "--tck",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The compatibility kit, or a part of it: a line for each suite, totals for each level.",
            show_default=False,
        ),
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Say which rules no test has made match.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML there.")] = None,
    now: NowText = None,
    as_json: AsJson = False,
) -> None:
    """测试 / Run decision tests; exit 1 if one fails or cannot be run.

    A test names its DMN file; what that imports is looked for in its folder.
    """
    if not paths and tck is None:
        raise typer.BadParameter("Expected files of tests, or --tck DIR, but got none.", param_hint="PATH")
    began = monotonic()
    files = test_files([*(paths or ()), *([tck] if tck is not None else ())])
    instant, models = now_from(now), ModelShelf()
    runs = [run_file(path, models, now=instant) for path in files]
    covered = list(coverage_of(runs)) if coverage else []
    seconds = monotonic() - began
    if junit is not None:
        _write(junit, junit_xml([_report(run) for run in runs]))
    summary = summarise((run.suite, run.outcomes) for run in runs)
    if as_json:
        print_json(_facts(runs, summary, covered if coverage else None, seconds))
    else:
        _say(runs, summary, is_kit=tck is not None, seconds=seconds)
        for title, tables in covered:
            _say_coverage(title, tables)
    if not all(run.passed for run in runs):
        raise typer.Exit(REFUSED)


# --- telling -------------------------------------------------------------------------------------


def _say(runs: Sequence[RunSuite], summary: Summary, *, is_kit: bool, seconds: float) -> None:
    findings = dict.fromkeys(finding for run in runs for finding in run.findings)
    if findings:
        say(findings_table(fitting(findings, width=console().width)))
    if is_kit:
        say(_suites_table(runs))
    # A refused model is a finding already: that each of its tests fails says no more.
    failures = [
        (run, outcome)
        for run in runs
        if run.model is not None
        for outcome in run.outcomes
        if not outcome.passed
    ]
    if failures:
        say(_failures_table(failures))
    if is_kit:
        say(_levels_table(summary))
    else:
        for run in runs:
            counts = counted(run.outcomes)
            mark, style = ("✓", "green") if run.passed else ("✕", "bold red")
            say(Text(clean(f"{mark} {run.file}: {counts.passed}/{counts.all} 通过 passed"), style=style))
    say(_last_line(runs, summary.total, seconds))


def _last_line(runs: Sequence[RunSuite], total: Counts, seconds: float) -> Text:
    mark, style = ("✓", "bold green") if all(run.passed for run in runs) else ("✕", "bold red")
    shown = Text(f"{mark} {total.passed}/{total.all} 通过 passed", style=style)
    shown.append(f"，期望有值的 expecting a value {total.expecting_value_passed}/{total.expecting_value}")
    if total.inexact:
        shown.append(f"，近似 nearly {total.inexact}")
    return shown.append(f"，{seconds:.1f} 秒 s")


def _suites_table(runs: Sequence[RunSuite]) -> Table:
    table = make_table(
        fixed(""),
        flowing("套件 Suite"),
        fixed("通过", right=True),
        fixed("有值", right=True),
        fixed("秒 s", right=True),
    )
    for run, name in zip(runs, suite_names(runs), strict=True):
        counts = counted(run.outcomes)
        mark, style = ("✓", "green") if run.passed else ("✕", "bold red")
        table.add_row(
            Text(mark, style=style),
            Text(clean(name), style="" if run.passed else "bold red"),
            f"{counts.passed}/{counts.all}",
            f"{counts.expecting_value_passed}/{counts.expecting_value}",
            f"{run.seconds:.2f}",
        )
    return table


def _levels_table(summary: Summary) -> Table:
    table = make_table(
        fixed("级别 Level"),
        fixed("通过 Passed", right=True),
        fixed("%", right=True),
        fixed("有值 With a value", right=True),
        fixed("%", right=True),
    )
    for level, counts in (*sorted(summary.levels.items()), ("合计 all", summary.total)):
        table.add_row(
            level or "-",
            f"{counts.passed}/{counts.all}",
            _percent(counts.passed, counts.all),
            f"{counts.expecting_value_passed}/{counts.expecting_value}",
            _percent(counts.expecting_value_passed, counts.expecting_value),
        )
    return table


def _percent(part: int, whole: int) -> str:
    """Never rounded up to 100."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else "-"


def _failures_table(failures: Sequence[tuple[RunSuite, TestOutcome]]) -> Table:
    table = make_table(flowing("失败 Failed"), flowing("问题 Problem"))
    for run, outcome in failures[:MAX_FAILURES]:
        test = outcome.test
        name = Text(clean(" ".join(filter(None, (test.id, test.name)))), style="red")
        name.append(f"\n{clean(Path(run.file).name)}:{test.line}", style="dim")
        table.add_row(name, Text(clean("\n".join(_problems(run, outcome)))), end_section=True)
    if len(failures) > MAX_FAILURES:
        table.add_row(f"… {len(failures) - MAX_FAILURES}", "--json, --junit")
    return table


def _problems(run: RunSuite, outcome: TestOutcome) -> list[str]:
    """The first difference, both values where it is only a part of them, and what was noted on the way."""
    found = [outcome.difference]
    test = outcome.test
    if not outcome.difference.startswith("$:") and outcome.difference.startswith("$"):
        found.append(f"期望 expected {_short(test.expected)}")
        found.append(f"实得 got {_short(outcome.got)}")
    names = names_by_id(run)
    found += [f"! {diagnostic_line(each, names)}" for each in outcome.diagnostics[:_DIAGNOSTICS]]
    if len(outcome.diagnostics) > _DIAGNOSTICS:
        found.append(f"! … {len(outcome.diagnostics) - _DIAGNOSTICS}")
    return found


def _short(value: Any) -> str:
    return notation(value, width=_VALUE_CELLS)


def _say_coverage(title: str, tables: Sequence[TableCoverage]) -> None:
    if not tables:
        return
    shown = make_table(
        flowing("规则覆盖 Rule coverage"),
        fixed("命中 Hit", right=True),
        flowing("从未命中 Never hit"),
        title=clean(title),
    )
    for table in tables:
        never = [f"{rule.number} ({rule.id})" if rule.id else str(rule.number) for rule in table.never_hit]
        shown.add_row(
            Text(clean(f"{table.where.zh} {table.where.en}")),
            f"{len(table.hit)}/{len(table.rules)}",
            Text(clean(", ".join(never)), style="yellow"),
        )
    say(shown)


# --- for machines --------------------------------------------------------------------------------


def _facts(
    runs: Sequence[RunSuite],
    summary: Summary,
    covered: Sequence[tuple[str, tuple[TableCoverage, ...]]] | None,
    seconds: float,
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "ok": all(run.passed for run in runs),
        "seconds": round(seconds, 3),
        "total": summary.total,
        "levels": summary.levels,
        "suites": [_suite_facts(run) for run in runs],
    }
    if covered is not None:
        facts["coverage"] = [
            {"path": title, "tables": [_table_facts(table) for table in tables]} for title, tables in covered
        ]
    return facts


def _suite_facts(run: RunSuite) -> dict[str, Any]:
    return {
        "file": run.file,
        "model": run.model_path,
        "level": run.suite.level,
        "ok": run.passed,
        "counts": counted(run.outcomes),
        "seconds": round(run.seconds, 3),
        "findings": run.findings,
        "tests": [_test_facts(outcome) for outcome in run.outcomes],
    }


def _test_facts(outcome: TestOutcome) -> dict[str, Any]:
    test = outcome.test
    return {
        "id": test.id,
        "name": test.name,
        "line": test.line,
        "asked": test.invocable,
        "passed": outcome.passed,
        "inexact": outcome.inexact,
        "expects_error": test.expects_error,
        "expected": plain_value(test.expected),
        "got": plain_value(outcome.got),
        "difference": outcome.difference,
        "diagnostics": outcome.diagnostics,
        "matched": outcome.matched,
    }


def _table_facts(table: TableCoverage) -> dict[str, Any]:
    return {
        "decision": table.decision_id,
        "zh": table.where.zh,
        "en": table.where.en,
        "line": table.where.line,
        "rules": len(table.rules),
        "hit": len(table.hit),
        "never_hit": [{"rule": rule.number, "rule_id": rule.id} for rule in table.never_hit],
    }


def _report(run: RunSuite) -> tuple[str, Sequence[tuple[str, str, float, Sequence[str]]]]:
    """A file that could not be run is one failed case: a build must not take it for a pass."""
    errors = [f"{each.rule}: {each.en}" for each in run.findings if each.is_error]
    if not run.outcomes:
        return run.file, [(run.file, "gate", run.seconds, errors or ["Expected tests, but there are none."])]
    return run.file, [
        (
            run.file,
            " ".join(filter(None, (outcome.test.id, outcome.test.name))),
            outcome.seconds,
            [] if outcome.passed else [*_problems(run, outcome), *errors],
        )
        for outcome in run.outcomes
    ]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InvalidArgument(f"Expected to write {path}, but: {error}.") from error
