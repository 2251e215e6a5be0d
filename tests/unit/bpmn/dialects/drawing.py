"""The smallest files of other tools that say what a test is about."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects import ReportEntry, Translation, translate
from engine.bpmn.dialects.vocabularies import DIALECTS
from engine.bpmn.model import GOV_NAMESPACE
from engine.bpmn.reader import read
from engine.findings import Finding

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PREFIXES = {dialect.prefixes[namespace]: namespace for namespace, dialect in DIALECTS.items()}
B, G = f"{{{BPMN}}}", f"{{{GOV_NAMESPACE}}}"


def file(content: str, *, prefix: str, root: str = "", attributes: str = "") -> bytes:
    """One executable process with `content`; `root` stands before it."""
    return (
        f'<definitions xmlns="{BPMN}" xmlns:{prefix}="{PREFIXES[prefix]}" id="file" targetNamespace="urn:test" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {attributes}>'
        f'{root}<process id="p" isExecutable="true">{content}</process></definitions>'
    ).encode()


def around(node: str, *, prefix: str, id: str = "x", root: str = "", attributes: str = "") -> bytes:
    """start -> `node` -> end."""
    return file(
        f'<startEvent id="start"/>{node}<endEvent id="end"/>'
        f'<sequenceFlow id="f1" sourceRef="start" targetRef="{id}"/>'
        f'<sequenceFlow id="f2" sourceRef="{id}" targetRef="end"/>',
        prefix=prefix,
        root=root,
        attributes=attributes,
    )


def with_extension(kind: str, content: str, *, id: str = "x", attributes: str = "", inner: str = "") -> str:
    return f'<{kind} id="{id}" {attributes}><extensionElements>{content}</extensionElements>{inner}</{kind}>'


def with_condition(condition: str, *, prefix: str, attributes: str = "") -> bytes:
    """A flow "yes" with the condition, as the text of XML."""
    return file(
        '<startEvent id="start"/><exclusiveGateway id="g" default="no"/><endEvent id="end"/>'
        '<sequenceFlow id="f" sourceRef="start" targetRef="g"/>'
        '<sequenceFlow id="yes" sourceRef="g" targetRef="end"><conditionExpression '
        f'xsi:type="tFormalExpression" {attributes}>{condition}</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="no" sourceRef="g" targetRef="end"/>',
        prefix=prefix,
    )


def tree_of(translation: Translation) -> etree._Element:
    assert translation.content is not None
    return etree.fromstring(translation.content)


def element(translation: Translation, id: str = "x") -> etree._Element:
    [found] = [each for each in tree_of(translation).iter() if each.get("id") == id]
    return found


def ours(translation: Translation, name: str, *, id: str = "x") -> list[dict[str, str]]:
    """The attributes of every `<gov:name>` of an element."""
    path = f"{B}extensionElements/{G}{name}"
    return [
        {str(k): str(v) for k, v in each.attrib.items()} for each in element(translation, id).findall(path)
    ]


def entry(translation: Translation, construct: str) -> ReportEntry:
    """The only entry on a construct."""
    [found] = [each for each in translation.entries if each.construct == construct]
    return found


def outcomes(content: bytes) -> dict[str, str]:
    """Construct -> outcome."""
    return {each.construct: each.outcome.value for each in translate(content).entries}


def findings_of_reader(translation: Translation) -> list[Finding]:
    assert translation.content is not None
    return [found for found in read(translation.content)[1] if found.is_error]
