"""How many random models are tried: few where everybody waits for it, many on demand."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_WANTED = os.environ.get("YISHI_EXAMPLES")
TIME = pytest.mark.timeout(0 if _WANTED else 120)
"""Whoever asks for more has the time."""


def tries(usual: int) -> settings:
    """`usual` examples; with YISHI_EXAMPLES=50000 that many in every test of this folder instead."""
    return settings(
        max_examples=int(_WANTED) if _WANTED else usual,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
