from __future__ import annotations

import time

import pytest

from engine.bpmn.dialects import RULE_IDS, Outcome, read_upload, translate, translate_if_needed
from engine.bpmn.dialects.report import MAX_ENTRIES
from engine.bpmn.reader import read
from engine.bpmn.reading.sink import MAX_FINDINGS
from engine.errors import DefinitionRefused
from engine.findings import Severity
from engine.hardened_xml import MAX_BYTES
from tests.unit.bpmn import drawing as ours
from tests.unit.bpmn.dialects.drawing import BPMN, around, element, file, with_condition, with_extension

FOREIGN = '<userTask id="x" camunda:assignee="anna" camunda:priority="3" camunda:candidateUsers="b"/>'


def test_a_file_of_our_own_comes_back_byte_for_byte() -> None:
    content = ours.around(ours.user_task())

    assert translate(content).content is content
    assert translate_if_needed(content).content is content


def test_a_declared_dialect_that_is_not_used_changes_nothing() -> None:
    content = around('<task id="x"/>', prefix="zeebe")

    found = translate(content)

    assert found.content is content
    assert found.entries == ()
    assert found.dialects == ("zeebe",)


def test_translating_twice_is_translating_once() -> None:
    once = translate(around(FOREIGN, prefix="camunda"))
    assert once.content is not None

    twice = translate(once.content)

    assert twice.content is once.content
    assert twice.entries == ()


def test_refused_is_an_error_and_approximated_a_warning() -> None:
    upload = translate_if_needed(around(FOREIGN, prefix="camunda"), file="a.bpmn")

    assert {(each.rule, each.severity) for each in upload.findings} == {
        ("dialect-refused", Severity.ERROR),
        ("dialect-approximated", Severity.WARNING),
    }
    assert {each.rule for each in upload.findings} == RULE_IDS
    assert {each.file for each in upload.findings} == {"a.bpmn"}
    assert {each.element_id for each in upload.findings} == {"x"}


def test_later_findings_name_the_lines_of_the_uploaded_file() -> None:
    broken = file(
        '\n<userTask\n   id="x"\n   camunda:assignee="anna"\n   camunda:priority="1"/>\n'
        '<sequenceFlow id="f" sourceRef="x" targetRef="x">\n<conditionExpression>a +\n</conditionExpression>'
        '</sequenceFlow>\n<unknown id="u"/>',
        prefix="camunda",
        attributes="\n\n",
    )

    upload = translate_if_needed(broken)
    _, findings = read(upload.content)

    [before] = {each.line for each in read(broken)[1] if each.rule == "xsd"}
    [shifted] = {each.line for each in findings if each.rule == "xsd"}
    [after] = {each.line for each in upload.at_uploaded_lines(findings) if each.rule == "xsd"}
    assert after == before != shifted


def test_the_model_has_the_lines_of_the_uploaded_file() -> None:
    content = file(
        '\n<subProcess\n  id="s"><startEvent id="i"/>\n<userTask\n  id="x"\n  camunda:assignee="anna"/>\n'
        '<sequenceFlow id="f" sourceRef="i" targetRef="x"/></subProcess>',
        prefix="camunda",
        attributes="\n\n",
    )

    definitions, findings = read_upload(content, file="a.bpmn")

    assert definitions is not None
    [process] = definitions.processes
    [outer] = process.nodes
    assert (process.line, outer.line) == (3, 5)
    assert [(each.id, each.line) for each in outer.nodes] == [("i", 5), ("x", 8)]
    assert [each.line for each in outer.flows] == [9]
    assert outer.nodes[1].extensions.assignment is not None
    assert findings == []


def test_the_report_comes_before_the_findings_of_the_reader() -> None:
    content = around('<task id="x" camunda:nobody="1"><unknown/></task>', prefix="camunda")

    rules = [each.rule for each in read_upload(content)[1]]

    assert rules[:2] == ["dialect-refused", "xsd"]


