from __future__ import annotations

from pathlib import Path

import pytest

from engine.dry_run import Shelf, Verdict, judge, read_tests
from engine.errors import InvalidArgument
from engine.model.scenario_package import read_package

from .models import (
    END,
    START,
    YISHI,
    boundary,
    bpmn,
    chain,
    flow,
    job,
    message_event,
    moves,
    process,
    shelf_of,
    timer,
    user_task,
)

MODEL = bpmn(
    process(
        START, user_task("ask"), job("call"), END, '<endEvent id="late"/>',
        '<endEvent id="refused" gov:outcome="refused"/>',
        boundary("due", "ask", timer("timeDuration", "P5D")),
        boundary("no", "ask", '<errorEventDefinition errorRef="e"/>'),
        chain("start", "ask", "call", "end"), flow("due", "late"), flow("no", "refused"),
    ),
    roots='<error id="e" name="e" errorCode="NO"/>',
)  # fmt: skip


@pytest.fixture
def shelf() -> Shelf:
    return shelf_of(MODEL)


def judged(shelf: Shelf, text: str) -> Verdict:
    [test] = read_tests(text.encode(), file="t.yaml")
    return judge(test, shelf, machine=YISHI)


def problems(shelf: Shelf, *, when: str = "[]", then: str) -> list[str]:
    return list(judged(shelf, f"when: {when}\nthen: {then}").problems)


def test_steps_are_done_in_order_and_the_end_is_compared(shelf: Shelf) -> None:
    verdict = judged(
        shelf,
        """
name: the straight way
given: {vars: {x: 1}}
when:
  - expect: {waiting: [ask], ended: waiting}
  - complete: {element: ask, variables: {y: 2}}
  - complete: call
then:
  ended: completed
  path: {equals: [start, ask, call, end]}
  variables: {x: 1, y: 2, z: null}
""",
    )

    assert verdict.problems == ()
    assert verdict.passed


def test_without_steps_the_case_is_played_to_its_end(shelf: Shelf) -> None:
    assert problems(shelf, then="{ended: completed, path: [due, late]}") == []


@pytest.mark.parametrize(
    ("when", "then"),
    [
        ("[throw_error: {element: ask, code: 'NO'}]", "{outcome: refused, path: {lacks: [call]}}"),
        ("[timer: due]", "{path: [due, late]}"),
        ("[advance: P5D]", "{path: [late]}"),
        ("[advance: P4D]", "{waiting: [ask]}"),
        ("[advance: 2026-03-20T00:00:00+08:00]", "{ended: completed, now: 2026-03-20T00:00:00+08:00}"),
        ("[complete: ask, fail: call, retry: call]", "{incidents: [], waiting: [call]}"),
        ("[complete: ask, fail: {element: call, message: no}]", "{incidents: [call]}"),
        ("[cancel: true]", "{ended: terminated}"),
        ("[set: {x: 5}, run: true]", "{variables: {x: 5}, ended: completed}"),
        ("[message: {name: nothing}]", "{waiting: [ask]}"),
        (
            "[escalate: {element: ask, code: UP}]",
            "{escalations: [{code: UP, caught_by: null}], waiting: [ask]}",
        ),
    ],
)
def test_everything_that_can_be_done(shelf: Shelf, when: str, then: str) -> None:
    assert problems(shelf, when=when, then=then) == []


@pytest.mark.parametrize(
    ("then", "problem"),
    [
        ("{ended: completed}", "then.ended: Expected 'completed', but it is 'waiting'."),
        ("{path: [call]}", "then.path: Expected ['call'] in this order, but 'call' is not there"),
        ("{path: {lacks: [ask]}}", "then.path: Expected none of ['ask']"),
        ("{path: {equals: [start]}}", "then.path: Expected exactly ['start']"),
        ("{path: [ask, start]}", "'start' is not there"),
        ("{variables: {x: 2}}", "then.variables: Expected x = 2, but it is 1."),
        ("{waiting: []}", "then.waiting: Expected [] to wait, but it is ['ask']."),
        ("{waiting: [{element: ask, for: job}]}", "then.waiting: Expected {'for': 'job'} of 'ask'"),
        ("{incidents: [ask]}", "then.incidents: Expected"),
        ("{messages_sent: [x]}", "then.messages_sent: Expected"),
        ("{stages: [x]}", "then.stages: Expected"),
        ("{milestones: [x]}", "then.milestones: Expected"),
        ("{clocks: [x]}", "then.clocks: Expected a clock"),
        ("{outcome: x}", "then.outcome: Expected 'x', but it is None."),
        ("{now: 2026-01-01T00:00:00Z}", "then.now: Expected"),
    ],
)
def test_what_is_not_as_expected_is_said(shelf: Shelf, then: str, problem: str) -> None:
    verdict = judged(shelf, f"given: {{vars: {{x: 1}}}}\nwhen: [advance: PT0S]\nthen: {then}")

    [found] = verdict.problems
    assert problem in found


def test_a_step_that_cannot_be_done_ends_the_test_and_says_what_is_open(shelf: Shelf) -> None:
    found = problems(shelf, when="[complete: call, complete: ask]", then="{ended: completed}")

    assert found == ["when[0]: Expected an open user task or job 'call', but open are: ask."]


def test_an_expectation_in_between_fails_where_it_stands(shelf: Shelf) -> None:
    found = problems(shelf, when="[{expect: {ended: completed}}, timer: due]", then="{ended: completed}")

    assert found == ["when[0].expect.ended: Expected 'completed', but it is 'waiting'."]


