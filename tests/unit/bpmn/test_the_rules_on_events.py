from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import MESSAGE, START, around, chain, flow, process, rules_of, user_task
from tests.unit.bpmn.flaws import (
    CANCEL,
    COMPENSATE,
    ERROR_EVENT,
    ESCALATION_EVENT,
    MESSAGE_EVENT,
    ROOTS,
    SIGNAL_EVENT,
    TERMINATE,
    Flaw,
    boundary,
    broken,
    catch,
    condition,
    end,
    event_sub_process,
    gateway,
    handled,
    link,
    script,
    start,
    sub_process,
    throw,
    time,
    timer_boundary,
    undone,
)

NOT_INTERRUPTING = 'cancelActivity="false"'


def transaction(*, ends: str, more: str = "") -> bytes:
    """start -> transaction x -> end; inside it a user task and the end event `ends`."""
    inner = start(id="s") + user_task("u") + end(ends, id="e") + chain("s", "u", "e")
    return around(sub_process(inner, kind="transaction"), more=more, root=ROOTS)


def links(*, throws: str = "on", catches: str = "on", more: str = "") -> bytes:
    return process(
        START
        + throw(link(throws), id="t")
        + catch(link(catches), id="c")
        + end()
        + flow("start", "t")
        + flow("c", "end")
        + more
    )


FLAWS: list[Flaw] = [
    (
        "boundary-not-attached",
        around(user_task(), more=boundary(time("timeDate", "2026-01-01"), on="end")),
    ),
    (
        "boundary-not-attached",
        around(user_task(), more=event_sub_process(MESSAGE_EVENT) + boundary(time(), on="es"), root=MESSAGE),
    ),
    ("multiple-event", process(START + end(ERROR_EVENT + TERMINATE) + flow("start", "end"), root=ROOTS)),
    ("multiple-event", around(catch(MESSAGE_EVENT + MESSAGE_EVENT), root=MESSAGE)),
    (
        "multiple-event",
        around(
            user_task(),
            root=ROOTS,
            more=boundary(ERROR_EVENT + MESSAGE_EVENT, attributes='parallelMultiple="true"'),
        ),
    ),
    ("multiple-event", around(user_task(), root=ROOTS, more=boundary(COMPENSATE + MESSAGE_EVENT))),
    (
        "error-boundary-not-interrupting",
        around(user_task(), root=ROOTS, more=boundary(ERROR_EVENT, attributes=NOT_INTERRUPTING)),
    ),
    (
        "error-boundary-not-interrupting",
        transaction(ends=CANCEL, more=boundary(CANCEL, attributes=NOT_INTERRUPTING)),
    ),
    (
        "event-sub-process-not-interrupting",
        around(
            user_task(),
            root=ROOTS,
            more=event_sub_process(ERROR_EVENT, start_attributes='isInterrupting="false"'),
        ),
    ),
    (
        "duplicate-error-boundary",
        around(user_task(), root=ROOTS, more=boundary(ERROR_EVENT, id="b1") + boundary(ERROR_EVENT, id="b2")),
    ),
    (
        "duplicate-error-boundary",
        around(
            user_task(),
            root=ROOTS,
            more=event_sub_process(ERROR_EVENT, id="a") + event_sub_process(ERROR_EVENT, id="b"),
        ),
    ),
    (
        "duplicate-escalation-boundary",
        around(
            user_task(),
            root=ROOTS,
            more=boundary(ESCALATION_EVENT, id="b1") + boundary(ESCALATION_EVENT + MESSAGE_EVENT, id="b2"),
        ),
    ),
    ("cancel-outside-transaction", process(START + end(CANCEL) + flow("start", "end"))),
    ("cancel-outside-transaction", around(user_task(), more=boundary(CANCEL))),
    ("cancel-not-caught", transaction(ends=CANCEL)),
    ("boundary-never-fires", transaction(ends="", more=boundary(CANCEL))),
    ("link-name", links(throws="")),
    ("link-without-catch", links(catches="elsewhere")),
    (
        "link-without-catch",
        around(
            sub_process(start(id="s") + throw(link("on"), id="t") + flow("s", "t")),
            more=catch(link("on"), id="c") + flow("c", "end"),
        ),
    ),
    ("duplicate-link-catch", links(more=catch(link("on"), id="c2") + flow("c2", "end"))),
    ("link-flow", links(more=flow("start", "c"))),
    ("link-flow", links(more=flow("t", "end"))),
    ("unreachable-node", links(throws="elsewhere")),
    ("cycle-without-effect", around(catch(time("timeCycle", "R3/PT1H")))),
    ("cycle-without-effect", around(user_task(), more=boundary(time("timeCycle", "R3/PT1H")))),
    ("cycle-without-effect", around(user_task(), more=event_sub_process(time("timeCycle", "R3/PT1H")))),
    ("boundary-never-fires", around(script(), more=timer_boundary())),
    ("boundary-never-fires", around(script(), more=boundary(SIGNAL_EVENT), root=ROOTS)),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


# --- what is good --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        MESSAGE_EVENT,
        time(),
        SIGNAL_EVENT,
        ERROR_EVENT,
        ESCALATION_EVENT,
        condition("n"),
        MESSAGE_EVENT + time(),
    ],
)
def test_every_legal_kind_of_boundary_event_stands_on_a_waiting_activity(event: str) -> None:
    assert rules_of(around(user_task(), root=ROOTS, more=boundary(event) + flow("b", "end"))) == set()


