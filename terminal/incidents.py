"""`yishi incident`: what cannot go on without a person (异常)."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.commands.incidents import DEFAULT_RETRIES, ResolveIncident
from engine.views.operations import IncidentList
from terminal.options import ActingAs, AsJson, IdempotencyKey, SetValues, Variables, variables_from
from terminal.output import clean, fixed, flowing, make_table, minute, print_json, say
from terminal.session import open_session
from terminal.waiting import show_what_happens_next

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Oldest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """异常列表 / Open incidents."""
    with open_session() as session:
        incidents = session.engine.ask(IncidentList(limit=limit))
    if as_json:
        print_json(incidents)
        return
    if not incidents:
        say("没有异常 / No open incidents.")
        return
    table = make_table(
        fixed("异常", right=True), fixed("办件 Case"), fixed("环节 Step"), flowing("类型 Type"),
        flowing("原因 Message"), fixed("发生 Raised"),
    )  # fmt: skip
    for incident in incidents:
        table.add_row(
            str(incident.id),
            incident.case_number,
            clean(incident.element_id),
            incident.incident_type,
            clean(incident.message),
            minute(incident.raised_at),
        )
    say(table)
    say("→ yishi incident resolve ID --as ACTOR [--set NAME=VALUE] [--retries N]")


@app.command()
def resolve(
    incident_id: Annotated[int, typer.Argument(metavar="ID", help="As in `yishi incident list`.")],
    set_: SetValues = None,
    variables: Variables = None,
    retries: Annotated[
        int, typer.Option(min=0, max=20, help="More tries for a failed job.")
    ] = DEFAULT_RETRIES,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """解决 / Try the step again, after setting the variables given."""
    given = variables_from(set_, variables)
    with open_session() as session:
        actor = session.actor(as_)
        command = ResolveIncident(incident_id, given, retries, actor=actor, idempotency_key=key)
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        say("此前已办，未重复办理 / Done before under this key." if repeated else "已重试 / Tried again.")
        show_what_happens_next(session, value["case_number"])
