"""Undoing what was done, in reverse order, with the data of its time.

The compensating event waits as an element; inside it a scope of kind COMPENSATION goes through the
records, newest first, one handler after the other. A completed activity is compensated once.
Source: BPMN 2.0.2, 10.7 and 13.5.5.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.machine.leaving import leave, terminate_contents
from engine.bpmn.machine.run import COMPENSATION, Run
from engine.bpmn.model import NodeKind
from engine.bpmn.program import CancelTrigger, CompensateTrigger, Node
from engine.bpmn.state import Element, Phase, Scope

Record = list[list[Any]]
THROWN = "thrown"
"""In the memory of a multiple event that waits for compensation: how many triggers it has thrown."""


def remember(
    run: Run, scope: Scope, node: Node, variables: dict[str, Any], *, inside: Record | None = None
) -> None:
    """The activity completed with `variables` visible; `inside` is the record of its own scope."""
    if node.handler >= 0 or node.compensator >= 0 or inside:
        scope.record.append([node.index, dict(variables), inside or []])


def compensate(run: Run, thrower: Element, scope: Scope, trigger: CompensateTrigger) -> bool:
    """True if `thrower` waits from now on; False if there is nothing that it should wait for."""
    entries = _taken(run, scope, trigger.activity)
    if not entries:
        return False
    if trigger.wait:
        _begin(run, thrower, scope, entries)
        return True
    # The token goes on; what is under way has a home with a token of its own.
    home = run.quiet_element(scope, thrower.node, Phase.CANCELING)
    home.pending = {"detached": True}
    scope.tokens += 1
    _begin(run, home, scope, entries)
    return False


def cancel_transaction(run: Run, thrower: Element, scope: Scope) -> None:
    """Everything in the transaction around `thrower` stops and is undone; then it leaves by its cancel
    boundary event."""
    while run.programs[scope.program].nodes[scope.node].kind is not NodeKind.TRANSACTION:
        scope = run.state.scopes[scope.parent]
    inner = run.state.scopes[thrower.scope]
    run.close(thrower, inner, run.node(thrower), completed=True)
    entries = _done_inside(run, scope)
    terminate_contents(run, scope)
    scope.record = []
    scope.interrupted = True
    scope.tokens = 1
    carrier = run.quiet_element(scope, scope.node, Phase.CANCELING)
    _begin(run, carrier, scope, entries)


def _done_inside(run: Run, scope: Scope) -> Record:
    """What is completed in the transaction, also in parts of it that are active still."""
    entries = list(scope.record)
    if scope.kind is COMPENSATION:
        entries += (scope.memory or {})["entries"]
    for key in sorted(scope.elements):
        inside = run.state.scopes.get(run.state.elements[key].child)
        if inside is not None and inside.node >= 0:
            entries += _done_inside(run, inside)
    return entries


def go_on(run: Run, scope: Scope) -> bool:
    """Begin the next handler; False if all is undone."""
    memory = scope.memory
    assert memory is not None  # noqa: S101
    nodes = run.program(scope).nodes
    entries: Record = memory["entries"]
    while entries:
        index, scope.variables, inside = entries.pop()
        node = nodes[index]
        if node.handler >= 0:
            scope.tokens = 1
            run.queue.append((scope, node.handler, -1))
            return True
        if node.compensator >= 0:
            memory["inside"] = inside
            handler = nodes[node.compensator]
            scope.tokens = 1
            element = run.new_element(scope, handler)
            element.pending = {"event": handler.starts[0], "variables": {}}
            run.begin_soon(element)
            return True
        entries.extend(inside)
    return False


def finish(run: Run, thrower: Element, scope: Scope) -> bool:
    """All is undone; `scope` is the thrower's. False if the thrower itself has still to complete."""
    if thrower.phase is not Phase.CANCELING:
        return False
    run.close(thrower, scope, run.node(thrower), completed=True)
    if thrower.pending is not None:
        leave(run, scope, ())
    else:
        run.throw_soon(run.state.elements[scope.owner], CancelTrigger())
    return True


def _begin(run: Run, thrower: Element, scope: Scope, entries: Record) -> None:
    inside = Scope(
        run.state.take_key(),
        program=scope.program,
        node=thrower.node,
        owner=thrower.key,
        parent=scope.key,
        kind=COMPENSATION,
    )
    inside.memory = {"entries": entries}
    run.state.scopes[inside.key] = inside
    thrower.child = inside.key
    run.empty(inside)


def _taken(run: Run, scope: Scope, activity: int) -> Record:
    """The records that a compensation thrown in `scope` means, oldest first, taken from their scopes.

    From an event sub-process the scope around it is compensated too.
    """
    homes = [scope]
    nodes = run.program(scope).nodes
    while scope.node >= 0 and nodes[scope.node].triggered_by_event:
        scope = run.state.scopes[scope.parent]
        homes.append(scope)
    taken: Record = []
    for home in reversed(homes):
        if home.kind is COMPENSATION:
            assert home.memory is not None  # noqa: S101
            record = home.memory.get("inside", [])
        else:
            record = home.record
        taken += [entry for entry in record if activity in (-1, entry[0])]
        record[:] = [entry for entry in record if activity not in (-1, entry[0])]
    return taken
