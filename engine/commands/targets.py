"""Which rows a batch concerns, gathered before its transaction begins."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Targets:
    user_tasks: set[int] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    timers: set[int] = field(default_factory=set)
    subscriptions: set[int] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)
    signal_deliveries: set[int] = field(default_factory=set)
    start_timers: set[int] = field(default_factory=set)
    incidents: set[int] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)
    case_numbers: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    published: set[tuple[str, str]] = field(default_factory=set)
    """(message name, correlation key) of messages that arrive."""
    new_cases: int = 0
