from __future__ import annotations

import pytest

from engine.bpmn.model import Definitions
from engine.bpmn.reader import read
from engine.bpmn.rules import check_deployment
from engine.findings import Finding
from tests.unit.bpmn.drawing import END, START, chain, definitions, flow, process, user_task
from tests.unit.bpmn.flaws import assigned, gateway, timer_boundary


def model(content: bytes, *, id: str = "p") -> Definitions:
    found, _ = read(content.replace(b'id="p"', f'id="{id}"'.encode()), file=f"{id}.bpmn")
    assert found is not None
    return found


def caller(called: str, *, id: str, attributes: str = "", content: str = "") -> Definitions:
    """A process that calls `called` in every run."""
    call = f'<callActivity id="{id}_call" calledElement="{called}" {attributes}>{content}</callActivity>'
    return model(process(START + call + END + chain("start", f"{id}_call", "end")), id=id)


def undecided(called: str, *, id: str) -> Definitions:
    """A process that calls `called` in some runs."""
    call = f'<callActivity id="{id}_call" calledElement="{called}"/>'
    return model(
        process(
            START
            + gateway("g", attributes='default="g_end"')
            + call
            + END
            + chain("start", "g", "end")
            + flow("g", f"{id}_call", "n &lt; 3")
            + flow(f"{id}_call", "end")
        ),
        id=id,
    )


def plain(id: str) -> Definitions:
    return model(process(START + user_task() + END + chain("start", "x", "end")), id=id)


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


# --- versions ------------------------------------------------------------------------------------


def test_a_version_that_is_not_deployed_is_unknown() -> None:
    bound = caller("called", id="a", attributes='gov:binding="7"')

    found = check_deployment([bound], known_processes=["called"], process_versions={"called": [1, 2]})

    assert [(f.rule, f.element_id) for f in found] == [("unknown-process", "a_call")]
    assert "no version 7" in found[0].en and "第 7 版" in found[0].zh


@pytest.mark.parametrize("versions", [None, {"called": [6, 7]}])
def test_a_version_that_is_there_or_not_looked_up_passes(versions: dict[str, list[int]] | None) -> None:
    bound = caller("called", id="a", attributes='gov:binding="7"')

    assert check_deployment([bound], known_processes=["called"], process_versions=versions) == []


def test_a_process_bound_to_its_deployment_must_be_in_it() -> None:
    bound = caller("called", id="a", attributes='gov:binding="deployment"')

    assert rules(check_deployment([bound], known_processes=["called"])) == ["unknown-process"]
    assert check_deployment([bound, plain("called")], known_processes=[]) == []


def test_decisions_are_bound_like_processes() -> None:
    task = '<businessRuleTask id="x" gov:decision="fee" gov:binding="{}"/>'
    content = START + task + END + chain("start", "x", "end")
    by_number, by_deployment = (
        model(process(content.format("3"))),
        model(process(content.format("deployment"))),
    )

    assert rules(check_deployment([by_number], decision_versions={"fee": [1]})) == ["unknown-decision"]
    assert rules(check_deployment([by_deployment], decisions_beside=[])) == ["unknown-decision"]
    assert check_deployment([by_number], decision_versions={"fee": [3]}) == []
    assert check_deployment([by_deployment], decisions_beside=["fee"]) == []


# --- what can be called --------------------------------------------------------------------------


def test_a_global_task_can_be_called() -> None:
    task = model(definitions(f'<globalUserTask id="task">{assigned()}</globalUserTask>'))

    assert check_deployment([caller("task", id="a"), task], known_processes=[]) == []


def test_a_process_without_start_event_can_be_called() -> None:
    called = model(process(user_task()), id="called")

    assert check_deployment([caller("called", id="a"), called]) == []


def test_a_process_that_begins_by_a_receive_task_cannot_be_called() -> None:
    task = '<receiveTask id="x" messageRef="paid" instantiate="true"/>'
    called = model(process(task, root='<message id="paid" name="paid"/>'), id="called")

    assert rules(check_deployment([caller("called", id="a"), called])) == ["called-process-start"]


def test_a_process_named_by_an_expression_is_looked_up_in_the_run() -> None:
    call = '<callActivity id="x" gov:process="=which"/>'

    assert (
        check_deployment(
            [model(process(START + call + END + chain("start", "x", "end")))], known_processes=[]
        )
        == []
    )


# --- cycles of calls -----------------------------------------------------------------------------


def test_a_process_that_always_calls_itself_never_ends() -> None:
    [found] = check_deployment([caller("a", id="a")])

    assert (found.rule, found.element_id, found.file) == ("endless-call-cycle", "a_call", "a.bpmn")
    assert found.is_error


def test_processes_that_always_call_each_other_never_end() -> None:
    [found] = check_deployment([caller("b", id="a"), caller("c", id="b"), caller("a", id="c"), plain("d")])

    assert found.rule == "endless-call-cycle"
    assert "a → b → c" in found.en


def test_a_call_behind_a_choice_may_end_the_cycle() -> None:
    found = check_deployment([caller("b", id="a"), undecided("a", id="b")])

    assert rules(found) == ["call-cycle"]
    assert not found[0].is_error


def test_calls_that_need_not_happen_are_no_proof() -> None:
    loop = "multiInstanceLoopCharacteristics"
    no_items = f"<{loop}><loopCardinality>n</loopCardinality></{loop}>"
    interrupted = model(
        process(
            START
            + user_task()
            + timer_boundary()
            + '<callActivity id="call" calledElement="p"/>'
            + END
            + chain("start", "x", "call", "end")
            + flow("b", "end")
        )
    )

    assert rules(check_deployment([caller("a", id="a", content=no_items)])) == ["call-cycle"]
    assert rules(check_deployment([interrupted])) == ["call-cycle"]


def test_a_call_inside_a_sub_process_counts() -> None:
    inner = '<startEvent id="s"/><callActivity id="c" calledElement="p"/><endEvent id="e"/>' + chain(
        "s", "c", "e"
    )
    content = process(START + f'<subProcess id="x">{inner}</subProcess>' + END + chain("start", "x", "end"))

    assert rules(check_deployment([model(content)])) == ["endless-call-cycle"]


def test_a_diamond_of_calls_is_no_cycle() -> None:
    both = (
        START
        + '<callActivity id="one" calledElement="b"/><callActivity id="two" calledElement="c"/>'
        + END
        + chain("start", "one", "two", "end")
    )

    assert (
        check_deployment([model(process(both), id="a"), caller("d", id="b"), caller("d", id="c"), plain("d")])
        == []
    )
