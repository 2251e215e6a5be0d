"""What Prefect's client raises when its API is away or unwell."""

from __future__ import annotations

import httpx
from prefect.exceptions import PrefectException

PREFECT_TROUBLE: tuple[type[Exception], ...] = (
    PrefectException,
    httpx.HTTPError,
    OSError,
    # The client wraps a first connection error in a RuntimeError, and a proxy's HTML page in a ValueError.
    RuntimeError,
    ValueError,
    # The runner's task groups wrap what ended them.
    ExceptionGroup,
)


def first_line(trouble: Exception) -> str:
    """Prefect's messages carry whole answers of the API: enough of one for a log line."""
    while isinstance(trouble, ExceptionGroup):
        trouble = trouble.exceptions[0]
    return (str(trouble) or type(trouble).__name__).splitlines()[0][:160]
