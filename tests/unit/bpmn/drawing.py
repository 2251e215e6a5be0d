"""The smallest BPMN files that say what a test is about."""

from __future__ import annotations

from itertools import pairwise

from engine.bpmn.model import Definitions
from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.findings import Finding

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:gov="urn:yishi:bpmn:1" '
    'xmlns:ns="urn:test" targetNamespace="urn:test" id="file"'
)
START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'
ROLES = '<extensionElements><gov:assignment roles="clerk"/></extensionElements>'
MESSAGE = '<message id="paid" name="paid"/>'
ERROR = '<error id="refused" errorCode="REFUSED"/>'


def definitions(content: str, *, attributes: str = "") -> bytes:
    return f"{HEAD} {attributes}>{content}</definitions>".encode()


def process(content: str, *, root: str = "", attributes: str = "") -> bytes:
    """One executable process; `root` stands before it."""
    return definitions(f'{root}<process id="p" isExecutable="true" {attributes}>{content}</process>')


def flow(source: str, target: str, condition: str | None = None) -> str:
    """A sequence flow with the id "source_target"."""
    inner = "" if condition is None else f"<conditionExpression>{condition}</conditionExpression>"
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*ids: str) -> str:
    """Flows from each id to the next."""
    return "".join(flow(a, b) for a, b in pairwise(ids))


def around(node: str, *, id: str = "x", root: str = "", more: str = "") -> bytes:
    """start -> `node` -> end, with `more` beside them."""
    return process(START + node + END + chain("start", id, "end") + more, root=root)


def user_task(id: str = "x", *, attributes: str = "") -> str:
    return f'<userTask id="{id}" {attributes}>{ROLES}</userTask>'


def with_extension(kind: str, content: str, *, id: str = "x", attributes: str = "") -> str:
    """A node with one of our elements in it."""
    return f'<{kind} id="{id}" {attributes}>{extension(content)}</{kind}>'


def extension(content: str) -> str:
    return f"<extensionElements>{content}</extensionElements>"


def findings_of(content: bytes) -> list[Finding]:
    """Those of the reader and of all rules."""
    model, findings = read(content, file="test.bpmn")
    return findings + (check(model) if model is not None else [])


def rules_of(content: bytes) -> set[str]:
    return {finding.rule for finding in findings_of(content)}


def model_of(content: bytes) -> Definitions:
    """The model of a file that is expected to pass the gate."""
    assert findings_of(content) == []
    model, _ = read(content, file="test.bpmn")
    assert model is not None
    return model
