"""`yishi serve`: everything one machine needs, watched, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import time
from threading import Event
from typing import Annotated

import typer

from engine.settings import Settings
from terminal.session import read_settings
from terminal.stack import Say, Stack

app = typer.Typer(add_completion=False)


def run_stack(settings: Settings, *, simulate: bool, say: Say) -> None:
    """Until SIGTERM or Ctrl-C. A part that ends by itself is started again."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Stack(settings, simulate=simulate, say=say) as stack:
        if simulate:
            say(f"在别的终端 in other terminals: export YISHI_DEPARTMENTS='{json.dumps(stack.departments)}'")
        say("运行中 running. Ctrl-C 停止 stops.")
        while not stop.is_set():
            stack.check(restart=True)
            time.sleep(0.5)
        say("正在停止 stopping …")


@app.command()
def serve(
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Also start simulated departments, for trying things out.")
    ] = False,
) -> None:
    """运行 / Database, Prefect with the flows, and a worker on this machine, until Ctrl-C."""
    run_stack(read_settings(), simulate=simulate, say=typer.echo)
