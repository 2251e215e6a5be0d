"""What a drawing leaves open and a dry run does not need to know: who does the work.

A service task without a job, a send or business rule task that says neither, a receive task without a
message, a message without a name, a file in which nothing is marked executable: none of them may be
deployed, but all can be played, since the script answers for them by the element's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.bpmn.declarations import JobDeclaration
from engine.bpmn.model import Definitions, FlowNode, Message, NodeKind, Process
from engine.findings import Finding, Severity

LEFT_OPEN = "left-open"
"""The rule of the warnings made here."""

_MACHINES = frozenset({NodeKind.SERVICE_TASK, NodeKind.SEND_TASK, NodeKind.BUSINESS_RULE_TASK})


def fill(definitions: Definitions) -> tuple[Definitions, list[Finding]]:
    """The file with stand-ins for what it leaves open, and a warning for each."""
    marked = any(process.is_executable for process in definitions.processes)
    filled = replace(
        definitions,
        processes=tuple(_filled_process(process, mark=not marked) for process in definitions.processes),
        messages={
            **{each.id: replace(each, name=each.name or each.id) for each in definitions.messages.values()},
            **{each.id: each for each in map(_message_of, _receivers(definitions))},
        },
    )
    return filled, [_warning(*each, file=definitions.file) for each in _left_open(definitions, marked=marked)]


def _filled_process(process: Process, *, mark: bool) -> Process:
    nodes = tuple(_filled(node) for node in process.nodes)
    return replace(process, nodes=nodes, is_executable=process.is_executable or mark)


def _filled(node: FlowNode) -> FlowNode:
    nodes = tuple(_filled(inner) for inner in node.nodes)
    if nodes != node.nodes:
        node = replace(node, nodes=nodes)
    if _lacks_job(node):
        job = JobDeclaration(node.id, retries=0)
        return replace(node, extensions=replace(node.extensions, job=job))
    if _lacks_message(node):
        return replace(node, message_ref=_message_of(node).id)
    return node


def _left_open(definitions: Definitions, *, marked: bool) -> Iterator[tuple[str, int | None, str, str]]:
    """Element id, line, and what is left open in zh and en."""
    for message in definitions.messages.values():
        if not message.name:
            yield (
                message.id,
                message.line,
                "消息没有名称，以其 id 为名",
                "The message has no name: its id is taken",
            )
    for process in definitions.processes:
        if not marked:
            yield process.id, process.line, "流程没有标为可执行", "The process is not marked executable"
        for node, _ in process.walk():
            if _lacks_job(node):
                yield node.id, node.line, "没有说明由谁完成", "It does not say who does it"
            elif _lacks_message(node):
                yield node.id, node.line, "没有指明消息，以其 id 为名", "It names no message: its id is taken"


def _message_of(receiver: FlowNode) -> Message:
    # An id in a file has no space, so this one is nobody else's.
    return Message(f"message of {receiver.id}", receiver.id, None, receiver.line)


def _receivers(definitions: Definitions) -> Iterator[FlowNode]:
    for process in definitions.processes:
        yield from (node for node, _ in process.walk() if _lacks_message(node))


def _lacks_job(node: FlowNode) -> bool:
    extensions = node.extensions
    says = extensions.job is not None or extensions.decision is not None or node.message_ref is not None
    return node.kind in _MACHINES and not says


def _lacks_message(node: FlowNode) -> bool:
    return node.kind is NodeKind.RECEIVE_TASK and node.message_ref is None


def _warning(element_id: str, line: int | None, zh: str, en: str, *, file: str) -> Finding:
    return Finding(
        LEFT_OPEN,
        Severity.WARNING,
        element_id,
        line,
        f"{zh}；试运行按元素 id 应答，部署时会被拒绝",
        f"{en}; a dry run answers by the element's id, a deployment is refused",
        "部署前请补上",
        "Add it before deploying",
        file=file,
    )
