"""Model -> Program. Expects a process the gate has passed."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn.compiling.graph import Graph, nodes_reaching
from engine.bpmn.compiling.loops import compile_loop
from engine.bpmn.compiling.triggers import compile_trigger, message_trigger
from engine.bpmn.compiling.work import (
    compile_clocks,
    compile_job,
    compile_mappings,
    compile_optional,
    compile_source,
    compile_user_task,
)
from engine.bpmn.model import SUB_PROCESS_KINDS, Definitions, FlowNode, NodeKind, Process
from engine.bpmn.program import (
    AdHocSpec,
    ConditionalTrigger,
    Entry,
    LinkTrigger,
    MessageTrigger,
    Node,
    Program,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)
from engine.feel import compile_expression

__all__ = ["compile_process", "compile_source"]

_CHOOSING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY})
_ENTRIES = {
    NodeKind.EXCLUSIVE_GATEWAY: Entry.EXCLUSIVE,
    NodeKind.PARALLEL_GATEWAY: Entry.PARALLEL,
    NodeKind.INCLUSIVE_GATEWAY: Entry.INCLUSIVE,
    NodeKind.COMPLEX_GATEWAY: Entry.COMPLEX,
}
_IDLE_TASKS = frozenset({NodeKind.TASK, NodeKind.MANUAL_TASK})
_IDLE_EVENTS = frozenset({NodeKind.INTERMEDIATE_THROW_EVENT, NodeKind.END_EVENT})


def compile_process(definitions: Definitions, process: Process) -> Program:
    """Raises FeelSyntaxError, or KeyError for a dangling reference; the gate finds both before."""
    return _Compilation(definitions, process).program()


class _Compilation:
    def __init__(self, definitions: Definitions, process: Process) -> None:
        self.definitions = definitions
        self.process = process
        self.graph = Graph(process)
        self.further: list[tuple[int, int]] = []
        self.clocks = compile_clocks(process.extensions.clocks)

    def program(self) -> Program:
        graph = self.graph
        nodes = tuple(self._node(index, node) for index, (node, _) in enumerate(graph.walked))
        top = self.process.nodes
        begins = [node for node in nodes if node.parent < 0 and self._instantiates(node)]
        return Program(
            process_id=self.process.id,
            name=self.process.name,
            nodes=nodes,
            flow_ids=tuple(flow.id for flow in graph.flows),
            flow_targets=graph.targets,
            conditions=tuple(compile_optional(flow.condition) for flow in graph.flows),
            starts=graph.starts(top),
            message_starts=self._starts_by(begins, MessageTrigger),
            signal_starts=self._starts_by(begins, SignalTrigger),
            timer_starts=tuple(
                (number, trigger)
                for node in begins
                for trigger, number in zip(node.triggers, node.numbers, strict=True)
                if isinstance(trigger, TimerTrigger)
            ),
            event_sub_processes=graph.event_sub_processes(top),
            variables=self.process.variables,
            clocks=self.clocks,
            further_events=tuple(self.further),
            signals=frozenset(
                trigger.name
                for node in nodes
                for trigger in node.triggers
                if isinstance(trigger, SignalTrigger) and node.kind not in _IDLE_EVENTS
            ),
            watches=any(isinstance(t, ConditionalTrigger) for node in nodes for t in node.triggers),
        )

    def _instantiates(self, node: Node) -> bool:
        """Whether an event may begin the process at `node`."""
        if node.kind is NodeKind.START_EVENT:
            return bool(node.triggers)
        drawn, _ = self.graph.walked[node.index]
        if drawn.instantiate:
            return node.kind is NodeKind.RECEIVE_TASK
        # The branches of an instantiating gateway stand for it.
        return any(
            source.instantiate and source.kind is NodeKind.EVENT_BASED_GATEWAY
            for source in (self.graph.source_of(flow) for flow in node.incoming)
        )

    @staticmethod
    def _starts_by(begins: list[Node], kind: type[MessageTrigger | SignalTrigger]) -> dict[str, int]:
        found: dict[str, int] = {}
        for node in begins:
            for trigger, number in zip(node.triggers, node.numbers, strict=True):
                if isinstance(trigger, kind):
                    found.setdefault(trigger.name, number)
        return found

    def _node(self, index: int, node: FlowNode) -> Node:
        graph, extensions = self.graph, node.extensions
        incoming, outgoing = graph.incoming.get(index, ()), graph.outgoing.get(index, ())
        conditional = any(graph.flows[flow].condition is not None for flow in outgoing)
        triggers = self._triggers(node)
        chooses = conditional or (node.kind in _CHOOSING and len(outgoing) > 1)
        opens = bool(self.clocks) and index in graph.openings
        quantity = max(node.completion_quantity, 1)
        following = tuple((graph.targets[flow], flow) for flow in outgoing) * quantity
        compiled = Node(
            index=index,
            id=node.id,
            name=node.name or node.id,
            kind=node.kind,
            entry=self._entry(node, triggers, chooses=chooses),
            opens=opens,
            parent=graph.parent[index],
            incoming=tuple(incoming),
            outgoing=tuple(outgoing) * quantity,
            next=following,
            only=following[0] if len(following) == 1 and not chooses else None,
            prepares=index in graph.openings or self._prepares(node),
            closes_simply=not (
                extensions.outputs
                or chooses
                or node.loop
                or node.kind in SUB_PROCESS_KINDS
                or graph.may_be_compensated(node)
            ),
            announces=extensions.stage is not None or extensions.milestone is not None,
            default=graph.flow_number[node.default] if node.default else -1,
            chooses=chooses,
            boundaries=tuple(
                number for number in graph.boundaries.get(node.id, ()) if not graph.compensates(number)
            ),
            attached_to=graph.number[node.attached_to] if node.attached_to else -1,
            interrupting=node.interrupting,
            starts=graph.starts(node.nodes) if node.kind is not NodeKind.AD_HOC_SUB_PROCESS else (),
            event_sub_processes=graph.event_sub_processes(node.nodes),
            triggered_by_event=node.triggered_by_event,
            variables=node.variables,
            triggers=triggers,
            numbers=self._numbers(index, len(triggers)),
            parallel_multiple=node.parallel_multiple and len(triggers) > 1,
            link=graph.link_target(node) if node.kind is NodeKind.INTERMEDIATE_THROW_EVENT else -1,
            reaching=self._reaching(index, node, incoming),
        )
        return self._with_work(compiled, node)

    def _with_work(self, compiled: Node, node: FlowNode) -> Node:
        """What the activity or event does, beside where it stands."""
        extensions, graph = node.extensions, self.graph
        return replace(
            compiled,
            loop=compile_loop(node.loop, self.definitions, graph.number) if node.loop else None,
            ad_hoc=self._ad_hoc(node) if node.kind is NodeKind.AD_HOC_SUB_PROCESS else None,
            handler=graph.handler(node),
            compensator=graph.compensator(node),
            keeps_record=graph.may_be_compensated(node),
            start_quantity=node.start_quantity,
            completion_quantity=max(node.completion_quantity, 1),
            activation=compile_optional(node.activation_condition),
            parallel_events=node.parallel_events,
            inputs=compile_mappings(extensions.inputs),
            outputs=compile_mappings(extensions.outputs),
            clocks=compile_clocks(extensions.clocks),
            stage=extensions.stage,
            milestone=extensions.milestone,
            outcome=compile_source(extensions.outcome) if extensions.outcome is not None else None,
            result=extensions.result,
            script=compile_optional(node.script),
            decision=extensions.decision,
            called_element=compile_source(node.called_element) if node.called_element is not None else None,
            binding=extensions.binding,
            user_task=compile_user_task(node),
            job=compile_job(node),
            message=message_trigger(node.message_ref, self.definitions)
            if node.kind is NodeKind.SEND_TASK and node.message_ref
            else None,
            caught_code=extensions.caught_code,
            caught_message=extensions.caught_message,
        )

    def _triggers(self, node: FlowNode) -> tuple[Trigger, ...]:
        if node.kind is NodeKind.RECEIVE_TASK and node.message_ref:
            return (message_trigger(node.message_ref, self.definitions),)
        return tuple(compile_trigger(event, self.definitions, self.graph.number) for event in node.events)

    def _reaching(self, index: int, node: FlowNode, incoming: tuple[int, ...]) -> dict[int, int]:
        joins = node.kind in (NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY) and len(incoming) > 1
        return {flow: nodes_reaching(flow, index, self.graph) for flow in incoming} if joins else {}

    def _numbers(self, index: int, count: int) -> tuple[int, ...]:
        if count <= 1:
            return (index,) * count
        numbers = [index]
        for place in range(1, count):
            numbers.append(len(self.graph.walked) + len(self.further))
            self.further.append((index, place))
        return tuple(numbers)

    def _ad_hoc(self, node: FlowNode) -> AdHocSpec:
        return AdHocSpec(
            is_parallel=node.is_parallel,
            cancel_remaining=node.cancel_remaining,
            completion_condition=compile_optional(node.completion_condition),
            active_elements=compile_expression(node.extensions.active_elements.removeprefix("="))
            if node.extensions.active_elements is not None
            else None,
            activities=self.graph.without_incoming(node.nodes),
        )

    def _prepares(self, node: FlowNode) -> bool:
        extensions = node.extensions
        return bool(
            extensions.inputs
            or extensions.clocks
            or node.loop
            or node.variables
            or self.graph.boundaries.get(node.id)
        )

    def _entry(self, node: FlowNode, triggers: tuple[Trigger, ...], *, chooses: bool) -> int:
        return int(self._kind_of_entry(node, triggers, chooses=chooses))

    def _kind_of_entry(self, node: FlowNode, triggers: tuple[Trigger, ...], *, chooses: bool) -> Entry:
        opens = bool(self.clocks) and self.graph.number[node.id] in self.graph.openings
        if node.kind is NodeKind.EXCLUSIVE_GATEWAY and not chooses:
            # A merge.
            return Entry.PASS
        if node.kind in _ENTRIES:
            return _ENTRIES[node.kind]
        if node.start_quantity > 1:
            return Entry.GATHER
        if triggers and isinstance(triggers[0], LinkTrigger):
            return Entry.LINK if node.kind is NodeKind.INTERMEDIATE_THROW_EVENT else Entry.PASS
        if node.kind is NodeKind.START_EVENT and not node.extensions.outputs:
            return Entry.WORK if opens else Entry.PASS
        idle = node.kind in _IDLE_TASKS and not self._is_more_than_a_name(node, chooses=chooses)
        idle = idle or (node.kind in _IDLE_EVENTS and not triggers and node.extensions.outcome is None)
        if not idle or opens or self._is_in_ad_hoc(node):
            return Entry.WORK
        return Entry.FINISH if node.kind is NodeKind.END_EVENT else Entry.PASS

    def _is_in_ad_hoc(self, node: FlowNode) -> bool:
        """There each completion matters: whether the sub-process is done, and what begins next."""
        around = self.graph.walked[self.graph.number[node.id]][1]
        return around is not None and around.kind is NodeKind.AD_HOC_SUB_PROCESS

    def _is_more_than_a_name(self, node: FlowNode, *, chooses: bool) -> bool:
        extensions = node.extensions
        return bool(
            chooses
            or node.loop
            or extensions.inputs
            or extensions.outputs
            or extensions.clocks
            or node.for_compensation
            or self.graph.boundaries.get(node.id)
        )
