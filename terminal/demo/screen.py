"""The live picture: one line a case, and the last things that happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from engine.views.cases import CaseLine
from engine.views.operations import JournalLine
from engine.views.waiting import ClockReading, Waiting

NEWS_LINES = 6
WIDE = 120
"""Columns of a terminal that has room for whole case numbers."""
STYLES = {"blue": "bold blue", "yellow": "bold yellow", "red": "bold red"}
CARDS = {"blue": "● 蓝 blue", "yellow": "● 黄 yellow", "red": "● 红 red"}


class Screen:
    """Redraws in place on a terminal; elsewhere prints the news line by line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._news: deque[Text] = deque(maxlen=NEWS_LINES)
        self._live = Live(console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> Screen:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def tell(self, number: str, text: str) -> None:
        line = Text.assemble((number[-8:], "dim"), "  ", text)
        self._news.append(line)
        if not self._console.is_terminal:
            self._console.print(line)

    def show(self, lines: Sequence[CaseLine], escalations: Mapping[str, Sequence[JournalLine]]) -> None:
        if self._console.is_terminal:
            wide = self._console.width >= WIDE
            self._live.update(Group(case_table(lines, escalations, wide=wide), *self._news), refresh=True)


def case_table(
    lines: Sequence[CaseLine], escalations: Mapping[str, Sequence[JournalLine]], *, wide: bool
) -> Table:
    table = Table(title="网格案件 street cases", title_justify="left", expand=False, pad_edge=False)
    table.add_column("办件编号 case", no_wrap=True)
    table.add_column("事项 what", no_wrap=True, max_width=20)
    table.add_column("环节 stage", no_wrap=True)
    table.add_column("在谁手里 held by", no_wrap=True, max_width=26)
    table.add_column("剩余 left", no_wrap=True, justify="right")
    table.add_column("牌 card", no_wrap=True)
    table.add_column("升级 escalations", no_wrap=True)
    for line in lines:
        head, waiting = line.head, line.waiting
        fired = escalations.get(head.case_number, ())
        table.add_row(
            head.case_number if wide else f"…{head.case_number[-8:]}",
            head.title,
            Text(head.stage or "–")
            if head.state == "OPEN"
            else Text(f"✔ {head.outcome or head.state}", "green"),
            _holder(waiting) if head.state == "OPEN" else Text("–", "dim"),
            _left(waiting.tightest_clock),
            Text(CARDS.get(head.card or "", head.card or ""), STYLES.get(head.card or "", "")),
            " → ".join(entry.data["level"] for entry in fired),
        )
    return table


def _holder(waiting: Waiting) -> Text:
    if waiting.incidents:
        return Text("✕ 事件 incident", "bold red")
    if waiting.tasks:
        return Text(waiting.tasks[0].holder)
    if waiting.jobs:
        job = waiting.jobs[0]
        again = f" 第 {job.attempts} 次 tries" if job.attempts > 1 else ""
        return Text(f"⇄ {job.job_type}{again}", "cyan")
    if waiting.subscriptions:
        return Text("等评价 awaiting evaluation", "dim")
    return Text("…", "dim")


def _left(clock: ClockReading | None) -> Text:
    if clock is None:
        return Text("")
    if clock.paused_for:
        return Text("⏸ 暂停 paused", "magenta")
    return Text(clock.left_zh, "bold red" if clock.overdue else "")
