"""Which outgoing flows a token takes where that depends on conditions; in document order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.run import Run
from engine.bpmn.model import GATEWAY_KINDS, NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Scope

Following = Sequence[tuple[int, int]]
"""(Node, flow) each."""


def choose(
    run: Run,
    scope: Scope,
    node: Node,
    *,
    further: Mapping[str, Any] | None = None,
    may_be_none: bool = False,
) -> Following:
    """The flows that `node` takes; `further` are variables beside those of the scope.

    A flow without condition is always taken, the default flow if no conditional one is. StepFailed if
    a condition is neither true nor false, or none is true where there must be one.
    Source: BPMN 2.0.2, 8.3.13, 13.4.2 and 13.4.3.
    """
    conditions = run.programs[scope.program].conditions
    context = run.context(scope, further)
    chosen: list[tuple[int, int]] = []
    matched = False
    for target, flow in node.next:
        if flow == node.default:
            continue
        condition = conditions[flow]
        holds = True if condition is None else condition.value(context, now=run.now)
        if holds is True:
            # What an activity does anyway does not stand in for its default flow.
            matched = matched or condition is not None or node.kind in GATEWAY_KINDS
            chosen.append((target, flow))
            if node.kind is NodeKind.EXCLUSIVE_GATEWAY:
                break
        elif holds is not False:
            assert condition is not None  # noqa: S101 - only a condition can have another value
            raise run.neither(condition, run.program(scope).flow_ids[flow], context)
    if not matched and node.default >= 0:
        chosen += [pair for pair in node.next if pair[1] == node.default]
    if chosen or may_be_none:
        return chosen
    what = "gateway" if node.kind in GATEWAY_KINDS else "activity"
    raise StepFailed(
        IncidentType.NO_FLOW_MATCHES,
        f"Expected a flow out of {what} {node.id!r} to match, but none does and it has no default flow.",
    )
