"""How a process instance begins: without a trigger, or by a message, a signal or a timer."""

from __future__ import annotations

from engine.bpmn.machine import activities
from engine.bpmn.machine.run import PASSED, Run
from engine.bpmn.machine.scopes import declare, listen_all
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node, Program
from engine.bpmn.state import Scope
from engine.bpmn.stimuli import StartProcess
from engine.errors import InvalidArgument


def start(run: Run, stimulus: StartProcess) -> None:
    """Raises InvalidArgument if the process does not begin that way."""
    index = run.program_number(stimulus.definition_id)
    program = run.programs[index]
    number = _event_number(program, stimulus)
    if number is None:
        variables = {**stimulus.variables, **stimulus.facts}
        root = _root(run, index, program, variables, tokens=len(program.starts))
        listen_all(run, root, program)
        for node in program.starts:
            run.queue.append((root, node, -1))
        return
    event, _ = program.event(number)
    # What the event brings is mapped if it says how; else it is the data that the case begins with.
    maps = bool(event.outputs)
    given = {} if maps else stimulus.variables
    root = _root(run, index, program, {**given, **stimulus.facts}, tokens=1)
    gateway = _gateway_before(program, event)
    if gateway is not None:
        run.path.append((PASSED, gateway.id, 0, root.key))
        run.announce(gateway)
        if gateway.parallel_events:
            # All events belong to one instance: the others are awaited in it.
            root.tokens = len(gateway.next)
            run.queue.extend((root, target, flow) for target, flow in gateway.next if target != event.index)
    run.announce(event)
    element = run.new_element(root, event)
    element.pending = {"number": number, "variables": dict(stimulus.variables) if maps else {}}
    activities.begin(run, element, root, event)
    listen_all(run, root, program)


def _root(run: Run, index: int, program: Program, variables: dict[str, object], *, tokens: int) -> Scope:
    root = Scope(run.state.take_key(), program=index, variables=variables, tokens=tokens)
    run.state.scopes[root.key] = root
    declare(root, program)
    return root


def _event_number(program: Program, stimulus: StartProcess) -> int | None:
    """None: the process begins without a trigger."""
    number: int | None
    if stimulus.message_name is not None:
        number, wanted = (
            program.message_starts.get(stimulus.message_name),
            f"message {stimulus.message_name!r}",
        )
    elif stimulus.signal_name is not None:
        number, wanted = program.signal_starts.get(stimulus.signal_name), f"signal {stimulus.signal_name!r}"
    elif stimulus.timer_node is not None:
        known = {each for each, _ in program.timer_starts}
        number = stimulus.timer_node if stimulus.timer_node in known else None
        wanted = f"timer {stimulus.timer_node}"
    elif program.starts:
        return None
    else:
        raise InvalidArgument(
            f"Expected process {program.process_id!r} to have a start event without a trigger,"
            " but it has none."
        )
    if number is None:
        raise InvalidArgument(
            f"Expected process {program.process_id!r} to have a start event for {wanted}, but it has none."
        )
    return number


def _gateway_before(program: Program, event: Node) -> Node | None:
    """The instantiating event-based gateway whose branch `event` is."""
    if event.kind is NodeKind.START_EVENT:
        return None
    for node in program.nodes:
        if node.kind is NodeKind.EVENT_BASED_GATEWAY and any(
            target == event.index for target, _ in node.next
        ):
            return node
    return None
