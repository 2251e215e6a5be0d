"""`yishi case`: start, list, show, correct and cancel cases (办件)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.commands.cases import CancelCase, SetVariables, StartCase
from engine.model.form_fields import LABEL_SEPARATOR
from engine.views.cases import CaseEventLine, CaseLine, CaseList, CaseWhole, ShowCase
from engine.views.operations import StartTimers
from terminal.clock_table import say_clocks
from terminal.options import ActingAs, AsJson, IdempotencyKey, SetValues, Variables, variables_from
from terminal.output import (
    clean,
    fixed,
    flowing,
    make_table,
    minute,
    moment,
    print_json,
    say,
    short,
    value_text,
)
from terminal.session import open_session
from terminal.waiting import say_waiting, show_what_happens_next
from terminal.wording import MARKS, STATES, card_text, left_text, word

app = typer.Typer(no_args_is_help=True, add_completion=False)

CaseNumber = Annotated[
    str, typer.Argument(metavar="NUMBER", help="办件编号, such as 310115202611240000042X.")
]


class CaseState(StrEnum):
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    CANCELED = "canceled"


@app.command()
def start(
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="The process's key.")],
    set_: SetValues = None,
    variables: Variables = None,
    area: Annotated[str, typer.Option(help="行政区划代码 of the place.")] = "310115",
    channel: Annotated[str, typer.Option(help="GB/T 39046 A.5: how the request came.")] = "9",
    title: Annotated[str | None, typer.Option(help="What the list shows.", show_default=False)] = None,
    applicant: Annotated[str | None, typer.Option(help="Who asks.", show_default=False)] = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """开始办件 / Open a case and run it to where it first waits."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = StartCase(
            process,
            given,
            area=area,
            channel=channel,
            title=title,
            applicant=applicant,
            actor=session.actor(as_),
            idempotency_key=key,
        )
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        if repeated:
            say("此前已受理，未重复办理 / Done before under this key; this is the same case.")
        show_what_happens_next(session, value["case_number"])
        say(Text(f"→ yishi case show {value['case_number']}", style="dim"))


