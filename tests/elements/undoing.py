"""Processes in which something is compensated, and how to walk them."""

from __future__ import annotations

from tests.elements.drawing import (
    CANCEL,
    END,
    START,
    association,
    boundary,
    chain,
    compensate,
    end_event,
    error,
    exclusive,
    flow,
    process,
    start_event,
    throw_event,
    transaction,
    user_task,
)
from tests.elements.driver import Dry


def compensated_by(id: str, handler: tuple[str, str]) -> str:
    return boundary(f"c_{id}", id, compensate()) + handler[1] + association(f"c_{id}", handler[0])


def undone_by_hand(id: str) -> str:
    return compensated_by(id, (f"undo_{id}", user_task(f"undo_{id}", isForCompensation="true")))


def booking(id: str) -> tuple[str, str]:
    return id, user_task(id) + undone_by_hand(id)


def then_undo(activity: str, definition: str = "") -> bytes:
    """The activity "act", then everything is undone, then `look`."""
    return process(
        START
        + activity
        + throw_event("undo", definition or compensate())
        + user_task("look")
        + END
        + chain("start", "act", "undo", "look", "end")
    )


DECIDING = (
    start_event("s")
    + booking("a")[1]
    + booking("b")[1]
    + exclusive("good", default="good_e")
    + end_event("cancel", CANCEL)
    + end_event("e")
    + chain("s", "a", "b", "good", "e")
    + flow("good", "cancel", "bad")
)
"""a, then b; canceled if `bad`."""


def with_ways_out(deal: str, *, cancel_boundary: bool = True, more: str = "") -> bytes:
    """The transaction "deal", then `paid`; `canceled` behind its cancel boundary, `failed` behind that for
    errors."""
    ways = boundary("on_error", "deal", error()) + user_task("failed") + chain("on_error", "failed", "end")
    if cancel_boundary:
        ways += boundary("on_cancel", "deal", CANCEL) + user_task("canceled")
        ways += chain("on_cancel", "canceled", "end")
    return process(
        START + deal + ways + user_task("paid") + END + chain("start", "deal", "paid", "end") + more
    )


DEAL = with_ways_out(transaction("deal", DECIDING))


def done(run: Dry, *ids: str) -> Dry:
    for id in ids:
        run.complete(id)
    return run
