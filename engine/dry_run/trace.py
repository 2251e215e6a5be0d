"""The trace of a dry run: every move of every token, with the variables of that very moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.effects import Move
from engine.bpmn.machine.advancing import Moved
from engine.dry_run.shelf import SEQUENCE_FLOW, Shelf

WORDS: Mapping[str, str] = {
    Move.ENTERED: "entered",
    Move.LEFT: "left",
    Move.PASSED: "passed",
    Move.TOOK: "taken",
    Move.TERMINATED: "terminated",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One move. `element_key` is 0 where no element instance was made."""

    at: datetime
    run: int
    """Number of the process instance, from 1."""
    process_id: str
    move: str
    element_id: str
    kind: str
    element_key: int
    scope_key: int
    variables: Mapping[str, Any] | None
    """As they were visible; None where the engine does not say."""

    @property
    def begins(self) -> bool:
        """Whether an element was reached: what a path is made of."""
        return self.move in ("entered", "passed")


class Recorder(list[Moved]):
    """Given to `advance` as its path. It looks at the state in the middle of a step, since after it the
    variables are those of the step's end and scopes are gone."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self.state: Any = None
        """Of the step under way."""
        self._at: datetime | None = None
        self._run = 0
        self._root = ""
        self._entered: dict[tuple[int, int], Entry] = {}
        self._last: dict[int, Mapping[str, Any]] = {}
        self.entries: list[Entry] = []

    def watch(self, state: Any, *, run: int, root: str, at: datetime) -> None:
        """The next moves are of this state."""
        self.clear()
        self.state, self._run, self._root, self._at = state, run, root, at

    def append(self, moved: Moved) -> None:
        super().append(moved)
        move, element_id, key, scope_key = moved
        assert self._at is not None  # noqa: S101 - a step is watched
        process_id = self._process_of(scope_key)
        entry = Entry(
            self._at,
            self._run,
            process_id,
            WORDS[move],
            element_id,
            SEQUENCE_FLOW if move == Move.TOOK else self._shelf.kind_of(process_id, element_id),
            key,
            scope_key,
            self._variables(scope_key, key),
        )
        self.entries.append(entry)
        if key:
            self._entered.setdefault((self._run, key), entry)

    def entered(self, run: int, element_key: int) -> Entry | None:
        """How the element instance began; None for what no path tells of, as event sub-processes that
        listen."""
        return self._entered.get((run, element_key))

    def process_of(self, run: int, element_key: int) -> str:
        """Id of the (called) process that the element instance belongs to."""
        entry = self._entered.get((run, element_key))
        return entry.process_id if entry else self._root

    def last_variables(self, run: int) -> Mapping[str, Any]:
        """Of the process instance itself, as of its last move."""
        return self._last.get(run, {})

    def _variables(self, scope_key: int, element_key: int) -> Mapping[str, Any] | None:
        if self.state is None:
            return None
        root = _visible(self.state, 1, 0)
        if root is not None:
            self._last[self._run] = root
        if scope_key == 1 and not element_key:
            return root
        return _visible(self.state, scope_key, element_key)

    def _process_of(self, scope_key: int) -> str:
        scopes = getattr(self.state, "scopes", None)
        scope = scopes.get(scope_key) if scopes else None
        if scope is None:
            return self._root
        return self._shelf.process(self.state.definition_ids[scope.program]).id


def _visible(state: Any, scope_key: int, element_key: int) -> dict[str, Any] | None:
    """The variables seen from a scope and an element of it (0: none), the inner ones hiding the outer; a
    called process sees none of its caller's. None if the scope is gone."""
    scope = state.scopes.get(scope_key)
    if scope is None:
        return None
    element = state.elements.get(element_key)
    own = element.visible if element is not None else None
    layers = [own] if own else []
    while scope.node >= 0:
        if scope.variables:
            layers.append(scope.variables)
        scope = state.scopes[scope.parent]
    found: dict[str, Any] = dict(scope.variables or {})
    for layer in reversed(layers):
        found.update(layer)
    return found
