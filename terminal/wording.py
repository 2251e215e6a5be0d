"""The engine's code words in words for people, zh and en."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from engine.model.limits import Unit
from engine.views.waiting import ClockReading
from terminal.output import clean

STATES: Mapping[str, str] = {
    "OPEN": "在办 open",
    "SUSPENDED": "挂起 suspended",
    "CLOSED": "办结 closed",
    "CANCELED": "终止 canceled",
    "CREATED": "待认领 free",
    "ASSIGNED": "已认领 claimed",
    "COMPLETED": "完成 done",
    "RUNNING": "计时 running",
    "PAUSED": "暂停 paused",
    "MET": "按时 met",
    "BREACHED": "超期 breached",
    "FIRED": "已触发 fired",
    "SKIPPED": "并入上级 skipped",
}
"""Of cases, user tasks, clocks and escalations."""

JOB_STATES: Mapping[str, str] = {
    "CREATED": "待调用 waiting",
    "ACTIVATED": "调用中 under way",
    "FAILED": "失败 failed",
}
KINDS: Mapping[str, str] = {
    "statutory": "法定 statutory",
    "promise": "承诺 promise",
    "stage": "环节 stage",
    "reaction": "响应 reaction",
    "delivery": "送达 delivery",
    "publicity": "公示 publicity",
    "applicant": "申请人 applicant",
    "pause_limit": "暂停期限 pause limit",
}
MARKS: Mapping[str, tuple[str, str]] = {
    "done": ("✓ 完成 done", "green"),
    "active": ("● 在办 active", "bold cyan"),
    "terminated": ("✕ 终止 ended", "red"),
    "passed": ("✓ 经过 passed", "dim"),
}
CARDS: Mapping[str, tuple[str, str]] = {
    "green": ("绿牌 green", "green"),
    "blue": ("蓝牌 blue", "bold blue"),
    "yellow": ("黄牌 yellow", "bold yellow"),
    "orange": ("橙牌 orange", "bold dark_orange"),
    "red": ("红牌 red", "bold red"),
}
_UNITS: Mapping[Unit, str] = {
    Unit.WORKDAY: "工作日 wd",
    Unit.WORKHOUR: "工作时 wh",
    Unit.URGENT_HOUR: "紧急工作时 uh",
    Unit.CALDAY: "自然日 d",
    Unit.CALMONTH: "个月 mo",
    Unit.MINUTE: "分钟 min",
}


def word(words: Mapping[str, str], code: str) -> str:
    """The code itself if there is no word for it yet."""
    return words.get(code, code)


def card_text(colour: str | None) -> Text:
    """A card says its colour in words, for those who do not see it."""
    text, style = CARDS.get(colour or "", (colour or "", ""))
    return Text(clean(text), style=style)


def left_text(clock: ClockReading | None) -> Text:
    """What is left of a clock in its own unit; the word "over" besides the colour."""
    if clock is None:
        return Text("")
    text = f"{abs(clock.left):.1f} {_UNITS[clock.amount.unit]}"
    if clock.overdue:
        return Text(f"超期 over {text}", style="bold red")
    return Text(f"暂停 {text}", style="yellow") if clock.paused_for else Text(text)
