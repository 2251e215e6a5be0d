"""Exclusive, parallel and inclusive gateways: SpiffWorkflow decides, we write down what it did."""

from __future__ import annotations

from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task

from engine.bpmn.effects import IncidentType, Move
from engine.bpmn.machine import StepFailed
from engine.bpmn.program import Node
from engine.bpmn.state import Phase
from engine.spiff.ending import settle
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope


def pass_on(run: Run, scope: Scope, node: Node, task: Task, failed: Element | None) -> None:
    """Let the gateway's token go on. `failed` holds it after an earlier failure, closed on success."""
    try:
        _decide(node, task)
    except StepFailed as failure:
        run.fail(failed or run.new_element(scope, node, task), Phase.FAILED_ENTERING, failure)
        return
    if failed is not None:
        run.close(failed, scope, node, completed=True)
    else:
        run.path.append((Move.PASSED, node.id, 0, scope.key))
    run.announce(node)
    if len(node.next) > 1:
        plan = run.plan(scope)
        taken = sorted(plan.flows[node.index, plan.reached(child)] for child in task.children)
        for flow in taken:
            run.path.append((Move.TOOK, plan.program.flow_ids[flow], 0, scope.key))
    settle(run, scope)


def _decide(node: Node, task: Task) -> None:
    try:
        task.run()
    except WorkflowException as error:
        raise StepFailed(
            IncidentType.NO_FLOW_MATCHES,
            f"Expected a flow out of gateway {node.id!r} to match, but none does and it has no default flow.",
        ) from error
