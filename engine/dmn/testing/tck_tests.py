"""Tests of the public compatibility kit (dmn-tck): a file of `testCases` to a TestSuite.

Every `resultNode` is a test of its own, with the inputs of its `testCase`. Results that somebody
computed are not read: they are no requirement. Source: testCases.xsd (namespace of 2016-07-19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from engine.dmn.testing.decision_test import DecisionTest, TestSuite
from engine.dmn.testing.tck_values import NAMESPACE, children, local_name, value_of
from engine.errors import DefinitionRefused, InvalidArgument
from engine.feel import Value
from engine.findings import Finding, Severity
from engine.hardened_xml import parse

WITHIN = Decimal("0.00000001")
"""What the kit's own runners allow, because many of its numbers were computed as binary ones."""
SERVICE = "decisionService"
KNOWLEDGE = frozenset({"bkm", "businessKnowledgeModel"})


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all results of one `testCase` have in common."""

    file: str
    name: str
    inputs: Mapping[str, Value]
    imported: Mapping[str, Mapping[str, Value]]
    problem: str


def read_tck_tests(content: bytes, *, file: str) -> TestSuite:
    """The tests of one file. A single one that FEEL has no values for is read too, with a `problem`.

    Raises DefinitionRefused for what is no XML, or not the kit's.
    """
    root = parse(content, file=file)
    if root.tag != f"{{{NAMESPACE}}}testCases":
        raise _refused(
            root,
            file,
            f"根元素 {local_name(root)} 不是 DMN 兼容性测试包的 testCases",
            f"The root element {local_name(root)} is not testCases of the DMN compatibility kit",
        )
    cases = [element for element in root if element.tag == f"{{{NAMESPACE}}}testCase"]
    tests = tuple(test for number, case in enumerate(cases, 1) for test in _tests(case, str(number), file))
    return TestSuite(
        file,
        _text(root, "modelName"),
        tuple(
            (label.text or "").strip()
            for label in root.iterfind("t:labels/t:label", namespaces={"t": NAMESPACE})
        ),
        tests,
    )


def _tests(case: etree._Element, number: str, file: str) -> list[DecisionTest]:
    id_ = case.get("id") or number
    inputs: dict[str, Value] = {}
    imported: dict[str, dict[str, Value]] = {}
    problem = ""
    try:
        for node in children(case, "description", "inputNode", "resultNode"):
            if local_name(node) == "inputNode":
                namespace = node.get("namespace")
                into = inputs if namespace is None else imported.setdefault(namespace, {})
                into[node.get("name", "")] = value_of(node)
    except InvalidArgument as error:
        problem = str(error)
    shared = _Shared(file, _text(case, "description"), inputs, imported, problem)
    results = case.findall(f"{{{NAMESPACE}}}resultNode")
    return [
        _test(result, case, shared, id_ if len(results) == 1 else f"{id_}/{result.get('name', '')}")
        for result in results
    ]


def _test(result: etree._Element, case: etree._Element, shared: _Shared, id_: str) -> DecisionTest:
    name, problem, expected = result.get("name", ""), shared.problem, None
    service = case.get("invocableName", "") if case.get("type") == SERVICE else ""
    if result.get("type") == SERVICE:
        service = name
    if KNOWLEDGE & {case.get("type"), result.get("type")}:
        problem = f"Expected a decision or decision service, but {name!r} is business knowledge."
    try:
        parts = children(result, "expected", "computed")
        stated = [part for part in parts if local_name(part) == "expected"]
        expected = value_of(stated[0]) if stated else None
    except InvalidArgument as error:
        problem = problem or str(error)
    expects_error = result.get("errorResult", "").strip() in ("true", "1")
    return DecisionTest(
        id=id_,
        name=shared.name,
        file=shared.file,
        line=_line(result) or 1,
        invocable=service or name,
        is_service=bool(service),
        inputs=shared.inputs,
        expected=None if expects_error else expected,
        imported=shared.imported,
        expects_error=expects_error,
        output=name if service and name != service else "",
        within=WITHIN,
        error_needs_diagnostic=False,
        problem=problem,
    )


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _refused(element: etree._Element, file: str, zh: str, en: str) -> DefinitionRefused:
    finding = Finding(
        "not-decision-tests",
        Severity.ERROR,
        None,
        _line(element),
        zh,
        en,
        "选择兼容性测试包的 *-test-*.xml，或写成 YAML",
        "Choose a *-test-*.xml of the compatibility kit, or write the tests as YAML",
        file,
    )
    return DefinitionRefused([finding])


def _line(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) else None
