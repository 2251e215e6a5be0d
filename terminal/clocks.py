"""`yishi clock`: the statutory clocks of a case (时限), their pauses and resumptions."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.commands.clocks import PauseClocks, ResumeClocks
from engine.model.pauses import PAUSE_TYPES, PauseReason
from engine.views.cases import ShowCase
from terminal.clock_table import say_clocks
from terminal.options import ActingAs, AsJson, IdempotencyKey
from terminal.output import print_json, say
from terminal.session import Session, open_session
from terminal.waiting import head_line

app = typer.Typer(no_args_is_help=True, add_completion=False)

CaseNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="办件编号 of the case.")]
_REASONS = ", ".join(f"{terms.reason.value} {terms.zh}" for terms in PAUSE_TYPES.values())
Reason = Annotated[
    PauseReason, typer.Option(metavar="REASON", help=f"One of: {_REASONS}.", show_default=False)
]


@app.command()
def show(number: CaseNumber, as_json: AsJson = False) -> None:
    """时限 / All clocks of a case and how they read now."""
    with open_session() as session:
        _say(session, number, as_json=as_json)


@app.command()
def pause(
    number: CaseNumber,
    reason: Reason,
    document: Annotated[
        str | None,
        typer.Option(
            metavar="DOC", help="文书 the pause rests on; most reasons need one.", show_default=False
        ),
    ] = None,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """暂停 / Stop the clocks that the reason stops, on a document."""
    with open_session() as session:
        actor = session.actor(as_)
        command = PauseClocks(number, reason, document, actor=actor, idempotency_key=key)
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        say(f"已暂停 paused: {PAUSE_TYPES[reason].zh} {reason.value}")
        _say(session, number, as_json=False)


@app.command()
def resume(
    number: CaseNumber,
    reason: Reason,
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """恢复 / End a pause: its clocks run on, unless another pause still holds them."""
    with open_session() as session:
        command = ResumeClocks(number, reason, actor=session.actor(as_), idempotency_key=key)
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        say(f"已恢复 resumed: {PAUSE_TYPES[reason].zh} {reason.value}")
        _say(session, number, as_json=False)


def _say(session: Session, number: str, *, as_json: bool) -> None:
    case = session.engine.ask(ShowCase(number))
    if as_json:
        print_json({"case_number": case.head.case_number, "clocks": case.clocks})
        return
    say(head_line(case.head))
    say_clocks(case)
