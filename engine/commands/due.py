"""What is due by itself: the commands that nobody sends, read from the database.

The door follows up on a batch with those of messages and signals; a worker asks for all of them. Two
who ask at once get the same ones: each command is refused to the second.
"""

from __future__ import annotations

from datetime import datetime
from enum import Flag, auto

from engine.commands.command import Command
from engine.commands.library import DefinitionLibrary
from engine.commands.messages import BeginByMessage, DeliverMessage
from engine.commands.signals import BeginBySignal, DeliverSignal
from engine.commands.timers import FireStartTimer, FireTimer
from engine.store.database import Connection, Cursor, execute


class Due(Flag):
    """Kinds of what may be due."""

    NOTHING = 0
    TIMERS = auto()
    MESSAGES = auto()
    SIGNALS = auto()
    EVERYTHING = TIMERS | MESSAGES | SIGNALS


def read_due(
    connection: Connection,
    library: DefinitionLibrary,
    kinds: Due,
    *,
    now: datetime,
    limit: int,
    actor: str,
) -> list[Command]:
    """The commands of the kinds asked for, up to `limit` of each statement, oldest first; in one round
    trip. The library must have been refreshed."""
    names = library.starting_messages() if kinds & Due.MESSAGES else []
    wanted = {"now": now, "limit": limit}
    answers: dict[str, Cursor] = {}
    with connection.pipeline():
        if kinds & Due.TIMERS:
            answers["timers"] = execute(connection, "due_timers", wanted)
            answers["starts"] = execute(connection, "due_start_timers", wanted)
        if kinds & Due.MESSAGES:
            answers["messages"] = execute(connection, "matching_messages", wanted)
        if names:
            begun = {**wanted, "message_names": names}
            answers["beginnings"] = execute(connection, "beginning_messages", begun)
        if kinds & Due.SIGNALS:
            answers["signals"] = execute(connection, "pending_signal_deliveries", {"limit": limit})
    found: list[Command] = []
    found += [FireTimer(timer, actor=actor) for (timer,) in answers.get("timers", ())]
    found += [FireStartTimer(timer, actor=actor) for (timer,) in answers.get("starts", ())]
    found += [DeliverMessage(message, to, actor=actor) for message, to in answers.get("messages", ())]
    found += [BeginByMessage(message, actor=actor) for (message,) in answers.get("beginnings", ())]
    found += [
        (BeginBySignal if begins else DeliverSignal)(delivery, actor=actor)
        for delivery, begins in answers.get("signals", ())
    ]
    return found
