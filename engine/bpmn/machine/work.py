"""What tasks do."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.orders import decided, order_job, order_user_task, scripted
from engine.bpmn.machine.run import Run
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Scope


def map_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.context(scope, element.item)
    element.locals = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.inputs
    }


def nothing(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Done as soon as begun."""
    complete_element(run, element, {})


def user_task(run: Run, element: Element, scope: Scope, node: Node) -> None:
    order_user_task(run, element, node)


def job(run: Run, element: Element, scope: Scope, node: Node) -> None:
    order_job(run, element, node)


def script(run: Run, element: Element, scope: Scope, node: Node) -> None:
    complete_element(run, element, scripted(run, element, node))


def business_rule(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        order_job(run, element, node)
    else:
        complete_element(run, element, decided(run, element, node))
