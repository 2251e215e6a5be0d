"""When a failed department call is tried again."""

from __future__ import annotations

from datetime import timedelta

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=10)
MAX_LEASE = timedelta(minutes=10)
MAX_CLAIMS_WITHOUT_ANSWER = 5
"""A job that was claimed this often and never came back kills its workers."""


def retry_delay(attempt: int, *, chance: float, asked: timedelta | None = None) -> timedelta:
    """Exponential with full jitter: between 10 % and 100 % of FIRST_DELAY * 2**(attempt - 1), capped.

    `attempt` counts from 1; `chance` is uniform in [0, 1); `asked` is what the department wished
    for (Retry-After) and is never undercut.
    """
    ceiling = min(FIRST_DELAY * (1 << min(attempt - 1, 16)), LONGEST_DELAY)
    delay = ceiling * (0.1 + 0.9 * chance)
    return max(delay, asked) if asked is not None else delay
