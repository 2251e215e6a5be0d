"""BPMN 2.0.2, 10.5.3: end event."""

from __future__ import annotations

from engine.bpmn.effects import EndProcess, IncidentType, PublishMessage
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    call_activity,
    chain,
    end_event,
    error,
    exclusive,
    flow,
    message,
    parallel,
    process,
    reads,
    sequence,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def test_the_last_token_at_an_end_completes_the_process() -> None:
    run = Dry(process(START + END + chain("start", "end")))

    assert run.ended is True
    assert run.effects == [EndProcess(completed=True, outcome=None)]


def test_the_outcome_of_the_end_that_was_reached_is_the_result_of_the_case() -> None:
    run = Dry(
        process(
            START
            + exclusive("choice", default="choice_no")
            + end_event("yes", gov_outcome='="准予" + kind')
            + end_event("no", gov_outcome="不予")
            + flow("start", "choice")
            + flow("choice", "yes", "ok")
            + flow("choice", "no")
        ),
        variables={"ok": True, "kind": "A"},
    )

    assert run.last[-1] == EndProcess(completed=True, outcome="准予A")


def test_a_failing_outcome_is_an_incident_that_can_be_retried() -> None:
    run = Dry(process(START + end_event("end", gov_outcome="=1 + word") + chain("start", "end")),
              variables={"word": "x"})  # fmt: skip

    assert run.incidents == [("end", IncidentType.MAPPING_FAILED)]
    assert run.ended is None

    run.retry({"word": 2})

    assert run.last[-1] == EndProcess(completed=True, outcome="3")


def test_the_outcome_of_a_called_process_is_not_that_of_the_case() -> None:
    called = process(START + end_event("end", gov_outcome="inner") + chain("start", "end"), id="called")
    run = Dry(process(sequence(("call", call_activity("call")))), called)

    assert run.last[-1] == EndProcess(completed=True, outcome=None)


def test_the_outcome_of_an_embedded_sub_process_is() -> None:
    inner = '<startEvent id="s"/>' + end_event("e", gov_outcome="inner") + chain("s", "e")
    run = Dry(process(sequence(("sub", sub_process("sub", inner)))))

    assert run.last[-1] == EndProcess(completed=True, outcome="inner")


# --- message -------------------------------------------------------------------------------------


def test_a_message_end_sends_its_inputs_and_ends() -> None:
    end = end_event("end", message("paid"), extensions=reads("sum", "=amount"), gov_outcome="sent")
    run = Dry(process(START + end + chain("start", "end")), variables={"amount": 5, "secret": 1})

    assert PublishMessage("paid", None, {"sum": 5}) in run.effects
    assert run.last[-1] == EndProcess(completed=True, outcome="sent")


def test_a_message_end_that_cannot_send_has_no_outcome_yet() -> None:
    model = process(
        START
        + parallel("split")
        + end_event("tell", message("answered"), gov_outcome="told")
        + end_event("stop", TERMINATE)
        + user_task("wait")
        + chain("start", "split", "tell")
        + chain("split", "wait", "stop")
    )
    run = Dry(model)

    assert run.incidents == [("tell", IncidentType.CORRELATION_FAILED)]

    run.complete("wait")

    assert run.last[-1] == EndProcess(completed=True, outcome=None)


# --- error ---------------------------------------------------------------------------------------


def test_an_error_end_is_caught_by_the_sub_process_around_it() -> None:
    inner = '<startEvent id="s"/>' + end_event("fail", error("REFUSED"), name="不符合") + chain("s", "fail")
    run = Dry(
        process(
            START
            + sub_process("sub", inner)
            + boundary("caught", "sub", error("REFUSED"), gov_caughtMessage="why")
            + user_task("mend")
            + END
            + chain("start", "sub", "end")
            + chain("caught", "mend", "end")
        )
    )

    assert run.waiting == ["mend"]
    assert run.variables == {"why": "不符合"}


def test_an_error_end_that_nobody_catches_is_an_incident_and_ends_nothing() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("beside")
        + end_event("fail", error("REFUSED"))
        + END
        + chain("start", "split", "beside", "end")
        + chain("split", "fail")
    )
    run = Dry(model)

    assert run.incidents == [("fail", IncidentType.UNHANDLED_ERROR)]
    assert run.waiting == ["beside"]

    run.retry()

    assert run.incidents == [("fail", IncidentType.UNHANDLED_ERROR)]


# --- terminate -----------------------------------------------------------------------------------


def terminating(start: str = "start") -> str:
    return (
        f'<startEvent id="{start}"/>'
        + parallel("split")
        + user_task("slow")
        + boundary("late", "slow", timer("PT9H"))
        + user_task("decide")
        + end_event("stop", TERMINATE)
        + end_event("slow_end")
        + chain(start, "split", "slow", "slow_end")
        + chain("late", "slow_end")
        + chain("split", "decide", "stop")
    )


def test_terminate_in_the_process_ends_everything_at_once() -> None:
    run = Dry(process(terminating()))

    run.complete("decide")

    assert run.ended is True
    assert run.rows == []
    assert run.moves[-3:] == ["+stop", "-stop", "xslow"]


def test_terminate_in_a_sub_process_ends_only_that_and_the_process_goes_on() -> None:
    run = Dry(
        process(
            START
            + parallel("fork")
            + user_task("beside")
            + sub_process("sub", terminating("s"))
            + user_task("after")
            + END
            + chain("start", "fork", "beside", "end")
            + chain("fork", "sub", "after", "end")
        )
    )

    run.complete("decide")

    assert run.waiting == ["beside", "after"]
    assert "xslow" in run.moves
    assert "-sub" in run.moves


def test_terminate_in_a_called_process_completes_the_call() -> None:
    called = process(terminating(), id="called")
    run = Dry(process(sequence(("call", call_activity("call")), ("after", user_task("after")))), called)

    run.complete("decide")

    assert run.waiting == ["after"]
    assert list(run.children.values()) == [True]


def test_terminate_stops_tokens_that_are_still_under_way() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + end_event("stop", TERMINATE, gov_outcome="stopped")
            + user_task("never")
            + END
            + chain("start", "split", "stop")
            + chain("split", "never", "end")
        )
    )

    assert run.path == ["start", "split", "stop"]
    assert run.last[-1] == EndProcess(completed=True, outcome="stopped")


def test_nodes_without_outgoing_flow_end_their_token_as_well() -> None:
    run = Dry(process(START + user_task("last") + chain("start", "last")))

    run.complete("last")

    assert run.ended is True
