"""What every question has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from engine.commands.library import DefinitionLibrary
from engine.store.database import Connection

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Sight:
    """What a view may look at."""

    connection: Connection
    library: DefinitionLibrary
    now: datetime


class View(ABC, Generic[Answer]):
    @abstractmethod
    def read(self, sight: Sight) -> Answer:
        """Answer from the database as it is now; changes nothing."""
