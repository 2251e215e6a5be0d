"""Who catches an error or an escalation.

Both climb: first the boundary of the activity, then the event sub-processes of the scope it is in, then
the activity around that scope, across sub-process, loop and call activity borders. At each level a
catcher that names the code goes before one that catches all.
Source: BPMN 2.0.2, 10.5.1, 10.5.5 and 13.5.3 to 13.5.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.machine.run import COMPENSATION, LOOP, Run
from engine.bpmn.program import ErrorTrigger, EscalationTrigger, Node
from engine.bpmn.state import Element, Phase, Scope

_INSIDE = (Phase.CHOOSING, Phase.CANCELING)
"""Phases of elements that have the node of the activity around them, but are inside it."""
_Coded = type[ErrorTrigger] | type[EscalationTrigger]


@dataclass(frozen=True, slots=True)
class Catcher:
    event: Node
    number: int
    host: Element | None
    """The activity whose boundary event it is; None: the start of an event sub-process of `scope`."""
    scope: Scope


def find_catcher(run: Run, thrower: Element, code: str, kind: _Coded) -> Catcher | None:
    element: Element | None = thrower
    while element is not None:
        scope = run.state.scopes[element.scope]
        if scope.kind is not LOOP and element.phase not in _INSIDE:
            found = matching(boundaries(run, element, scope), code, kind)
            if found is not None:
                return Catcher(*found, element, scope)
        if not scope.interrupted and scope.kind is not LOOP and scope.kind is not COMPENSATION:
            found = matching(_starts(run, scope, besides=element.node), code, kind)
            if found is not None:
                return Catcher(*found, None, scope)
        element = run.state.elements.get(scope.owner)
    return None


def boundaries(run: Run, host: Element, scope: Scope) -> Iterator[Node]:
    nodes = run.program(scope).nodes
    return (nodes[index] for index in nodes[host.node].boundaries)


def _starts(run: Run, scope: Scope, *, besides: int) -> Iterator[Node]:
    """The start events of the scope's event sub-processes; what one throws it does not catch itself."""
    program = run.program(scope)
    around = program.nodes[scope.node] if scope.node >= 0 else program
    for index in around.event_sub_processes:
        if index != besides:
            yield program.nodes[program.nodes[index].starts[0]]


def matching(events: Iterator[Node], code: str, kind: _Coded) -> tuple[Node, int] | None:
    catch_all = None
    for event in events:
        for number, trigger in zip(event.numbers, event.triggers, strict=True):
            if not isinstance(trigger, kind):
                continue
            if trigger.code == code:
                return event, number
            if trigger.code is None and catch_all is None:
                catch_all = event, number
    return catch_all
