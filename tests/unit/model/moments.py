"""Instants as a clerk in the district says them."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.clock import RECKONING_ZONE


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Aware UTC for a local wall-clock time."""
    return datetime(year, month, day, hour, minute, tzinfo=RECKONING_ZONE).astimezone(UTC)
