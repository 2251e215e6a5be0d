"""What random models do not have: each feature of our extensions, the same on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn.stimuli import StartProcess
from engine.dmn import read_decisions
from engine.errors import InvalidState
from tests.differential.comparing import Duel, PortabilityReport, compare
from tests.differential.harness import shelf_of
from tests.differential.playing import Answer, Cancel, Complete, Deliver, Fire, Retry, Throw
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    clock,
    end_event,
    error,
    exclusive,
    flow,
    inner,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    start_event,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import NOW

DECISIONS = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="fee" name="fee"><variable name="fee"/><decisionTable hitPolicy="UNIQUE">
<input id="i"><inputExpression id="e"><text>area</text></inputExpression></input><output id="o" name="fee"/>
<rule id="r1"><inputEntry id="a"><text>&lt; 100</text></inputEntry>
<outputEntry id="b"><text>10</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>&gt;= 100</text></inputEntry>
<outputEntry id="f"><text>25</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def compared(
    content: str,
    *answers: Answer,
    called: str | None = None,
    extensions: str = "",
    variables: Mapping[str, Any] | None = None,
    message_name: str | None = None,
) -> PortabilityReport:
    files = [process(content, extensions=extensions)]
    if called is not None:
        files.append(process(called, id="called", extensions=clock("called_limit")))
    shelf = shelf_of(files)
    decisions, findings = read_decisions(DECISIONS)
    assert decisions is not None, findings
    shelf.decisions.update(decisions.decisions)
    report = compare(shelf, 1, answers, now=NOW, variables=variables, message_name=message_name)
    assert report.lacks == ()
    assert [str(difference) for step in report.steps for difference in step.differences] == []
    assert report.is_portable
    return report


def said(report: PortabilityReport) -> list[str]:
    """What the engines told the world, without the arguments."""
    return sorted(text.partition("(")[0] for step in report.steps for text in step.rest.said.elements())


def test_stages_milestones_clocks_and_outcome() -> None:
    content = sequence(
        (
            "u",
            user_task("u", extensions=clock("review"), gov_stage="reviewing", gov_milestone="we look at it"),
        )
    ).replace(END, end_event("end", gov_outcome="=result"))

    report = compared(content, Complete("u", {"result": "granted"}), extensions=clock("whole"))

    assert said(report) == ["EndProcess", "EnterStage", "ReachMilestone", "StartClock", "StartClock"]
    assert "outcome='granted'" in str(report.steps[-1].rest.said)


def test_a_decision_and_its_failure() -> None:
    rule = node("businessRuleTask", "r", gov_decision="fee", gov_result="fee")
    content = sequence(("r", rule), ("u", user_task("u")))

    report = compared(content, Complete("u"), variables={"area": 120})
    missing = compared(content.replace('"fee" gov', '"none" gov'), Retry("r"), variables={"area": 1})

    assert report.steps[0].rest.variables["fee"] == 25
    assert dict(missing.steps[-1].rest.waiting) == {"incident r DECISION_MISSING": 1}


def test_a_called_process_with_mappings_clocks_and_an_error_that_crosses_it() -> None:
    call = call_activity("c", extensions=reads("x", "=area") + writes("back", "=y"))
    content = sequence(("c", call), ("after", user_task("after")))
    content += boundary("b", "c", error("REFUSED"), gov_caughtCode="code", gov_caughtMessage="why")
    content += end_event("refused") + chain("b", "refused")
    called = sequence(("s", script_task("s", "x * 2", result="y")), ("j", service_task("j")))

    good = compared(content, Complete("j"), Complete("after"), called=called, variables={"area": 4})
    bad = compared(content, Throw("j", "REFUSED", "no"), called=called, variables={"area": 4})

    assert good.steps[-1].rest.variables == {"area": 4, "back": 8}
    assert said(good).count("EndChild") == said(good).count("StartChild") == 1
    assert bad.steps[-1].rest.ended is True
    assert bad.steps[-1].rest.terminated == {"j": 1, "c": 1}


def test_an_error_end_event_carries_its_payload_to_the_boundary() -> None:
    fails = end_event("i_e", error("LATE"), extensions=reads("days", "=term"))
    inside = inner("i", ("u", user_task("u"))).replace(end_event("i_e"), fails)
    content = sequence(("sub", sub_process("sub", inside)), ("v", user_task("v")))
    content += boundary("b", "sub", error(), gov_caughtCode="code", extensions=writes("over", "=days + 1"))
    content += user_task("w") + end_event("e") + chain("b", "w", "e")

    report = compared(content, Complete("u", {"term": 5}), variables={})

    assert report.steps[-1].rest.variables["over"] == 6


def test_a_message_starts_the_process_and_its_start_event_maps_it() -> None:
    content = start_event("m", message("paid"), extensions=writes("sum", "=amount")) + start_event("start")
    content += exclusive("merge") + user_task("u") + END
    content += chain("m", "merge", "u", "end") + chain("start", "merge")

    by_message = compared(content, Complete("u"), variables={"amount": 7, "secret": 1}, message_name="paid")
    plain = compared(content, Complete("u"), variables={"amount": 7})

    assert by_message.steps[0].rest.variables == {"sum": 7}
    assert plain.steps[0].rest.variables == {"amount": 7}


def test_the_facts_of_the_engine_are_there_whatever_the_start_event_maps() -> None:
    content = start_event("m", message("paid"), extensions=writes("sum", "=amount")) + user_task("u") + END
    shelf = shelf_of([process(content + chain("m", "u", "end"))])

    duel = Duel(shelf, StartProcess(1, {"amount": 7}, "paid", facts={"caseNumber": "A-1"}), now=NOW)

    assert duel.first.is_equal
    assert duel.first.rest.variables == {"sum": 7, "caseNumber": "A-1"}


def test_events_announce_their_stage_when_they_happen() -> None:
    content = START + node("eventBasedGateway", "g") + exclusive("x") + user_task("u") + END
    content += node("intermediateCatchEvent", "t", content=timer("PT1H"), gov_stage="waited")
    content += node("intermediateCatchEvent", "m", content=message("paid"), gov_stage="paid")
    content += boundary("late", "u", timer("PT1H"), gov_milestone="it takes long") + end_event("e")
    content += chain("start", "g", "t", "x", "u", "end") + chain("g", "m", "x") + chain("late", "e")

    report = compared(content, Deliver("m"), Fire("late"))

    assert said(report) == ["EndProcess", "EnterStage", "ReachMilestone"]


def test_messages_are_sent_and_awaited_by_their_keys() -> None:
    content = sequence(
        ("t", throw_event("t", message("answered"), extensions=reads("sum", "=sum"))),
        ("c", catch_event("c", message("answered"), extensions=writes("reply", "=text"))),
    )

    report = compared(
        content, Deliver("c", {"text": "yes", "noise": 1}), variables={"caseId": "A-1", "sum": 3}
    )
    failed = compared(content, Retry("t", {"caseId": "B"}), variables={"sum": 3})

    assert report.steps[-1].rest.variables == {"caseId": "A-1", "sum": 3}
    assert failed.steps[-1].rest.waiting == {"message c answered B": 1}


def test_a_cycle_fires_while_the_work_goes_on_and_what_it_began_outlives_it() -> None:
    content = sequence(("u", user_task("u")), ("v", user_task("v")))
    content += boundary("late", "u", timer("R3/PT1H", kind="timeCycle"), interrupting=False)
    content += user_task("warn") + end_event("warned") + chain("late", "warn", "warned")

    report = compared(
        content, Fire("late"), Fire("late"), Complete("u"), Complete("warn"), Complete("v"), Complete("warn")
    )

    assert report.steps[-1].rest.ended is True


def test_a_non_interrupting_message_comes_again_and_again() -> None:
    content = sequence(("u", sub_process("u", inner("i", ("w", user_task("w"))))))
    content += boundary("more", "u", message("recalled"), interrupting=False, extensions=writes("n", "=text"))
    content += end_event("noted") + chain("more", "noted")

    report = compared(
        content, *(Deliver("more", {"text": n}) for n in range(3)), Complete("w"), variables={"n": None}
    )

    assert report.steps[-2].rest.variables["n"] == 2
    assert report.steps[-1].rest.ended is True


def test_an_interrupting_event_closes_everything_inside_at_once() -> None:
    inside = START.replace("start", "i_s") + parallel("p") + user_task("a") + service_task("j")
    inside += end_event("x") + end_event("y") + chain("i_s", "p", "a", "x") + chain("p", "j", "y")
    inside = inside.replace("i_sEvent", "startEvent")
    content = sequence(("sub", sub_process("sub", inside)), ("after", user_task("after")))
    content += boundary("late", "sub", timer("PT1H")) + end_event("gone") + chain("late", "gone")

    report = compared(content, Fire("late"))

    assert report.steps[-1].rest.terminated == {"a": 1, "j": 1, "sub": 1}
    assert report.steps[-1].rest.ended is True


def test_properties_of_process_sub_process_and_task_are_null_until_written() -> None:
    property_ = '<property id="{0}" name="{0}"/>'
    inside = property_.format("own") + inner("i", ("s", script_task("s", "own = null", result="own")))
    content = property_.format("all") + sequence(("sub", sub_process("sub", inside)), ("u", user_task("u")))

    report = compared(content, Complete("u", {"all": 1}))

    assert report.steps[0].rest.variables == {"all": None}


def test_a_case_that_is_canceled_leaves_nothing_open() -> None:
    content = START + parallel("p") + user_task("a") + catch_event("c", timer("PT1H")) + END + end_event("e")
    content += chain("start", "p", "a", "end") + chain("p", "c", "e")

    report = compared(content, Cancel())

    assert report.steps[-1].rest.ended is False
    assert not report.steps[-1].rest.waiting


# --- the report ----------------------------------------------------------------------------------


def test_a_model_with_a_construct_that_the_other_lacks_is_not_run_there() -> None:
    loop = multi_instance("[1, 2]", item="x")
    shelf = shelf_of([process(sequence(("u", user_task("u", content=loop))))])

    report = compare(shelf, 1, [Complete("u")], now=NOW)

    assert not report.is_portable
    assert [(lack.construct.key, lack.element_id) for lack in report.lacks] == [("multi-instance", "u")]
    assert report.steps == ()


def test_the_report_ends_with_the_first_step_that_differs() -> None:
    """Told of a construct that is known to be run wrong, given to both engines all the same."""
    content = START + exclusive("m") + parallel("s") + parallel("j") + user_task("a") + user_task("b")
    content += exclusive("x", default="x_end") + END + chain("start", "m", "s", "a", "j", "x", "end")
    content += chain("s", "b", "j") + flow("x", "m", "again")
    duel = Duel(shelf_of([process(content)]), StartProcess(1, {"again": True}), now=NOW)

    steps = [duel.answer(Complete(id)) for id in ("a", "b", "b")]
    if steps[-1].is_equal:
        steps.append(duel.answer(Complete("a")))

    assert all(step.is_equal for step in steps[:-1])
    assert not steps[-1].is_equal
    assert "yishi" in str(steps[-1].differences[0])


def test_an_answer_for_which_nothing_waits_is_the_scenarios_mistake() -> None:
    shelf = shelf_of([process(sequence(("u", user_task("u"))))])

    with pytest.raises(InvalidState, match="there waits: user task u"):
        compare(shelf, 1, [Complete("v")], now=NOW)
