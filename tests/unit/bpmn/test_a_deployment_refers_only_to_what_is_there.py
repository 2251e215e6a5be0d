from __future__ import annotations

import pytest

from engine.bpmn.model import Definitions
from engine.bpmn.reader import read
from engine.bpmn.rules import check_deployment
from engine.bpmn.rules.deployment import RULE_IDS
from engine.findings import Finding
from tests.unit.bpmn.drawing import END, MESSAGE, START, chain, extension, flow, process

ALL = (
    START
    + '<callActivity id="call" calledElement="other"/>'
    + '<businessRuleTask id="rule" gov:decision="fee"/>'
    + '<userTask id="task" gov:form="check">'
    + extension('<gov:assignment roles="clerk"/><gov:clock limit="five-days" kind="promise" ladder="E"/>')
    + "</userTask>"
    + '<serviceTask id="service">'
    + extension('<gov:job type="tax"/>')
    + "</serviceTask>"
    + END
    + chain("start", "call", "rule", "task", "service", "end")
)
BY_FEEL = (
    START
    + '<userTask id="task">'
    + extension('<gov:assignment roles="clerk"/><gov:clock limit="=limit" kind="promise"/>')
    + "</userTask>"
    + '<serviceTask id="service">'
    + extension('<gov:job type="=system"/>')
    + "</serviceTask>"
    + END
    + chain("start", "task", "service", "end")
)


def model(content: bytes, *, file: str = "a.bpmn") -> Definitions:
    definitions, _ = read(content, file=file)
    assert definitions is not None
    return definitions


def check_all(definitions: list[Definitions], *, known: frozenset[str]) -> list[Finding]:
    return check_deployment(
        definitions,
        known_processes=known,
        known_decisions=known,
        known_forms=known,
        known_job_types=known,
        known_limits=known,
        known_ladders=known,
        known_roles=known,
    )


@pytest.mark.parametrize(
    ("rule", "element_id", "name"),
    [
        ("unknown-process", "call", "other"),
        ("unknown-decision", "rule", "fee"),
        ("unknown-form", "task", "check"),
        ("unknown-job-type", "service", "tax"),
        ("unknown-limit", "task", "five-days"),
        ("unknown-ladder", "task", "E"),
        ("unknown-role", "task", "clerk"),
    ],
)
def test_a_reference_to_nothing_is_found(rule: str, element_id: str, name: str) -> None:
    everything = frozenset({"other", "fee", "check", "tax", "five-days", "E", "clerk"})

    findings = check_all([model(process(ALL))], known=everything - {name})

    assert [(f.rule, f.element_id, f.file) for f in findings] == [(rule, element_id, "a.bpmn")]
    assert name in findings[0].zh and name in findings[0].en


def test_what_is_not_known_is_not_asked() -> None:
    assert check_deployment([model(process(ALL))]) == []


def test_names_that_feel_computes_are_left_to_the_run() -> None:
    assert check_all([model(process(BY_FEEL))], known=frozenset({"clerk"})) == []


def test_processes_of_the_same_deployment_are_known() -> None:
    other = process(START + END + flow("start", "end")).replace(b'id="p"', b'id="other"')

    findings = check_deployment(
        [model(process(ALL)), model(other, file="b.bpmn")], known_processes=frozenset()
    )

    assert findings == []


def test_a_called_process_needs_a_none_start_event() -> None:
    start = '<startEvent id="start"><messageEventDefinition messageRef="paid"/></startEvent>'
    other = process(start + END + flow("start", "end"), root=MESSAGE).replace(b'id="p"', b'id="other"')

    findings = check_deployment([model(process(ALL)), model(other, file="b.bpmn")])

    assert [(f.rule, f.element_id) for f in findings] == [("called-process-start", "call")]


def test_two_files_cannot_define_the_same_process() -> None:
    content = process(START + END + flow("start", "end"))

    findings = check_deployment([model(content), model(content, file="b.bpmn")])

    assert [(f.rule, f.file) for f in findings] == [("duplicate-process", "b.bpmn")]


def test_the_catalogue_of_deployment_rules_is_complete() -> None:
    assert len(RULE_IDS) == len(set(RULE_IDS)) == 11
