"""From the bytes of a BPMN file to the model, with a finding for everything that has no place in it.

Three stages: well-formed and bounded XML, the standard's XSDs, then element by element.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, Definitions, Error, Message, Process
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    check_documentation,
    check_language,
    identity,
    is_true,
    refuse_element,
    refuse_unknown_extension,
    split_name,
)
from engine.bpmn.reading.extensions import read_correlation_key, read_extensions, refuse_extensions
from engine.bpmn.reading.nodes import FlowElements, check_claims, read_flow_element
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DI_NAMESPACES, DOCUMENTATION
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
        "missing-id",
        "unknown-prefix",
        "not-feel",
        "empty-expression",
        "flow-mismatch",
        "event-without-definition",
        "event-not-allowed-here",
        "timer-without-expression",
        "message-ref-missing",
        "process-not-executable",
        "too-many-findings",
    }
)
"""What findings of this module may be called; the other ones are in `rules`."""

_DEFINITIONS_ATTRIBUTES = frozenset(
    {"targetNamespace", "typeLanguage", "expressionLanguage", "exporter", "exporterVersion"}
)
_PROCESS_ATTRIBUTES = frozenset({"isExecutable", "processType", "isClosed", "definitionalCollaborationRef"})
_COLLABORATION_ATTRIBUTES = frozenset({"isClosed"})


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
    some_executable = any(_is_executable(process) for process in root.iterchildren(_PROCESS))
    processes: list[Process] = []
    messages: dict[str, Message] = {}
    errors: dict[str, Error] = {}
    for element in root:
        namespace, local = split_name(element.tag)
        if namespace in DI_NAMESPACES:
            continue
        if namespace != BPMN_NAMESPACE:
            refuse_unknown_extension(element, element.tag, sink)
        elif local == "process":
            process = _read_process(element, sink, some_executable=some_executable)
            if process is not None:
                processes.append(process)
        elif local == "message":
            message = _read_message(element, sink)
            if message is not None:
                messages.setdefault(message.id, message)
        elif local == "error":
            error = _read_error(element, sink)
            if error is not None:
                errors.setdefault(error.id, error)
        elif local == "collaboration":
            _read_collaboration(element, sink)
        elif local in DOCUMENTATION:
            check_documentation(element, sink)
        elif local != "extensionElements":
            refuse_element(element, sink)
    return Definitions((root.get("id") or "").strip(), file, tuple(processes), messages, errors)


_PROCESS = f"{{{BPMN_NAMESPACE}}}process"


def _is_executable(process: etree._Element) -> bool:
    return is_true(process, "isExecutable", default=False)


def _read_process(element: etree._Element, sink: FindingSink, *, some_executable: bool) -> Process | None:
    # Beside an executable process another one is the drawing of a partner: nothing in it runs, so
    # nothing in it can be wrong. If none is executable the designer forgot the mark.
    is_drawing = some_executable and not _is_executable(element)
    mark = sink.mark()
    check_attributes(element, consumed=_PROCESS_ATTRIBUTES, sink=sink)
    process_id = identity(element, sink)
    extensions = read_extensions(element, sink)
    content = FlowElements()
    for local, child in bpmn_children(element, sink):
        if local != "extensionElements" and not read_flow_element(local, child, content, sink):
            refuse_element(child, sink)
    check_claims(content, sink)
    if is_drawing:
        sink.forget_since(mark)
        sink.warning(
            "process-not-executable",
            element,
            "该流程不可执行（isExecutable 不为 true），仅作为图示",
            "The process is not executable (isExecutable is not true) and serves as a drawing only",
            mend_zh="如需执行，请设置 isExecutable=“true”",
            mend_en='To run it, set isExecutable="true"',
        )
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
    )


def _read_message(element: etree._Element, sink: FindingSink) -> Message | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    _check_children(element, sink)
    correlation_key = read_correlation_key(element, sink)
    message_id = identity(element, sink)
    if message_id is None:
        return None
    return Message(message_id, element.get("name", "").strip(), correlation_key, line_of(element))


def _read_error(element: etree._Element, sink: FindingSink) -> Error | None:
    check_attributes(element, consumed=frozenset({"errorCode"}), sink=sink)
    _check_children(element, sink)
    refuse_extensions(element, sink)
    error_id = identity(element, sink)
    if error_id is None:
        return None
    return Error(error_id, element.get("name", ""), element.get("errorCode", "").strip(), line_of(element))


def _read_collaboration(element: etree._Element, sink: FindingSink) -> None:
    """Pools and message flows are documentation: what is sent and received is said by the events."""
    check_attributes(element, consumed=_COLLABORATION_ATTRIBUTES, sink=sink)
    refuse_extensions(element, sink)
    _check_children(element, sink)


def _check_children(element: etree._Element, sink: FindingSink) -> None:
    for local, child in bpmn_children(element, sink):
        if local in DOCUMENTATION:
            check_documentation(child, sink)
        elif local != "extensionElements":
            refuse_element(child, sink)
