"""What has become of a signal."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import NotFound
from engine.store.database import fetch_rows
from engine.views.view import Sight, View


@dataclass(frozen=True, slots=True)
class SignalReach:
    """Counts. `targets` are all that it was thrown to; who has ended since misses it."""

    id: int
    signal_name: str
    targets: int
    pending: int
    received: int
    cases_opened: int


@dataclass(frozen=True, slots=True)
class ShowSignal(View[SignalReach]):
    signal_id: int

    def read(self, sight: Sight) -> SignalReach:
        found = fetch_rows(sight.connection, SignalReach, "view_signal", {"signal_id": self.signal_id})
        reach = found.fetchone()
        if reach is None:
            raise NotFound(f"Expected a signal {self.signal_id}, but there is none.")
        return reach
