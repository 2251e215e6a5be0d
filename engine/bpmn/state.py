"""Where an instance stands: scopes with variables and tokens, and the elements that wait.

Stored as one compact JSON array that begins with the format's number. FEEL values that JSON
lacks (decimals, dates, durations) are tagged, so that a reloaded state equals the one that was
written.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import orjson

from engine.bpmn.migration import FORMAT, migrated
from engine.errors import InvalidArgument
from engine.feel.codec import TAG, from_stored, to_json

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
    LISTENING = 5
    """An event sub-process that waits for its event; holds no token."""
    FAILED_LISTENING = 6
    """Likewise, but what it should wait for could not be evaluated."""
    CHOOSING = 7
    """In an ad-hoc sub-process: a person may begin further activities."""
    CANCELING = 8
    """In a transaction that was canceled: what was done is being compensated."""


QUIET = frozenset({Phase.LISTENING, Phase.FAILED_LISTENING, Phase.CHOOSING, Phase.CANCELING})
"""Elements that stand for no activation: the path does not tell of them."""
_PHASES = {phase.value: phase for phase in Phase}


class ScopeKind(IntEnum):
    PLAIN = 0
    """A process, called process or sub-process."""
    LOOP = 1
    """The instances of a looping or multi-instance activity; `node` is that activity."""
    COMPENSATION = 2
    """What a compensation event has under way; `variables` are those of the time, not to be changed."""
    AD_HOC = 3


_KINDS = {kind.value: kind for kind in ScopeKind}
PLAIN = ScopeKind.PLAIN


class Scope:
    """One activation of a process, called process or sub-process, or of what `kind` says."""

    __slots__ = (
        "elements", "interrupted", "joins", "key", "kind", "memory", "node", "opened", "owner", "parent",
        "program", "record", "tokens", "variables",
    )  # fmt: skip

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
        kind: ScopeKind = PLAIN,
    ) -> None:
        self.key = key
        self.program = program
        """Index into `State.definition_ids`."""
        self.node = node
        """The node within the same program that the scope is inside; -1 for a (called) process."""
        self.owner = owner
        """Key of the element around it in the parent scope; 0 for the root."""
        self.parent = parent
        self.variables = variables
        """None: the scope has no variables of its own."""
        self.tokens = tokens
        self.kind = kind
        self.joins: dict[int, dict[int, int]] = {}
        """Join node -> incoming flow -> tokens that wait there."""
        self.elements: set[int] = set()
        self.interrupted = False
        """An interrupting event sub-process has taken over, or a transaction is being canceled: no
        further event sub-process begins."""
        self.opened = False
        """The clocks of the process have begun."""
        self.record: list[list[Any]] = []
        """Completed activities that may be compensated, oldest first: node, visible variables, record
        of the scope inside."""
        self.memory: dict[str, Any] | None = None
        """What the kind of scope needs to remember."""


class Element:
    """One element instance that waits or failed."""

    __slots__ = ("child", "item", "key", "locals", "memory", "node", "pending", "phase", "rows", "scope")

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
        """What the input mappings gave."""
        self.pending = pending
        self.item: dict[str, Any] | None = None
        """Variables of a loop's instance (item, loopCounter), and the activity's own properties."""
        self.memory: dict[str, Any] | None = None
        """Event number -> whether a condition held; "p" and node -> what a parallel multiple event got."""

    @property
    def visible(self) -> dict[str, Any] | None:
        """The variables of the element itself."""
        if self.item is None:
            return self.locals
        return {**self.item, **self.locals} if self.locals else self.item


class State:
    """`ended` is None while the instance runs, then True (completed) or False (canceled)."""

    __slots__ = ("definition_ids", "elements", "ended", "joining", "next_key", "outcome", "scopes")

    def __init__(self) -> None:
        self.next_key = 1
        self.ended: bool | None = None
        self.outcome: str | None = None
        self.definition_ids: list[int] = []
        self.scopes: dict[int, Scope] = {}
        self.elements: dict[int, Element] = {}
        self.joining: set[int] = set()
        """Keys of the scopes in which tokens may wait at a join; not stored."""

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
    scopes = [_encoded_scope(scope) for scope in state.scopes.values()]
    elements = [_encoded_element(element) for element in state.elements.values()]
    return _dumped(
        [FORMAT, state.next_key, state.ended, state.outcome, state.definition_ids, scopes, elements]
    )


def _encoded_scope(scope: Scope) -> list[Any]:
    row = [
        scope.key,
        scope.program,
        scope.node,
        scope.owner,
        scope.parent,
        scope.variables,
        scope.tokens,
        [[node, *map(list, flows.items())] for node, flows in scope.joins.items()],
    ]
    if scope.kind is not PLAIN or scope.interrupted or scope.opened or scope.record or scope.memory:
        row += [
            scope.kind.value,
            int(scope.interrupted) + 2 * int(scope.opened),
            scope.record,
            scope.memory,
        ]
    return row


def _encoded_element(element: Element) -> list[Any]:
    row = [
        element.key,
        element.scope,
        element.node,
        element.phase.value,
        int(element.rows),
        element.child,
        element.locals,
        element.pending,
    ]
    if element.item is not None or element.memory:
        row += [element.item, element.memory]
    return row


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
    if not isinstance(document, list) or not document:
        raise InvalidArgument("Expected a stored state, but it is something else.")
    document = migrated(document)
    if _TAG_BYTES in content:
        _untag(document)
    state = State()
    _, state.next_key, state.ended, state.outcome, state.definition_ids, scopes, elements = document
    for row in scopes:
        scope = state.scopes[row[0]] = _decoded_scope(row)
        if scope.joins:
            state.joining.add(scope.key)
    for row in elements:
        element = _decoded_element(row)
        state.elements[element.key] = element
        state.scopes[element.scope].elements.add(element.key)
    return state


def _decoded_scope(row: list[Any]) -> Scope:
    key, program, node, owner, parent, variables, tokens, joins, *further = row
    scope = Scope(
        key, program=program, node=node, owner=owner, parent=parent, variables=variables, tokens=tokens
    )
    for join, *flows in joins:
        scope.joins[join] = dict(flows)
    if further:
        kind, marks, scope.record, scope.memory = further
        scope.kind = _KINDS[kind]
        scope.interrupted, scope.opened = bool(marks & 1), bool(marks & 2)
    return scope


def _decoded_element(row: list[Any]) -> Element:
    key, scope, node, phase, rows, child, local_variables, pending, *further = row
    element = Element(key, scope, node, _PHASES[phase], bool(rows), child, local_variables, pending)
    if further:
        element.item, element.memory = further
    return element


def _untag(container: Any) -> None:
    """Turn tags into the values they stand for, in place: nearly everything stays as it is."""
    for place, item in container.items() if type(container) is dict else enumerate(container):
        kind = type(item)
        if kind is float or (kind is dict and TAG in item):
            container[place] = from_stored(item)
        elif kind is dict or kind is list:
            _untag(item)
