"""A process file as a tree: what is drawn in it, with its findings beside the elements they are about.

Drafts are shown like any other file; what a draft lacks stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from rich.text import Text
from rich.tree import Tree

from engine.bpmn.model import (
    Definitions,
    EventDefinition,
    FlowNode,
    MultiInstanceLoop,
    Process,
    SequenceFlow,
    StandardLoop,
)
from engine.findings import Finding
from terminal.findings import place_of
from terminal.output import clean, plain


def definitions_tree(definitions: Definitions, findings: Sequence[Finding], *, title: str) -> Tree:
    beside = _by_element(findings)
    tree = Tree(Text(clean(title), style="bold"))
    for kind, roots in (
        ("message", definitions.messages),
        ("signal", definitions.signals),
        ("error", definitions.errors),
        ("escalation", definitions.escalations),
    ):
        for root in roots.values():
            _add(tree, _label(kind, root.id, root.name), beside.pop(root.id, ()))
    for process in definitions.processes:
        _add_process(tree, process, beside)
    # Of the file as a whole, or of an element that is no part of the model.
    for rest in beside.values():
        for finding in rest:
            tree.add(_finding_text(finding, with_place=True))
    return tree


def definitions_json(definitions: Definitions, findings: Sequence[Finding]) -> dict[str, Any]:
    """What the tree shows. Event definitions and loops have their element's name as `type`."""
    return {
        "id": definitions.id,
        "messages": list(definitions.messages.values()),
        "signals": list(definitions.signals.values()),
        "errors": list(definitions.errors.values()),
        "escalations": list(definitions.escalations.values()),
        "processes": [
            {
                "id": process.id,
                "name": process.name,
                "executable": process.is_executable,
                "line": process.line,
                "extensions": _set_fields(process.extensions),
                "variables": process.variables,
                **_inside(process),
            }
            for process in definitions.processes
        ],
        "findings": list(findings),
    }


def _inside(container: Process | FlowNode) -> dict[str, Any]:
    return {
        "nodes": [_node_json(node) for node in container.nodes],
        "flows": [plain(flow) for flow in container.flows],
    }


def _node_json(node: FlowNode) -> dict[str, Any]:
    """The fields that say something. The depth of files is bounded, and so is the recursion here."""
    found = _set_fields(node, besides=("events", "loop", "nodes", "flows", "extensions"))
    found["events"] = [_typed(event) for event in node.events]
    if node.loop is not None:
        found["loop"] = _typed(node.loop)
    extensions = _set_fields(node.extensions)
    if extensions:
        found["extensions"] = extensions
    return {**found, **_inside(node)} if node.nodes or node.flows else found


def _typed(part: EventDefinition | StandardLoop | MultiInstanceLoop) -> dict[str, Any]:
    name = type(part).__name__
    return {"type": name[0].lower() + name[1:], **_set_fields(part)}


def _set_fields(part: Any, *, besides: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a dataclass that differ from their default."""
    return {
        field.name: plain(getattr(part, field.name))
        for field in fields(part)
        if field.name not in besides and getattr(part, field.name) != field.default
    }


# --- the tree ------------------------------------------------------------------------------------


def _add_process(tree: Tree, process: Process, beside: dict[str, list[Finding]]) -> None:
    label = _label("globalTask" if process.is_global_task else "process", process.id, process.name)
    if not process.is_executable and not process.is_global_task:
        label.append("  不可执行 not executable", style="yellow")
    branch = _add(tree, label, beside.pop(process.id, ()))
    pending: list[tuple[Tree, Process | FlowNode]] = [(branch, process)]
    while pending:
        parent, container = pending.pop()
        outgoing: dict[str, list[SequenceFlow]] = {}
        for flow in container.flows:
            outgoing.setdefault(flow.source_ref, []).append(flow)
        for node in container.nodes:
            own = _add(parent, _node_label(node), beside.pop(node.id, ()))
            for flow in outgoing.pop(node.id, ()):
                _add(own, _flow_label(flow, node), beside.pop(flow.id, ()))
            if node.nodes or node.flows:
                pending.append((own, node))
        for flow in (each for left in outgoing.values() for each in left):
            _add(parent, _flow_label(flow, None), beside.pop(flow.id, ()))


def _add(parent: Tree, label: Text, findings: Iterable[Finding]) -> Tree:
    branch = parent.add(label)
    for finding in findings:
        branch.add(_finding_text(finding))
    return branch


def _label(kind: str, element_id: str, name: str) -> Text:
    label = Text(f"{kind} ", style="cyan")
    label.append(clean(element_id), style="default")
    if name and name != element_id:
        label.append(f"  {clean(name).replace(chr(10), ' ')}", style="bold default")
    return label


def _node_label(node: FlowNode) -> Text:
    label = _label(node.kind.value, node.id, node.name)
    for word in _remarks(node):
        label.append(f"  {clean(word)}", style="magenta")
    return label


def _remarks(node: FlowNode) -> Iterator[str]:
    yield from (_event_words(event) for event in node.events)
    if node.attached_to is not None:
        yield f"on {node.attached_to}"
    if not node.interrupting:
        yield "non-interrupting"
    if node.triggered_by_event:
        yield "triggered by event"
    if isinstance(node.loop, StandardLoop):
        yield "loop"
    elif isinstance(node.loop, MultiInstanceLoop):
        yield "multi-instance " + ("sequential" if node.loop.is_sequential else "parallel")
    if node.for_compensation:
        yield "for compensation"
    if node.compensation_handler is not None:
        yield f"undone by {node.compensation_handler}"
    if node.called_element is not None:
        yield f"calls {node.called_element}"


def _event_words(event: EventDefinition) -> str:
    name = type(event).__name__.removesuffix("EventDefinition").lower()
    values = [getattr(event, field.name) for field in fields(event)]
    said = [str(value) for value in values if isinstance(value, str)]
    return " ".join([name, *said])


def _flow_label(flow: SequenceFlow, source: FlowNode | None) -> Text:
    label = Text("→ ", style="dim")
    label.append(clean(flow.target_ref), style="default")
    if source is None:
        label.append(f"  from {clean(flow.source_ref)}", style="red")
    if flow.name:
        label.append(f"  {clean(flow.name).replace(chr(10), ' ')}", style="bold default")
    if flow.condition is not None:
        label.append(f"  if {clean(flow.condition)}", style="green")
    elif source is not None and source.default == flow.id:
        label.append("  默认 default", style="green")
    return label


def _finding_text(finding: Finding, *, with_place: bool = False) -> Text:
    mark, style = ("✕", "red") if finding.is_error else ("!", "yellow")
    text = Text(f"{mark} {finding.rule}", style=style)
    if with_place:
        text.append(f" {clean(place_of(finding))}", style="dim")
    text.append(f"  {clean(finding.zh)}\n  {clean(finding.en)}", style="default")
    return text


def _by_element(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Those without an element are under ""."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.element_id or "", []).append(finding)
    return found
