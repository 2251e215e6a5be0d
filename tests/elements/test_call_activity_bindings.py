"""BPMN 2.0.2, 10.3.6: which process a call activity means."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType, StartChild
from tests.elements.drawing import (
    call_activity,
    multi_instance,
    process,
    reads,
    sequence,
    user_task,
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
