"""BPMN 2.0.2, 10.3.8 (tables 10.29 to 10.31) and 13.3.7: an activity with several instances."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateJob, CreateUserTask
from tests.elements.drawing import (
    call_activity,
    chain,
    end_event,
    message,
    multi_instance,
    node,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    sub_process,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def repeated(activity: str, *, extensions: str = "") -> bytes:
    return process(sequence(("work", activity), ("after", user_task("after"))), extensions=extensions)


def asking(loop: str, extensions: str = "") -> bytes:
    return repeated(user_task("work", content=loop, extensions=extensions))


# --- how many, and in which order ----------------------------------------------------------------


def test_in_parallel_all_instances_begin_at_once_in_the_order_of_the_items() -> None:
    loop = multi_instance("offices", item="office")
    run = Dry(asking(loop, '<gov:assignment department="=office"/>'), variables={"offices": ["a", "b", "c"]})

    created = [effect.department for effect in run.effects if isinstance(effect, CreateUserTask)]
    assert created == ["a", "b", "c"]
    assert run.waiting == ["work", "work", "work"]


def test_in_sequence_the_next_instance_begins_when_the_one_before_is_done() -> None:
    loop = multi_instance("offices", item="office", sequential=True)
    run = Dry(asking(loop, '<gov:assignment department="=office"/>'), variables={"offices": ["a", "b", "c"]})

    for office in ("a", "b", "c"):
        assert run.waiting == ["work"]
        assert [e.department for e in run.last if isinstance(e, CreateUserTask)] == [office]
        run.complete("work")

    assert run.waiting == ["after"]


def test_in_parallel_they_may_be_done_in_any_order() -> None:
    run = Dry(asking(multi_instance("[1, 2, 3]", item="i", output=("got", "i * 10 + n"))))

    run.complete("work", {"n": 3}, nth=3)
    run.complete("work", {"n": 1}, nth=1)

    assert run.waiting == ["work"]

    run.complete("work", {"n": 2})

    assert run.variables["got"] == [11, 22, 33]
    assert run.waiting == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("cardinality", ["3", "n + 1", "3.0", "count(list)"])
def test_a_cardinality_says_how_many(cardinality: str, sequential: bool) -> None:
    work = script_task(
        "work", "1", result="x", content=multi_instance(cardinality=cardinality, sequential=sequential)
    )
    run = Dry(repeated(work), variables={"n": 2, "list": [7, 8, 9]})

    assert run.path.count("work") == 4
    assert run.waiting == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize(("collection", "cardinality"), [("[]", None), (None, "0")])
def test_none_at_all_passes_at_once_with_an_empty_result(
    collection: str | None, cardinality: str | None, sequential: bool
) -> None:
    loop = multi_instance(collection, cardinality=cardinality, sequential=sequential, output=("got", "1"))
    run = Dry(asking(loop))

    assert run.variables == {"got": []}
    assert run.waiting == ["after"]
    assert [move for move in run.moves if move[1:] == "work"] == ["+work", "-work"]


def test_the_items_are_those_of_the_beginning() -> None:
    loop = multi_instance("items", item="i", sequential=True, output=("items", "i + 1"))
    run = Dry(asking(loop), variables={"items": [1, 2, 3]})

    run.complete("work", {"items": ["other"]})
    run.complete("work")
    run.complete("work")

    assert run.variables["items"] == [2, 3, 4]


def test_items_may_be_contexts_lists_and_nothing() -> None:
    loop = multi_instance("items", item="i", output=("got", "i"))
    items = [{"name": "a", "tags": [1]}, [1, [2]], None, "text"]
    run = Dry(repeated(node("task", "work", content=loop)), variables={"items": items})

    assert run.variables["got"] == items


# --- every kind of activity ----------------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True])
def test_each_department_gets_a_job_with_its_item(sequential: bool) -> None:
    loop = multi_instance("kinds", item="kind", sequential=sequential, output=("got", "answer"))
    run = Dry(repeated(service_task("work", job="=kind", content=loop)), variables={"kinds": ["a", "b"]})

    run.complete("work", {"answer": 1})
    run.complete("work", {"answer": 2})

    assert [effect.job_type for effect in run.effects if isinstance(effect, CreateJob)] == ["a", "b"]
    assert run.variables["got"] == [1, 2]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_script_is_done_for_each_item(sequential: bool) -> None:
    loop = multi_instance("[3, 1, 2]", item="i", sequential=sequential, output=("squares", "square"))
    run = Dry(repeated(script_task("work", "i * i", result="square", content=loop)))

    assert run.variables["squares"] == [9, 1, 4]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_sub_process_has_its_own_data_in_each_instance(sequential: bool) -> None:
    content = (
        '<dataObject id="d" name="draft"/><startEvent id="s"/>'
        + user_task("ask")
        + script_task("x", "draft + i", result="draft")
        + end_event("e")
        + chain("s", "ask", "x", "e")
    )
    loop = multi_instance("[10, 20]", item="i", sequential=sequential, output=("drafts", "draft"))
    run = Dry(repeated(sub_process("work", loop + content)))

    run.complete("ask", {"draft": 1})
    run.complete("ask", {"draft": 2})

    assert run.variables == {"drafts": [11, 22]}
    assert run.waiting == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_process_is_called_for_each_item(sequential: bool) -> None:
    called = process(sequence(("ask", user_task("ask"))), id="called")
    loop = multi_instance("[10, 20]", item="i", sequential=sequential, output=("got", "answer"))
    extensions = reads("number", "=i + loopCounter") + writes("answer", "=answer + number")
    run = Dry(repeated(call_activity("work", content=loop, extensions=extensions)), called)

    run.complete("ask", {"answer": 100})
    run.complete("ask", {"answer": 200})

    assert run.variables["got"] == [111, 222]
    assert list(run.children.values()) == [True, True]


def test_what_the_loop_counts_is_no_data_of_the_case_when_a_called_process_comes_back() -> None:
    called = process(sequence(("x", script_task("x", "i * 2", result="double"))), id="called")
    run = Dry(
        repeated(call_activity("work", content=multi_instance("[1, 2]", item="i"))),
        called,
        variables={"a": 1},
    )

    assert run.variables == {"a": 1, "double": 4}


def test_a_message_is_received_as_often_as_there_are_items() -> None:
    loop = multi_instance("cases", item="caseId", output=("got", "answer"))
    task = node("receiveTask", "work", content=loop, messageRef="m_answered")
    run = Dry(repeated(task), variables={"cases": ["A", "B"]})

    assert [row.correlation_key for row in run.subscriptions] == ["A", "B"]

    run.deliver("work", {"answer": 1})
    run.deliver("work", {"answer": 2})

    assert run.variables["got"] == [1, 2]
    assert run.subscriptions == []


def test_a_message_is_sent_to_each() -> None:
    loop = multi_instance("cases", item="caseId")
    task = node(
        "sendTask", "work", content=loop, extensions=reads("n", "=loopCounter"), messageRef="m_answered"
    )
    run = Dry(repeated(task), variables={"cases": ["A", "B"]})

    assert run.messages == [("answered", {"n": 1}), ("answered", {"n": 2})]


def test_abstract_tasks_have_instances_too() -> None:
    run = Dry(repeated(node("task", "work", content=multi_instance(cardinality="3"))))

    assert run.path.count("work") == 4


# --- data of an instance -------------------------------------------------------------------------


def test_an_instance_knows_its_number_and_how_the_others_stand() -> None:
    names = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances")
    text = "[" + ", ".join(("loopCounter", *names)) + "]"
    run = Dry(asking(multi_instance("[1, 2, 3]", output=("seen", text))))

    run.complete("work", nth=2)
    run.complete("work")
    run.complete("work")

    assert run.variables["seen"] == [[1, 3, 2, 1], [2, 3, 3, 0], [3, 3, 1, 2]]


def test_in_sequence_one_is_active_at_a_time() -> None:
    text = "[loopCounter, numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances]"
    run = Dry(
        repeated(
            script_task(
                "work",
                text,
                result="x",
                content=multi_instance("[7, 8]", output=("seen", "x"), sequential=True),
            )
        )
    )

    assert run.variables["seen"] == [[1, 2, 1, 0], [2, 2, 1, 1]]


def test_what_is_written_to_the_item_stays_in_the_instance() -> None:
    run = Dry(asking(multi_instance("[1, 2]", item="i", output=("got", "i"))), variables={"i": "outside"})

    run.complete("work", {"i": 5})
    run.complete("work")

    assert run.variables == {"i": "outside", "got": [5, 2]}


def test_all_else_is_shared_data_of_the_scope() -> None:
    run = Dry(repeated(script_task("work", "n + i", result="n", content=multi_instance("[1, 2, 3]", item="i"))),
              variables={"n": 0})  # fmt: skip

    assert run.variables == {"n": 6}


def test_properties_of_the_activity_are_those_of_each_instance() -> None:
    properties = '<property id="p" name="note"/>'
    loop = multi_instance("[1, 2]", output=("notes", "note"))
    run = Dry(asking(properties + loop))

    run.complete("work", {"note": "first"})
    run.complete("work")

    assert run.variables == {"notes": ["first", None]}


def test_outputs_are_mapped_by_each_instance() -> None:
    run = Dry(asking(multi_instance("[1, 2]", item="i", output=("got", "sum")), writes("sum", "=sum + i * n")),
              variables={"sum": 0})  # fmt: skip

    run.complete("work", {"n": 10})

    assert run.variables == {"sum": 10}

    run.complete("work", {"n": 100})

    assert run.variables == {"sum": 210, "got": [10, 210]}


# --- completion condition ------------------------------------------------------------------------


def test_once_its_condition_holds_the_other_instances_end() -> None:
    loop = multi_instance("[1, 2, 3]", item="i", output=("votes", "yes"), until="yes")
    run = Dry(asking(loop))

    run.complete("work", {"yes": False}, nth=2)
    run.complete("work", {"yes": True})

    assert run.waiting == ["after"]
    assert run.variables["votes"] == [True, False, None]
    assert [close.completed for close in run.closed()] == [True, False]


def test_in_sequence_the_others_do_not_begin() -> None:
    loop = multi_instance("[1, 2, 3]", sequential=True, until="numberOfCompletedInstances >= 2")
    run = Dry(asking(loop))

    run.complete("work")
    run.complete("work")

    assert run.waiting == ["after"]
    assert run.path.count("work") == 3


def test_automatic_instances_behind_the_one_that_fulfils_it_do_nothing() -> None:
    loop = multi_instance("[1, 2, 3]", item="i", until="i = 2")
    run = Dry(repeated(script_task("work", "n + i", result="n", content=loop)), variables={"n": 0})

    assert run.variables == {"n": 3}
    assert run.waiting == ["after"]


def test_the_instances_that_end_take_all_inside_with_them() -> None:
    called = process(sequence(("ask", user_task("ask"))), id="called")
    content = '<startEvent id="s"/>' + call_activity("call") + end_event("e") + chain("s", "call", "e")
    loop = multi_instance(cardinality="3", until="enough")
    run = Dry(repeated(sub_process("work", loop + content)), called)

    run.complete("ask", {"enough": True})

    assert run.waiting == ["after"]
    assert sorted(run.children.values(), key=bool) == [False, False, True]


def test_a_message_in_flight_for_an_ended_instance_has_nobody_to_go_to() -> None:
    task = node(
        "receiveTask", "work", content=multi_instance(cardinality="2", until="true"), messageRef="m_paid"
    )
    run = Dry(repeated(task))
    assert message("paid")

    run.deliver("work")

    assert run.subscriptions == []
