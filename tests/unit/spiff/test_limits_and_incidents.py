from __future__ import annotations

from engine.bpmn.effects import IncidentType
from engine.spiff.limits import MAX_TREE_DEPTH
from tests.differential.playing import Cancel, Complete, Retry, Throw
from tests.elements.drawing import (
    END,
    START,
    call_activity,
    chain,
    exclusive,
    flow,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    standard_loop,
    user_task,
    writes,
)
from tests.unit.spiff.playing_alone import incident_text, incidents, play


def counting(goal: int, *, waits: bool = False) -> bytes:
    """Counts to `goal` in a loop, then needs two people; `waits`: and one in every turn."""
    text = START + exclusive("merge") + exclusive("again", default="again_split") + END
    text += script_task("count", "if n = null then 1 else n + 1", result="n")
    text += parallel("split") + parallel("join") + user_task("a") + user_task("b")
    turn = ("count", "person") if waits else ("count",)
    text += user_task("person") if waits else ""
    text += chain("start", "merge", *turn, "again", "split", "a", "join", "end") + chain("split", "b", "join")
    return process(text + flow("again", "merge", f"n < {goal}"))


# --- limits --------------------------------------------------------------------------------------


def test_a_loop_within_the_depth_of_the_tree_ends_as_it_should() -> None:
    run = play(counting(190))

    run.answer(Complete("a"))

    assert run.answer(Complete("b")).ended is True
    assert run.state.outcome is None


def test_a_tree_that_nears_the_depth_where_spiffworkflow_stops_is_an_incident_and_no_stall() -> None:
    run = play(counting(100_000))

    assert [kind for _, kind in incidents(run)] == [IncidentType.STEP_LIMIT_EXCEEDED]
    assert f"task tree of at most {MAX_TREE_DEPTH} levels" in incident_text(run)
    assert "engine yishi" in incident_text(run)
    assert run.state.ended is None


def test_so_it_is_when_a_person_is_asked_in_every_turn() -> None:
    run = play(counting(100_000, waits=True))

    turns = 0
    while not incidents(run):
        run.answer(Complete("person"))
        turns += 1

    assert 100 < turns < MAX_TREE_DEPTH
    assert incidents(run)[0][1] is IncidentType.STEP_LIMIT_EXCEEDED


def test_trying_again_what_is_too_deep_gives_the_same_incident_again() -> None:
    run = play(counting(100_000))
    ((element_id, _),) = incidents(run)

    run.answer(Retry(element_id))

    assert len(incidents(run)) == 1
    assert run.answer(Cancel()).ended is False
    assert run.rows == []


def test_the_step_limit_parks_the_token_and_a_retry_lets_it_go_on() -> None:
    run = play(counting(12), steps=20)
    assert [kind for _, kind in incidents(run)] == [IncidentType.STEP_LIMIT_EXCEEDED]

    while incidents(run):
        run.answer(Retry(incidents(run)[0][0]))

    assert {row.element_id for row in run.rows} == {"a", "b"}
    assert run.state.root.variables == {"n": 12}


# --- incidents -----------------------------------------------------------------------------------


def test_a_condition_that_is_not_boolean_holds_the_token_until_the_data_is_mended() -> None:
    run = play(
        process(
            sequence(("g", exclusive("g", default="g_end")), ("u", user_task("u"))).replace(
                chain("g", "u"), flow("g", "u", "amount > 10")
            )
            + chain("g", "end")
        ),
        variables={"amount": "many"},
    )
    assert incidents(run) == [("g", IncidentType.CONDITION_FAILED)]

    run.answer(Retry("g", {"amount": 11}))

    assert [row.element_id for row in run.rows] == ["u"]


def test_a_gateway_of_which_no_flow_matches_is_an_incident() -> None:
    run = play(process(sequence(("g", exclusive("g"))).replace(chain("g", "end"), flow("g", "end", "go"))),
               variables={"go": False})  # fmt: skip
    assert incidents(run) == [("g", IncidentType.NO_FLOW_MATCHES)]

    assert run.answer(Retry("g", {"go": True})).ended is True


def test_an_output_mapping_that_fails_remembers_what_the_work_gave() -> None:
    mapping = writes("fee", "=if area > 0 then area * price else date(&quot;x&quot;)".replace("&quot;", '"'))
    run = play(process(sequence(("u", user_task("u", extensions=mapping)))), variables={"area": 0})
    run.answer(Complete("u", {"price": 3}))
    assert incidents(run) == [("u", IncidentType.MAPPING_FAILED)]

    rest = run.answer(Retry("u", {"area": 7}))

    assert rest.ended is True
    assert run.rows == []


def test_an_input_mapping_that_fails_creates_no_work_before_it_is_mended() -> None:
    mapping = reads("day", "=date(filed)")
    run = play(process(sequence(("j", service_task("j", extensions=mapping)))), variables={"filed": "soon"})
    assert incidents(run) == [("j", IncidentType.MAPPING_FAILED)]
    assert len(run.rows) == 1

    run.answer(Retry("j", {"filed": "2026-03-02"}))

    assert [row.element_id for row in run.rows] == ["j"]
    assert incidents(run) == []


def test_an_error_that_nobody_catches_is_an_incident_and_the_work_can_be_done_anew() -> None:
    run = play(process(sequence(("j", service_task("j")))))
    run.answer(Throw("j", "REFUSED", "no such house"))
    assert incidents(run) == [("j", IncidentType.UNHANDLED_ERROR)]
    assert "no such house" in incident_text(run)

    run.answer(Retry("j"))

    assert run.answer(Complete("j")).ended is True


def test_a_missing_called_process_is_an_incident() -> None:
    run = play(process(sequence(("c", call_activity("c", called="nowhere")))))

    assert incidents(run) == [("c", IncidentType.CALLED_PROCESS_MISSING)]


def test_a_called_process_that_spiffworkflow_would_get_wrong_is_an_incident() -> None:
    called = process(sequence(("u", user_task("u", content=standard_loop("true", maximum=2)))), id="called")
    run = play(process(sequence(("c", call_activity("c")))), called)

    assert incidents(run) == [("c", IncidentType.CALLED_PROCESS_MISSING)]
    assert "looping activity" in incident_text(run)


def test_a_process_that_calls_itself_is_an_incident_before_its_gateways_are_mixed_up() -> None:
    run = play(process(sequence(("c", call_activity("c", called="main")))))

    assert incidents(run) == [("c", IncidentType.CALL_DEPTH_EXCEEDED)]
    assert "from within itself" in incident_text(run)
