"""`yishi demo`: the main job, from nothing to ten closed cases."""

from __future__ import annotations

import json
import signal
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from datetime import time as time_of_day
from importlib import resources
from threading import Event
from typing import Annotated

import typer
from rich.console import Console

from adapters.simulator.control import SimulatorControl
from engine.clock import RECKONING_ZONE, SystemClock, monotonic
from engine.commands.deployments import DeployPackage
from engine.model.calendars import calendar_for
from engine.settings import Settings
from engine.views.cases import CaseLine, CaseList
from engine.views.operations import Journal, JournalLine
from terminal.demo.director import Director
from terminal.demo.screen import Screen, case_table
from terminal.demo.script import CASES, PROCESS
from terminal.demo.verdict import Verdict, doubled_effects, judge, print_summary
from terminal.session import read_settings
from terminal.stack import Stack

app = typer.Typer(add_completion=False)

ROUND_SECONDS = 0.7
LONGEST_SECONDS = 300.0
FAST_RATE = 600.0
"""Ten minutes of the district in a second: a working day of sessions and breaks in 61 s."""
RUN_SECONDS = 20.0
"""How long the last flow run may take to be recorded as completed."""
PLAIN_WIDTH = 150


def run_demo(settings: Settings, *, once: bool, fast: bool, console: Console) -> bool:
    """True if every case ended as expected. Without `once` it then stays up until Ctrl-C."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = _demo_settings(settings, fast=fast)
    console.print(f"[bold]一事 Yishi[/bold] 演示 demo · {settings.home}")
    with Stack(settings, simulate=True, say=lambda text: console.print(f"  ✔ {text}")) as stack:
        deployment = stack.engine.deploy(DeployPackage(_package(), actor="demo"))
        console.print(f"  ✔ 场景包 scenario {deployment.scenario} {deployment.version}")
        assert stack.simulator_url is not None  # noqa: S101 - asked for above
        simulator = SimulatorControl(stack.simulator_url)
        verdicts = _play(stack, simulator, fast=fast, console=console, stop=stop)
        passed = _conclude(stack, simulator, verdicts, console)
        if not once:
            _stay(stack, settings, verdicts, console, stop)
        return passed


def _demo_settings(settings: Settings, *, fast: bool) -> Settings:
    """A home of its own, so that a demonstration never mixes with anybody's cases."""
    changes: dict[str, object] = {"home": settings.home / ("demo-fast" if fast else "demo")}
    if fast:
        now = SystemClock().now()
        changes["clock"] = f"scaled {_next_morning(now).isoformat()} {now.isoformat()} {FAST_RATE}"
    return settings.model_copy(update=changes)


def _next_morning(now: datetime) -> datetime:
    """08:30 of the next working day, when the statutory hours begin to run."""
    today = now.astimezone(RECKONING_ZONE).date()
    day = calendar_for(area="310115", version="demo").next_workday(today)
    return datetime.combine(day, time_of_day(8, 30), tzinfo=RECKONING_ZONE).astimezone(UTC)


def _package() -> dict[str, bytes]:
    with resources.as_file(resources.files("processes").joinpath(PROCESS)) as folder:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _play(
    stack: Stack, simulator: SimulatorControl, *, fast: bool, console: Console, stop: Event
) -> list[Verdict]:
    deadline = monotonic() + LONGEST_SECONDS
    with Screen(console) as screen:
        director = Director(
            stack.engine,
            # Real limits on a quick clock, or limits of minutes on the real one.
            area="310115" if fast else "demo",
            simulator=simulator,
            tell=screen.tell,
            leave_to_timer=frozenset() if fast else frozenset({0}),
        )
        while not director.finished and not stop.is_set():
            stack.check(restart=False)
            lines = _lines(stack, director)
            screen.show(lines, _escalations(stack, director))
            director.play_round(
                {line.head.case_number: line.waiting for line in lines if line.head.state == "OPEN"}
            )
            if monotonic() > deadline:
                console.print("[red]超过演示时限 the demonstration took too long[/red]")
                console.print(case_table(_lines(stack, director), {}, wide=True))
                break
            time.sleep(ROUND_SECONDS)
        screen.show(_lines(stack, director), _escalations(stack, director))
    if not stop.is_set():
        _await_runs(stack, director)
    return [
        judge(stack.engine, case, prefect_api_url=stack.prefect_api_url) for case in director.cases.values()
    ]


