"""Standard loops and multi-instance activities.

The activity waits as one element, its body, to which boundary events and clocks belong. Inside it a
scope of kind LOOP holds one element per instance.
Source: BPMN 2.0.2, 10.3.8 (tables 10.28 to 10.31) and 13.3.6 to 13.3.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.catching import find_catcher
from engine.bpmn.machine.leaving import terminate_contents
from engine.bpmn.machine.run import LOOP, MAX_INSTANCES, Run
from engine.bpmn.model import MultiInstanceBehavior
from engine.bpmn.program import ErrorTrigger, MultiInstanceSpec, Node, Source, StandardLoopSpec, Trigger
from engine.bpmn.state import Element, Scope


def start_loop(run: Run, body: Element, scope: Scope, node: Node) -> None:
    """Begin the instances. StepFailed, with nothing done, if their number cannot be told."""
    spec = node.loop
    if isinstance(spec, MultiInstanceSpec):
        items, total = _items(run, scope, spec)
        memory: dict[str, Any] = {"total": total, "next": 1 if spec.is_sequential else total}
        if items is not None:
            memory["items"] = items
        if spec.output_collection is not None:
            memory["results"] = [None] * total
        begun = min(total, 1) if spec.is_sequential else total
        counts = {
            "numberOfInstances": total,
            "numberOfActiveInstances": begun,
            "numberOfCompletedInstances": 0,
            "numberOfTerminatedInstances": 0,
        }
    else:
        assert isinstance(spec, StandardLoopSpec)  # noqa: S101
        begun = int(not spec.test_before or _turns_again(run, scope, spec, {"loopCounter": 0}))
        memory, counts = {"next": 1}, {}
    inside = Scope(
        run.state.take_key(),
        program=scope.program,
        node=node.index,
        owner=body.key,
        parent=scope.key,
        variables=dict(counts) or None,
        tokens=begun,
        kind=LOOP,
    )
    inside.memory = memory
    run.state.scopes[inside.key] = inside
    body.child = inside.key
    for number in range(begun):
        run.queue.append((inside, ~node.index, number))
    if not begun:
        run.empty(inside)


def item_of(scope: Scope, node: Node, number: int) -> dict[str, Any]:
    """The variables of instance `number` (from 0) of the loop."""
    item: dict[str, Any] = {"loopCounter": number + 1}
    memory, spec = scope.memory or {}, node.loop
    items = memory.get("items")
    if items is not None and isinstance(spec, MultiInstanceSpec):
        if spec.item is not None:
            item[spec.item] = items[number]
        if number == len(items) - 1:
            # The last one has begun: nobody looks at the items again.
            del memory["items"]
    return item


def instance_completed(
    run: Run, element: Element, scope: Scope, node: Node, variables: Mapping[str, Any]
) -> None:
    """One instance is done; `variables` are what it was completed with. StepFailed, with nothing done,
    if an expression of the loop fails."""
    spec = node.loop
    local = {**(element.visible or {}), **variables}
    if isinstance(spec, MultiInstanceSpec):
        _multi_instance_completed(run, element, scope, node, spec, local)
        return
    assert isinstance(spec, StandardLoopSpec)  # noqa: S101
    again = _turns_again(run, scope, spec, local)
    run.close(element, scope, node, completed=True)
    if again:
        _begin_next(run, scope, node)
    else:
        scope.tokens = 0
        run.empty(scope)


def _multi_instance_completed(
    run: Run, element: Element, scope: Scope, node: Node, spec: MultiInstanceSpec, local: dict[str, Any]
) -> None:
    memory, counts = scope.memory, scope.variables
    assert memory is not None and counts is not None  # noqa: S101
    number = int((element.item or {})["loopCounter"]) - 1
    goes_on = spec.is_sequential and memory["next"] < memory["total"]
    counted = {
        **counts,
        "numberOfActiveInstances": counts["numberOfActiveInstances"] - 1,
        "numberOfCompletedInstances": counts["numberOfCompletedInstances"] + 1,
    }
    result = None
    if spec.output_item is not None:
        result = run.evaluate(spec.output_item, run.context(scope, local), IncidentType.LOOP_FAILED)
    stops = spec.completion_condition is not None and _holds(
        run, spec.completion_condition, run.context(scope, {**local, **counted})
    )
    thrown = _thrown(run, scope, spec, {**local, **counted})
    _refuse_uncaught(run, run.state.elements[scope.owner], thrown)
    if "results" in memory and spec.output_item is not None:
        memory["results"][number] = result
    if goes_on and not stops:
        counted["numberOfActiveInstances"] += 1
    counts.update(counted)
    if run.watching:
        run.look_soon()
    run.close(element, scope, node, completed=True)
    body = run.state.elements[scope.owner]
    for trigger in thrown:
        run.throw_soon(body, trigger)
    scope.tokens -= 1
    if stops:
        terminate_contents(run, scope)
        run.empty(scope)
    elif goes_on:
        scope.tokens += 1
        _begin_next(run, scope, node)
    elif scope.tokens == 0:
        run.empty(scope)


def results_of(scope: Scope, node: Node) -> dict[str, Any]:
    """What the activity brings back when all instances are done."""
    spec = node.loop
    if not isinstance(spec, MultiInstanceSpec) or spec.output_collection is None:
        return {}
    return {spec.output_collection: (scope.memory or {})["results"]}


def _begin_next(run: Run, scope: Scope, node: Node) -> None:
    assert scope.memory is not None  # noqa: S101
    number = scope.memory["next"]
    scope.memory["next"] = number + 1
    run.queue.append((scope, ~node.index, number))


# --- expressions ---------------------------------------------------------------------------------


def _items(run: Run, scope: Scope, spec: MultiInstanceSpec) -> tuple[list[Any] | None, int]:
    context = run.context(scope)
    source = spec.collection or spec.cardinality
    assert source is not None  # noqa: S101 - the gate wants one of them
    value = run.evaluate(source, context, IncidentType.LOOP_FAILED)
    if spec.collection is not None:
        if not isinstance(value, list):
            raise _failed("a list", source, value)
        items, total = list(value), len(value)
    else:
        items, total = None, _whole_number(source, value)
    if total > MAX_INSTANCES:
        raise StepFailed(
            IncidentType.INSTANCES_EXCEEDED,
            f"Expected at most {MAX_INSTANCES} instances, but {source.text!r} asks for {total}.",
        )
    return items if spec.item is not None else None, total


def _whole_number(source: Source, value: Any) -> int:
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool) and value == int(value)
    if not whole or value < 0:
        raise _failed("a whole number from 0", source, value)
    return int(value)


def _turns_again(run: Run, scope: Scope, spec: StandardLoopSpec, local: Mapping[str, Any]) -> bool:
    """Whether the loop has another turn after the one that `local` counts (0: before the first)."""
    if spec.maximum is not None and local["loopCounter"] >= spec.maximum:
        return False
    return spec.condition is None or _holds(run, spec.condition, run.context(scope, local))


def _thrown(run: Run, scope: Scope, spec: MultiInstanceSpec, local: Mapping[str, Any]) -> list[Trigger]:
    """The events that the completion of an instance throws to the boundary of the activity."""
    if spec.behavior is MultiInstanceBehavior.ALL:
        return []
    if spec.behavior is MultiInstanceBehavior.COMPLEX:
        context = run.context(scope, local)
        return [each.trigger for each in spec.complex_behaviors if _holds(run, each.condition, context)]
    first = local["numberOfCompletedInstances"] == 1
    if spec.trigger is None or (spec.behavior is MultiInstanceBehavior.ONE and not first):
        return []
    return [spec.trigger]


def _refuse_uncaught(run: Run, body: Element, thrown: list[Trigger]) -> None:
    """An error must be caught, else the instance stays: the activity might complete at once and take
    the incident with it."""
    for trigger in thrown:
        if isinstance(trigger, ErrorTrigger):
            code = trigger.code or ""
            if find_catcher(run, body, code, ErrorTrigger) is None:
                raise StepFailed(
                    IncidentType.UNHANDLED_ERROR,
                    f"Expected somebody to catch error {code!r} of {run.node(body).id!r}, but nobody does.",
                )


def _holds(run: Run, condition: Source, context: Mapping[str, Any]) -> bool:
    value = run.evaluate(condition, context, IncidentType.LOOP_FAILED)
    if not isinstance(value, bool):
        raise _failed("true or false", condition, value)
    return value


def _failed(expected: str, source: Source, value: Any) -> StepFailed:
    found = "null" if value is None else type(value).__name__
    return StepFailed(IncidentType.LOOP_FAILED, f"Expected {expected} from {source.text!r}, but got {found}.")
