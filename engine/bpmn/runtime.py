"""What an engine is to those who keep instances: advance, store, and answer questions about one.

There are two: our own machine (`YISHI`) and `engine.spiff.SPIFFWORKFLOW`. A definition is deployed for
one of them and its instances stay there: the stored forms differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.bpmn import queries
from engine.bpmn.effects import Effect, StartClock
from engine.bpmn.machine import advance
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.program import Library
from engine.bpmn.state import State, decode, encode
from engine.bpmn.stimuli import Stimulus


class Advanced(Protocol):
    """What one advance did, whichever engine did it: see `engine.bpmn.machine.Step`."""

    @property
    def state(self) -> Any:
        """Has `ended` (None while the instance runs, then whether it completed), `outcome`,
        `definition_ids`, `scopes` and `elements`; all else is the engine's own business."""
        ...

    @property
    def effects(self) -> list[Effect]: ...

    @property
    def path(self) -> list[Moved]: ...


class Advance(Protocol):
    def __call__(
        self,
        state: Any,
        stimulus: Stimulus,
        *,
        library: Library,
        now: datetime,
        steps: int = ...,
        path: list[Moved] | None = ...,
    ) -> Advanced: ...


class DeclaredClocks(Protocol):
    def __call__(
        self, state: Any, element_key: int, *, library: Library, now: datetime
    ) -> list[StartClock]: ...


class CatchesError(Protocol):
    def __call__(self, state: Any, element_key: int, code: str, *, library: Library) -> bool: ...


class KeepsWaiting(Protocol):
    def __call__(self, state: Any, element_key: int, node: int, *, library: Library) -> bool: ...


class PayloadOf(Protocol):
    def __call__(self, state: Any, element_key: int, *, library: Library) -> dict[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """The functions of one engine; each as its namesake in `engine.bpmn.machine`, `engine.bpmn.state`
    and `engine.bpmn.queries`."""

    name: str
    """As in `scenario.toml` and in the table of definitions."""
    new_state: Callable[[], Any]
    """What StartProcess may be given, so that the caller can look at it while tokens move."""
    advance: Advance
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]
    payload_of: PayloadOf
    catches_error: CatchesError
    keeps_waiting: KeepsWaiting
    declared_clocks: DeclaredClocks


YISHI = Runtime(
    name="yishi",
    new_state=State,
    advance=advance,
    encode=encode,
    decode=decode,
    payload_of=queries.payload_of,
    catches_error=queries.catches_error,
    keeps_waiting=queries.keeps_waiting,
    declared_clocks=queries.declared_clocks,
)