def test_conditions_fire_even_on_activities_that_complete_at_once() -> None:
    content = around(script(), more=boundary(condition("n = 1")) + flow("b", "end"))

    assert rules_of(content) == set()


def test_a_sub_process_that_never_waits_may_still_escalate() -> None:
    inner = start(id="s") + throw(ESCALATION_EVENT, id="t") + end(id="e") + chain("s", "t", "e")
    content = around(sub_process(inner), root=ROOTS, more=boundary(ESCALATION_EVENT) + flow("b", "end"))

    assert rules_of(content) == set()


def test_a_transaction_is_cancelled_from_inside_and_leaves_by_its_boundary() -> None:
    content = transaction(ends=CANCEL, more=boundary(CANCEL) + flow("b", "end"))

    assert rules_of(content) == set()


def test_a_sub_process_inside_a_transaction_may_cancel_it() -> None:
    inner = sub_process(
        start(id="s") + user_task("u") + end(CANCEL, id="e") + chain("s", "u", "e"), id="inner"
    )
    content = around(
        sub_process(start(id="o") + inner + end(id="oe") + chain("o", "inner", "oe"), kind="transaction"),
        more=boundary(CANCEL) + flow("b", "end"),
    )

    assert rules_of(content) == set()


def test_a_link_joins_any_number_of_throws_with_one_catch() -> None:
    content = process(
        START
        + gateway("g", "parallel")
        + throw(link("on"), id="t1")
        + throw(link("on"), id="t2")
        + catch(link("on"), id="c")
        + end()
        + chain("start", "g", "t1")
        + flow("g", "t2")
        + flow("c", "end")
    )

    assert rules_of(content) == set()


def test_links_of_one_name_on_two_levels_are_two_links() -> None:
    inner = start(id="s") + throw(link("on"), id="it") + catch(link("on"), id="ic") + end(id="e")
    content = process(
        START
        + throw(link("on"), id="t")
        + catch(link("on"), id="c")
        + sub_process(inner + flow("s", "it") + flow("ic", "e"))
        + end()
        + flow("start", "t")
        + chain("c", "x", "end")
    )

    assert rules_of(content) == set()


