"""What the elements of a case are called."""

from __future__ import annotations

from engine.store.database import execute
from engine.views.view import Sight


def element_names(sight: Sight, case_id: int) -> dict[str, str]:
    """Element id -> name over all processes of the case."""
    rows = execute(sight.connection, "view_definitions_of_case", {"case_id": case_id})
    names: dict[str, str] = {}
    for (definition_id,) in rows.fetchall():
        names.update((node.id, node.name) for node in sight.library.program(definition_id).nodes)
    return names
