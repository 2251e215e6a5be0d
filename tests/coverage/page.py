"""docs/reference/coverage.md, made of what the trials say."""

from __future__ import annotations

from pathlib import Path

from tests.coverage.rows import ROWS
from tests.coverage.starts_and_boundaries import BOUNDARIES, HOSTS, STARTS, boundary_result, start_result
from tests.coverage.trial import POSITIONS, result

PATH = Path(__file__).parents[2] / "docs" / "reference" / "coverage.md"
HEAD = """# What runs

Every flow node of executable BPMN 2.0 at every position, as the tests in `tests/coverage` found it: each
cell is a model that was drawn, put before the gate and, where the gate lets it through, run to its end with
a restart at every wait. This page is made by `python -m tests.coverage`; a test fails when it is not true.

`runs`: it runs. Otherwise the rule by which [the gate](findings.md) refuses it; nothing is ignored.
"""


def page() -> str:
    parts = [HEAD]
    for title, fragments in ROWS.items():
        parts.append(f"\n## {title}\n\n" + _table(["element", *POSITIONS]))
        for fragment in fragments:
            parts.append(_row(fragment.name, [result(fragment, position) for position in POSITIONS]))
    parts.append("\n## How a process begins\n\n" + _table(["start", "process"]))
    parts += [_row(start[0], [start_result(start)]) for start in STARTS]
    parts.append("\n## Boundary events\n\nInterrupting / not interrupting.\n\n" + _table(["event", *HOSTS]))
    for name, definition, happen in BOUNDARIES:
        cells = []
        for host in HOSTS:
            both = [
                boundary_result(name, definition, happen, host=host, interrupting=interrupting)
                for interrupting in (True, False)
            ]
            cells.append(both[0] if both[0] == both[1] else " / ".join(both))
        parts.append(_row(name, cells))
    return "".join(parts)


def _table(heads: list[str]) -> str:
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |\n"
