"""Where an instance stands: scopes with variables and tokens, and the elements that wait.

Stored as one compact JSON array that begins with the format's number. FEEL values that JSON
lacks (decimals, dates, durations) are tagged, so that a reloaded state equals the one that was
written.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import orjson

from engine.errors import InvalidArgument
from engine.feel.codec import TAG, from_stored, to_json

FORMAT = 1
_TAG_BYTES = f'"{TAG}"'.encode()
_AS_FEEL = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Durations and ranges are dataclasses: left to orjson they would come back as contexts."""


class Phase(IntEnum):
    WAITING = 0
    FAILED_ENTERING = 1
    FAILED_LEAVING = 2
    """`pending` holds the variables it was completed with."""
    FAILED_WORKING = 4
    """What it waited for went wrong (an error nobody catches); its timers and clocks are in place."""
    PARKED = 3
    """Cut off by the step limit before it was entered."""


_PHASES = {phase.value: phase for phase in Phase}


class Scope:
    """One activation of a process, called process or sub-process."""

    __slots__ = ("elements", "joins", "key", "node", "owner", "parent", "program", "tokens", "variables")

    def __init__(
        self,
        key: int,
        *,
        program: int,
        node: int = -1,
        owner: int = 0,
        parent: int = 0,
        variables: dict[str, Any] | None = None,
        tokens: int = 0,
    ) -> None:
        self.key = key
        self.program = program
        """Index into `State.definition_ids`."""
        self.node = node
        """The sub-process node within the same program; -1 for a (called) process."""
        self.owner = owner
        """Key of the sub-process or call activity element in the parent scope; 0 for the root."""
        self.parent = parent
        self.variables = variables
        """None: the scope has no variables of its own."""
        self.tokens = tokens
        self.joins: dict[int, dict[int, int]] = {}
        """Join node -> incoming flow -> tokens that wait there."""
        self.elements: set[int] = set()


class Element:
    """One element instance that waits or failed."""

    __slots__ = ("child", "key", "locals", "node", "pending", "phase", "rows", "scope")

    def __init__(
        self,
        key: int,
        scope: int,
        node: int,
        phase: Phase = Phase.WAITING,
        rows: bool = False,
        child: int = 0,
        local_variables: dict[str, Any] | None = None,
        pending: dict[str, Any] | None = None,
    ) -> None:
        self.key = key
        self.scope = scope
        self.node = node
        self.phase = phase
        self.rows = rows
        """True once an effect made rows elsewhere that must be closed with it."""
        self.child = child
        """Key of the scope inside, for sub-processes and call activities."""
        self.locals = local_variables
        self.pending = pending


class State:
    """`ended` is None while the instance runs, then True (completed) or False (canceled)."""

    __slots__ = ("definition_ids", "elements", "ended", "next_key", "outcome", "scopes")

    def __init__(self) -> None:
        self.next_key = 1
        self.ended: bool | None = None
        self.outcome: str | None = None
        self.definition_ids: list[int] = []
        self.scopes: dict[int, Scope] = {}
        self.elements: dict[int, Element] = {}

    def take_key(self) -> int:
        key = self.next_key
        self.next_key = key + 1
        return key

    @property
    def root(self) -> Scope:
        return self.scopes[1]


def encode(state: State) -> bytes:
    """The stored form. Sizes: about 25 bytes per waiting element plus the variables' JSON.

    Raises InvalidArgument if a variable has a value that cannot be stored.
    """
    scopes = [
        [
            scope.key,
            scope.program,
            scope.node,
            scope.owner,
            scope.parent,
            scope.variables,
            scope.tokens,
            [[node, *map(list, flows.items())] for node, flows in scope.joins.items()],
        ]
        for scope in state.scopes.values()
    ]
    elements = [
        [e.key, e.scope, e.node, e.phase.value, int(e.rows), e.child, e.locals, e.pending]
        for e in state.elements.values()
    ]
    return _dumped(
        [FORMAT, state.next_key, state.ended, state.outcome, state.definition_ids, scopes, elements]
    )


def _dumped(document: list[Any]) -> bytes:
    tags = 0

    def tagged(value: object) -> Any:
        nonlocal tags
        leaf = to_json(value)
        if isinstance(leaf, float):
            # A float would come back as one: without a tag nothing is converted on the way back.
            leaf = {TAG: "number", "value": str(value)}
        tags += isinstance(leaf, dict)
        return leaf

    try:
        content = orjson.dumps(document, default=tagged, option=_AS_FEEL)
        if content.count(_TAG_BYTES) == tags:
            return content
    except orjson.JSONEncodeError:
        # An integer beyond 64 bits, or a value that cannot be stored at all: the next lines tell.
        pass
    # A range (tags within a tag), or a variable that itself has an entry named like our tag: the slow
    # way escapes it.
    try:
        return orjson.dumps(to_json(document))
    except orjson.JSONEncodeError as error:
        raise InvalidArgument(f"Expected variables that can be stored, but {error}.") from error


def decode(content: bytes) -> State:
    """Raises InvalidArgument for a format this version does not know."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidArgument("Expected a stored state, but the bytes are no JSON.") from error
    version = document[0] if isinstance(document, list) and document else None
    if version != FORMAT:
        raise InvalidArgument(f"Expected a stored state of format {FORMAT}, but got {version!r}.")
    if _TAG_BYTES in content:
        _untag(document)
    state = State()
    _, state.next_key, state.ended, state.outcome, state.definition_ids, scopes, elements = document
    for key, program, node, owner, parent, variables, tokens, joins in scopes:
        scope = Scope(
            key, program=program, node=node, owner=owner, parent=parent, variables=variables, tokens=tokens
        )
        for join, *flows in joins:
            scope.joins[join] = dict(flows)
        state.scopes[key] = scope
    for key, scope_key, node, phase, rows, child, local_variables, pending in elements:
        state.elements[key] = Element(
            key, scope_key, node, _PHASES[phase], bool(rows), child, local_variables, pending
        )
        state.scopes[scope_key].elements.add(key)
    return state


def _untag(container: Any) -> None:
    """Turn tags into the values they stand for, in place: nearly everything stays as it is."""
    for place, item in container.items() if type(container) is dict else enumerate(container):
        kind = type(item)
        if kind is float or (kind is dict and TAG in item):
            container[place] = from_stored(item)
        elif kind is dict or kind is list:
            _untag(item)
