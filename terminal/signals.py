"""`yishi signal`: what is announced to everybody who waits for it."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.commands.cases import DEFAULT_AREA
from engine.commands.signals import PublishSignal
from engine.views.signals import ShowSignal, SignalReach
from terminal.options import ActingAs, AsJson, IdempotencyKey, SetValues, Variables, variables_from
from terminal.output import clean, print_json, say
from terminal.session import open_session

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """信号 / Publish signals to all cases that wait for them."""


@app.command()
def publish(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The signal's name, as drawn.")],
    set_: SetValues = None,
    variables: Variables = None,
    area: Annotated[str, typer.Option(help="行政区划代码 of the cases that it opens.")] = DEFAULT_AREA,
    channel: Annotated[str, typer.Option(help="GB/T 39046 A.5 of the cases that it opens.")] = "9",
    as_: ActingAs = None,
    key: IdempotencyKey = None,
    as_json: AsJson = False,
) -> None:
    """发布信号 / To every case that waits for it now, and to every process that begins with it."""
    given = variables_from(set_, variables)
    with open_session() as session:
        command = PublishSignal(
            name, given, area=area, channel=channel, actor=session.actor(as_), idempotency_key=key
        )
        value, repeated = session.do(command)
        reach = session.engine.ask(ShowSignal(value["signal_id"]))
    if as_json:
        print_json({**value, "repeated": repeated, "reach": reach})
        return
    if repeated:
        say("此前已收到，未重复发布 / Received before under this key; not published again.")
    _say(reach)


def _say(reach: SignalReach) -> None:
    say(clean(f"信号 signal {reach.id} {reach.signal_name} 已发布 published"))
    if not reach.targets:
        say("没有办件在等，也没有流程由它开始 / No case waits for it, and no process begins with it.")
        return
    say(f"送达 received by {reach.received}  新开办件 cases opened {reach.cases_opened}")
    if reach.pending:
        say(f"另有 {reach.pending} 件由工作进程继续送达 / {reach.pending} more are left to a worker.")