@pytest.mark.parametrize("text", ["R3/PT1H", "R/P1D", "R2/2026-03-01T00:00:00Z/P1D", '="R3/PT1H"'])
def test_cycles_pass_where_a_timer_fires_more_than_once(text: str) -> None:
    cycle = time("timeCycle", text)
    aside = event_sub_process(cycle, start_attributes='isInterrupting="false"')
    fires = boundary(cycle, attributes=NOT_INTERRUPTING) + flow("b", "end")

    assert rules_of(around(user_task(), more=aside + fires)) == set()
    assert rules_of(process(start(cycle) + user_task() + end() + chain("start", "x", "end"))) == set()


def test_an_error_and_an_escalation_of_one_code_do_not_meet() -> None:
    caught = (
        boundary(ERROR_EVENT, id="b1")
        + boundary(ESCALATION_EVENT, id="b2")
        + flow("b1", "end")
        + flow("b2", "end")
    )
    roots = '<error id="refused" errorCode="X"/><escalation id="late" escalationCode="X"/>'

    assert rules_of(around(user_task(), root=roots, more=caught)) == set()


# --- compensation --------------------------------------------------------------------------------

COMPENSATION_FLAWS: list[Flaw] = [
    ("compensation-flow", around(user_task(), more=handled() + flow("x_c", "end") + undone())),
    ("compensation-flow", around(user_task(), more=handled() + flow("undo", "end") + undone())),
    ("compensation-handler-missing", around(user_task(), more=boundary(COMPENSATE))),
    (
        "compensation-handler-unused",
        around(user_task(), more=script("undo", attributes='isForCompensation="true"')),
    ),
    (
        "duplicate-compensation-handler",
        around(
            user_task(),
            more=handled()
            + boundary(COMPENSATE, id="second")
            + undone()
            + '<association id="a2" sourceRef="second" targetRef="undo" associationDirection="One"/>',
        ),
    ),
    (
        "duplicate-compensation-handler",
        around(
            sub_process(
                start(id="s")
                + end(id="e")
                + flow("s", "e")
                + event_sub_process(COMPENSATE, id="a")
                + event_sub_process(COMPENSATE, id="b")
            )
        ),
    ),
    ("compensation-sub-process-place", around(user_task(), more=event_sub_process(COMPENSATE))),
    (
        "compensation-activity",
        around(throw('<compensateEventDefinition activityRef="y"/>'), more=user_task("y")),
    ),
    (
        "compensation-activity",
        around(
            sub_process(
                start(id="s")
                + throw('<compensateEventDefinition activityRef="y"/>', id="t")
                + end(id="e")
                + chain("s", "t", "e")
            ),
            more=user_task("y") + handled("y") + undone("y"),
        ),
    ),
    ("compensation-without-effect", around(throw(COMPENSATE))),
]


@pytest.mark.parametrize(("rule", "content"), COMPENSATION_FLAWS)
def test_each_flaw_of_compensation_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


@pytest.mark.parametrize("named", ["", 'activityRef="book"'])
def test_a_throw_undoes_activities_of_its_level(named: str) -> None:
    content = process(
        START
        + user_task("book")
        + handled("book")
        + throw(f"<compensateEventDefinition {named}/>", id="t")
        + end()
        + chain("start", "book", "t", "end")
        + undone("book")
    )

    assert rules_of(content) == set()


def test_an_event_sub_process_undoes_what_was_done_around_it() -> None:
    undoing = (
        start(ERROR_EVENT, id="s")
        + end('<compensateEventDefinition activityRef="x"/>', id="e")
        + flow("s", "e")
    )
    aside = sub_process(undoing, id="es", attributes='triggeredByEvent="true"')

    assert rules_of(around(user_task(), more=handled() + aside + undone(), root=ROOTS)) == set()


def test_a_sub_process_is_undone_by_what_is_undone_inside_it() -> None:
    inner = start(id="s") + user_task("u") + handled("u") + end(id="e") + chain("s", "u", "e") + undone("u")
    content = process(
        START
        + sub_process(inner)
        + throw('<compensateEventDefinition activityRef="x"/>', id="t")
        + end()
        + chain("start", "x", "t", "end")
    )

    assert rules_of(content) == set()
