"""Sequence flows, and the content of a process or sub-process that they join."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import FlowNode, SequenceFlow
from engine.bpmn.reading.attributes import bpmn_children, check_attributes, identity, pass_over
from engine.bpmn.reading.data import VariableNames
from engine.bpmn.reading.expressions import feel_text
from engine.bpmn.reading.extensions import refuse_extensions
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink

_FLOW_ATTRIBUTES = frozenset({"sourceRef", "targetRef", "isImmediate"})


@dataclass(frozen=True, slots=True)
class Claim:
    """An `<incoming>` or `<outgoing>` of a node: repeats what a sequence flow says."""

    element: etree._Element
    direction: str
    node_id: str
    flow_id: str


@dataclass(slots=True)
class FlowElements:
    """The content of one process or sub-process."""

    is_event_sub_process: bool = False
    nodes: list[FlowNode] = field(default_factory=list)
    flows: list[SequenceFlow] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    variables: VariableNames = field(default_factory=VariableNames)


def read_flow(element: etree._Element, sink: FindingSink) -> SequenceFlow | None:
    check_attributes(element, consumed=_FLOW_ATTRIBUTES, sink=sink)
    refuse_extensions(element, sink)
    condition: str | None = None
    for local, child in bpmn_children(element, sink):
        if local == "conditionExpression":
            condition = feel_text(child, sink)
        else:
            pass_over(local, child, sink)
    flow_id = identity(element, sink)
    source = (element.get("sourceRef") or "").strip()
    target = (element.get("targetRef") or "").strip()
    # Without its ends the schema has refused the file already.
    if flow_id is None or not source or not target:
        return None
    return SequenceFlow(flow_id, element.get("name", ""), source, target, condition, line_of(element))


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
