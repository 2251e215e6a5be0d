"""How often a job is tried: the other engines count attempts, we count what comes after the first."""

from __future__ import annotations

import re

from lxml import etree

MAX_RETRIES = 20
"""What `gov:job` allows."""
MAX_HEADERS = 20

_REPEATED = re.compile(r"R(\d{0,6})/(\S+)", re.IGNORECASE)


def set_attempts(job: etree._Element, attempts: int) -> bool:
    """Writes `gov:job/@retries` for a number of attempts; False if it had to be cut."""
    retries = max(attempts - 1, 0)
    job.set("retries", str(min(retries, MAX_RETRIES)))
    return retries <= MAX_RETRIES


def attempts_of_cycle(text: str) -> int | None:
    """The attempts that a failedJobRetryTimeCycle means: "R3/PT10M" is 3, "PT1M,PT5M" is 3.

    None if it is an expression or malformed.
    """
    match = _REPEATED.fullmatch(text.strip())
    if match:
        return int(match[1]) if match[1] else None
    pauses = [pause.strip() for pause in text.split(",")]
    if all(re.fullmatch(r"P[0-9YMWDTHS.]+", pause) for pause in pauses):
        return len(pauses) + 1 if len(pauses) > 1 else 2
    return None
