"""Flow nodes and sequence flows of a process or sub-process."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import EventDefinition, FlowNode, NodeKind, SequenceFlow
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    check_documentation,
    check_script_format,
    expression_text,
    identity,
    is_true,
    reference,
    refuse_element,
)
from engine.bpmn.reading.events import check_event_extensions, is_event_definition, read_event
from engine.bpmn.reading.extensions import read_extensions, refuse_extensions
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DOCUMENTATION, NODE_ATTRIBUTES, STAND_INS

_KINDS = {kind.value: kind for kind in NodeKind} | dict(STAND_INS)
_WITH_MESSAGE_REF = frozenset({NodeKind.SEND_TASK, NodeKind.RECEIVE_TASK})
_EVENTS = frozenset(kind for kind in NodeKind if kind.value.endswith("Event"))
_FLOW_ATTRIBUTES = frozenset({"sourceRef", "targetRef", "isImmediate"})


@dataclass(slots=True)
class FlowElements:
    """The content of one process or sub-process."""

    nodes: list[FlowNode] = field(default_factory=list)
    flows: list[SequenceFlow] = field(default_factory=list)
    claims: list[_Claim] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Claim:
    """An `<incoming>` or `<outgoing>` of a node: repeats what a sequence flow says."""

    element: etree._Element
    direction: str
    node_id: str
    flow_id: str


@dataclass(slots=True)
class _NodeContent:
    """What the children of one node say."""

    events: list[tuple[str, etree._Element]] = field(default_factory=list)
    links: list[tuple[str, etree._Element]] = field(default_factory=list)
    script: str | None = None
    inner: FlowElements = field(default_factory=FlowElements)


def read_flow_element(local: str, element: etree._Element, into: FlowElements, sink: FindingSink) -> bool:
    """Read a node, a flow or documentation of a container; False if `element` is none of these."""
    if local in _KINDS:
        _read_node(local, element, into, sink)
    elif local == "sequenceFlow":
        flow = _read_flow(element, sink)
        if flow is not None:
            into.flows.append(flow)
    elif local in DOCUMENTATION:
        check_documentation(element, sink)
    else:
        return False
    return True


def check_claims(content: FlowElements, sink: FindingSink) -> None:
    """Findings where `<incoming>` or `<outgoing>` contradicts the sequence flows.

    Tools may leave them out; the flows alone are read.
    """
    ends = {("incoming", flow.id): flow.target_ref for flow in content.flows}
    ends |= {("outgoing", flow.id): flow.source_ref for flow in content.flows}
    for claim in content.claims:
        if ends.get((claim.direction, claim.flow_id)) != claim.node_id:
            sink.error(
                "flow-mismatch",
                claim.element,
                f"{claim.direction} 写着 {claim.flow_id}，但没有这样一条与 {claim.node_id} 相连的顺序流",
                f"{claim.direction} names {claim.flow_id}, but no such sequence flow joins {claim.node_id}",
                mend_zh="请让 incoming/outgoing 与顺序流的 sourceRef/targetRef 一致",
                mend_en="Make incoming/outgoing agree with sourceRef/targetRef of the sequence flows",
            )


def _read_node(local: str, element: etree._Element, into: FlowElements, sink: FindingSink) -> None:
    kind = _KINDS[local]
    if local in STAND_INS:
        refuse_element(element, sink)
    else:
        check_attributes(element, consumed=NODE_ATTRIBUTES[kind], sink=sink)
    node_id = identity(element, sink)
    extensions = read_extensions(element, sink)
    content = _read_content(element, kind, sink)
    event: EventDefinition | None = None
    if kind in _EVENTS:
        event = read_event(content.events, node=element, kind=kind, sink=sink)
        check_event_extensions(extensions, event, element, sink)
    if kind is NodeKind.SCRIPT_TASK:
        check_script_format(element, sink)
    if node_id is None or _stands_aside(element, content):
        return
    for direction, link in content.links:
        flow_id = reference(link, link.text, sink) or ""
        into.claims.append(_Claim(link, direction, node_id, flow_id))
    into.nodes.append(
        FlowNode(
            id=node_id,
            name=element.get("name", ""),
            kind=kind,
            line=line_of(element),
            extensions=extensions,
            default=(element.get("default") or "").strip() or None,
            events=(event,) if event is not None else (),
            attached_to=reference(element, element.get("attachedToRef"), sink),
            interrupting=is_true(element, "cancelActivity", default=True),
            message_ref=reference(element, element.get("messageRef"), sink)
            if kind in _WITH_MESSAGE_REF
            else None,
            called_element=reference(element, element.get("calledElement"), sink),
            script=content.script,
            nodes=tuple(content.inner.nodes),
            flows=tuple(content.inner.flows),
        )
    )


def _read_content(element: etree._Element, kind: NodeKind, sink: FindingSink) -> _NodeContent:
    content = _NodeContent()
    for local, child in bpmn_children(element, sink):
        if local in ("incoming", "outgoing"):
            content.links.append((local, child))
        elif local == "extensionElements":
            pass
        elif kind in _EVENTS and is_event_definition(local):
            content.events.append((local, child))
        elif kind is NodeKind.SCRIPT_TASK and local == "script":
            content.script = _read_script(child, sink)
        elif kind is NodeKind.SUB_PROCESS and read_flow_element(local, child, content.inner, sink):
            pass
        elif local in DOCUMENTATION:
            check_documentation(child, sink)
        else:
            refuse_element(child, sink)
    check_claims(content.inner, sink)
    return content


def _stands_aside(element: etree._Element, content: _NodeContent) -> bool:
    """True for refused nodes that no flow leads to: in the model they would only cause further findings."""
    return (
        is_true(element, "triggeredByEvent", default=False)
        or is_true(element, "isForCompensation", default=False)
        or any(local == "compensateEventDefinition" for local, _ in content.events)
    )


def _read_script(element: etree._Element, sink: FindingSink) -> str | None:
    for child in element:
        refuse_element(child, sink)
    return (element.text or "").strip().removeprefix("=").strip() or None


def _read_flow(element: etree._Element, sink: FindingSink) -> SequenceFlow | None:
    check_attributes(element, consumed=_FLOW_ATTRIBUTES, sink=sink)
    refuse_extensions(element, sink)
    condition: str | None = None
    for local, child in bpmn_children(element, sink):
        if local == "conditionExpression":
            text = expression_text(child, sink)
            condition = None if text is None else text.removeprefix("=").strip()
        elif local in DOCUMENTATION:
            check_documentation(child, sink)
        elif local != "extensionElements":
            refuse_element(child, sink)
    flow_id = identity(element, sink)
    source = (element.get("sourceRef") or "").strip()
    target = (element.get("targetRef") or "").strip()
    # Without its ends the schema has refused the file already.
    if flow_id is None or not source or not target:
        return None
    return SequenceFlow(flow_id, element.get("name", ""), source, target, condition, line_of(element))
