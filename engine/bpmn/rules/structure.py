"""Size, ids, references, and which flows may stand where. Source: BPMN 2.0.2, chapters 8 and 10."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    CompensateEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    FlowNode,
    MessageEventDefinition,
    SequenceFlow,
    SignalEventDefinition,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope, definitions_on
from engine.bpmn.rules.rule import Problem, at, error

MAX_FLOW_NODES = 300
"""Per process, those inside sub-processes included."""
MAX_NESTING = 20
"""Sub-processes inside one another."""


def executable_process(drawing: Drawing) -> Iterator[Problem]:
    if not any(process.is_executable or process.is_global_task for process in drawing.definitions.processes):
        first = drawing.processes[0] if drawing.processes else None
        yield Problem(
            first.id if first else None,
            first.line if first else None,
            "文件里没有可执行的流程",
            "The file has no executable process",
            "请在要运行的流程上设置 isExecutable=“true”",
            'Set isExecutable="true" on the process that is to run',
        )


def unique_ids(drawing: Drawing) -> Iterator[Problem]:
    definitions = drawing.definitions
    seen: set[str] = set()
    owners: list[tuple[str, int | None]] = []
    for process in definitions.processes:
        # A global task and the one node in it are the same element of the file.
        own_node = {process.id} if process.is_global_task else set()
        owners.append((process.id, process.line))
        owners.extend((flow.id, flow.line) for flow in process.flows)
        for node, _ in process.walk():
            if node.id not in own_node:
                owners.append((node.id, node.line))
            owners.extend((flow.id, flow.line) for flow in node.flows)
    for roots in (definitions.messages, definitions.errors, definitions.signals, definitions.escalations):
        owners.extend((root.id, root.line) for root in roots.values())
    for element_id, line in owners:
        if element_id in seen:
            yield Problem(
                element_id,
                line,
                f"id {element_id} 重复",
                f"The id {element_id} is used more than once",
                "请改成文件内唯一的 id",
                "Make it unique in the file",
            )
        seen.add(element_id)


def references(drawing: Drawing) -> Iterator[Problem]:
    everywhere = {node.id for node in drawing.nodes()}
    for scope in drawing.scopes:
        for flow in scope.all_flows:
            for end in (flow.source_ref, flow.target_ref):
                if end not in everywhere:
                    yield _dangling(flow, end)
        for node in scope.nodes.values():
            for target in _missing(node, scope, drawing, everywhere):
                yield _dangling(node, target)


def _missing(node: FlowNode, scope: DrawnScope, drawing: Drawing, everywhere: set[str]) -> Iterator[str]:
    if node.default is not None and node.default not in {f.id for f in scope.outgoing_of(node)}:
        yield node.default
    if node.message_ref is not None and node.message_ref not in drawing.definitions.messages:
        yield node.message_ref
    if node.compensation_handler is not None and node.compensation_handler not in everywhere:
        yield node.compensation_handler
    for event in definitions_on(node):
        target = _missing_root(event, drawing)
        if target is not None:
            yield target
        named = event.activity_ref if isinstance(event, CompensateEventDefinition) else None
        if named is not None and named not in everywhere:
            yield named


def _missing_root(event: EventDefinition, drawing: Drawing) -> str | None:
    definitions = drawing.definitions
    match event:
        case MessageEventDefinition(ref) if ref not in definitions.messages:
            return ref
        case SignalEventDefinition(ref) if ref not in definitions.signals:
            return ref
        case ErrorEventDefinition(ref) if ref is not None and ref not in definitions.errors:
            return ref
        case EscalationEventDefinition(ref) if ref is not None and ref not in definitions.escalations:
            return ref
        case _:
            return None


def _dangling(holder: FlowNode | SequenceFlow, target: str) -> Problem:
    return at(
        holder,
        f"{holder.id} 引用了 {target}，但没有这样的元素可供引用",
        f"{holder.id} refers to {target}, but there is no such element to refer to",
        "请改正引用，或补上被引用的元素",
        "Mend the reference, or add what it refers to",
    )


def flows_within_scope(drawing: Drawing) -> Iterator[Problem]:
    everywhere = {node.id for node in drawing.nodes()}
    for scope in drawing.scopes:
        for flow in scope.all_flows:
            ends = (flow.source_ref, flow.target_ref)
            if all(end in everywhere for end in ends) and not all(end in scope.nodes for end in ends):
                yield at(
                    flow,
                    f"顺序流 {flow.id} 跨越了子流程或流程的边界",
                    f"The sequence flow {flow.id} crosses the border of a sub-process or process",
                    "请连接到子流程本身；跨流程用消息",
                    "Connect to the sub-process itself; between processes use messages",
                )


def size(drawing: Drawing) -> Iterator[Problem]:
    for process in drawing.processes:
        count = sum(1 for _ in process.walk())
        if count > MAX_FLOW_NODES:
            yield Problem(
                process.id,
                process.line,
                f"流程有 {count} 个节点，上限 {MAX_FLOW_NODES}",
                f"The process has {count} flow nodes, but at most {MAX_FLOW_NODES} are allowed",
                "请用调用活动拆成几个流程",
                "Split it into several processes with call activities",
            )


def nesting(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.depth == MAX_NESTING + 1:
            yield Problem(
                scope.id,
                scope.line,
                f"子流程嵌套超过 {MAX_NESTING} 层",
                f"Sub-processes are nested over {MAX_NESTING} levels deep",
                "请用调用活动代替内层子流程",
                "Use call activities instead of the inner sub-processes",
            )


RULES = (
    error("too-many-nodes", size),
    error("nested-too-deep", nesting),
    error("no-executable-process", executable_process),
    error("duplicate-id", unique_ids),
    error("dangling-reference", references),
    error("flow-crosses-border", flows_within_scope),
)
