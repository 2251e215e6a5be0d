"""Global tasks: read as processes of one task. Source: BPMN 2.0.2, 10.2.7 and 10.3.1."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import FlowNode, NodeKind, Process
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    identity,
    pass_over,
    split_name,
    warn_operation,
)
from engine.bpmn.reading.data import VariableNames, read_io_specification
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.expressions import check_script_format, script_text
from engine.bpmn.reading.extensions import read_extensions
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.resources import ASSIGNED_KINDS, RESOURCE_ROLES, assign, refuse_roles
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import GLOBAL_TASKS

TASK_ID_SUFFIX = "_task"
"""The one node of a global task is called after it; the element has one id, the model needs two."""

_ATTRIBUTES = frozenset({"implementation", "scriptLanguage"})
OPERATION_REFERENCES = frozenset({"supportedInterfaceRef", "ioBinding"})
"""What a callable element says about interfaces."""


def read_global_task(element: etree._Element, declared: Declarations, sink: FindingSink) -> Process | None:
    """Everything of ours on it belongs to the task; its data inputs and outputs are the process's."""
    check_attributes(element, consumed=_ATTRIBUTES, sink=sink)
    task_id = identity(element, sink)
    kind = GLOBAL_TASKS[split_name(element.tag)[1]]
    extensions = read_extensions(element, sink)
    variables = VariableNames()
    roles: list[etree._Element] = []
    script: str | None = None
    for local, child in bpmn_children(element, sink):
        if local in RESOURCE_ROLES:
            roles.append(child)
        elif local == "ioSpecification":
            read_io_specification(child, variables, declared, sink)
        elif local in OPERATION_REFERENCES:
            warn_operation(child, sink)
        elif local == "script" and kind is NodeKind.SCRIPT_TASK:
            script = script_text(child, sink)
        else:
            pass_over(local, child, sink)
    if kind is NodeKind.SCRIPT_TASK:
        check_script_format(element, "scriptLanguage", sink)
    if kind in ASSIGNED_KINDS:
        extensions = assign(extensions, roles, declared, sink)
    else:
        refuse_roles(roles, sink)
    if task_id is None:
        return None
    name, line = element.get("name", ""), line_of(element)
    return Process(
        id=task_id,
        name=name,
        is_executable=True,
        line=line,
        nodes=(FlowNode(f"{task_id}{TASK_ID_SUFFIX}", name, kind, line, extensions, script=script),),
        flows=(),
        variables=tuple(variables.names),
        is_global_task=True,
    )
