"""BPMN 2.0.2, 10.3.6: which process a call activity means, and global tasks."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateUserTask, IncidentType, StartChild
from tests.elements.drawing import (
    boundary,
    call_activity,
    chain,
    error,
    multi_instance,
    node,
    process,
    reads,
    sequence,
    user_task,
    writes,
)
from tests.elements.driver import Dry, programs_of


def calling(**more: str) -> bytes:
    return process(sequence(("call", call_activity("call", **more)), ("after", user_task("after"))))


def version(name: str, *, id: str = "called") -> bytes:
    return process(sequence((name, user_task(name))), id=id)


V1, V2, V3 = version("v1"), version("v2"), version("v3")


# --- version binding -----------------------------------------------------------------------------


def test_unless_it_says_otherwise_the_newest_version_is_called() -> None:
    assert Dry(calling(), V1, V2, V3).waiting == ["v3"]
    assert Dry(calling(gov_binding="latest"), V1, V2, V3).waiting == ["v3"]


def test_it_may_be_the_one_that_was_deployed_together_with_the_caller() -> None:
    run = Dry(calling(gov_binding="deployment"), V1, V2, V3)

    assert run.waiting == ["v1"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_may_be_one_version_for_good(number: int) -> None:
    run = Dry(calling(gov_binding=str(number)), V1, V2, V3)

    assert run.waiting == [f"v{number}"]


def test_a_version_that_is_not_there_is_an_incident_which_names_it_and_can_be_retried() -> None:
    run = Dry(calling(gov_binding="2"), V1)

    assert run.incidents == [("call", IncidentType.CALLED_PROCESS_MISSING)]
    assert "2" in run.incident_text

    run.library.programs.extend(programs_of(V2))
    run.retry()

    assert run.waiting == ["v2"]


def test_a_retry_takes_the_newest_version_of_that_moment() -> None:
    broken = process(sequence(("call", call_activity("call", extensions=reads("n", "=a + 1")))))
    run = Dry(broken, V1, variables={"a": "x"})
    run.library.programs.extend(programs_of(V2))

    run.retry({"a": 1})

    assert run.waiting == ["v2"]


def test_each_instance_of_a_loop_stays_with_the_version_it_began_with() -> None:
    loop = multi_instance("[1, 2]", sequential=True)
    run = Dry(process(sequence(("call", call_activity("call", content=loop)))), V1)
    run.library.programs.extend(programs_of(V2))

    assert run.waiting == ["v1"]

    run.complete("v1")

    assert run.waiting == ["v2"]
    assert [effect.definition_id for effect in run.effects if isinstance(effect, StartChild)] == [2, 3]


# --- which process -------------------------------------------------------------------------------


def test_the_data_may_say_which_process_is_called() -> None:
    model = calling(called=None, gov_process='="handle_" + kind')  # type: ignore[arg-type]
    files = (version("x", id="handle_a"), version("y", id="handle_b"))

    assert Dry(model, *files, variables={"kind": "a"}).waiting == ["x"]
    assert Dry(model, *files, variables={"kind": "b"}).waiting == ["y"]


def test_a_plain_id_may_stand_there_too() -> None:
    model = calling(called=None, gov_process="called")  # type: ignore[arg-type]

    assert Dry(model, V1).waiting == ["v1"]


def test_its_inputs_and_the_item_of_its_loop_may_say_it() -> None:
    loop = multi_instance('["handle_a", "handle_b"]', item="which")
    call = call_activity("call", called=None, gov_process="=which", content=loop)
    files = (version("x", id="handle_a"), version("y", id="handle_b"))

    assert Dry(process(sequence(("call", call))), *files).waiting == ["x", "y"]


@pytest.mark.parametrize("text", ["=missing", '="nobody"', "=[1]", '=1 + "a"', '=""'])
def test_what_names_no_process_is_an_incident_that_can_be_retried(text: str) -> None:
    text = f'=if ok = true then "called" else {text[1:]}'
    run = Dry(calling(called=None, gov_process=text), V1)  # type: ignore[arg-type]

    assert run.incidents == [("call", IncidentType.CALLED_PROCESS_MISSING)]
    assert run.children == {}

    run.retry({"ok": True})

    assert run.waiting == ["v1"]


# --- global tasks --------------------------------------------------------------------------------


def global_task(tag: str, *, content: str = "", **attributes: str) -> bytes:
    """A file with a global task called "called"; its one node is "called_task"."""
    text = node(tag, "called", content=content, **attributes)
    return version("idle", id="unused").replace(b"</definitions>", text.encode() + b"</definitions>")


def with_task(task: bytes, **more: str) -> tuple[bytes, bytes]:
    return calling(**more), task


def test_a_global_user_task_is_done_like_any_other_by_those_it_is_assigned_to() -> None:
    task = global_task("globalUserTask", extensions='<gov:assignment roles="clerk"/>', gov_form="f1")
    run = Dry(*with_task(task), variables={"a": 1})

    created = next(effect for effect in run.effects if isinstance(effect, CreateUserTask))
    assert (created.element_id, created.roles, created.form) == ("called_task", ("clerk",), "f1")

    run.complete("called_task", {"b": 2})

    assert run.waiting == ["after"]
    assert run.variables == {"a": 1, "b": 2}


def test_the_call_maps_what_goes_in_and_comes_back() -> None:
    task = global_task("globalUserTask", extensions='<gov:assignment roles="clerk"/>')
    run = Dry(
        *with_task(task, extensions=reads("n", "=a * 2") + writes("sum", "=n + answer")), variables={"a": 1}
    )

    assert run.scope_variables("call") == {"n": 2}

    run.complete("called_task", {"answer": 10})

    assert run.variables == {"a": 1, "sum": 12}


def test_a_global_script_task_computes() -> None:
    task = global_task("globalScriptTask", content="<script>n + 1</script>", gov_result="n")
    run = Dry(*with_task(task), variables={"n": 1})

    assert run.variables == {"n": 2}
    assert run.waiting == ["after"]


@pytest.mark.parametrize("tag", ["globalTask", "globalManualTask"])
def test_global_tasks_without_work_pass(tag: str) -> None:
    run = Dry(*with_task(global_task(tag)))

    assert run.waiting == ["after"]
    assert list(run.children.values()) == [True]


def test_a_global_business_rule_task_may_be_a_job_whose_error_the_caller_catches() -> None:
    task = global_task("globalBusinessRuleTask", extensions='<gov:job type="decide"/>')
    caller = process(
        sequence(("call", call_activity("call")))
        + boundary("wrong", "call", error("REFUSED"))
        + user_task("mend")
        + chain("wrong", "mend")
    )
    run = Dry(caller, task)

    run.throw("called_task", "REFUSED")

    assert run.waiting == ["mend"]


def test_a_global_task_is_called_for_each_item() -> None:
    task = global_task("globalScriptTask", content="<script>i * i</script>", gov_result="square")
    loop = multi_instance("[1, 2, 3]", item="i", output=("squares", "square"))
    run = Dry(*with_task(task, content=loop, extensions=reads("i", "=i")))

    assert run.variables["squares"] == [1, 4, 9]
