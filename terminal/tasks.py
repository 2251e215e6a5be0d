"""`yishi task`: the worklist of clerks (待办)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.commands.command import Command
from engine.commands.user_tasks import (
    AssignUserTask,
    ClaimUserTask,
    CompleteUserTask,
    EscalateUserTask,
    ReleaseUserTask,
    ReturnUserTask,
    StartActivity,
)
from engine.errors import InvalidData
from engine.model.forms import Form
from engine.views.tasks import ShowTask, TaskLine, TaskWhole, Worklist
from terminal.complaints import FormRefused
from terminal.form_table import say_form
from terminal.options import (
    ActingAs,
    AsJson,
    IdempotencyKey,
    SetFields,
    SetValues,
    Variables,
    assignments,
    object_from,
    scalar_from,
    variables_from,
)
from terminal.output import (
    clean,
    deadline,
    fixed,
    flowing,
    make_table,
    minute,
    print_json,
    say,
    short,
    value_text,
)
from terminal.session import Session, open_session
from terminal.waiting import show_what_happens_next
from terminal.wording import STATES, card_text, word

app = typer.Typer(no_args_is_help=True, add_completion=False)

TaskId = Annotated[int, typer.Argument(metavar="ID", help="The number of the task, as in `yishi task list`.")]


@app.command("list")
def list_(
    as_: ActingAs = None,
    everybody: Annotated[bool, typer.Option("--all", help="Of everybody, not only the actor's.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Oldest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """待办列表 / What the actor has claimed or may claim."""
    with open_session() as session:
        actor = None if everybody else session.actor(as_)
        lines = session.engine.ask(Worklist(actor, limit=limit))
    if as_json:
        print_json(lines)
    elif lines:
        _say_lines(lines)
    else:
        say("没有待办 / Nothing to do." if actor is None else f"{actor} 没有待办 / has nothing to do.")


def _say_lines(lines: list[TaskLine]) -> None:
    table = make_table(
        fixed("任务", right=True),
        fixed("办件 Case"),
        flowing("事项 What"),
        fixed("状态 State"),
        flowing("谁 Who"),
        fixed("到期 Due"),
        fixed("牌 Card"),
    )
    for line in lines:
        table.add_row(
            str(line.id),
            line.case_number,
            short(line.name or line.element_id),
            word(STATES, line.state),
            short(_holder(line)),
            deadline(line.due_at),
            card_text(line.card),
        )
    say(table)


def _holder(line: TaskLine) -> str:
    roles = "/".join(line.roles) or "任何人 anyone"
    return line.assignee or (f"{line.department} {roles}" if line.department else roles)


@app.command()
def show(task_id: TaskId, as_json: AsJson = False) -> None:
    """一件待办 / One task with its form and data."""
    with open_session() as session:
        task = session.engine.ask(ShowTask(task_id))
    if as_json:
        print_json(task)
        return
    head = task.head
    say(Text(clean(f"任务 task {head.id}  {head.name or head.element_id}"), style="bold"))
    say(f"办件 case {head.case_number}  {head.title}")
    who = head.assignee or "/".join(head.roles) or "任何人 anyone"
    department = f" ({head.department})" if head.department else ""
    say(
        f"状态 state {word(STATES, head.state)}  谁 who {who}{department}  产生 since {minute(head.created_at)}"
    )
    if head.four_eyes:
        say(f"四眼 four eyes: 不得由办理过 {'、'.join(head.four_eyes)} 的人办理 / not by who did these")
    _say_variables(task.variables)
    if task.form is not None:
        say_form(task.form)
    _say_choices(task)
    _say_next_command(task)


def _say_variables(variables: Mapping[str, Any]) -> None:
    if not variables:
        return
    table = make_table(fixed("变量 Variable"), flowing("值 Value"), title="数据 Data")
    for name, value in variables.items():
        table.add_row(clean(name), clean(value_text(value)))
    say(table)


def _say_choices(task: TaskWhole) -> None:
    if not task.choices:
        return
    table = make_table(fixed("活动 Activity"), flowing("名称 Name"), title="可以开始 May be begun")
    for choice in task.choices:
        table.add_row(clean(choice.activity_id), clean(choice.name))
    say(table)


def _say_next_command(task: TaskWhole) -> None:
    head = task.head
    if head.state == "CREATED":
        say(Text(f"→ yishi task claim {head.id} --as ACTOR", style="dim"))
    elif head.state == "ASSIGNED":
        needed = [field for field in task.form.fields if field.validation.required] if task.form else []
        fields = "".join(f" --set {field.key}=…" for field in needed)
        if task.choices:
            say(Text(clean(f"→ yishi task choose {head.id} ACTIVITY --as {head.assignee}"), style="dim"))
        say(Text(clean(f"→ yishi task complete {head.id} --as {head.assignee}{fields}"), style="dim"))


@app.command()
def claim(task_id: TaskId, as_: ActingAs = None, key: IdempotencyKey = None, as_json: AsJson = False) -> None:
    """认领 / The actor takes the task."""
    with open_session() as session:
        command = ClaimUserTask(task_id, actor=session.actor(as_), idempotency_key=key)
        if _do(session, command, as_json=as_json, done=lambda v: f"已认领 claimed: {v['assignee']}"):
            _say_next_command(session.engine.ask(ShowTask(task_id)))


@app.command()
def release(
    task_id: TaskId, as_: ActingAs = None, key: IdempotencyKey = None, as_json: AsJson = False
) -> None:
    """退还 / The actor gives the task back to all who may do it."""
    with open_session() as session:
        command = ReleaseUserTask(task_id, actor=session.actor(as_), idempotency_key=key)
        if _do(session, command, as_json=as_json, done=lambda v: "已退还 released"):
            _say_next_command(session.engine.ask(ShowTask(task_id)))


@app.command()
def assign(
    task_id: TaskId,
    to: Annotated[str, typer.Option(metavar="ACTOR", help="Who is to do it.", show_default=False)],
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """转办 / Hand the task to somebody who may do it."""
    with open_session() as session:
        command = AssignUserTask(task_id, to, actor=session.actor(as_), idempotency_key=key)
        if _do(session, command, as_json=as_json, done=lambda v: f"已转办 assigned: {v['assignee']}"):
            _say_next_command(session.engine.ask(ShowTask(task_id)))


@app.command()
def complete(
    task_id: TaskId,
    set_: SetFields = None,
    variables: Variables = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """办结 / The actor is done: send the form in, see what happens next."""
    texts, whole = assignments(set_), object_from(variables)
    with open_session() as session:
        actor = session.actor(as_)
        form = session.engine.ask(ShowTask(task_id)).form
        values = {**whole, **_read_fields(form, texts)}
        command = CompleteUserTask(task_id, values, actor=actor, idempotency_key=key)
        try:
            value = _do(session, command, as_json=as_json, done=lambda v: "已提交 / Sent.")
        except InvalidData as error:
            raise _labelled(error.problems, form) from error
        if value:
            show_what_happens_next(session, value["case_number"])


def _read_fields(form: Form | None, texts: Mapping[str, str]) -> dict[str, Any]:
    """Each text as its field's type; every text that does not read is a problem of its own."""
    if form is None:
        return {name: scalar_from(text) for name, text in texts.items()}
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = form.parse_text(name, text)
        except InvalidData as error:
            problems.update(error.problems)
    if problems:
        # What did read is checked as well, so that one round of mending is enough.
        unread = {key: problem for key, problem in form.check(values).items() if key not in texts}
        raise _labelled({**unread, **problems}, form)
    return values


