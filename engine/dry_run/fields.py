"""Taking a document apart, entry by entry, with the place in every complaint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.clock import RECKONING_ZONE
from engine.errors import InvalidArgument
from engine.feel import from_json
from engine.feel.instants import date_and_time_from_text


class Fields:
    """The entries of one mapping. `done` complains of those nobody asked for."""

    def __init__(self, value: Any, *, place: str) -> None:
        if not isinstance(value, dict):
            raise InvalidArgument(f"Expected entries at {place}, but got {shown(value)}.")
        self.place = place
        self._entries: Mapping[str, Any] = value
        self._asked: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def take(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        return self._entries.get(name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; a number counts as its digits, since nobody quotes an area code."""
        value = self.take(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise self.wrong(name, "a text", value)
        return value

    def maybe_text(self, name: str) -> str | None:
        return self.text(name) if self.take(name) is not None else None

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.take(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false", value)
        return value

    def items(self, name: str) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "a list", value)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        value = self.take(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(item, str) for item in found):
            raise self.wrong(name, "a list of texts", value)
        return tuple(found)

    def variables(self, name: str) -> dict[str, Any]:
        """FEEL values."""
        value = self.take(name)
        return {} if value is None else variables_from(value, place=f"{self.place}.{name}")

    def done(self) -> None:
        unknown = [name for name in self._entries if name not in self._asked]
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise InvalidArgument(
                f"Expected only {known} at {self.place}, but got {', '.join(map(repr, unknown))}."
            )

    def wrong(self, name: str, expected: str, found: Any) -> InvalidArgument:
        return InvalidArgument(f"Expected {expected} at {self.place}.{name}, but got {shown(found)}.")


def variables_from(value: Any, *, place: str) -> dict[str, Any]:
    """A JSON object as FEEL values."""
    if not isinstance(value, dict):
        raise InvalidArgument(f"Expected variables (a JSON object) at {place}, but got {shown(value)}.")
    found = from_json(value)
    assert isinstance(found, dict)  # noqa: S101 - an object stays one
    return found


def instant_from(value: Any, *, place: str) -> datetime:
    """An instant in ISO 8601; without a zone it is read in Shanghai. Aware UTC."""
    instant = date_and_time_from_text(value) if isinstance(value, str) else None
    if instant is None:
        raise InvalidArgument(
            f"Expected an instant such as 2026-03-02T09:00:00+08:00 at {place}, but got {shown(value)}."
        )
    return (instant if instant.tzinfo else instant.replace(tzinfo=RECKONING_ZONE)).astimezone(UTC)


def shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
