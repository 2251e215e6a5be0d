"""`yishi message`: what arrives from outside."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.commands.messages import PublishMessage
from engine.errors import InvalidArgument, NotFound
from engine.model.messages import MESSAGE_TIME_TO_LIVE
from terminal.options import ActingAs, AsJson, SetValues, Variables, variables_from
from terminal.output import print_json, say
from terminal.session import open_session
from terminal.waiting import show_what_happens_next

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """消息 / Publish messages to waiting cases."""


@app.command()
def publish(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The message's name, as drawn.")],
    key: Annotated[
        str,
        typer.Option(metavar="CORRELATION", help="Correlation key: often the 办件编号.", show_default=False),
    ],
    set_: SetValues = None,
    variables: Variables = None,
    area: Annotated[str, typer.Option(help="行政区划代码, if it opens a case.")] = "310115",
    channel: Annotated[str, typer.Option(help="GB/T 39046 A.5, if it opens a case.")] = "9",
    as_: ActingAs = None,
    idempotency_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Sent twice under one key, it is done once.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """发布消息 / Bring a message to the case that waits for it, now or later; or open a case by it."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = PublishMessage(
            name,
            key,
            given,
            area=area,
            channel=channel,
            actor=session.actor(as_),
            idempotency_key=idempotency_key,
        )
        value, repeated = session.do(command)
        if as_json:
            print_json({**value, "repeated": repeated})
            return
        if repeated:
            say("此前已收到，未重复办理 / Received before under this key; not taken again.")
        if "case_number" in value:
            say("消息开始了一件新办件 / The message opened a case:")
            show_what_happens_next(session, value["case_number"])
            return
        say(f"消息 message {value['message_id']} 已收 received")
        try:
            show_what_happens_next(session, key)
        except (NotFound, InvalidArgument):
            # The key is not a case number: which case it reached, if any, its journal says.
            days = MESSAGE_TIME_TO_LIVE.days
            say(f"没有办件在等时保留 {days} 天 / Kept for {days} days while no case waits for it.")
