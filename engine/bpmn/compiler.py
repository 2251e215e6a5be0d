"""Model -> Program. Expects a process the gate has passed."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn.model import (
    ClockDeclaration,
    Definitions,
    ErrorEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    Process,
    SequenceFlow,
    TerminateEventDefinition,
    TimerEventDefinition,
    VariableMapping,
)
from engine.bpmn.program import (
    ClockSpec,
    ErrorTrigger,
    JobSpec,
    Literal,
    MessageTrigger,
    Node,
    Program,
    Source,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
    UserTaskSpec,
)
from engine.feel import compile_expression

_CHOOSING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


def compile_source(text: str) -> Source:
    """FEEL after a leading "=", otherwise the text itself. Raises FeelSyntaxError."""
    if text.startswith("="):
        return compile_expression(text[1:])
    return Literal(text)


def compile_process(definitions: Definitions, process: Process) -> Program:
    """Raises FeelSyntaxError, or KeyError for a dangling reference; the gate finds both before."""
    return _Compilation(definitions, process).program()


class _Compilation:
    def __init__(self, definitions: Definitions, process: Process) -> None:
        self.definitions = definitions
        self.process = process
        self.walked = list(process.walk())
        self.number = {node.id: index for index, (node, _) in enumerate(self.walked)}
        self.flows: list[SequenceFlow] = list(process.flows)
        for node, _ in self.walked:
            self.flows.extend(node.flows)
        self.flow_number = {flow.id: index for index, flow in enumerate(self.flows)}

    def program(self) -> Program:
        incoming: dict[int, list[int]] = {}
        outgoing: dict[int, list[int]] = {}
        for index, flow in enumerate(self.flows):
            outgoing.setdefault(self.number[flow.source_ref], []).append(index)
            incoming.setdefault(self.number[flow.target_ref], []).append(index)
        nodes = [
            self._node(
                node,
                parent=self.number[parent.id] if parent else -1,
                incoming=tuple(incoming.get(index, ())),
                outgoing=tuple(outgoing.get(index, ())),
            )
            for index, (node, parent) in enumerate(self.walked)
        ]
        targets = tuple(self.number[flow.target_ref] for flow in self.flows)
        sources = tuple(self.number[flow.source_ref] for flow in self.flows)
        nodes = [_with_reaching(node, nodes, sources) for node in nodes]
        return Program(
            process_id=self.process.id,
            name=self.process.name,
            nodes=tuple(nodes),
            flow_ids=tuple(flow.id for flow in self.flows),
            flow_targets=targets,
            conditions=tuple(
                compile_expression(flow.condition) if flow.condition is not None else None
                for flow in self.flows
            ),
            start=self._none_start(self.process.nodes),
            message_starts={
                trigger.name: node.index
                for node in nodes
                if node.kind is NodeKind.START_EVENT and isinstance(trigger := node.trigger, MessageTrigger)
            },
            clocks=_clocks(self.process.extensions.clocks),
        )

    def _node(
        self, node: FlowNode, *, parent: int, incoming: tuple[int, ...], outgoing: tuple[int, ...]
    ) -> Node:
        extensions = node.extensions
        index = self.number[node.id]
        conditional = any(self.flows[flow].condition is not None for flow in outgoing)
        return Node(
            index=index,
            id=node.id,
            name=node.name or node.id,
            kind=node.kind,
            parent=parent,
            incoming=incoming,
            outgoing=outgoing,
            default=self.flow_number[node.default] if node.default else -1,
            chooses=node.kind in _CHOOSING and (len(outgoing) > 1 or conditional),
            boundaries=tuple(
                self.number[other.id] for other, _ in self.walked if other.attached_to == node.id
            ),
            attached_to=self.number[node.attached_to] if node.attached_to else -1,
            interrupting=node.interrupting,
            start=self._none_start(node.nodes) if node.kind is NodeKind.SUB_PROCESS else -1,
            trigger=self._trigger(node),
            inputs=_mappings(extensions.inputs),
            outputs=_mappings(extensions.outputs),
            clocks=_clocks(extensions.clocks),
            stage=extensions.stage,
            milestone=extensions.milestone,
            outcome=compile_source(extensions.outcome) if extensions.outcome is not None else None,
            result=extensions.result,
            script=compile_expression(node.script) if node.script is not None else None,
            decision=extensions.decision,
            called_element=node.called_element,
            user_task=_user_task(node) if node.kind is NodeKind.USER_TASK else None,
            job=_job(node),
            message=self._message(node.message_ref) if node.message_ref else None,
            caught_code=extensions.caught_code,
            caught_message=extensions.caught_message,
        )

    def _none_start(self, nodes: tuple[FlowNode, ...]) -> int:
        for node in nodes:
            if node.kind is NodeKind.START_EVENT and node.event is None:
                return self.number[node.id]
        return -1

    def _trigger(self, node: FlowNode) -> Trigger | None:
        match node.event:
            case TimerEventDefinition(kind, text):
                return TimerTrigger(kind, compile_source(text))
            case MessageEventDefinition(message_ref):
                return self._message(message_ref)
            case ErrorEventDefinition(error_ref):
                return ErrorTrigger(self.definitions.errors[error_ref].code if error_ref else None)
            case TerminateEventDefinition():
                return TerminateTrigger()
            case None:
                return None

    def _message(self, message_ref: str) -> MessageTrigger:
        message = self.definitions.messages[message_ref]
        key = message.correlation_key
        return MessageTrigger(message.name, compile_expression(key) if key is not None else None)


def _mappings(mappings: tuple[VariableMapping, ...]) -> tuple[tuple[str, Source], ...]:
    return tuple((mapping.target, compile_source(mapping.source)) for mapping in mappings)


def _clocks(declarations: tuple[ClockDeclaration, ...]) -> tuple[ClockSpec, ...]:
    return tuple(
        ClockSpec(compile_source(declaration.limit), declaration.kind, declaration.ladder)
        for declaration in declarations
    )


def _user_task(node: FlowNode) -> UserTaskSpec:
    assignment = node.extensions.assignment
    if assignment is None:
        return UserTaskSpec(node.extensions.form, (), None, None, ())
    return UserTaskSpec(
        form=node.extensions.form,
        roles=assignment.roles,
        department=compile_source(assignment.department) if assignment.department else None,
        assignee=compile_source(assignment.assignee) if assignment.assignee else None,
        four_eyes=assignment.four_eyes,
    )


def _job(node: FlowNode) -> JobSpec | None:
    job = node.extensions.job
    if job is None:
        return None
    return JobSpec(compile_source(job.job_type), job.retries, dict(job.headers))


def _with_reaching(node: Node, nodes: list[Node], sources: tuple[int, ...]) -> Node:
    if node.kind is not NodeKind.INCLUSIVE_GATEWAY or len(node.incoming) < 2:
        return node
    return replace(
        node, reaching={flow: _nodes_reaching(flow, node, nodes, sources) for flow in node.incoming}
    )


def _nodes_reaching(flow: int, join: Node, nodes: list[Node], sources: tuple[int, ...]) -> int:
    """Bit set of the nodes from which a token can come to `flow` without passing `join`."""
    reached = 0
    pending = [sources[flow]]
    while pending:
        index = pending.pop()
        if index == join.index or reached >> index & 1:
            continue
        reached |= 1 << index
        node = nodes[index]
        pending.extend(sources[incoming] for incoming in node.incoming)
        if node.attached_to >= 0:
            pending.append(node.attached_to)
    return reached
