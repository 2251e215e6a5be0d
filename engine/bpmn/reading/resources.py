"""Who does a task, as the standard says it: resource roles. Source: BPMN 2.0.2, 10.2.1 and 10.2.3."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from engine.bpmn.declarations import Assignment, Extensions
from engine.bpmn.model import NodeKind
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    dangling,
    pass_over,
    reference,
    refuse_element,
    split_name,
)
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.expressions import expression_text
from engine.bpmn.reading.extensions import listed, refuse_duplicate, refuse_extensions
from engine.bpmn.reading.refusals import Refusal
from engine.bpmn.reading.sink import FindingSink

ASSIGNED_KINDS = frozenset({NodeKind.USER_TASK, NodeKind.AD_HOC_SUB_PROCESS})
"""What a person does, or decides on."""
RESOURCE_ROLES = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})

_QUOTED = re.compile(r'"([^"\\]+)"')
_FEEL_ROLE = Refusal(
    "用 FEEL 计算的角色（potentialOwner）",
    "a potentialOwner given by FEEL",
    "谁可以办理，在有人办理时按角色名称判断",
    "roles are looked up by their name when somebody acts",
    "请直接写角色名称；随数据变化的，用 <gov:assignment department=“=…”/> 或 assignee=“=…”",
    'Write the name of the role; what depends on data say with <gov:assignment department="=…"/> or assignee="=…"',
)


def read_roles(
    elements: list[etree._Element], declared: Declarations, sink: FindingSink
) -> Assignment | None:
    """potentialOwner: one of these roles may do it. performer, humanPerformer: this actor does it."""
    roles: list[str] = []
    assignee: str | None = None
    for element in elements:
        _, local = split_name(element.tag)
        if local == "resourceRole":
            refuse_element(element, sink)
            continue
        text = _resource(element, declared, sink)
        if text is None:
            continue
        if local == "potentialOwner":
            roles.extend(_roles(text, element, sink))
        elif assignee is not None:
            refuse_duplicate(element, "performer / humanPerformer", sink)
        else:
            assignee = text
    if not roles and assignee is None:
        return None
    return Assignment(roles=tuple(roles), assignee=assignee)


def assign(
    extensions: Extensions, elements: list[etree._Element], declared: Declarations, sink: FindingSink
) -> Extensions:
    """Resource roles say what `gov:assignment` says, where that does not."""
    roles = read_roles(elements, declared, sink)
    if roles is None:
        return extensions
    if extensions.assignment is not None:
        refuse_duplicate(elements[0], "gov:assignment / potentialOwner / humanPerformer", sink)
        return extensions
    return replace(extensions, assignment=roles)


def refuse_roles(elements: list[etree._Element], sink: FindingSink) -> None:
    """For an element that nobody is assigned to."""
    for element in elements:
        _, local = split_name(element.tag)
        sink.error(
            "resource-role-without-effect",
            element,
            f"{local} 只在用户任务和即席子流程上起作用",
            f"A {local} has an effect only on a user task or an ad-hoc sub-process",
            mend_zh="请把它移到用户任务上，或删除它",
            mend_en="Move it to a user task, or remove it",
        )


def _resource(element: etree._Element, declared: Declarations, sink: FindingSink) -> str | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    named: list[str | None] = []
    for local, child in bpmn_children(element, sink):
        if local == "resourceRef":
            named.append(_resource_name(child, declared, sink))
        elif local == "resourceAssignmentExpression":
            named.append(_expression(child, sink))
        else:
            pass_over(local, child, sink)
    if named:
        return named[0]
    sink.error(
        "resource-role-without-effect",
        element,
        "资源角色没有说明是谁",
        "The resource role names nobody",
        mend_zh="请填写 resourceRef 或 resourceAssignmentExpression，或删除它",
        mend_en="Add a resourceRef or a resourceAssignmentExpression, or remove it",
    )
    return None


def _resource_name(element: etree._Element, declared: Declarations, sink: FindingSink) -> str | None:
    resource_id = reference(element, element.text, sink) or ""
    if resource_id in declared.resources:
        return declared.resources[resource_id]
    dangling(element, resource_id or "resourceRef", "资源", "resource", sink)
    return None


def _expression(element: etree._Element, sink: FindingSink) -> str | None:
    """FEEL after "=", else a literal text, which may stand in quotes."""
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    text: str | None = None
    for local, child in bpmn_children(element, sink):
        if local in ("formalExpression", "expression"):
            text = expression_text(child, sink)
        else:
            pass_over(local, child, sink)
    quoted = _QUOTED.fullmatch((text or "").removeprefix("=").strip())
    return quoted.group(1) if quoted else text


def _roles(text: str, element: etree._Element, sink: FindingSink) -> tuple[str, ...]:
    if not text.startswith("="):
        return listed(text)
    sink.not_supported(element, _FEEL_ROLE)
    return ()
