"""A program as the BPMN that SpiffWorkflow's parser is given.

Nothing from the uploaded file is in it but its shape: ids, conditions and scripts are replaced by
numbers. So no text of a stranger ever reaches a place where SpiffWorkflow would run it as Python, and
an id such as "End" cannot be taken for one of its own.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, NodeKind
from engine.bpmn.program import Node, Program, TerminateTrigger

_TAGS = {
    NodeKind.START_EVENT: "startEvent",
    NodeKind.END_EVENT: "endEvent",
    NodeKind.BOUNDARY_EVENT: "boundaryEvent",
    NodeKind.INTERMEDIATE_CATCH_EVENT: "intermediateCatchEvent",
    NodeKind.RECEIVE_TASK: "intermediateCatchEvent",
    NodeKind.SUB_PROCESS: "subProcess",
    NodeKind.CALL_ACTIVITY: "callActivity",
    NodeKind.EXCLUSIVE_GATEWAY: "exclusiveGateway",
    NodeKind.PARALLEL_GATEWAY: "parallelGateway",
    NodeKind.INCLUSIVE_GATEWAY: "inclusiveGateway",
    NodeKind.EVENT_BASED_GATEWAY: "eventBasedGateway",
}
"""All else is a task: something is done, then the token goes on."""
_CHOOSING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


def skeleton(program: Program, *, prefix: str, start: int) -> etree._Element:
    """`definitions` with the process `prefix` and nodes named `prefix` and their number.

    Of the process's own start events only `start` is in it: the others do not happen in that run.
    """
    return _Skeleton(program, prefix, start).definitions()


class _Skeleton:
    def __init__(self, program: Program, prefix: str, start: int) -> None:
        self.program = program
        self.prefix = prefix
        self.start = start

    def definitions(self) -> etree._Element:
        root = etree.Element(_tag("definitions"), nsmap={"bpmn": BPMN_NAMESPACE})
        process = etree.SubElement(root, _tag("process"), id=self.prefix, isExecutable="true")
        self._fill(process, parent=-1)
        return root

    def _name(self, number: int) -> str:
        return f"{self.prefix}{number}"

    def _fill(self, scope: etree._Element, *, parent: int) -> None:
        inside = [node for node in self.program.nodes if node.parent == parent and self._is_wanted(node)]
        for node in inside:
            self._add(scope, node)
        known = {node.index for node in inside}
        for node in inside:
            for target, flow in node.next:
                if target in known:
                    self._add_flow(scope, node, target, flow)

    def _is_wanted(self, node: Node) -> bool:
        return node.kind is not NodeKind.START_EVENT or node.parent >= 0 or node.index == self.start

    def _add(self, scope: etree._Element, node: Node) -> None:
        element = etree.SubElement(scope, _tag(_TAGS.get(node.kind, "task")), id=self._name(node.index))
        if node.kind is NodeKind.BOUNDARY_EVENT:
            element.set("attachedToRef", self._name(node.attached_to))
            element.set("cancelActivity", str(node.interrupting).lower())
        elif node.kind is NodeKind.END_EVENT and isinstance(node.trigger, TerminateTrigger):
            etree.SubElement(element, _tag("terminateEventDefinition"))
        elif node.kind is NodeKind.SUB_PROCESS:
            self._fill(element, parent=node.index)
        if node.kind in _CHOOSING and node.default >= 0:
            element.set("default", f"{self.prefix}f{node.default}")

    def _add_flow(self, scope: etree._Element, node: Node, target: int, flow: int) -> None:
        element = etree.SubElement(
            scope,
            _tag("sequenceFlow"),
            id=f"{self.prefix}f{flow}",
            sourceRef=self._name(node.index),
            targetRef=self._name(target),
        )
        # On its way to the script engine SpiffWorkflow carries the flow's number as if it were the text.
        if node.kind in _CHOOSING and flow != node.default and self.program.conditions[flow] is not None:
            etree.SubElement(element, _tag("conditionExpression")).text = str(flow)


def _tag(name: str) -> str:
    return f"{{{BPMN_NAMESPACE}}}{name}"
