"""Flow nodes of a process or sub-process, with all that stands inside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from engine.bpmn.declarations import Extensions
from engine.bpmn.model import (
    ACTIVITY_KINDS,
    SUB_PROCESS_KINDS,
    CompensateEventDefinition,
    EventDefinition,
    FlowNode,
    Loop,
    NodeKind,
)
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    check_documentation,
    identity,
    integer,
    is_true,
    pass_over,
    reference,
    warn_operation,
)
from engine.bpmn.reading.data import (
    DATA_ELEMENTS,
    VariableNames,
    read_flow_data,
    read_io_item,
    read_io_set,
    read_io_specification,
    read_property,
)
from engine.bpmn.reading.data_associations import (
    DataAssociation,
    read_association,
    refuse_data_on_event,
)
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.events import (
    EVENT_SUB_PROCESS_START,
    carries_data,
    check_event_attributes,
    check_event_extensions,
    is_event_child,
    read_events,
)
from engine.bpmn.reading.expressions import check_script_format, feel_text, script_text
from engine.bpmn.reading.extensions import read_extensions, refuse_duplicate
from engine.bpmn.reading.flows import Claim, FlowElements, check_claims, read_flow
from engine.bpmn.reading.loops import LOOPS, read_loop
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.refusals import of_attribute
from engine.bpmn.reading.resources import ASSIGNED_KINDS, RESOURCE_ROLES, assign, refuse_roles
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DOCUMENTATION, NODE_ATTRIBUTES, G

_KINDS = {kind.value: kind for kind in NodeKind}

_EVENTS = frozenset(kind for kind in NodeKind if kind.value.endswith("Event"))


def read_flow_element(
    local: str, element: etree._Element, into: FlowElements, declared: Declarations, sink: FindingSink
) -> bool:
    """Read a node, a flow, data or documentation of a container; False if `element` is none of these."""
    if local in _KINDS:
        _read_node(_KINDS[local], element, into, declared, sink)
    elif local == "sequenceFlow":
        flow = read_flow(element, sink)
        if flow is not None:
            into.flows.append(flow)
    elif local in DATA_ELEMENTS:
        read_flow_data(local, element, into.variables, declared, sink)
    elif local in DOCUMENTATION:
        check_documentation(element, sink)
    else:
        return False
    return True


class _Content:
    """What the children of one node say."""

    def __init__(
        self, element: etree._Element, kind: NodeKind, declared: Declarations, sink: FindingSink
    ) -> None:
        self.element = element
        self.kind = kind
        self.declared = declared
        self.sink = sink
        self.events: list[tuple[str, etree._Element]] = []
        self.links: list[tuple[str, etree._Element]] = []
        self.roles: list[etree._Element] = []
        self.associations: list[DataAssociation] = []
        self.loops: list[tuple[str, etree._Element]] = []
        self.script: str | None = None
        self.activation_condition: str | None = None
        self.completion_condition: str | None = None
        triggered = is_true(element, "triggeredByEvent", default=False)
        self.inner = FlowElements(is_event_sub_process=triggered and kind is NodeKind.SUB_PROCESS)
        for local, child in bpmn_children(element, sink):
            self._read_child(local, child)
        check_claims(self.inner, sink)

    def loop(self) -> Loop | None:
        """Takes the data associations that belong to the marker out of `associations`."""
        # More than one, the schema has refused.
        for local, child in self.loops[:1]:
            return read_loop(
                local, child, associations=self.associations, declared=self.declared, sink=self.sink
            )
        return None

    def _read_child(self, local: str, child: etree._Element) -> None:
        sink, kind = self.sink, self.kind
        if local in ("incoming", "outgoing"):
            self.links.append((local, child))
        elif local == "extensionElements":
            pass
        elif local == "property" and (kind in _EVENTS or kind in ACTIVITY_KINDS):
            read_property(child, self.inner.variables, self.declared, sink)
        elif kind in _EVENTS:
            if not self._read_event_child(local, child):
                pass_over(local, child, sink)
        elif kind in ACTIVITY_KINDS:
            if not self._read_activity_child(local, child):
                pass_over(local, child, sink)
        elif kind is NodeKind.COMPLEX_GATEWAY and local == "activationCondition":
            self.activation_condition = feel_text(child, sink)
        else:
            pass_over(local, child, sink)

    def _read_event_child(self, local: str, child: etree._Element) -> bool:
        if is_event_child(local):
            self.events.append((local, child))
        elif local in ("dataInput", "dataOutput"):
            # Its name only serves the associations: what an event brings has names of its own.
            read_io_item(child, VariableNames(), self.declared, self.sink)
        elif local in ("inputSet", "outputSet"):
            read_io_set(child, self.sink)
        else:
            return self._read_association(local, child)
        return True

    def _read_activity_child(self, local: str, child: etree._Element) -> bool:
        if local in LOOPS:
            self.loops.append((local, child))
        elif local in RESOURCE_ROLES:
            self.roles.append(child)
        elif local == "ioSpecification":
            read_io_specification(child, VariableNames(), self.declared, self.sink)
        elif self._read_association(local, child):
            pass
        elif local == "script" and self.kind is NodeKind.SCRIPT_TASK:
            self.script = script_text(child, self.sink)
        elif local == "completionCondition" and self.kind is NodeKind.AD_HOC_SUB_PROCESS:
            self.completion_condition = feel_text(child, self.sink)
        else:
            return self.kind in SUB_PROCESS_KINDS and read_flow_element(
                local, child, self.inner, self.declared, self.sink
            )
        return True

    def _read_association(self, local: str, child: etree._Element) -> bool:
        if local not in ("dataInputAssociation", "dataOutputAssociation"):
            return False
        found = read_association(
            child,
            is_input=local == "dataInputAssociation",
            node=self.element,
            declared=self.declared,
            sink=self.sink,
        )
        if found is not None:
            self.associations.append(found)
        return True


def _read_node(
    kind: NodeKind, element: etree._Element, into: FlowElements, declared: Declarations, sink: FindingSink
) -> None:
    check_attributes(element, consumed=NODE_ATTRIBUTES[kind], sink=sink)
    node_id = identity(element, sink)
    extensions = read_extensions(element, sink)
    content = _Content(element, kind, declared, sink)
    node = FlowNode(
        id=node_id or "",
        name=element.get("name", ""),
        kind=kind,
        line=line_of(element),
        extensions=extensions,
        default=(element.get("default") or "").strip() or None,
        variables=tuple(content.inner.variables.names),
        nodes=tuple(content.inner.nodes),
        flows=tuple(content.inner.flows),
    )
    if kind in _EVENTS:
        node = _as_event(node, content, is_inside_event=into.is_event_sub_process)
    elif kind in ACTIVITY_KINDS:
        node = _as_activity(node, content)
    else:
        node = _as_gateway(node, content)
    if node_id is None:
        return
    for direction, link in content.links:
        flow_id = reference(link, link.text, sink) or ""
        into.claims.append(Claim(link, direction, node_id, flow_id))
    into.nodes.append(node)


# --- events --------------------------------------------------------------------------------------


def _as_event(node: FlowNode, content: _Content, *, is_inside_event: bool) -> FlowNode:
    element, declared, sink = content.element, content.declared, content.sink
    is_start = node.kind is NodeKind.START_EVENT
    place = EVENT_SUB_PROCESS_START if is_start and is_inside_event else node.kind.value
    events = read_events(content.events, node=element, place=place, declared=declared, sink=sink)
    check_event_attributes(events, element, node.kind, sink)
    # A flawed definition has its finding; what it would have carried is not known.
    if len(events) == len(content.events):
        check_event_extensions(node.extensions, events, element, sink)
        if content.associations and not carries_data(events):
            refuse_data_on_event(element, sink)
            content.associations.clear()
    return replace(
        node,
        extensions=_with_data(node.extensions, content.associations),
        events=events,
        parallel_multiple=is_true(element, "parallelMultiple", default=False),
        attached_to=reference(element, element.get("attachedToRef"), sink),
        interrupting=is_true(element, "isInterrupting" if is_start else "cancelActivity", default=True),
        compensation_handler=_compensation_handler(node, events, content),
    )


def _compensation_handler(
    node: FlowNode, events: tuple[EventDefinition, ...], content: _Content
) -> str | None:
    """The activity for compensation beside the event that an association joins with it."""
    is_compensation = any(isinstance(event, CompensateEventDefinition) for event in events)
    if node.kind is not NodeKind.BOUNDARY_EVENT or not is_compensation:
        return None
    handlers = content.declared.handlers
    scope = content.element.getparent()
    joined = dict.fromkeys(
        other
        for other in content.declared.associated.get(node.id, ())
        if other in handlers and handlers[other].getparent() is scope
    )
    if len(joined) > 1:
        content.sink.error(
            "several-compensation-handlers",
            content.element,
            f"补偿事件 {node.id} 连接了 {len(joined)} 个补偿活动，只能有一个",
            f"The compensation event {node.id} is joined with {len(joined)} activities, but only one can undo",
            mend_zh="请用一个子流程包含全部补偿活动",
            mend_en="Put all that is to be done into one sub-process",
        )
    return next(iter(joined), None)


# --- activities ----------------------------------------------------------------------------------


def _as_activity(node: FlowNode, content: _Content) -> FlowNode:
    element, kind, sink = content.element, node.kind, content.sink
    loop = content.loop()
    if element.get("operationRef") is not None:
        warn_operation(element, sink)
    if kind is NodeKind.SCRIPT_TASK:
        check_script_format(element, "scriptFormat", sink)
    extensions = _with_data(node.extensions, content.associations)
    if kind in ASSIGNED_KINDS:
        extensions = assign(extensions, content.roles, content.declared, sink)
    else:
        refuse_roles(content.roles, sink)
    activity = replace(
        node,
        extensions=extensions,
        loop=loop,
        for_compensation=is_true(element, "isForCompensation", default=False),
        start_quantity=integer(element, "startQuantity", default=1, sink=sink),
        completion_quantity=integer(element, "completionQuantity", default=1, sink=sink),
    )
    details = _DETAILS.get(kind)
    return activity if details is None else details(activity, content)


def _with_message(node: FlowNode, content: _Content) -> FlowNode:
    element = content.element
    return replace(
        node,
        message_ref=reference(element, element.get("messageRef"), content.sink),
        instantiate=is_true(element, "instantiate", default=False),
    )


def _with_called_element(node: FlowNode, content: _Content) -> FlowNode:
    element = content.element
    called = reference(element, element.get("calledElement"), content.sink)
    ours = (element.get(f"{G}process") or "").strip() or None
    if called is not None and ours is not None:
        refuse_duplicate(element, "calledElement / gov:process", content.sink)
    return replace(node, called_element=ours or called)


def _as_sub_process(node: FlowNode, content: _Content) -> FlowNode:
    if node.kind is NodeKind.SUB_PROCESS:
        return replace(node, triggered_by_event=content.inner.is_event_sub_process)
    element, sink = content.element, content.sink
    if is_true(element, "triggeredByEvent", default=False):
        sink.not_supported(element, of_attribute("triggeredByEvent", "true"), attribute="triggeredByEvent")
    if node.kind is NodeKind.TRANSACTION:
        return node
    return replace(
        node,
        is_parallel=(element.get("ordering") or "").strip() != "Sequential",
        cancel_remaining=is_true(element, "cancelRemainingInstances", default=True),
        completion_condition=content.completion_condition,
    )


_DETAILS: dict[NodeKind, Callable[[FlowNode, _Content], FlowNode]] = {
    NodeKind.SEND_TASK: _with_message,
    NodeKind.RECEIVE_TASK: _with_message,
    NodeKind.CALL_ACTIVITY: _with_called_element,
    NodeKind.SCRIPT_TASK: lambda node, content: replace(node, script=content.script),
    NodeKind.SUB_PROCESS: _as_sub_process,
    NodeKind.TRANSACTION: _as_sub_process,
    NodeKind.AD_HOC_SUB_PROCESS: _as_sub_process,
}


def _with_data(extensions: Extensions, associations: list[DataAssociation]) -> Extensions:
    """Data associations map variables like `gov:input` and `gov:output`, behind those."""
    if not associations:
        return extensions
    inputs = tuple(m for association in associations if association.is_input for m in association.mappings)
    outputs = tuple(
        m for association in associations if not association.is_input for m in association.mappings
    )
    return replace(extensions, inputs=(*extensions.inputs, *inputs), outputs=(*extensions.outputs, *outputs))


# --- gateways ------------------------------------------------------------------------------------


def _as_gateway(node: FlowNode, content: _Content) -> FlowNode:
    if node.kind is NodeKind.COMPLEX_GATEWAY:
        return replace(node, activation_condition=content.activation_condition)
    if node.kind is not NodeKind.EVENT_BASED_GATEWAY:
        return node
    element = content.element
    return replace(
        node,
        instantiate=is_true(element, "instantiate", default=False),
        parallel_events=(element.get("eventGatewayType") or "").strip() == "Parallel",
    )