@app.command("list")
def list_(
    state: Annotated[list[CaseState] | None, typer.Option(help="Only these; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """办件列表 / Where cases stand, who holds them, what is left of their time."""
    states = [item.value.upper() for item in state] if state else None
    with open_session() as session:
        lines = session.engine.ask(CaseList(states=states, limit=limit))
    if as_json:
        print_json(lines)
    elif lines:
        _say_lines(lines)
    else:
        say("没有办件 / No such cases. → yishi case start PROCESS --set NAME=VALUE --as ACTOR")


@app.command()
def upcoming(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Soonest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """将要开始 / Cases that timers will open, and why one did not the last time."""
    with open_session() as session:
        timers = session.engine.ask(StartTimers(limit=limit))
    if as_json:
        print_json(timers)
        return
    if not timers:
        say("没有定时开始的流程 / No process begins by a timer.")
        return
    table = make_table(
        fixed("流程 Process"), fixed("版本", right=True), fixed("事件 Event"), fixed("下次 Next"),
        fixed("周期 Cycle"), flowing("上次未成 Last error"),
    )  # fmt: skip
    for timer in timers:
        error = Text(clean(timer.last_error or ""), style="red")
        key, cycle = clean(timer.process_key), clean(timer.cycle or "")
        table.add_row(key, str(timer.version), clean(timer.element_id), minute(timer.due_at), cycle, error)
    say(table)


def _say_lines(lines: list[CaseLine]) -> None:
    table = make_table(
        fixed("编号 Number"),
        flowing("事项 Title"),
        fixed("环节 Stage"),
        flowing("谁 Who"),
        fixed("剩余 Left"),
        fixed("牌 Card"),
    )
    for line in lines:
        # Titles in both languages are shown whole by `case show`; here the first one must do.
        title = line.head.title.partition(LABEL_SEPARATOR)[0]
        who = short(holder_of(line), style="bold red" if line.waiting.incidents else "")
        left = left_text(line.waiting.tightest_clock)
        stage = clean(line.head.stage or "")
        table.add_row(line.head.case_number, short(title), stage, who, left, card_text(line.head.card))
    say(table)


def holder_of(line: CaseLine) -> str:
    """Who or what an open case waits for first; how a closed one ended."""
    head, waiting = line.head, line.waiting
    if head.state != "OPEN":
        return f"{word(STATES, head.state)} {head.outcome or ''}".strip()
    holders = [task.holder for task in waiting.tasks] + [f"接口 {job.job_type}" for job in waiting.jobs]
    if waiting.incidents:
        holders.insert(0, f"异常 incident {len(waiting.incidents)}")
    if not holders:
        holders = [f"消息 {subscription.message_name}" for subscription in waiting.subscriptions]
        holders += [f"信号 {signal.signal_name}" for signal in waiting.signals]
        holders += [f"定时 {minute(timer.due_at)}" for timer in waiting.timers[:1]]
    return "；".join(holders)


@app.command()
def show(
    number: CaseNumber,
    events: Annotated[bool, typer.Option("--events", help="The whole journal, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """一件的全貌 / Where a case has been, what it waits for, for whom and until when."""
    with open_session() as session:
        case = session.engine.ask(ShowCase(number))
    if as_json:
        print_json(case)
        return
    blocks = [_say_head, _say_path, say_waiting, say_clocks]
    if case.escalations:
        blocks.append(_say_escalations)
    if events:
        blocks.append(_say_events)
    for number_of_block, block in enumerate(blocks):
        if number_of_block:
            say("")
        block(case)


def _say_head(case: CaseWhole) -> None:
    head = case.head
    facts = make_table(fixed(""), flowing(""))
    facts.show_header = False
    rows: list[tuple[str, str | Text]] = [
        ("编号 Number", Text(head.case_number, style="bold")),
        ("事项 Title", clean(head.title)),
        ("流程 Process", clean(f"{head.process_key} ({head.lead_department} 牵头 leads)")),
        ("区域 Area", clean(head.area)),
        ("状态 State", word(STATES, head.state) + (f"：{clean(head.outcome)}" if head.outcome else "")),
        ("环节 Stage", clean(head.stage or "")),
        ("牌 Card", card_text(head.card)),
        ("申请人 Applicant", clean(head.applicant or "")),
        ("开始 Opened", f"{moment(head.opened_at)} (Asia/Shanghai)"),
        ("结束 Closed", moment(head.closed_at)),
    ]
    for name, value in rows:
        if value:
            facts.add_row(Text(name, style="dim"), value)
    say(facts)


def _say_path(case: CaseWhole) -> None:
    table = make_table(
        fixed("经过 Path"),
        flowing("环节 Step"),
        fixed("进入 Entered"),
        fixed("离开 Left"),
        title="轨迹 Path so far",
    )
    for step in case.path:
        mark, style = MARKS.get(step.mark, (step.mark, ""))
        name = Text(clean(step.name or step.element_id))
        if step.name and step.name != step.element_id:
            name.append(f"  {clean(step.element_id)}", style="dim")
        left = "" if step.mark == "passed" else moment(step.left_at)
        table.add_row(Text(mark, style=style), name, moment(step.entered_at), left)
    say(table)


def _say_escalations(case: CaseWhole) -> None:
    table = make_table(
        fixed("时限 Clock"), fixed("级 Rung"), fixed("牌 Card"), flowing("通知 Notified"), fixed("状态 State"),
        fixed("应于 Due"), fixed("触发 Fired"), title="督办 Escalations",
    )  # fmt: skip
    for line in case.escalations:
        table.add_row(
            str(line.clock_id),
            clean(f"{line.rung} {line.level or ''}".strip()),
            card_text(line.colour),
            clean("、".join(line.recipients)),
            word(STATES, line.state),
            minute(line.due_at),
            minute(line.fired_at),
        )
    say(table)


def _say_events(case: CaseWhole) -> None:
    table = make_table(
        fixed("#", right=True), fixed("时间 At"), fixed("事件 Event"), fixed("谁 Actor"), flowing("内容 Data"),
        title="记录 Journal",
    )  # fmt: skip
    for event in case.events:
        table.add_row(
            str(event.seq),
            moment(event.at),
            event.event_type,
            clean(event.actor),
            clean(_event_text(event)),
        )
    say(table)


def _event_text(event: CaseEventLine) -> str:
    """The element and the facts; the way of the tokens as "= passed  + entered  - done  x ended"."""
    if event.event_type == "TOKENS_MOVED":
        return "  ".join(f"{move} {element_id}" for move, element_id, *_ in event.data["path"])
    facts = "  ".join(
        f"{name}={_fact_text(name, value)}" for name, value in event.data.items() if value is not None
    )
    return f"{event.element_id}  {facts}" if event.element_id else facts


def _fact_text(name: str, value: Any) -> str:
    if name.endswith("_at") and isinstance(value, str):
        return moment(datetime.fromisoformat(value))
    return value_text(value)


@app.command()
def cancel(
    number: CaseNumber,
    reason: Annotated[str, typer.Option(help="Kept for the record.", show_default=False)],
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """终止办件 / End a case before its end; everything under way is terminated."""
    with open_session() as session:
        command = CancelCase(number, reason, actor=session.actor(as_), idempotency_key=key)
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
        else:
            show_what_happens_next(session, value["case_number"])


@app.command("set")
def set_(
    number: CaseNumber,
    set_: SetValues = None,
    variables: Variables = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """改数据 / Correct or add to a case's data; what waits for a condition looks at it again."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = SetVariables(number, given, actor=session.actor(as_), idempotency_key=key)
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        say("此前已办，未重复办理 / Done before under this key." if repeated else "已更新 / Set.")
        show_what_happens_next(session, value["case_number"])
