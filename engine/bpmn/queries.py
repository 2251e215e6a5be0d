"""Questions about a resting instance. Nothing here changes a state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.bpmn.effects import StartClock
from engine.bpmn.machine import throwing
from engine.bpmn.machine.orders import clocks_of
from engine.bpmn.machine.run import Run
from engine.bpmn.program import Library, SignalTrigger
from engine.bpmn.state import Phase, State

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Looking up variables evaluates nothing, so the instant does not matter."""


def catches_error(state: State, element_key: int, code: str, *, library: Library) -> bool:
    """Whether a boundary event of the waiting element itself catches the error."""
    element = state.elements.get(element_key)
    return element is not None and throwing.catches_error(_run(state, library), element, code)


def payload_of(state: State, element_key: int, *, library: Library) -> dict[str, Any] | None:
    """The variables a department or a clerk is given at the element, as FEEL values.

    With input mappings: what they map and nothing else. None if the element has ended.
    """
    element = state.elements.get(element_key)
    if element is None:
        return None
    run = _run(state, library)
    if run.node(element).inputs and element.phase is not Phase.CHOOSING:
        return dict(element.locals or {})
    return dict(run.context(state.scopes[element.scope], element.visible))


def keeps_waiting(state: State, element_key: int, node: int, *, library: Library) -> bool:
    """True for a non-interrupting event at a boundary or of an event sub-process: it fires as often as
    it is triggered. `node` is the event's number. One that waits for several triggers at once opens
    its subscriptions anew instead, except those to signals, which its own instance may throw as well."""
    element = state.elements.get(element_key)
    if element is None:
        return False
    run = _run(state, library)
    event, trigger = run.program(state.scopes[element.scope]).event(node)
    waits_on = event.attached_to == element.node or element.phase is Phase.LISTENING
    opens_anew = event.parallel_multiple and not isinstance(trigger, SignalTrigger)
    return waits_on and not event.interrupting and not opens_anew


def declared_clocks(state: State, element_key: int, *, library: Library, now: datetime) -> list[StartClock]:
    """The clocks that the model wants on the active element; on the process itself for key 0.

    Raises StepFailed if an expression for a limit fails.
    """
    run = Run(state, library=library, now=now, steps=0)
    element = state.elements.get(element_key)
    if element is not None:
        node, scope = run.node(element), state.scopes[element.scope]
        specs, element_id, local = node.clocks, node.id, element.visible
    elif element_key == 0 and state.ended is None:
        scope = state.root
        program = run.program(scope)
        specs, element_id, local = program.clocks, program.process_id, None
    else:
        return []
    return clocks_of(run, specs, run.context(scope, local), element_key=element_key, element_id=element_id)


def _run(state: State, library: Library) -> Run:
    return Run(state, library=library, now=_ANY_TIME, steps=0)
