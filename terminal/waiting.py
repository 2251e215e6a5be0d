"""What a case waits for, for whom and until when: the block that many commands end with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table
from rich.text import Text

from engine.views.cases import CaseHead, CaseWhole, ShowCase
from engine.views.waiting import OpenJob, Waiting
from terminal.output import clean, deadline, fixed, flowing, make_table, minute, say, short
from terminal.session import Session
from terminal.wording import JOB_STATES, STATES, word

Row = tuple[str | Text, ...]


def show_what_happens_next(session: Session, case_number: str) -> None:
    """After every act: where the case stands now."""
    case = session.engine.ask(ShowCase(case_number))
    say(head_line(case.head))
    say_waiting(case)


def head_line(head: CaseHead) -> Text:
    line = Text(clean(head.case_number), style="bold")
    line.append(f"  {word(STATES, head.state)}", style="default")
    if head.stage:
        line.append(f"  环节 stage: {clean(head.stage)}", style="default")
    if head.outcome:
        line.append(f"  结果 outcome: {clean(head.outcome)}", style="default")
    return line


def say_waiting(case: CaseWhole) -> None:
    names = {step.element_id: step.name or step.element_id for step in case.path}
    if rows := list(_rows(case.waiting, names)):
        table = _table()
        for row in rows:
            table.add_row(*row)
        say(table)
    elif case.head.state == "OPEN":
        say(Text("什么也不等 / It waits for nothing that is known here.", style="yellow"))
    else:
        say("不再等待 / It waits for nothing any more.")


def _table() -> Table:
    return make_table(
        fixed("等待 Waits for"), flowing("事项 What"), flowing("对象 For whom"), flowing("状态 State"),
        fixed("至 Until"), title="等待中 Waiting",
    )  # fmt: skip


def _rows(waiting: Waiting, names: Mapping[str, str]) -> Iterator[Row]:
    until = _Until(waiting)
    for incident in waiting.incidents:
        yield (
            Text(f"异常 incident {incident.id}", style="bold red"),
            Text(clean(incident.message), style="red"),
            "运维 operator",
            clean(f"{incident.incident_type} @ {names.get(incident.element_id, incident.element_id)}"),
            f"{minute(incident.raised_at)} 起 since",
        )
    for task in waiting.tasks:
        due = until.of(task.element_id)
        yield f"任务 task {task.id}", task.name, task.holder, word(STATES, task.state), due
    for job in waiting.jobs:
        due = until.of(job.element_id)
        yield f"接口 job {job.id}", names.get(job.element_id, ""), job.job_type, _job_state(job), due
    for subscription in waiting.subscriptions:
        what = names.get(subscription.element_id, subscription.element_id)
        key = f"key {subscription.correlation_key}"
        yield "消息 message", what, subscription.message_name, short(key), ""
    for signal in waiting.signals:
        yield "信号 signal", names.get(signal.element_id, signal.element_id), signal.signal_name, "", ""
    for timer in waiting.timers:
        what = names.get(timer.element_id, timer.element_id)
        yield f"定时 timer {timer.id}", what, "", "", minute(timer.due_at)


class _Until:
    """Until when a step may take: its own clock's due instant, else the case's next one, since the
    clock may run on a scope around the step."""

    def __init__(self, waiting: Waiting) -> None:
        tightest = waiting.tightest_clock
        self._own = {clock.element_id: deadline(clock.due_at) for clock in waiting.clocks}
        self._next = "" if tightest is None else deadline(tightest.due_at)

    def of(self, element_id: str) -> str:
        return self._own.get(element_id, self._next)


def _job_state(job: OpenJob) -> str:
    text = f"{word(JOB_STATES, job.state)}，已试 {job.attempts} tried，余 {job.retries_left} left"
    return clean(f"{text}：{job.last_error}" if job.last_error else text)
