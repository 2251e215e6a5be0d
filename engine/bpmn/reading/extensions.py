"""Our own attributes and elements (`gov:`) on an element of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.declarations import (
    Assignment,
    Binding,
    BindingKind,
    ClockDeclaration,
    Extensions,
    JobDeclaration,
    VariableMapping,
)
from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE
from engine.bpmn.reading.attributes import (
    attributes_of,
    check_documentation,
    refuse_gov_without_effect,
    refuse_unknown_extension,
    split_name,
)
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import (
    GLOBAL_TASKS,
    GOV_ATTRIBUTE_PLACES,
    GOV_ELEMENT_ATTRIBUTES,
    GOV_ELEMENT_PLACES,
)

DEFAULT_RETRIES = 3
"""How often a failed job is tried again when `gov:job` does not say."""

_EXTENSION_ELEMENTS = f"{{{BPMN_NAMESPACE}}}extensionElements"
_LIST_SEPARATOR = re.compile("[,，]")


@dataclass(frozen=True, slots=True)
class MultiInstanceExtension:
    """`<gov:multiInstance collection= item= outputCollection= outputItem=/>`; expressions without "="."""

    collection: str | None
    item: str | None
    output_collection: str | None
    output_item: str | None


@dataclass(slots=True)
class _Elements:
    """What the `gov:` children of one `extensionElements` add up to."""

    inputs: list[VariableMapping] = field(default_factory=list)
    outputs: list[VariableMapping] = field(default_factory=list)
    clocks: list[ClockDeclaration] = field(default_factory=list)
    assignment: Assignment | None = None
    job: JobDeclaration | None = None
    correlation_key: str | None = None
    multi_instance: MultiInstanceExtension | None = None


def read_extensions(element: etree._Element, sink: FindingSink) -> Extensions:
    """Everything of ours on a process, flow node or global task; findings for what has no effect there.

    `gov:process` is left to `nodes`.
    """
    attributes = _read_attributes(element, sink)
    elements = _read_elements(element, sink)
    return Extensions(
        stage=attributes.get("stage"),
        milestone=attributes.get("milestone"),
        outcome=attributes.get("outcome"),
        form=attributes.get("form"),
        result=attributes.get("result"),
        decision=attributes.get("decision"),
        caught_code=attributes.get("caughtCode"),
        caught_message=attributes.get("caughtMessage"),
        inputs=tuple(elements.inputs),
        outputs=tuple(elements.outputs),
        clocks=tuple(elements.clocks),
        assignment=elements.assignment,
        job=elements.job,
        binding=_binding(attributes.get("binding"), element, sink),
        active_elements=_active_elements(attributes.get("activeElements"), element, sink),
    )


def read_multi_instance(element: etree._Element, sink: FindingSink) -> MultiInstanceExtension | None:
    """Our way to say what a multi-instance marker goes through; None if it is not used."""
    _read_attributes(element, sink)
    return _read_elements(element, sink).multi_instance


def read_correlation_key(message: etree._Element, sink: FindingSink) -> str | None:
    """The FEEL text of `<gov:subscription correlationKey=/>`, without its "=" if it has one."""
    _read_attributes(message, sink)
    return _read_elements(message, sink).correlation_key


def refuse_extensions(element: etree._Element, sink: FindingSink) -> None:
    """For an element on which none of our extensions has an effect."""
    _read_attributes(element, sink)
    _read_elements(element, sink)


def _place_of(element: etree._Element) -> str:
    _, local = split_name(element.tag)
    return GLOBAL_TASKS[local].value if local in GLOBAL_TASKS else local


def _read_attributes(element: etree._Element, sink: FindingSink) -> dict[str, str]:
    place = _place_of(element)
    found: dict[str, str] = {}
    for name, value in attributes_of(element):
        namespace, local = split_name(name)
        if namespace != GOV_NAMESPACE:
            continue
        if local not in GOV_ATTRIBUTE_PLACES:
            refuse_unknown_extension(element, name, sink)
        elif place not in GOV_ATTRIBUTE_PLACES[local]:
            refuse_gov_without_effect(element, local, sink)
        elif not value.strip():
            _refuse_empty(element, f"gov:{local}", sink)
        else:
            found[local] = value.strip()
    return found


def _read_elements(element: etree._Element, sink: FindingSink) -> _Elements:
    place = _place_of(element)
    found = _Elements()
    for container in element.iterchildren(_EXTENSION_ELEMENTS):
        for child in container:
            namespace, local = split_name(child.tag)
            if namespace == BPMN_NAMESPACE:
                check_documentation(child, sink)
            elif namespace != GOV_NAMESPACE or local not in GOV_ELEMENT_PLACES:
                refuse_unknown_extension(child, child.tag, sink)
            elif place not in GOV_ELEMENT_PLACES[local]:
                refuse_gov_without_effect(child, local, sink)
            else:
                _read_element(local, child, found, sink)
    return found


def _read_element(local: str, element: etree._Element, found: _Elements, sink: FindingSink) -> None:
    values = _values_of(element, local, sink)
    if local != "job":
        _refuse_content(element, sink)
    if values is None:
        return
    match local:
        case "input" | "output":
            mapping = VariableMapping(values["source"], values["target"], line_of(element))
            (found.inputs if local == "input" else found.outputs).append(mapping)
        case "clock":
            found.clocks.append(
                ClockDeclaration(values["limit"], values["kind"], values.get("ladder"), line_of(element))
            )
        case "assignment" if _is_first(found.assignment, element, local, sink):
            found.assignment = _assignment(values, element, sink)
        case "job" if _is_first(found.job, element, local, sink):
            found.job = _job(values, element, sink)
        case "subscription" if _is_first(found.correlation_key, element, local, sink):
            found.correlation_key = values["correlationKey"].removeprefix("=").strip()
        case "multiInstance" if _is_first(found.multi_instance, element, local, sink):
            found.multi_instance = _multi_instance(values, element, sink)
        case _:
            pass


def _values_of(element: etree._Element, local: str, sink: FindingSink) -> dict[str, str] | None:
    """The attributes of one of our elements, stripped; None if a required one is missing or empty."""
    required, optional = GOV_ELEMENT_ATTRIBUTES[local]
    values: dict[str, str] = {}
    for name, value in attributes_of(element):
        if name not in required and name not in optional:
            refuse_unknown_extension(element, name, sink)
        elif not value.strip() and (local, name) != ("header", "value"):
            _refuse_empty(element, f"gov:{local}/@{name}", sink)
        else:
            values[name] = value.strip()
    missing = sorted(name for name in required if element.get(name) is None)
    if missing:
        sink.error(
            "extension-incomplete",
            element,
            f"gov:{local} 缺少属性 {'、'.join(missing)}",
            f"gov:{local} lacks the attribute {' and '.join(missing)}",
            mend_zh="请补上缺少的属性",
            mend_en="Add what is missing",
        )
    return values if required <= values.keys() else None


def _assignment(values: dict[str, str], element: etree._Element, sink: FindingSink) -> Assignment:
    if not element.attrib:
        _refuse_empty(element, "gov:assignment", sink)
    return Assignment(
        roles=listed(values.get("roles", "")),
        department=values.get("department"),
        assignee=values.get("assignee"),
        four_eyes=listed(values.get("fourEyes", "")),
    )


def _job(values: dict[str, str], element: etree._Element, sink: FindingSink) -> JobDeclaration:
    headers: dict[str, str] = {}
    _refuse_content(element, sink, except_for="header")
    for child in element.iterchildren(f"{{{GOV_NAMESPACE}}}header"):
        header = _values_of(child, "header", sink)
        _refuse_content(child, sink)
        if header is None:
            continue
        if header["name"] in headers:
            refuse_duplicate(child, f"gov:header “{header['name']}”", sink)
        headers[header["name"]] = header["value"]
    return JobDeclaration(values["type"], _retries(values.get("retries"), element, sink), headers)


def _multi_instance(
    values: dict[str, str], element: etree._Element, sink: FindingSink
) -> MultiInstanceExtension | None:
    if not element.attrib:
        _refuse_empty(element, "gov:multiInstance", sink)
    if not values:
        return None
    return MultiInstanceExtension(
        _feel(values.get("collection")),
        values.get("item"),
        values.get("outputCollection"),
        _feel(values.get("outputItem")),
    )


def _feel(text: str | None) -> str | None:
    return None if text is None else text.removeprefix("=").strip()


def _binding(text: str | None, element: etree._Element, sink: FindingSink) -> Binding:
    if text is None:
        return Binding()
    if text in (BindingKind.LATEST, BindingKind.DEPLOYMENT):
        return Binding(BindingKind(text))
    if re.fullmatch(r"[1-9][0-9]{0,8}", text):
        return Binding(BindingKind.VERSION, int(text))
    _refuse_value(
        element,
        f"gov:binding 应为 latest、deployment 或版本号，但写的是“{text}”",
        f'Expected gov:binding as latest, deployment or a version number, but it is "{text}"',
        "例如 gov:binding=“deployment”",
        'For example gov:binding="deployment"',
        sink,
    )
    return Binding()


def _active_elements(text: str | None, element: etree._Element, sink: FindingSink) -> str | None:
    if text is None or (text.startswith("=") and text[1:].strip()):
        return text
    _refuse_value(
        element,
        f"gov:activeElements 应为 = 开头的 FEEL，结果是活动 id 的列表，但写的是“{text}”",
        f'Expected gov:activeElements as FEEL after =, giving a list of ids, but it is "{text}"',
        '例如 gov:activeElements=\'=["check", "visit"]\'',
        'For example gov:activeElements=\'=["check", "visit"]\'',
        sink,
    )
    return None


def _retries(text: str | None, element: etree._Element, sink: FindingSink) -> int:
    if text is None:
        return DEFAULT_RETRIES
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    _refuse_value(
        element,
        f"gov:job 的 retries 应为整数，但写的是“{text}”",
        f'Expected retries of gov:job as a whole number, but it is "{text}"',
        "例如 retries=“3”",
        'For example retries="3"',
        sink,
    )
    return DEFAULT_RETRIES


def listed(text: str) -> tuple[str, ...]:
    # Chinese keyboards write the full-width comma.
    return tuple(part for part in (piece.strip() for piece in _LIST_SEPARATOR.split(text)) if part)


def _refuse_content(element: etree._Element, sink: FindingSink, *, except_for: str | None = None) -> None:
    """Our elements say everything in attributes; text or children inside would be passed over."""
    children: Iterable[etree._Element] = element
    for child in children:
        if child.tag != f"{{{GOV_NAMESPACE}}}{except_for}":
            refuse_unknown_extension(child, child.tag, sink)
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        _, local = split_name(element.tag)
        sink.error(
            "extension-without-effect",
            element,
            f"gov:{local} 里的文字不起作用",
            f"Text inside gov:{local} has no effect",
            mend_zh="请把内容写进属性",
            mend_en="Put the content into an attribute",
        )


def _is_first(already: object, element: etree._Element, local: str, sink: FindingSink) -> bool:
    if already is None:
        return True
    refuse_duplicate(element, f"gov:{local}", sink)
    return False


def refuse_duplicate(element: etree._Element, what: str, sink: FindingSink) -> None:
    """The finding for something that is said twice where it can be said once."""
    sink.error(
        "extension-duplicate",
        element,
        f"{what} 出现了不止一次",
        f"{what} appears more than once",
        mend_zh="请只保留一个",
        mend_en="Keep only one",
    )


def _refuse_empty(element: etree._Element, what: str, sink: FindingSink) -> None:
    sink.error(
        "extension-incomplete",
        element,
        f"{what} 是空的",
        f"{what} is empty",
        mend_zh="请填写，或删除它",
        mend_en="Fill it in, or remove it",
    )


def _refuse_value(
    element: etree._Element, zh: str, en: str, mend_zh: str, mend_en: str, sink: FindingSink
) -> None:
    sink.error("extension-invalid-value", element, zh, en, mend_zh=mend_zh, mend_en=mend_en)
