"""One advance under way: tokens, variables and the trace.

Every other module of the room works on a `Run`, and nothing here knows what a gateway or an activity is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.effects import CloseElement, Effect, Move
from engine.bpmn.machine.advancing import Advancing, Moved, visible_in
from engine.bpmn.program import Library, Node, Program, Trigger
from engine.bpmn.state import PLAIN, QUIET, Element, Phase, Scope, ScopeKind, State

# Looking a member up on its enum costs more than a call in Python 3.11, and these are needed for every node.
ENTERED, LEFT, PASSED, TOOK, TERMINATED = Move.ENTERED, Move.LEFT, Move.PASSED, Move.TOOK, Move.TERMINATED
WAITING = Phase.WAITING
LOOP, COMPENSATION, AD_HOC = ScopeKind.LOOP, ScopeKind.COMPENSATION, ScopeKind.AD_HOC

DEFAULT_STEPS = 50_000
MAX_CALL_DEPTH = 20
MAX_INSTANCES = 10_000
"""Of one multi-instance activity."""
STUCK = "stuck"
"""In the memory of a scope: the join that has an incident since no more tokens can come to it."""


@dataclass(slots=True)
class Step:
    """What one advance did: the state (the one passed in, changed), its effects in order, and the path."""

    state: State
    effects: list[Effect]
    path: list[Moved]


class Run(Advancing[Element]):
    __slots__ = (
        "begins", "changed", "emptied", "lost_incident", "programs", "queue", "rested", "state", "steps",
        "throws", "urgent", "watching",
    )  # fmt: skip

    def __init__(
        self, state: State, *, library: Library, now: datetime, steps: int, path: list[Moved] | None = None
    ) -> None:
        super().__init__(library=library, now=now, path=path)
        self.state = state
        self.steps = steps
        self.queue: deque[tuple[Scope, int, int]] = deque()
        """Tokens under way: scope, node they come to, flow they come by (-1: none). For an instance of a
        loop: scope, ~node, number of the instance."""
        self.urgent = False
        """Something is to be done before the next token moves; see `interpreter`."""
        self.begins: list[Element] = []
        """Event sub-processes that were triggered and begin before the next token moves."""
        self.throws: list[tuple[Element, Trigger | None]] = []
        """What is to be thrown from an element before the next token moves. None: what a multiple event
        has still to throw."""
        self.changed = False
        """True once variables changed: conditional events are looked at before the next token moves."""
        self.emptied: list[Scope] = []
        """Scopes whose last token has ended; completed before the next token moves."""
        self.rested: set[int] = set()
        """Keys of the scopes in which a token ended or came to a join, so that the others at joins
        may wait in vain from now on."""
        self.lost_incident = False
        """True once an element ended that held the incident for other parked ones as well."""
        self.programs: list[Program] = [library.program(i) for i in state.definition_ids]
        self.watching = False
        for program in self.programs:
            if program.watches:
                self.watching = True

    # --- programs --------------------------------------------------------------------------------

    def program_number(self, definition_id: int) -> int:
        """The number by which this instance's scopes refer to the definition."""
        known = self.state.definition_ids
        if definition_id not in known:
            known.append(definition_id)
            program = self.library.program(definition_id)
            self.programs.append(program)
            self.watching = self.watching or program.watches
            return len(known) - 1
        return known.index(definition_id)

    def program(self, scope: Scope) -> Program:
        return self.programs[scope.program]

    def node(self, element: Element) -> Node:
        return self.programs[self.state.scopes[element.scope].program].nodes[element.node]

    def definition_of(self, element: Element) -> int:
        return self.state.definition_ids[self.state.scopes[element.scope].program]

    # --- variables -------------------------------------------------------------------------------

    def context(self, scope: Scope, local: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All variables visible in `scope`, the inner ones hiding the outer. Not to be changed."""
        return visible_in(scope, scopes=self.state.scopes, local=local)

    def data_of(self, element: Element) -> dict[str, Any]:
        return visible_in(self.state.scopes[element.scope], scopes=self.state.scopes, local=element.visible)

    def assign(self, scope: Scope, variables: Mapping[str, Any]) -> None:
        """Each variable goes to the nearest scope that has it, a new one to the process."""
        if self.watching:
            self.changed = self.urgent = True
        if scope.node < 0:
            assert scope.variables is not None  # noqa: S101
            scope.variables.update(variables)
            if scope.owner:
                _note_written(scope, variables)
            return
        for name, value in variables.items():
            holder = scope
            while holder.node >= 0 and not _holds(holder, name):
                holder = self.state.scopes[holder.parent]
            assert holder.variables is not None  # noqa: S101
            holder.variables[name] = value
            if holder.node < 0 and holder.owner:
                _note_written(holder, (name,))

    # --- what goes before tokens -----------------------------------------------------------------

    def empty(self, scope: Scope) -> None:
        """The scope has no token left and completes."""
        self.emptied.append(scope)
        self.urgent = True

    def begin_soon(self, element: Element) -> None:
        self.begins.append(element)
        self.urgent = True

    def throw_soon(self, element: Element, trigger: Trigger | None) -> None:
        self.throws.append((element, trigger))
        self.urgent = True

    def look_soon(self) -> None:
        """A condition has to be looked at."""
        self.changed = self.urgent = True

    # --- tokens ----------------------------------------------------------------------------------

    def new_element(self, scope: Scope, node: Node) -> Element:
        state = self.state
        key = state.next_key
        state.next_key = key + 1
        state.elements[key] = element = Element(key, scope.key, node.index)
        scope.elements.add(key)
        self.path.append((ENTERED, node.id, key, scope.key))
        return element

    def quiet_element(self, scope: Scope, node: int, phase: Phase) -> Element:
        """An element that stands for no activation: see `state.QUIET`."""
        key = self.state.take_key()
        self.state.elements[key] = element = Element(key, scope.key, node, phase)
        scope.elements.add(key)
        return element

    def close(self, element: Element, scope: Scope, node: Node, *, completed: bool) -> None:
        """Take the element out of the state. Scopes inside must be gone already."""
        key = element.key
        del self.state.elements[key]
        scope.elements.discard(key)
        if element.rows:
            self.effects.append(CloseElement(key, completed))
        if element.phase is WAITING or element.phase not in QUIET:
            self.path.append((LEFT if completed else TERMINATED, node.id, key, scope.key))


def _note_written(called: Scope, names: Iterable[str]) -> None:
    """What a called process wrote, and nothing else, comes back to its caller."""
    if called.memory is not None:
        called.memory["written"].update(dict.fromkeys(names, True))


def _holds(scope: Scope, name: str) -> bool:
    """Whether `name` is a variable of the scope itself that may be written."""
    if not scope.variables or name not in scope.variables:
        return False
    return scope.kind is PLAIN or scope.kind is AD_HOC
