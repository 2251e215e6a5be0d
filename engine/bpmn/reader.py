"""From the bytes of a BPMN file to the model, with a finding for everything that has no place in it.

Three stages: well-formed and bounded XML, the standard's XSDs, then element by element.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, Definitions, Process
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    identity,
    is_true,
    pass_over,
    refuse_unknown_extension,
    split_name,
    warn_operation,
)
from engine.bpmn.reading.data import read_io_specification, read_property
from engine.bpmn.reading.declarations import Declarations, declare
from engine.bpmn.reading.expressions import check_language
from engine.bpmn.reading.extensions import read_extensions, refuse_extensions
from engine.bpmn.reading.flows import FlowElements, check_claims
from engine.bpmn.reading.global_tasks import OPERATION_REFERENCES, read_global_task
from engine.bpmn.reading.nodes import read_flow_element
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.resources import RESOURCE_ROLES, refuse_roles
from engine.bpmn.reading.roots import Roots, read_root
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DI_NAMESPACES, GLOBAL_TASKS
from engine.bpmn.xsd import violations
from engine.errors import DefinitionRefused
from engine.findings import Finding, Severity
from engine.hardened_xml import parse

RULE_IDS = frozenset(
    {
        "xml-too-large",
        "xml-too-complex",
        "xml-not-well-formed",
        "xml-doctype",
        "not-bpmn",
        "xsd",
        "not-supported-yet",
        "unknown-extension",
        "extension-without-effect",
        "extension-incomplete",
        "extension-invalid-value",
        "extension-duplicate",
        "attribute-value",
        "attribute-without-effect",
        "missing-id",
        "unknown-prefix",
        "dangling-reference",
        "not-feel",
        "empty-expression",
        "flow-mismatch",
        "event-without-definition",
        "event-not-allowed-here",
        "timer-without-expression",
        "message-ref-missing",
        "signal-ref-missing",
        "link-mismatch",
        "several-compensation-handlers",
        "complex-behavior-without-event",
        "data-name",
        "data-name-duplicate",
        "data-association",
        "data-store-is-a-reference",
        "operation-is-a-reference",
        "resource-role-without-effect",
        "process-not-executable",
        "too-many-findings",
    }
)
"""What findings of this module may be called; the other ones are in `rules`."""

_DEFINITIONS_ATTRIBUTES = frozenset(
    {"targetNamespace", "typeLanguage", "expressionLanguage", "exporter", "exporterVersion"}
)
_PROCESS_ATTRIBUTES = frozenset({"isExecutable", "processType", "isClosed", "definitionalCollaborationRef"})


def read(content: bytes, *, file: str = "") -> tuple[Definitions | None, list[Finding]]:
    """The model of a BPMN 2.0 file and what is wrong with it; never raises because of `content`.

    The model is None only if the bytes are no XML or no BPMN. Beside findings of severity error it
    is there for the rules, so that a designer sees everything at once; it must not be compiled then.
    Time is linear in at most `hardened_xml.MAX_BYTES`.

    Raises Unavailable if the BPMN schemas are not installed.
    """
    try:
        root = parse(content, file=file)
    except DefinitionRefused as refused:
        return None, list(refused.findings)
    if root.tag != f"{{{BPMN_NAMESPACE}}}definitions":
        return None, [_not_bpmn(root, file)]
    sink = FindingSink(file=file)
    sink.add_xsd(violations(root, file=file))
    definitions = _read_definitions(root, file, sink)
    return definitions, sink.findings()


def _not_bpmn(root: etree._Element, file: str) -> Finding:
    return Finding(
        "not-bpmn",
        Severity.ERROR,
        None,
        line_of(root),
        f"根元素应为 BPMN 2.0 的 definitions，但是 {root.tag}",
        f"Expected the root element definitions of BPMN 2.0, but it is {root.tag}",
        "请上传 BPMN 2.0 文件",
        "Upload a BPMN 2.0 file",
        file=file,
    )


def _read_definitions(root: etree._Element, file: str, sink: FindingSink) -> Definitions:
    check_attributes(root, consumed=_DEFINITIONS_ATTRIBUTES, sink=sink)
    refuse_extensions(root, sink)
    check_language(root, "expressionLanguage", sink)
    declared = declare(root)
    roots = Roots()
    callable_elements: list[tuple[str, etree._Element]] = []
    for element in root:
        namespace, local = split_name(element.tag)
        if namespace in DI_NAMESPACES:
            continue
        if namespace != BPMN_NAMESPACE:
            refuse_unknown_extension(element, element.tag, sink)
        elif local == "process" or local in GLOBAL_TASKS:
            # Events in them may refer to any root event definition, wherever that stands.
            callable_elements.append((local, element))
        else:
            read_root(local, element, roots, declared, sink)
    return Definitions(
        (root.get("id") or "").strip(),
        file,
        _read_callable_elements(callable_elements, declared, sink),
        roots.messages,
        roots.errors,
        roots.signals,
        roots.escalations,
    )


def _read_callable_elements(
    elements: list[tuple[str, etree._Element]], declared: Declarations, sink: FindingSink
) -> tuple[Process, ...]:
    some_process_runs = any(local == "process" and _is_executable(element) for local, element in elements)
    some_task_runs = any(local != "process" for local, _ in elements)
    found: list[Process | None] = []
    for local, element in elements:
        if local != "process":
            found.append(read_global_task(element, declared, sink))
            continue
        # Beside an executable process another one is the drawing of a partner: nothing in it runs, so
        # nothing in it can be wrong. If none is executable the designer forgot the mark.
        mark = sink.mark()
        found.append(_read_process(element, declared, sink))
        if _is_executable(element):
            continue
        if some_process_runs:
            sink.forget_since(mark)
        if some_process_runs or some_task_runs:
            _warn_drawing(element, sink)
    return tuple(process for process in found if process is not None)


def _is_executable(process: etree._Element) -> bool:
    return is_true(process, "isExecutable", default=False)


def _warn_drawing(element: etree._Element, sink: FindingSink) -> None:
    sink.warning(
        "process-not-executable",
        element,
        "该流程不可执行（isExecutable 不为 true），仅作为图示",
        "The process is not executable (isExecutable is not true) and serves as a drawing only",
        mend_zh="如需执行，请设置 isExecutable=“true”",
        mend_en='To run it, set isExecutable="true"',
    )


def _read_process(element: etree._Element, declared: Declarations, sink: FindingSink) -> Process | None:
    check_attributes(element, consumed=_PROCESS_ATTRIBUTES, sink=sink)
    process_id = identity(element, sink)
    extensions = read_extensions(element, sink)
    content = FlowElements()
    for local, child in bpmn_children(element, sink):
        if local == "property":
            read_property(child, content.variables, declared, sink)
        elif local == "ioSpecification":
            read_io_specification(child, content.variables, declared, sink)
        elif local in OPERATION_REFERENCES:
            warn_operation(child, sink)
        elif local in RESOURCE_ROLES:
            refuse_roles([child], sink)
        elif not read_flow_element(local, child, content, declared, sink):
            pass_over(local, child, sink)
    check_claims(content, sink)
    if process_id is None:
        return None
    return Process(
        process_id,
        element.get("name", ""),
        _is_executable(element),
        line_of(element),
        tuple(content.nodes),
        tuple(content.flows),
        extensions,
        tuple(content.variables.names),
    )
