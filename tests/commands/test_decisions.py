"""A business rule task asks a decision model: what it answers, what the journal keeps, what is refused."""

from __future__ import annotations

import json

import pytest

from engine.commands.deployments import DeployPackage
from engine.errors import DefinitionRefused
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import only_task, show, start, tasks
from tests.support.packages import deploy, package
from tests.support.rows import one

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
BASE = f"""<definitions xmlns="{NAMESPACE}" id="base" name="base" namespace="urn:base">
<itemDefinition name="tKind"><typeRef>string</typeRef>
<allowedValues><text>"个体", "企业"</text></allowedValues></itemDefinition>
<inputData id="kind" name="kind"><variable name="kind" typeRef="tKind"/></inputData>
<businessKnowledgeModel id="rate" name="rate"><variable name="rate"/><encapsulatedLogic>
<formalParameter name="kind" typeRef="tKind"/>
<decisionTable><input><inputExpression><text>kind</text></inputExpression></input><output/>
<rule id="small"><inputEntry><text>"个体"</text></inputEntry><outputEntry><text>0.5</text></outputEntry></rule>
<rule id="large"><inputEntry><text>"企业"</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
</decisionTable></encapsulatedLogic></businessKnowledgeModel></definitions>"""
FEE = f"""<definitions xmlns="{NAMESPACE}" id="fees" name="fees" namespace="urn:fee">
<import namespace="urn:base" name="基础" importType="{NAMESPACE}"/>
<decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
<informationRequirement><requiredInput href="urn:base#kind"/></informationRequirement>
<knowledgeRequirement><requiredKnowledge href="urn:base#rate"/></knowledgeRequirement>
<decisionTable hitPolicy="FIRST"><input><inputExpression><text>amount</text></inputExpression></input>
<output/>
<rule id="free"><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
<rule id="paid"><inputEntry><text>-</text></inputEntry>
<outputEntry><text>amount * 基础.rate(基础.kind)</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def asking() -> bytes:
    task = d.node("businessRuleTask", "decide", gov_decision="fee", gov_result="fee")
    return d.process(d.sequence(("decide", task), ("next", d.user_task("next"))))


def files() -> dict[str, bytes]:
    return {"fee.dmn": FEE.encode(), "base.dmn": BASE.encode()}


def test_an_imported_model_of_the_package_is_asked_and_the_journal_names_all_rules(engine: Engine) -> None:
    deploy(engine, asking(), **files())

    number = start(engine, amount=100, kind="企业")

    assert only_task(engine, number)
    event = one(
        engine,
        "select e.data from case_event e join case_record c on c.id = e.case_id"
        " where c.case_number = %(n)s and e.event_type = 'DECISION_EVALUATED'",
        n=number,
    )
    event = event if isinstance(event, dict) else json.loads(event)
    assert event["decision"] == "fee"
    assert event["matched_rules"] == [2]
    assert event["rules"] == [
        {"decision": "fee", "rule": "paid", "number": 2},
        {"decision": "rate", "rule": "large", "number": 2},
    ]


def test_a_decision_that_answers_null_with_a_reason_is_an_incident(engine: Engine) -> None:
    deploy(engine, asking(), **files())

    number = start(engine, amount=100, kind="其他")

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "DECISION_FAILED"


def test_a_package_without_the_imported_model_is_refused(engine: Engine) -> None:
    with pytest.raises(DefinitionRefused) as caught:
        engine.deploy(DeployPackage(package(asking()) | {"fee.dmn": FEE.encode()}))

    assert [f.rule for f in caught.value.findings if f.is_error] == ["missing-import"]


SERVICE = f"""<definitions xmlns="{NAMESPACE}" id="s" name="s" namespace="urn:s">
<inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
<decision id="double" name="double"><variable name="double"/>
<informationRequirement><requiredInput href="#amount"/></informationRequirement>
<literalExpression><text>amount * 2</text></literalExpression></decision>
<decisionService id="fee" name="fee"><variable name="fee"/><outputDecision href="#double"/>
<inputData href="#amount"/></decisionService></definitions>"""


def test_a_task_may_ask_a_decision_service(engine: Engine) -> None:
    task = d.node("businessRuleTask", "decide", gov_decision="fee", gov_result="fee")
    drawn = (
        d.START + task + d.node("exclusiveGateway", "choice", default="choice_no")
        + d.user_task("yes") + d.user_task("no") + d.END
        + d.chain("start", "decide", "choice")
        + d.flow("choice", "yes", "fee = 42") + d.flow("choice", "no")
        + d.chain("yes", "end") + d.chain("no", "end")
    )  # fmt: skip
    deploy(engine, d.process(drawn), **{"service.dmn": SERVICE.encode()})

    number = start(engine, amount=21)

    assert list(tasks(engine, number)) == ["yes"]


def test_two_files_may_not_give_one_id_to_their_decisions(engine: Engine) -> None:
    again = FEE.replace('namespace="urn:fee"', 'namespace="urn:again"').encode()

    with pytest.raises(DefinitionRefused) as caught:
        engine.deploy(DeployPackage(package(asking()) | files() | {"z.dmn": again}))

    assert [(f.rule, f.file) for f in caught.value.findings if f.is_error] == [
        ("duplicate-decision", "z.dmn")
    ]
