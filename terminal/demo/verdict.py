"""Whether every case ended as the script says, judged by the journal, Prefect and the departments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from adapters.simulator.control import SimulatorControl
from engine.errors import Unavailable
from engine.facade import Engine
from engine.views.cases import CaseWhole, ShowCase
from engine.views.kpis import ClosedLoop, ClosedLoopFigures
from flows.runs import RunInfo, runs_of_case
from terminal.demo.director import RunningCase
from terminal.demo.script import EXPECTED_OUTCOME, Trait

ESCALATED_RUNGS = ("handler", "subdistrict", "district")


@dataclass(frozen=True, slots=True)
class Verdict:
    case: CaseWhole
    runs: tuple[RunInfo, ...]
    missing: tuple[str, ...]
    """What should have happened and did not."""


def judge(engine: Engine, case: RunningCase, *, prefect_api_url: str) -> Verdict:
    whole = engine.ask(ShowCase(case.number))
    missing: list[str] = []
    if whole.head.outcome != EXPECTED_OUTCOME:
        missing.append(f"结果 outcome {whole.head.outcome!r}")
    runs: tuple[RunInfo, ...] = ()
    if Trait.ESCALATED in case.script.traits:
        try:
            runs = tuple(runs_of_case(prefect_api_url, case.number))
        except Unavailable as error:
            missing.append(str(error))
        done = {run.name for run in runs if run.state == "Completed"}
        missing += [
            f"Prefect {case.number} {rung}" for rung in ESCALATED_RUNGS if f"{case.number} {rung}" not in done
        ]
    missing += [trait.value for trait in case.script.traits if not _SEEN[trait](whole)]
    return Verdict(whole, runs, tuple(missing))


def doubled_effects(simulator: SimulatorControl) -> list[str]:
    """Idempotency keys under which a department did something more than once."""
    return [entry["idempotency_key"] for entry in simulator.effects() if entry["effects"] != 1]


def _count(whole: CaseWhole, event_type: str, **data: object) -> int:
    return sum(
        event.event_type == event_type and all(event.data.get(key) == value for key, value in data.items())
        for event in whole.events
    )


def _completed(whole: CaseWhole, element_id: str) -> bool:
    return any(step.element_id == element_id and step.mark == "done" for step in whole.path)


def _met(whole: CaseWhole, *limits: str) -> bool:
    return all(any(c.limit_key == limit and c.state == "MET" for c in whole.clocks) for limit in limits)


_SEEN: dict[Trait, Callable[[CaseWhole], bool]] = {
    Trait.RETURNED: lambda w: _count(w, "USER_TASK_RETURNED") == 1 and _completed(w, "arbitrate"),
    Trait.REWORKED: lambda w: _count(w, "STAGE_ENTERED", stage="处置") == 2,
    Trait.ESCALATED: lambda w: _count(w, "ESCALATED", rung="district") == 1,
    Trait.RECOVERED: lambda w: _count(w, "JOB_FAILED") == 3 and _count(w, "JOB_COMPLETED", attempts=4) == 1,
    Trait.INCIDENT: lambda w: (
        _count(w, "INCIDENT_RAISED") == 1 and _count(w, "INCIDENT_RESOLVED") == 1 and not w.waiting.incidents
    ),
    Trait.PAUSED: lambda w: _count(w, "CLOCK_PAUSED") >= 1 and _count(w, "CLOCK_RESUMED") >= 1,
    Trait.MANUAL: lambda w: _count(w, "JOB_THREW_ERROR") == 1 and _completed(w, "call_back"),
    Trait.MILESTONES: lambda w: _met(w, "stop_work", "penalty", "demolition"),
}


def print_summary(console: Console, engine: Engine, verdicts: list[Verdict]) -> None:
    table = Table(title="十件结果 the ten cases", title_justify="left", pad_edge=False)
    for column in ("办件编号 case", "事项 what", "结果 outcome", "看到了什么 what was seen"):
        table.add_column(column, no_wrap=column.startswith("办件"))
    for verdict in verdicts:
        head = verdict.case.head
        seen = "✕ " + "; ".join(verdict.missing) if verdict.missing else _seen(verdict)
        table.add_row(head.case_number, head.title, head.outcome or head.state, seen)
    console.print(table)
    figures = engine.ask(ClosedLoop([verdict.case.head.case_number for verdict in verdicts]))
    console.print(_figures_table(figures))


def _seen(verdict: Verdict) -> str:
    whole = verdict.case
    return (
        "; ".join(trait.value for trait, seen in _SEEN.items() if seen(whole)) or "一次办结 straight through"
    )


def _figures_table(figures: ClosedLoopFigures) -> Table:
    table = Table(title="由事件日志算出 computed from the journal", title_justify="left", pad_edge=False)
    for column in ("指标 figure", "值 value", "口径 how counted"):
        table.add_column(column)
    for name, rate, part, whole, how in (
        (
            "按期处置率 handled in time",
            figures.in_time_rate,
            figures.in_time,
            figures.to_be_handled,
            "按期处置 / 应处置",
        ),
        ("返工率 reworked", figures.rework_rate, figures.reworked, figures.to_be_closed, "返工 / 应结案"),
        ("超期率 overdue", figures.overdue_rate, figures.overdue, figures.to_be_handled, "超期处置 / 应处置"),
    ):
        table.add_row(name, _percent(rate), f"{how} = {part}/{whole}")
    return table


def _percent(rate: Fraction | None) -> str:
    return "–" if rate is None else f"{float(rate):.1%}"
