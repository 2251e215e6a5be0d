"""Sub-processes and call activities: a workflow of SpiffWorkflow inside the task."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow

from engine.bpmn.effects import IncidentType, StartChild
from engine.bpmn.machine import StepFailed
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node
from engine.errors import InvalidArgument
from engine.spiff.ending import settle
from engine.spiff.plan import plan_of
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope
from engine.spiff.trees import new_inner_workflow

MAX_CALL_DEPTH = 20


def begin_root(run: Run, *, definition_id: int, start: int, variables: dict[str, Any]) -> None:
    """Raises InvalidArgument if SpiffWorkflow cannot parse the process."""
    number = run.program_number(definition_id)
    program = run.plans[number].program
    variables = {**dict.fromkeys(program.variables), **variables}
    scope = Scope(run.state.take_key(), number, start, variables=variables)
    workflow = BpmnWorkflow(run.plans[number].spec(start), script_engine=run.script_engine)
    run.state.top = workflow
    run.add_scope(scope, workflow)
    settle(run, scope)


def begin_sub_process(run: Run, element: Element, scope: Scope, node: Node) -> None:
    variables = {**dict.fromkeys(node.variables), **(element.visible or {})}
    child = Scope(
        run.state.take_key(),
        scope.program,
        scope.start,
        node=node.index,
        owner=element.key,
        parent=scope.key,
        variables=variables or None,
    )
    _begin_inside(run, element, child)


def begin_call_activity(run: Run, element: Element, scope: Scope, node: Node) -> None:
    definition_id, start = _called(run, element, scope, node)
    number = run.program_number(definition_id)
    called = run.plans[number].program
    given = element.locals if node.inputs else run.state.context(scope, element.item)
    child = Scope(
        run.state.take_key(),
        number,
        start,
        owner=element.key,
        parent=scope.key,
        variables={**dict.fromkeys(called.variables), **(given or {})},
    )
    run.effects.append(StartChild(child.key, process_scope(run, scope).key, definition_id, node.id))
    _begin_inside(run, element, child)


def _begin_inside(run: Run, element: Element, child: Scope) -> None:
    try:
        spec = run.plan(child).spec(child.start, inside=child.node)
    except InvalidArgument as error:
        raise StepFailed(IncidentType.CALLED_PROCESS_MISSING, str(error)) from error
    assert element.task is not None  # noqa: S101
    element.child = child.key
    element.locals = None
    run.add_scope(child, new_inner_workflow(run.state.top, element.task, spec))
    settle(run, child)


def _called(run: Run, element: Element, scope: Scope, node: Node) -> tuple[int, int]:
    """The called definition and the start event it begins with.

    Raises StepFailed if there is none, or none that SpiffWorkflow runs right.
    """
    assert node.called_element is not None  # noqa: S101
    context = run.state.context(scope, element.locals)
    name = run.evaluate_text(node.called_element, context, IncidentType.MAPPING_FAILED)
    caller = run.definition_id(scope)
    found = run.library.called_process(name, binding=node.binding, caller=caller) if name else None
    if found is None:
        raise _missing(f"Expected a deployed process {name!r}, but there is none.")
    around = _definitions_around(run, scope)
    if len(around) > MAX_CALL_DEPTH:
        raise StepFailed(
            IncidentType.CALL_DEPTH_EXCEEDED,
            f"Expected at most {MAX_CALL_DEPTH} calls inside one another, but {node.id!r} is one more.",
        )
    if found in around:
        raise StepFailed(
            IncidentType.CALL_DEPTH_EXCEEDED,
            f"Expected process {name!r} not to be called from within itself, but {node.id!r} does so:"
            " SpiffWorkflow would mix the gateways of the two runs up.",
        )
    program = run.library.program(found)
    lacks = plan_of(program).lacks
    if lacks:
        raise _missing(
            f"Expected process {name!r} to have only what SpiffWorkflow runs right, but {lacks[0].en}."
        )
    if not program.starts or program.nodes[program.starts[0]].kind is not NodeKind.START_EVENT:
        raise _missing(f"Expected process {name!r} to have a start event without a trigger, but it has none.")
    return found, program.starts[0]


def _missing(message: str) -> StepFailed:
    return StepFailed(IncidentType.CALLED_PROCESS_MISSING, message)


def process_scope(run: Run, scope: Scope) -> Scope:
    while scope.node >= 0:
        scope = run.state.scopes[scope.parent]
    return scope


def _definitions_around(run: Run, scope: Scope) -> list[int]:
    found = []
    while True:
        if scope.node < 0:
            found.append(run.definition_id(scope))
        if not scope.owner:
            return found
        scope = run.state.scopes[scope.parent]
