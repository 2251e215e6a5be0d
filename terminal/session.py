"""An open engine for one command, and who acts with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from adapters.package_contracts import PackageContracts
from engine.bootstrap import open_engine
from engine.commands.command import Command
from engine.errors import InvalidArgument, NotFound, Unavailable
from engine.facade import Engine
from engine.settings import Settings
from engine.views.tasks import Actors

MAX_ACTORS_NAMED = 12


class Session:
    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings

    def actor(self, said: str | None) -> str:
        """Who acts: `--as`, else YISHI_ACTOR. Raises a usage error that names the known actors, or
        NotFound for somebody unknown."""
        wanted = said or self.settings.actor
        known = {actor.id: actor for actor in self.engine.ask(Actors())}
        if wanted is None:
            named = [f"{actor.id} ({actor.name})" for actor in list(known.values())[:MAX_ACTORS_NAMED]]
            more = f", … ({len(known)} in all)" if len(known) > MAX_ACTORS_NAMED else ""
            whom = f" Known actors: {', '.join(named)}{more}." if named else " No actors are deployed yet."
            raise typer.BadParameter(
                f"Expected who acts, but nobody is named: give --as ACTOR or set YISHI_ACTOR.{whom}",
                param_hint="--as",
            )
        if wanted not in known:
            raise NotFound(f"Expected a known actor, but nobody is registered as {wanted!r}.")
        return wanted

    def do(self, command: Command) -> tuple[Mapping[str, Any], bool]:
        """What came of it, and whether it had been done before under the same idempotency key."""
        result = self.engine.handle([command])[0]
        if result.error is not None:
            raise result.error
        return result.value, result.repeated


@contextmanager
def open_session() -> Iterator[Session]:
    """Raises Unavailable or InvalidArgument with what the operator can do."""
    settings = read_settings()
    try:
        engine = open_engine(settings, contracts=PackageContracts())
    except OSError as error:
        raise no_access(settings, error) from error
    try:
        yield Session(engine, settings)
    finally:
        engine.close()


def read_settings() -> Settings:
    """Raises InvalidArgument if an environment variable, or the .env file, does not read."""
    try:
        return Settings()
    except ValueError as error:
        hint = """ For example YISHI_DEPARTMENTS='{"UMLE": "https://umle.example"}'."""
        what = str(error).splitlines()[0]
        raise InvalidArgument(
            f"Expected settings (YISHI_… variables, .env) that can be read, but: {what}."
            + (hint if "departments" in str(error) else "")
        ) from error


def no_access(settings: Settings, error: OSError) -> Unavailable:
    return Unavailable(
        f"Expected to write under {settings.home}, but: {error}.",
        mend="Mend its permissions, or set YISHI_HOME to a directory that you may write.",
    )
