"""BPMN 2.0.2, 10.4 (10.3.1, 10.3.2 of the data chapter): data objects, properties and data associations."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    START,
    boundary,
    call_activity,
    chain,
    condition,
    event_sub_process,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    start_event,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def data(name: str) -> str:
    return f'<dataObject id="d_{name}" name="{name}"/>'


def property_(name: str) -> str:
    return f'<property id="p_{name}" name="{name}"/>'


def inside(*nodes: tuple[str, str]) -> str:
    ids = ["s", *(id for id, _ in nodes), "e"]
    return '<startEvent id="s"/>' + "".join(text for _, text in nodes) + '<endEvent id="e"/>' + chain(*ids)


# --- of a process --------------------------------------------------------------------------------


@pytest.mark.parametrize("declare", [data("doc"), property_("doc")])
def test_data_of_the_process_is_null_until_it_is_written(declare: str) -> None:
    run = Dry(process(declare + sequence(("a", user_task("a")), ("after", user_task("after")))))

    assert run.variables == {"doc": None}

    run.complete("a", {"doc": {"pages": 3}})

    assert run.variables == {"doc": {"pages": 3}}


def test_what_the_case_begins_with_fills_it() -> None:
    run = Dry(process(data("doc") + sequence(("a", user_task("a")))), variables={"doc": 1})

    assert run.variables == {"doc": 1}


def test_a_message_that_begins_the_process_may_fill_it() -> None:
    start = start_event("begin", message("paid"), extensions=writes("doc", "=amount"))
    run = Dry(process(data("doc") + data("other") + start + user_task("a") + chain("begin", "a")),
              message="paid", variables={"amount": 5})  # fmt: skip

    assert run.variables == {"doc": 5, "other": None}


def test_a_called_process_has_data_objects_of_its_own() -> None:
    called = process(data("doc") + sequence(("a", user_task("a"))), id="called")
    caller = process(data("doc") + sequence(("call", call_activity("call", extensions=reads("n", "=1")))))
    run = Dry(caller, called, variables={"doc": "outer"})

    assert run.scope_variables("call") == {"doc": None, "n": 1}
    assert run.variables == {"doc": "outer"}


# --- of a sub-process ----------------------------------------------------------------------------


def test_data_of_a_sub_process_hides_that_of_the_process_and_ends_with_it() -> None:
    content = data("doc") + inside(
        ("a", script_task("a", "if doc = null then 7 else 8", result="doc")), ("b", user_task("b"))
    )
    run = Dry(process(sequence(("sub", sub_process("sub", content)), ("after", user_task("after")))),
              variables={"doc": "outer"})  # fmt: skip

    assert run.scope_variables("sub") == {"doc": 7}

    run.complete("b")

    assert run.variables == {"doc": "outer"}


def test_its_outputs_bring_it_out() -> None:
    content = data("doc") + inside(("a", script_task("a", "7", result="doc")))
    sub = sub_process("sub", content, extensions=writes("result", "=doc + 1"))
    run = Dry(process(sequence(("sub", sub), ("after", user_task("after")))))

    assert run.variables == {"result": 8}


def test_an_inner_sub_process_writes_to_the_data_of_the_outer() -> None:
    inner = sub_process(
        "inner", '<startEvent id="t"/>' + script_task("x", "1", result="doc") + chain("t", "x")
    )
    content = data("doc") + inside(("inner", inner), ("look", user_task("look")))
    run = Dry(process(sequence(("sub", sub_process("sub", content)))))

    assert run.scope_variables("sub") == {"doc": 1}
    assert run.variables == {}


def test_each_round_through_a_sub_process_begins_with_fresh_data() -> None:
    content = data("doc") + inside(("a", user_task("a", extensions=reads("seen", "=doc"))))
    loop = multi_instance(cardinality="2", sequential=True)
    run = Dry(process(sequence(("sub", sub_process("sub", loop + content)))))

    run.complete("a", {"doc": 1})

    assert run.locals_of("a") == {"seen": None}


def test_parallel_branches_share_it() -> None:
    content = (
        data("sum") + '<startEvent id="s"/>' + parallel("split") + user_task("a") + user_task("b")
        + chain("s", "split", "a") + chain("split", "b")
    )  # fmt: skip
    sub = sub_process("sub", content, extensions=writes("total", "=sum"))
    run = Dry(process(sequence(("sub", sub), ("after", user_task("after")))))

    run.complete("a", {"sum": 1})

    assert run.scope_variables("sub") == {"sum": 1}

    run.complete("b", {"sum": 2})

    assert run.variables == {"total": 2}


def test_an_event_sub_process_has_data_of_its_own_and_sees_that_around_it() -> None:
    handler = event_sub_process(
        "handler",
        message("paid"),
        data("note")
        + script_task("x", "[note, doc]", result="seen")
        + user_task("y")
        + chain("handler_start", "x", "y"),
        interrupting=False,
    )
    run = Dry(
        process(data("doc") + data("seen") + sequence(("a", user_task("a"))) + handler), variables={"doc": 1}
    )

    run.deliver("handler_start")

    assert run.variables == {"doc": 1, "seen": [None, 1]}


def test_conditions_wake_up_when_it_is_written() -> None:
    model = process(
        data("doc") + START + user_task("a") + boundary("full", "a", condition("doc != null"), interrupting=False)
        + user_task("b") + user_task("c") + chain("start", "a", "c") + chain("full", "b")
    )  # fmt: skip
    run = Dry(model)
    assert run.waiting == ["a"]

    run.set_variables({"doc": 1})

    assert run.waiting == ["a", "b"]


# --- properties of an activity -------------------------------------------------------------------


def test_a_property_of_an_activity_is_known_to_it_alone() -> None:
    task = user_task("a", content=property_("note"), extensions=writes("length", "=string length(note)"))
    run = Dry(process(sequence(("a", task), ("b", user_task("b")))))

    run.complete("a", {"note": "abc"})

    assert run.variables == {"length": 3}


def test_a_property_hides_the_variable_of_that_name() -> None:
    task = user_task("a", content=property_("note"))
    run = Dry(process(sequence(("a", task), ("b", user_task("b")))), variables={"note": "outer"})

    run.complete("a", {"note": "inner"})

    assert run.variables == {"note": "outer"}


def test_a_property_of_a_sub_process_is_data_of_its_scope() -> None:
    content = property_("note") + inside(("a", user_task("a")), ("b", user_task("b")))
    run = Dry(process(sequence(("sub", sub_process("sub", content)))))

    run.complete("a", {"note": 1})

    assert run.scope_variables("sub") == {"note": 1}
    assert run.variables == {}


def test_the_timer_at_its_boundary_sees_the_property() -> None:
    model = process(
        START + user_task("a", content=property_("wait"))
        + boundary("late", "a", timer('=if wait = null then "PT1H" else "PT2H"')) + user_task("b")
        + chain("start", "a") + chain("late", "b")
    )  # fmt: skip
    run = Dry(model)

    assert (run.timers[0].due_at - run.now).total_seconds() == 3600


# --- data associations ---------------------------------------------------------------------------

IO = (
    '<ioSpecification><dataInput id="in_amount" name="amount"/><dataOutput id="out_fee" name="fee"/>'
    "<inputSet><dataInputRefs>in_amount</dataInputRefs></inputSet>"
    "<outputSet><dataOutputRefs>out_fee</dataOutputRefs></outputSet></ioSpecification>"
)
OBJECTS = data("order") + '<dataObjectReference id="ref" dataObjectRef="d_order"/>' + data("bill")


def association(way: str, source: str, target: str, more: str = "") -> str:
    tag = f"data{way}Association"
    return f"<{tag}><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>{more}</{tag}>"


def associated(associations: str, **more: str) -> bytes:
    task = user_task("a", content=IO + associations, **more)
    return process(OBJECTS + sequence(("a", task), ("after", user_task("after"))))


def test_data_goes_in_and_comes_out_by_its_associations() -> None:
    both = association("Input", "d_order", "in_amount") + association("Output", "out_fee", "d_bill")
    run = Dry(associated(both), variables={"order": 100})

    assert run.locals_of("a") == {"amount": 100}

    run.complete("a", {"fee": 7, "noise": 1})

    assert run.variables == {"order": 100, "bill": 7}


def test_a_reference_stands_for_its_data_object() -> None:
    run = Dry(associated(association("Input", "ref", "in_amount")), variables={"order": 5})

    assert run.locals_of("a") == {"amount": 5}


def test_a_transformation_computes_on_the_way() -> None:
    into = association("Input", "d_order", "in_amount", "<transformation>order.sum * 2</transformation>")
    out = association(
        "Output", "out_fee", "d_bill", "<transformation>{total: fee + order.sum}</transformation>"
    )
    run = Dry(associated(into + out), variables={"order": {"sum": 10}})

    assert run.locals_of("a") == {"amount": 20}

    run.complete("a", {"fee": 1})

    assert run.variables["bill"] == {"total": 11}


def test_a_transformation_that_fails_is_an_incident_that_can_be_retried() -> None:
    into = association("Input", "d_order", "in_amount", "<transformation>order * 2</transformation>")
    run = Dry(associated(into), variables={"order": "x"})

    assert run.incidents == [("a", IncidentType.MAPPING_FAILED)]

    run.retry({"order": 2})

    assert run.locals_of("a") == {"amount": 4}


def test_data_that_was_never_written_goes_in_as_null() -> None:
    run = Dry(associated(association("Input", "d_order", "in_amount")))

    assert run.incidents == []
    assert run.locals_of("a") == {"amount": None}


def test_a_message_carries_what_its_association_gives_it_and_nothing_else() -> None:
    thrower = node(
        "intermediateThrowEvent",
        "tell",
        content='<dataInput id="in_tell" name="sum"/>'
        + association("Input", "d_order", "in_tell")
        + "<inputSet><dataInputRefs>in_tell</dataInputRefs></inputSet>"
        + message("paid"),
    )
    run = Dry(process(OBJECTS + sequence(("tell", thrower))), variables={"order": 9, "secret": 1})

    assert run.messages == [("paid", {"sum": 9})]


def test_what_a_message_brings_goes_where_its_association_leads() -> None:
    catcher = node(
        "intermediateCatchEvent",
        "wait",
        content='<dataOutput id="out_wait" name="sum"/>'
        + association("Output", "out_wait", "d_bill")
        + "<outputSet><dataOutputRefs>out_wait</dataOutputRefs></outputSet>"
        + message("paid"),
    )
    run = Dry(process(OBJECTS + sequence(("wait", catcher), ("after", user_task("after")))))

    run.deliver("wait", {"sum": 4, "noise": 1})

    assert run.variables == {"order": None, "bill": 4}


def test_a_multi_instance_collection_may_be_a_data_object_and_so_may_its_results() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>d_order</loopDataInputRef>"
        "<loopDataOutputRef>d_bill</loopDataOutputRef>"
        '<inputDataItem id="i1" name="line"/><outputDataItem id="o1" name="price"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    task = script_task("a", "line * 2", result="price", content=loop)
    run = Dry(
        process(OBJECTS + sequence(("a", task), ("after", user_task("after")))), variables={"order": [1, 2]}
    )

    assert run.variables["bill"] == [2, 4]


def test_a_data_store_is_a_reference_only() -> None:
    store = '<dataStoreReference id="store" name="register"/>'
    run = Dry(process(store + sequence(("a", user_task("a")))))

    assert run.variables == {}
