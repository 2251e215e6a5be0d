"""What every order to the engine has, and what comes back.

Commands are orders in the imperative; each module of this room has the commands of one noun, with
their rules. A command says which rows it concerns (`aim`) and then works on them (`apply`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import CommandRejected

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Command(ABC):
    """`actor` is who orders it; a repeated `idempotency_key` gets the first result again."""

    actor: str = field(default=SYSTEM, kw_only=True)
    idempotency_key: str | None = field(default=None, kw_only=True)

    @abstractmethod
    def aim(self, targets: Targets) -> None:
        """Name the rows to lock and load. No decisions here."""

    @abstractmethod
    def apply(self, work: Work) -> Mapping[str, Any]:
        """Check, then change; returns facts about what was done, as JSON.

        Raises CommandRejected before anything has been changed.
        """


@dataclass(frozen=True, slots=True)
class Result:
    """`value` if `error` is None. `repeated`: the command was done before, this is what came of it."""

    value: Mapping[str, Any] = field(default_factory=dict)
    error: CommandRejected | None = None
    repeated: bool = False

    @property
    def ok(self) -> bool:
        return self.error is None