def _lines(stack: Stack, director: Director) -> list[CaseLine]:
    lines = stack.engine.ask(CaseList(limit=100))
    return sorted(
        (line for line in lines if line.head.case_number in director.cases), key=lambda line: line.head.id
    )


def _escalations(stack: Stack, director: Director) -> Mapping[str, list[JournalLine]]:
    by_case: dict[str, list[JournalLine]] = defaultdict(list)
    for line in stack.engine.ask(Journal(list(director.cases), ["ESCALATED"])):
        by_case[line.case_number].append(line)
    return by_case


def _await_runs(stack: Stack, director: Director) -> None:
    """The last escalation's effect is done; its flow run needs a moment to be recorded as completed."""
    deadline = monotonic() + RUN_SECONDS
    while monotonic() < deadline:
        verdicts = [
            judge(stack.engine, case, prefect_api_url=stack.prefect_api_url)
            for case in director.cases.values()
        ]
        if not any("Prefect" in text for verdict in verdicts for text in verdict.missing):
            return
        time.sleep(ROUND_SECONDS)


def _conclude(stack: Stack, simulator: SimulatorControl, verdicts: list[Verdict], console: Console) -> bool:
    print_summary(console, stack.engine, verdicts)
    for verdict in verdicts:
        for run in sorted(verdict.runs, key=lambda run: run.name):
            console.print(f"  Prefect {run.name} {run.state} {' '.join(run.tags)}")
    doubled = doubled_effects(simulator)
    missing = sum(len(verdict.missing) for verdict in verdicts)
    passed = not doubled and not missing and len(verdicts) == len(CASES)
    if doubled:
        console.print(f"[red]委办局重复办理 doubled effects: {doubled}[/red]")
    console.print(
        "[bold green]✔ 十件全部如期 every case ended as expected[/bold green]"
        if passed
        else "[bold red]✕ 有办件未如期 not every case ended as expected[/bold red]"
    )
    return passed


def _stay(stack: Stack, settings: Settings, verdicts: list[Verdict], console: Console, stop: Event) -> None:
    number = verdicts[0].case.head.case_number
    console.print("\n仍在运行。在另一个终端试试 still running; in another terminal try:", style="bold")
    console.print(f"  export YISHI_HOME={settings.home}", soft_wrap=True)
    if settings.clock != "system":
        console.print(f"  export YISHI_CLOCK='{settings.clock}'", soft_wrap=True)
    console.print(f"  export YISHI_DEPARTMENTS='{json.dumps(stack.departments)}'", soft_wrap=True)
    for line in (
        f"yishi case show {number}",
        f"yishi case start {PROCESS} --area demo --set subclass=暴露垃圾 --set source=hotline "
        "--set address=东街1号 --set grid=31011500401299",
        "yishi task list --as clerk.village.1",
        "yishi doctor",
    ):
        console.print(f"  .venv/bin/{line}", soft_wrap=True)
    console.print(f"  Prefect: {stack.prefect_api_url.removesuffix('/api')}")
    console.print("Ctrl-C 停止 stops.")
    while not stop.is_set():
        stack.check(restart=True)
        time.sleep(0.5)


def _console() -> Console:
    """As wide as the terminal; into a file or a pipe as wide as the tables need."""
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End by itself: exit code 0 if all went as expected.")
    ] = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="Real statutory hours on a clock that runs 600 times as fast.")
    ] = False,
) -> None:
    """演示 / Ten street cases from their report to their closed loop, live."""
    passed = run_demo(read_settings(), once=once, fast=fast, console=_console())
    if once and not passed:
        raise typer.Exit(1)