def test_what_stands_above_is_shared_by_all_tests_of_a_file(shelf: Shelf) -> None:
    text = b"""
given: {vars: {x: 1, y: 1}, answers: {ask: {a: 1}, call: {}}}
tests:
  - {name: one, then: {variables: {x: 1, y: 1, a: 1}}}
  - {name: two, given: {vars: {y: 2}, answers: {ask: {a: 2}}}, then: {variables: {x: 1, y: 2, a: 2}}}
"""

    verdicts = [judge(test, shelf, machine=YISHI) for test in read_tests(text, file="t.yaml")]

    assert [(verdict.test.name, verdict.problems) for verdict in verdicts] == [("one", ()), ("two", ())]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: x", "Expected 'then'"),
        ("{then: {wating: []}}", "'wating'"),
        ("{then: {ended: done}}", "completed, terminated or waiting"),
        ("{then: {path: {begins: [a]}}}", "equals, contains, lacks"),
        ("{then: {}, when: [{complete: a, run: true}]}", "one of complete"),
        ("{then: {}, when: [{compleet: a}]}", "one of complete"),
        ("{then: {}, when: [{complete: {element: a, vars: {}}}]}", "'vars'"),
        ("{then: {}, when: [{advance: soon}]}", "an instant"),
        ("{then: {}, given: {clocks: x}}", "'clocks'"),
        ("{tests: []}", "1 to 500 tests"),
        ("{tests: [{name: a, then: {}}, {name: a, then: {}}]}", "'a' repeats"),
        ("[1]", "Expected entries"),
    ],
)
def test_a_test_that_does_not_read_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        read_tests(text.encode(), file="t.yaml")

    assert problem in str(refused.value)


def test_the_second_of_several_can_be_meant() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">3</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
    )
    several = shelf_of(
        bpmn(process(START, f'<userTask id="ask">{loop}</userTask>', END, chain("start", "ask", "end")))
    )

    assert problems(several, when="[complete: {element: ask, nth: 2}]", then="{waiting: [ask, ask]}") == []
    assert problems(several, when="[complete: {element: ask, nth: 4}]", then="{}") == [
        "when[0]: Expected an open user task or job 'ask' no. 4, but open are: ask."
    ]


def test_a_person_chooses_the_activities_of_an_ad_hoc_sub_process() -> None:
    model = bpmn(
        process(
            START,
            '<adHocSubProcess id="free"><extensionElements><gov:assignment roles="r"/></extensionElements>'
            f"{user_task('a')}{user_task('b')}</adHocSubProcess>",
            END, chain("start", "free", "end"),
        )
    )  # fmt: skip
    free = shelf_of(model)

    chosen = problems(
        free,
        when="[choose: {element: free, activities: b}, complete: b, complete: free]",
        then="{ended: completed, path: {contains: [free, b, end], lacks: [a]}}",
    )
    answered = judged(
        free, "given: {auto: true, answers: {free: {activities: [a, b]}}}\nthen: {path: [free, a, b, end]}"
    )

    assert chosen == []
    assert answered.problems == ()
    assert answered.result is not None
    assert [m for m in moves(answered.result) if m.endswith((" a", " b"))] == [
        "entered a", "entered b", "left a", "left b",
    ]  # fmt: skip


def test_an_activity_that_may_not_begin_yet_is_begun_when_it_may() -> None:
    """One after the other: the second is chosen while the first is still under way."""
    model = bpmn(
        process(
            START,
            '<adHocSubProcess id="free" ordering="Sequential"><extensionElements><gov:assignment roles="r"/>'
            f"</extensionElements>{user_task('a')}{user_task('b')}</adHocSubProcess>",
            END, chain("start", "free", "end"),
        )
    )  # fmt: skip

    verdict = judged(
        shelf_of(model),
        "given: {answers: {free: {activities: [a, b]}, a: {after: PT1H}, b: {after: PT1H}}}\n"
        "then: {ended: completed, path: [free, a, b, end], now: 2026-03-02T11:00:00+08:00}",
    )

    assert verdict.problems == ()


def test_a_message_key_of_nobody_is_the_case_number() -> None:
    model = bpmn(
        process(
            START, f'<intermediateCatchEvent id="wait">{message_event("m")}</intermediateCatchEvent>', END,
            chain("start", "wait", "end"),
        ),
        roots='<message id="m" name="go"/>',
    )  # fmt: skip
    waiting = shelf_of(model)
    text = "given: {{case: {{number: '7'}}}}\nwhen: [message: {{name: go, key: '{key}'}}]\nthen: {{ended: {ended}}}"

    assert judged(waiting, text.format(key="7", ended="completed")).passed
    assert judged(waiting, text.format(key="8", ended="waiting")).passed


# --- clocks of a scenario ------------------------------------------------------------------------

GRID_CASE = Path(__file__).parents[3] / "processes" / "grid_case_closed_loop"


def test_the_tests_of_the_package_hold() -> None:
    files = {
        path.relative_to(GRID_CASE).as_posix(): path.read_bytes()
        for path in sorted(GRID_CASE.rglob("*"))
        if path.is_file()
    }
    package, _ = read_package(files)
    assert package is not None
    shelf = shelf_of(
        **{name.replace(".", "_"): text for name, text in files.items() if name.endswith((".bpmn", ".dmn"))},
        scenario_toml=files["scenario.toml"],
    )

    found = [
        judge(test, shelf, machine=YISHI)
        for name, content in package.tests.items()
        for test in read_tests(content, file=name)
    ]

    assert len(found) == 10
    assert [(verdict.test.name, verdict.problems) for verdict in found if not verdict.passed] == []
