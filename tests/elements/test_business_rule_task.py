"""BPMN 2.0.2, 10.3.4.4: business rule task, answered by a DMN decision or a job."""

from __future__ import annotations

from engine.bpmn.effects import EvaluatedDecision, IncidentType
from engine.dmn import MatchedRule
from tests.elements.drawing import node, process, sequence, user_task
from tests.elements.driver import Dry

FEE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">
<decision id="fee" name="fee"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie"><text>amount</text></inputExpression></input><output id="o"/>
<rule id="r1"><inputEntry id="a"><text>&lt; 100</text></inputEntry>
<outputEntry id="b"><text>1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>[100..500]</text></inputEntry>
<outputEntry id="e"><text>5</text></outputEntry></rule></decisionTable></decision>
<decision id="both" name="both"><literalExpression id="l"><text>{low: 1, high: 2}</text></literalExpression></decision>
<decision id="broken" name="broken"><literalExpression id="m"><text>1 + "a"</text></literalExpression></decision>
<decision id="lambda" name="lambda"><literalExpression id="f"><text>function(a) a</text></literalExpression></decision>
</definitions>"""


def deciding(decision: str, *, result: str | None = "x") -> bytes:
    kept = {"gov_result": result} if result else {}
    task = node("businessRuleTask", "decide", gov_decision=decision, **kept)
    return process(sequence(("decide", task), ("next", user_task("next"))))


def test_the_decision_answers_and_its_rules_are_remembered() -> None:
    run = Dry(deciding("fee"), variables={"amount": 200}, decisions=FEE)

    assert run.variables["x"] == 5
    assert EvaluatedDecision("decide", "fee", (MatchedRule("fee", "r2", 2),)) in run.effects


def test_a_context_without_result_variable_sets_its_entries() -> None:
    run = Dry(deciding("both", result=None), decisions=FEE)

    assert run.variables == {"low": 1, "high": 2}


def test_a_decision_that_is_not_deployed_is_an_incident_that_can_be_retried() -> None:
    run = Dry(deciding("fee"), variables={"amount": 1})

    assert run.incidents == [("decide", IncidentType.DECISION_MISSING)]

    run.library.decisions.update(Dry(deciding("fee"), decisions=FEE).library.decisions)
    run.retry()

    assert run.variables["x"] == 1


def test_a_failing_decision_is_an_incident_and_leaves_no_trace_of_an_answer() -> None:
    run = Dry(deciding("broken"), decisions=FEE)

    assert run.incidents == [("decide", IncidentType.DECISION_FAILED)]
    assert not any(isinstance(effect, EvaluatedDecision) for effect in run.effects)


def test_an_answer_that_cannot_be_kept_is_an_incident() -> None:
    run = Dry(deciding("lambda"), decisions=FEE)

    assert run.incidents == [("decide", IncidentType.DECISION_FAILED)]


def test_a_number_without_result_variable_is_an_incident() -> None:
    run = Dry(deciding("fee", result=None), variables={"amount": 1}, decisions=FEE)

    assert run.incidents == [("decide", IncidentType.DECISION_FAILED)]


def test_with_a_job_a_department_decides() -> None:
    task = node("businessRuleTask", "decide", extensions='<gov:job type="score"/>')
    run = Dry(process(sequence(("decide", task), ("next", user_task("next")))))

    assert run.waiting == ["decide"]

    run.complete("decide", {"score": 9})

    assert run.variables == {"score": 9}
