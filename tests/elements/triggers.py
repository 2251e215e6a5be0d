"""Events by name, and throwing beside who waits."""

from __future__ import annotations

from tests.elements.drawing import END, START, chain, parallel, process, signal, throw_event, user_task
from tests.elements.driver import Dry


def thrown_beside(other: str, *, extensions: str = "", ways: str = "") -> bytes:
    """Parallel to `go` and the throwing event: the node "other", which leads to the end."""
    return process(
        START
        + parallel("split")
        + other
        + user_task("go")
        + throw_event("raise", signal("alarm"), extensions=extensions)
        + user_task("look")
        + END
        + chain("start", "split", "other", "end")
        + chain("split", "go", "raise", "look", "end")
        + ways
    )


def trigger(run: Dry, id: str, kind: str) -> None:
    if kind == "timer":
        run.fire_timer(id)
    elif kind == "message":
        run.deliver(id, {"amount": 3})
    elif kind == "signal":
        run.signal(id, {"level": 2})
    else:
        run.set_variables({"risk": 4})
