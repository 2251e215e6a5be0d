"""BPMN 2.0.2, 10.3.3 and 10.3.6: global tasks, which call activities call like processes."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateUserTask
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
from tests.elements.driver import Dry


def calling(**more: str) -> bytes:
    return process(sequence(("call", call_activity("call", **more)), ("after", user_task("after"))))


def global_task(tag: str, *, content: str = "", **attributes: str) -> bytes:
    """A file with a global task called "called"; its one node is "called_task"."""
    text = node(tag, "called", content=content, **attributes)
    return process(sequence(("idle", user_task("idle"))), id="unused").replace(
        b"</definitions>", text.encode() + b"</definitions>"
    )


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
