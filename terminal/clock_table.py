"""The clocks of a case as a table: kind, limit, legal basis, what is left, until when, what comes next."""

from __future__ import annotations

from rich.text import Text

from engine.model.pauses import PAUSE_TYPES, PauseReason
from engine.views.cases import CaseWhole
from engine.views.waiting import ClockReading
from terminal.output import clean, deadline, fixed, flowing, make_table, minute, say
from terminal.wording import KINDS, STATES, left_text, word


def say_clocks(case: CaseWhole) -> None:
    """All of them, also those that have ended."""
    if not case.clocks:
        say("没有时限 / No clocks.")
        return
    table = make_table(
        fixed("时限 Clock"), fixed("额度 Limit"), fixed("剩余 Left"), fixed("到期 Due"),
        fixed("下一级 Next rung"), flowing("依据 Legal basis"), title="时限 Clocks",
    )  # fmt: skip
    for clock in case.clocks:
        table.add_row(
            f"{clock.id} {clean(clock.limit_key)}\n{word(KINDS, clock.kind)}",
            f"{clock.amount.zh}\n{clock.amount.en}",
            _left(clock),
            _due(clock),
            f"{clean(clock.next_rung)}\n{minute(clock.next_rung_at)}" if clock.next_rung else "",
            clean(clock.legal_basis),
        )
    say(table)


def _left(clock: ClockReading) -> Text:
    if clock.closed_at is not None:
        style = "bold red" if clock.overdue else "green"
        return Text(f"{word(STATES, clock.state)}\n{minute(clock.closed_at)}", style=style)
    text = left_text(clock)
    for reason in clock.paused_for:
        terms = PAUSE_TYPES[PauseReason(reason)]
        text.append(f"\n{terms.zh} {reason}", style="yellow")
    return text


def _due(clock: ClockReading) -> str:
    if clock.due_at is not None:
        return deadline(clock.due_at)
    return "暂停中 paused" if clock.paused_for else clock.due_date or ""