def _labelled(problems: Mapping[str, str], form: Form | None) -> FormRefused:
    fields = form.fields if form is not None else ()
    in_order = [field.key for field in fields if field.key in problems]
    ordered = {key: problems[key] for key in [*in_order, *(key for key in problems if key not in in_order)]}
    return FormRefused(ordered, labels={field.key: field.label for field in fields})


@app.command("return")
def return_(
    task_id: TaskId,
    reason: Annotated[str, typer.Option(help="Why it is not the actor's.", show_default=False)],
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """退单 / Send the task back with a reason: it belongs to somebody else."""
    with open_session() as session:
        command = ReturnUserTask(task_id, reason, actor=session.actor(as_), idempotency_key=key)
        if value := _do(session, command, as_json=as_json, done=lambda v: "已退单 returned"):
            show_what_happens_next(session, value["case_number"])


@app.command()
def choose(
    task_id: TaskId,
    activity: Annotated[str, typer.Argument(metavar="ACTIVITY", help="As in `yishi task show`.")],
    set_: SetValues = None,
    variables: Variables = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """选定下一步 / Begin one of the activities that the task offers; completing it ends the choice."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = StartActivity(task_id, activity, given, actor=session.actor(as_), idempotency_key=key)
        if value := _do(session, command, as_json=as_json, done=lambda v: f"已开始 begun: {activity}"):
            show_what_happens_next(session, value["case_number"])


@app.command()
def escalate(
    task_id: TaskId,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The escalation's code, as drawn.")],
    set_: SetValues = None,
    variables: Variables = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """上报 / Report upwards from a task that one has claimed, and go on with it."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = EscalateUserTask(task_id, code, given, actor=session.actor(as_), idempotency_key=key)
        if value := _do(session, command, as_json=as_json, done=lambda v: f"已上报 escalated: {code}"):
            show_what_happens_next(session, value["case_number"])


def _do(
    session: Session, command: Command, *, as_json: bool, done: Callable[[Mapping[str, Any]], str]
) -> Mapping[str, Any] | None:
    """The command's value if people read on; None if it was printed for a machine."""
    value, repeated = session.do(command)
    if as_json:
        print_json({**value, "repeated": repeated})
        return None
    say("此前已办，未重复办理 / Done before under this key; not done again." if repeated else done(value))
    return value
