"""The stored form of an instance: one JSON array that begins with this engine's name and format.

FEEL values that JSON lacks are tagged as everywhere (`engine.feel.codec`). Specifications are not in it:
they come from the deployed definition, so that no stored text says which class or code to use.
"""

from __future__ import annotations

from typing import Any

import orjson

from engine.bpmn.state import Phase
from engine.errors import InvalidArgument
from engine.feel import from_stored, to_json
from engine.spiff.plan import plan_prefix
from engine.spiff.state import Element, Instance, Scope, Tree
from engine.spiff.trees import felled

NAME = "spiffworkflow"
FORMAT = 1
_PHASES = {phase.value: phase for phase in Phase}


def encode(state: Instance) -> bytes:
    """Sizes: about 30 bytes per task in the trees, plus the variables' JSON.

    Raises InvalidArgument if a variable has a value that cannot be stored.
    """
    trees, places = _trees(state)
    scopes = [
        [
            s.key,
            s.program,
            s.start,
            s.node,
            s.owner,
            s.parent,
            _stored(s.variables),
            list(s.written),
            _row(trees[s.key]),
        ]
        for s in state.scopes.values()
    ]
    elements = [
        [
            e.key, e.scope, e.node, e.phase.value, int(e.rows), e.child,
            _stored(e.locals), _stored(e.item), _stored(e.pending), places[e.key],
        ]
        for e in state.elements.values()
    ]  # fmt: skip
    document = [
        NAME, FORMAT, state.next_key, state.ended, state.outcome, state.definition_ids,
        _stored(state.given), scopes, elements,
    ]  # fmt: skip
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError as error:
        raise InvalidArgument(f"Expected variables that can be stored, but {error}.") from error


def _stored(variables: dict[str, Any] | None) -> Any:
    return None if variables is None else to_json(variables)


def _trees(state: Instance) -> tuple[dict[int, Tree], dict[int, int]]:
    if state.top is None:
        # Loaded and not advanced since, or ended.
        return state.trees, state.places
    trees: dict[int, Tree] = {}
    places: dict[int, int] = {}
    for scope in state.scopes.values():
        assert scope.workflow is not None  # noqa: S101
        trees[scope.key], numbers = felled(scope.workflow, prefix=plan_prefix(scope.workflow))
        for key in scope.elements:
            task = state.elements[key].task
            assert task is not None  # noqa: S101
            places[key] = numbers[task.id]
    return trees, places


def _row(tree: Tree) -> list[Any]:
    return [int(tree.completed) + 2 * int(tree.success), tree.tasks]


def decode(content: bytes) -> Instance:
    """Raises InvalidArgument for what this engine has not written, or not in a format it knows."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidArgument("Expected a stored state, but the bytes are no JSON.") from error
    if not isinstance(document, list) or document[:2] != [NAME, FORMAT]:
        found = document[:2] if isinstance(document, list) else document
        raise InvalidArgument(
            f"Expected a state stored as [{NAME!r}, {FORMAT}, …], but it begins with {found!r}."
        )
    state = Instance()
    _, _, state.next_key, state.ended, state.outcome, state.definition_ids, given, scopes, elements = document
    state.given = _restored(given) or {}
    for key, program, start, node, owner, parent, variables, written, (flags, tasks) in scopes:
        state.scopes[key] = Scope(
            key, program, start, node, owner, parent, _restored(variables), dict.fromkeys(written, True)
        )
        state.trees[key] = Tree(bool(flags & 1), bool(flags & 2), tasks)
    for key, scope, node, phase, rows, child, local_variables, item, pending, place in elements:
        state.elements[key] = Element(
            key,
            scope,
            node,
            _PHASES[phase],
            bool(rows),
            child,
            _restored(local_variables),
            _restored(item),
            _restored(pending),
        )
        state.places[key] = place
        state.scopes[scope].elements.add(key)
    return state


def _restored(variables: Any) -> dict[str, Any] | None:
    if variables is None:
        return None
    restored = from_stored(variables)
    assert isinstance(restored, dict)  # noqa: S101 - it was one when it was stored
    return restored
