"""Steps that make a case's data larger than the engine keeps."""

from __future__ import annotations

from tests.elements import drawing as d

STEPS = tuple(f"grow_{number}" for number in range(1, 6))
"""Ids of the steps, to be drawn one after the other. One value may have 256 Ki characters, all 1 MiB."""


def growing(*, times: str = "400") -> str:
    """The steps' XML. Each makes `times` * 600 characters."""
    text = "0123456789" * 60
    return "".join(
        d.script_task(id, f'for i in 1..{times} return "{text}"', result=f"of_{id}") for id in STEPS
    )
