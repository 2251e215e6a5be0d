"""Ad-hoc sub-processes: which activity comes next is chosen while the case runs.

A person chooses if the sub-process has an assignment: an element in phase CHOOSING offers the
activities and holds a token of its own. Otherwise `gov:activeElements` says what begins.
Source: BPMN 2.0.2, 10.3.5 (table 10.22) and 13.3.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.leaving import terminate_contents
from engine.bpmn.machine.run import Run
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope
from engine.errors import InvalidArgument, InvalidState


def activities_at_once(run: Run, scope: Scope, node: Node, local: Mapping[str, Any] | None) -> list[int]:
    """The activities that `gov:activeElements` names. StepFailed if it names something else."""
    spec = node.ad_hoc
    assert spec is not None  # noqa: S101
    if spec.active_elements is None:
        return []
    value = run.evaluate(spec.active_elements, run.context(scope, local), IncidentType.MAPPING_FAILED)
    names = value if isinstance(value, list) else [value]
    nodes = run.program(scope).nodes
    known = {nodes[index].id: index for index in spec.activities}
    unknown = [name for name in names if not isinstance(name, str) or name not in known]
    if unknown:
        raise StepFailed(
            IncidentType.MAPPING_FAILED,
            f"Expected ids of activities in {node.id!r} from {spec.active_elements.text!r},"
            f" but got {unknown[0]!r}.",
        )
    return [known[name] for name in names]


def begin_activities(run: Run, scope: Scope, node: Node, activities: list[int]) -> None:
    """Those that may run side by side begin; the others wait for their turn."""
    spec = node.ad_hoc
    assert spec is not None and scope.memory is not None  # noqa: S101
    scope.memory["waiting"] = [] if spec.is_parallel else activities[1:]
    for index in activities if spec.is_parallel else activities[:1]:
        _begin(run, scope, index)


def choose(run: Run, chooser: Element, activity_id: str, variables: Mapping[str, Any]) -> None:
    scope = run.state.scopes[chooser.scope]
    nodes = run.program(scope).nodes
    node = nodes[scope.node]
    spec = node.ad_hoc
    assert spec is not None  # noqa: S101
    index = next((i for i in spec.activities if nodes[i].id == activity_id), None)
    if index is None:
        raise InvalidArgument(
            f"Expected an activity of {node.id!r} that may be begun, but {activity_id!r} is none."
        )
    if not spec.is_parallel and scope.tokens > 1:
        raise InvalidState(f"Expected the activity before in {node.id!r} to be done: it has one at a time.")
    run.assign(scope, variables)
    _begin(run, scope, index)


def stops(run: Run, scope: Scope, node: Node, local: Mapping[str, Any] | None) -> bool:
    """Whether the completion condition holds now that an activity inside has completed."""
    spec = node.ad_hoc
    assert spec is not None  # noqa: S101
    if spec.completion_condition is None:
        return False
    value = run.evaluate(spec.completion_condition, run.context(scope, local), IncidentType.CONDITION_FAILED)
    if not isinstance(value, bool):
        raise StepFailed(
            IncidentType.CONDITION_FAILED,
            f"Expected true or false from completion condition {spec.completion_condition.text!r}"
            f" of {node.id!r}, but it is neither.",
        )
    return value


def begin_next(run: Run, scope: Scope) -> bool:
    """In sequential order: the next activity, once the one before is done with all that follows it."""
    waiting = (scope.memory or {}).get("waiting")
    if not waiting or scope.tokens > int(chooser_of(run, scope) is not None):
        return False
    _begin(run, scope, waiting.pop(0))
    return True


def close(run: Run, scope: Scope, node: Node, *, cancels: bool) -> None:
    """Nothing further begins. What runs is terminated if `cancels` and the drawing has it so, else
    awaited."""
    spec = node.ad_hoc
    assert spec is not None and scope.memory is not None  # noqa: S101
    scope.memory = {"waiting": [], "closed": True}
    chooser = chooser_of(run, scope)
    if chooser is not None:
        run.close(chooser, scope, node, completed=True)
        scope.tokens -= 1
    if cancels and spec.cancel_remaining:
        terminate_contents(run, scope)
    if scope.tokens == 0:
        run.empty(scope)
    else:
        run.rested.add(scope.key)


def lacks_condition(run: Run, scope: Scope, node: Node) -> bool:
    """All is done, nobody may begin anything, but the completion condition does not hold."""
    spec = node.ad_hoc
    if spec is None or spec.completion_condition is None or (scope.memory or {}).get("closed"):
        return False
    try:
        return not stops(run, scope, node, None)
    except StepFailed:
        return True


def chooser_of(run: Run, scope: Scope) -> Element | None:
    elements = (run.state.elements[key] for key in scope.elements)
    return next((element for element in elements if element.phase is Phase.CHOOSING), None)


def _begin(run: Run, scope: Scope, index: int) -> None:
    scope.tokens += 1
    run.queue.append((scope, index, -1))