def test_bytes_that_are_no_xml_are_left_to_the_reader() -> None:
    upload = translate_if_needed(b"<no")

    assert upload.content == b"<no" and upload.findings == ()
    with pytest.raises(DefinitionRefused):
        translate(b"<no")


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY e "e">]><definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">&e;</definitions>',
        b'<definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" zeebe:a="1"/>',
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
    ],
)
def test_what_is_no_bpmn_is_never_translated(content: bytes) -> None:
    assert translate_if_needed(content).content == content


def test_prefixes_that_values_use_are_kept() -> None:
    content = with_condition("${a}", prefix="camunda").replace(
        b'xsi:type="tFormalExpression"', b'xmlns:b2="%s" xsi:type="b2:tFormalExpression"' % BPMN.encode()
    )

    found = translate(content)

    assert found.content is not None
    assert [each for each in read(found.content)[1] if each.rule == "xsd"] == []


def test_a_prefix_named_gov_of_somebody_else_does_not_become_ours() -> None:
    content = around(
        '<userTask id="x" camunda:assignee="anna" gov:other="1"/>',
        prefix="camunda",
        attributes='xmlns:gov="urn:somebody"',
    )

    found = translate(content)

    assert element(found).get("{urn:somebody}other") == "1"
    assert b'xmlns:yishi="urn:yishi:bpmn:1"' in (found.content or b"")


def test_python_is_not_looked_for_in_a_file_of_our_own() -> None:
    content = with_condition("a = 1", prefix="spiffworkflow").replace(
        b"<definitions ", b'<definitions xmlns:gov="urn:yishi:bpmn:1" '
    )

    assert translate(content).entries == ()


def test_a_file_with_too_many_extensions_is_refused_whole() -> None:
    many = "".join(f'<task id="t{n}" camunda:a="1" camunda:b="1"/>' for n in range(MAX_ENTRIES // 2 + 1))

    found = translate(file(many, prefix="camunda"))

    assert found.content is None
    assert len(found.entries) == MAX_ENTRIES + 1
    assert found.entries[-1].outcome is Outcome.REFUSED


def test_findings_stay_few_and_errors_come_first() -> None:
    many = "".join(f'<task id="t{n}" camunda:async="true"/>' for n in range(MAX_FINDINGS + 5))
    content = file(many + '<task id="last" camunda:nobody="1"/>', prefix="camunda")

    upload = translate_if_needed(content)

    assert len(upload.findings) == MAX_FINDINGS + 1
    assert upload.findings[0].rule == "dialect-refused"
    assert upload.findings[-1].rule == "too-many-findings"


def mappings(count: int) -> bytes:
    inner = "".join(f'<zeebe:input source="=a{n}" target="b{n}"/>' for n in range(count))
    return around(with_extension("userTask", f"<zeebe:ioMapping>{inner}</zeebe:ioMapping>"), prefix="zeebe")


def properties(count: int) -> bytes:
    inner = "".join(f'<zeebe:property name="a{n}" value="b"/>' for n in range(count))
    return around(with_extension("userTask", f"<zeebe:properties>{inner}</zeebe:properties>"), prefix="zeebe")


@pytest.mark.parametrize("make", [mappings, properties])
def test_the_time_is_linear_in_the_file(make: object) -> None:
    assert callable(make)
    translate(make(50))

    def seconds(count: int) -> float:
        content = make(count)
        started = time.process_time()
        translate(content)
        return time.process_time() - started

    small = min(seconds(500) for _ in range(3))
    large = min(seconds(4_000) for _ in range(3))
    # Eight times the work; quadratic would be sixty-four times.
    assert large < small * 24


def test_a_hostile_file_of_the_greatest_size_is_done_with_quickly() -> None:
    attributes = " ".join(f'camunda:a{n}="1"' for n in range(MAX_BYTES // 25))
    content = around(f'<task id="x" {attributes}/>', prefix="camunda")
    assert len(content) < MAX_BYTES

    started = time.process_time()
    with pytest.raises(DefinitionRefused):
        translate(content)

    assert time.process_time() - started < 2
