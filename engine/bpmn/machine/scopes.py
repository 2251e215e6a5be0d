"""How processes, called processes and sub-processes begin."""

from __future__ import annotations

from typing import Any

from engine.bpmn.declarations import BindingKind
from engine.bpmn.effects import IncidentType, StartChild
from engine.bpmn.machine import ad_hoc
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.orders import arm, order_user_task, start_clocks
from engine.bpmn.machine.run import AD_HOC, LOOP, MAX_CALL_DEPTH, Run
from engine.bpmn.machine.waiting import FROM_OUTSIDE
from engine.bpmn.program import Literal, Node, Program
from engine.bpmn.state import PLAIN, Element, Phase, Scope


def declare(scope: Scope, around: Program | Node) -> None:
    """The data objects and properties of the process or sub-process: null until something is written."""
    if around.variables:
        scope.variables = {**dict.fromkeys(around.variables), **(scope.variables or {})}


def listen_all(run: Run, scope: Scope, around: Program | Node) -> None:
    """Let the event sub-processes of the scope listen: after its start event has mapped what it brings,
    since their timers and correlation keys may need that, and before the first token moves."""
    nodes = run.program(scope).nodes
    for index in around.event_sub_processes:
        start = nodes[nodes[index].starts[0]]
        if any(isinstance(trigger, FROM_OUTSIDE) for trigger in start.triggers):
            listen(run, run.quiet_element(scope, index, Phase.LISTENING))


def listen(run: Run, listener: Element) -> None:
    """Wait for the event that starts an event sub-process; an incident if that cannot be told."""
    mark = len(run.effects)
    scope, node = run.state.scopes[listener.scope], run.node(listener)
    listener.phase = Phase.LISTENING
    try:
        arm(run, listener, run.program(scope).nodes[node.starts[0]], run.context(scope))
    except StepFailed as failure:
        del run.effects[mark:]
        run.fail(listener, Phase.FAILED_LISTENING, failure)


def start_process_clocks(run: Run, scope: Scope) -> None:
    """The clocks of a called process run with the call activity, those of the root with the instance."""
    program = run.program(scope)
    context = run.context(scope)
    start_clocks(run, program.clocks, context, element_key=scope.owner, element_id=program.process_id)
    if scope.owner:
        run.state.elements[scope.owner].rows = True


def sub_process(run: Run, element: Element, scope: Scope, node: Node) -> None:
    child = _inside(run, element, scope, node)
    if node.triggered_by_event and element.pending is not None:
        # The event that triggered it is its start event.
        given, element.pending = element.pending, None
        child.tokens = 1
        event = run.program(scope).nodes[given["event"]]
        run.announce(event)
        complete_element(run, run.new_element(child, event), given["variables"])
        listen_all(run, child, node)
        return
    listen_all(run, child, node)
    child.tokens = len(node.starts)
    for start in node.starts:
        run.queue.append((child, start, -1))
    if not node.starts:
        run.empty(child)


def ad_hoc_sub_process(run: Run, element: Element, scope: Scope, node: Node) -> None:
    spec = node.ad_hoc
    assert spec is not None  # noqa: S101
    at_once = ad_hoc.activities_at_once(run, scope, node, element.visible)
    child = _inside(run, element, scope, node)
    listen_all(run, child, node)
    child.kind = AD_HOC
    child.memory = {"waiting": []}
    if node.user_task is not None:
        chooser = run.quiet_element(child, node.index, Phase.CHOOSING)
        child.tokens = 1
        nodes = run.program(scope).nodes
        names = tuple(nodes[index].id for index in spec.activities)
        try:
            order_user_task(run, chooser, node, activities=names)
        except StepFailed:
            # Nothing has begun: the sub-process as a whole is tried again.
            for key in child.elements:
                del run.state.elements[key]
            del run.state.scopes[child.key]
            element.child = 0
            raise
    ad_hoc.begin_activities(run, child, node, at_once)
    if child.tokens == 0:
        run.empty(child)


def _inside(run: Run, element: Element, scope: Scope, node: Node) -> Scope:
    child = Scope(
        run.state.take_key(),
        program=scope.program,
        node=node.index,
        owner=element.key,
        parent=scope.key,
        variables=dict(element.visible) if element.visible else None,
        kind=PLAIN,
    )
    run.state.scopes[child.key] = child
    element.child = child.key
    element.locals = None
    declare(child, node)
    return child


# --- called processes ----------------------------------------------------------------------------


def call_activity(run: Run, element: Element, scope: Scope, node: Node) -> None:
    number, name = _called(run, element, scope, node)
    if _call_depth(run, scope) >= MAX_CALL_DEPTH:
        raise StepFailed(
            IncidentType.CALL_DEPTH_EXCEEDED,
            f"Expected at most {MAX_CALL_DEPTH} calls inside one another, but {node.id!r} is one more.",
        )
    program = run.programs[number]
    if not program.starts:
        raise StepFailed(
            IncidentType.CALLED_PROCESS_MISSING,
            f"Expected process {name!r} to have a start event without a trigger, but only events start it.",
        )
    variables = dict(element.locals or {}) if node.inputs else _all_data(run, scope, element)
    child = Scope(
        run.state.take_key(),
        program=number,
        owner=element.key,
        parent=scope.key,
        variables=variables,
        tokens=len(program.starts),
    )
    child.memory = {"written": {}}
    run.state.scopes[child.key] = child
    element.child = child.key
    element.locals = None
    definition_id = run.state.definition_ids[number]
    run.effects.append(StartChild(child.key, process_scope(run, scope).key, definition_id, node.id))
    declare(child, program)
    listen_all(run, child, program)
    for start in program.starts:
        run.queue.append((child, start, -1))


def _all_data(run: Run, scope: Scope, element: Element) -> dict[str, Any]:
    """What is visible, without what loops count: all of it comes back, and that is no data of the case."""
    data = {**run.context(scope, element.item)}
    around = scope
    while around.node >= 0:
        if around.kind is LOOP:
            for name in around.variables or ():
                data.pop(name, None)
        around = run.state.scopes[around.parent]
    return data


def _called(run: Run, element: Element, scope: Scope, node: Node) -> tuple[int, str]:
    """The number and the id of the process that is called."""
    source = node.called_element
    assert source is not None  # noqa: S101
    if type(source) is Literal:
        name: str | None = source.text
    else:
        name = run.evaluate_text(source, run.data_of(element), IncidentType.CALLED_PROCESS_MISSING)
    caller = run.state.definition_ids[scope.program]
    found = run.library.called_process(name, binding=node.binding, caller=caller) if name else None
    if found is None:
        which = "" if node.binding.kind is BindingKind.LATEST else f" in the version bound ({_shown(node)})"
        raise StepFailed(
            IncidentType.CALLED_PROCESS_MISSING,
            f"Expected a deployed process {name!r}{which}, but there is none.",
        )
    return run.program_number(found), name or ""


def _shown(node: Node) -> str:
    binding = node.binding
    return str(binding.version) if binding.version is not None else binding.kind.value


def process_scope(run: Run, scope: Scope) -> Scope:
    while scope.node >= 0:
        scope = run.state.scopes[scope.parent]
    return scope


def _call_depth(run: Run, scope: Scope) -> int:
    depth = 0
    while scope.owner:
        depth += scope.node < 0
        scope = run.state.scopes[scope.parent]
    return depth
