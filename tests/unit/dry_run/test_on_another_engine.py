from __future__ import annotations

from dataclasses import replace

from engine.dry_run import ENGINES, Result, compare, lacking, read_document, read_script, rehearse

from .models import (
    END,
    START,
    YISHI,
    boundary,
    bpmn,
    chain,
    data,
    flow,
    process,
    shelf_of,
    straight,
    timer,
    user_task,
)

CHOSEN = '<extensionElements><gov:assignment roles="r"/></extensionElements>'
SPIFF = ENGINES["spiffworkflow"]
DEADLINE = bpmn(
    process(
        START, user_task("ask"), END, '<endEvent id="late"/>',
        boundary("due", "ask", timer("timeDuration", "PT2H")),
        chain("start", "ask", "end"), flow("due", "late"),
    )
)  # fmt: skip


def both(model: bytes, script: str = "{}") -> tuple[Result, Result]:
    read = read_script(read_document(script.encode(), file="s"), place="s")
    shelf = shelf_of(model)
    return rehearse(shelf, read, machine=YISHI), rehearse(shelf, read, machine=SPIFF)


def test_the_same_script_is_played_on_either_engine() -> None:
    own, other = both(DEADLINE, "{vars: {x: 1}, answers: {ask: {after: PT1H, variables: {y: 2}}}}")

    assert (own.engine, other.engine) == ("yishi", "spiffworkflow")
    assert other.path == ["start", "ask", "end"]
    assert data(other) == {"x": 1, "y": 2}
    assert compare(own, other).is_portable


def test_timers_fire_on_either_engine() -> None:
    own, other = both(DEADLINE)

    assert other.path == ["start", "ask", "due", "late"]
    assert other.now == own.now


def test_what_it_lacks_is_said() -> None:
    ad_hoc = bpmn(
        process(
            START, f'<adHocSubProcess id="free">{CHOSEN}{user_task("a")}</adHocSubProcess>', END,
            chain("start", "free", "end"),
        )
    )  # fmt: skip

    lacks = lacking(shelf_of(ad_hoc), SPIFF)

    assert any(text.startswith("free is an ad-hoc sub-process") for text in lacks)
    assert lacking(shelf_of(ad_hoc), YISHI) == ()


def test_another_way_another_end_and_other_data_are_differences() -> None:
    own, other = both(bpmn(process(straight("a", "b"))), "{vars: {x: 1}, answers: {a: {y: 1}}}")
    first = replace(own.runs[0], ended="completed", variables={"x": 2, "y": 1})

    same = compare(own, other)
    ended = compare(own, replace(other, runs=(first,)))
    way = compare(own, replace(other, entries=other.entries[1:]))
    shorter = compare(own, replace(other, entries=other.entries[:-1]))

    assert same.differences == ()
    assert ended.differences == (
        "Expected it to be waiting, but it is completed.",
        "Expected x = 1, but it is 2.",
    )
    assert way.differences == ("Expected 'start' as step 1 of the path, but it is 'a'.",)
    assert shorter.differences == ("Expected the same path, but ['b'] came only here.",)
