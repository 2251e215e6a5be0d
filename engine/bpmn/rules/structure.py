"""Ids, references, and which node may stand where. Source: BPMN 2.0.2, chapters 8, 10 and 13."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ACTIVITY_KINDS,
    ErrorEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    SequenceFlow,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, error, warning

MAX_FLOW_NODES = 300
"""Per process, those inside sub-processes included."""
MAX_NESTING = 20
"""Sub-processes inside one another."""


def executable_process(drawing: Drawing) -> Iterator[Problem]:
    if not any(process.is_executable for process in drawing.definitions.processes):
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
        owners.append((process.id, process.line))
        owners.extend((flow.id, flow.line) for flow in process.flows)
        for node, _ in process.walk():
            owners.append((node.id, node.line))
            owners.extend((flow.id, flow.line) for flow in node.flows)
    owners.extend((message.id, message.line) for message in definitions.messages.values())
    owners.extend((error.id, error.line) for error in definitions.errors.values())
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
            yield from _references_of(node, scope, drawing)


def _references_of(node: FlowNode, scope: DrawnScope, drawing: Drawing) -> Iterator[Problem]:
    definitions = drawing.definitions
    if node.default is not None and node.default not in {f.id for f in scope.outgoing_of(node)}:
        yield _dangling(node, node.default)
    event = node.event
    message_ref = event.message_ref if isinstance(event, MessageEventDefinition) else node.message_ref
    error_ref = event.error_ref if isinstance(event, ErrorEventDefinition) else None
    if message_ref is not None and message_ref not in definitions.messages:
        yield _dangling(node, message_ref)
    if error_ref is not None and error_ref not in definitions.errors:
        yield _dangling(node, error_ref)


def _dangling(holder: FlowNode | SequenceFlow, target: str) -> Problem:
    return Problem(
        holder.id,
        holder.line,
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
                yield Problem(
                    flow.id,
                    flow.line,
                    f"顺序流 {flow.id} 跨越了子流程或流程的边界",
                    f"The sequence flow {flow.id} crosses the border of a sub-process or process",
                    "请连接到子流程本身；跨流程用消息",
                    "Connect to the sub-process itself; between processes use messages",
                )


def start_events(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        starts = list(scope.of_kind(NodeKind.START_EVENT))
        if not starts:
            yield Problem(
                scope.id,
                scope.line,
                f"{scope.id} 没有开始事件",
                f"{scope.id} has no start event",
                "请添加一个开始事件",
                "Add a start event",
            )
        for extra in [start for start in starts if start.event is None][1:]:
            yield Problem(
                extra.id,
                extra.line,
                f"{scope.id} 有多个空开始事件，无法确定从哪里开始",
                f"{scope.id} has several none start events, so where to start is undefined",
                "请只保留一个空开始事件",
                "Keep one none start event",
            )


def sub_process_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for start in scope.of_kind(NodeKind.START_EVENT):
            if scope.owner is not None and start.event is not None:
                yield Problem(
                    start.id,
                    start.line,
                    "子流程的开始事件不能等待消息或时间",
                    "The start event of a sub-process cannot wait for anything",
                    "请改为空开始事件；要等待，在其后放中间捕获事件",
                    "Make it a none start event; to wait, put an intermediate catch event after it",
                )


def end_events(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.nodes and next(scope.of_kind(NodeKind.END_EVENT), None) is None:
            yield Problem(
                scope.id,
                scope.line,
                f"{scope.id} 没有结束事件",
                f"{scope.id} has no end event",
                "请添加结束事件",
                "Add an end event",
            )


def nothing_into_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT):
            if scope.incoming_of(node):
                yield Problem(
                    node.id,
                    node.line,
                    f"{node.kind} 不能有流入的顺序流",
                    f"A {node.kind} cannot have incoming sequence flows",
                    "请把顺序流连到别的节点",
                    "Lead the flow to another node",
                )


def nothing_out_of_ends(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.END_EVENT):
            if scope.outgoing_of(node):
                yield Problem(
                    node.id,
                    node.line,
                    "结束事件不能有流出的顺序流",
                    "An end event cannot have outgoing sequence flows",
                    "请改为中间事件，或删除该顺序流",
                    "Make it an intermediate event, or remove the flow",
                )


def boundaries_attached(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.BOUNDARY_EVENT):
            host = scope.nodes.get(node.attached_to or "")
            if host is None or host.kind not in ACTIVITY_KINDS:
                yield Problem(
                    node.id,
                    node.line,
                    f"边界事件附着于 {node.attached_to}，但同一层里没有这个活动",
                    f"The boundary event is attached to {node.attached_to}, "
                    "but that is no activity of the same level",
                    "请把它附着到一个任务、调用活动或子流程上",
                    "Attach it to a task, call activity or sub-process",
                )


def event_gateway_targets(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.EVENT_BASED_GATEWAY):
            for flow in scope.outgoing_of(gateway):
                target = scope.nodes[flow.target_ref]
                waits = target.kind in (NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK)
                # Source: BPMN 2.0.2, 10.6.6: such a receive task has no events attached to its boundary.
                if not waits or len(scope.incoming_of(target)) > 1 or target.id in scope.boundaries:
                    yield Problem(
                        target.id,
                        target.line,
                        f"事件网关 {gateway.id} 之后只能是捕获事件或接收任务，不能另有流入，也不能附着边界事件",
                        f"Behind the event-based gateway {gateway.id} only catch events and receive "
                        "tasks may stand, without other incoming flows or boundary events",
                        "请在网关后放置消息或定时捕获事件",
                        "Put message or timer catch events behind the gateway",
                    )


def event_gateway_branches(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.EVENT_BASED_GATEWAY):
            if len(scope.outgoing_of(gateway)) < 2:
                yield Problem(
                    gateway.id,
                    gateway.line,
                    "事件网关至少要有两条分支",
                    "An event-based gateway needs at least two branches",
                    "请增加分支，或去掉网关",
                    "Add a branch, or remove the gateway",
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
    error("start-event", start_events),
    error("sub-process-start", sub_process_starts),
    error("no-end-event", end_events),
    error("incoming-to-start", nothing_into_starts),
    error("outgoing-from-end", nothing_out_of_ends),
    error("boundary-not-attached", boundaries_attached),
    error("event-gateway-target", event_gateway_targets),
    warning("event-gateway-single-branch", event_gateway_branches),
)
