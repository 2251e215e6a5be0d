"""Signals across cases: everybody who waits now, each once, nobody who comes later."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from engine.commands.cases import CancelCase, StartCase
from engine.commands.due import Due
from engine.commands.signals import BeginBySignal, DeliverSignal, PublishSignal
from engine.errors import InvalidData, InvalidState, NotFound, Unavailable
from engine.facade import Engine
from engine.views.cases import CaseList
from engine.views.signals import ShowSignal
from engine.views.tasks import ShowTask
from tests.elements import drawing as d
from tests.support.desk import event_types, finish_task, only_task, show, start, state_of, tasks
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.rows import one, rows

WAITS = d.process(d.sequence(("wait", d.catch_event("wait", d.signal("alarm")))))
THROWS = d.process(
    d.sequence(("ask", d.user_task("ask")), ("tell", d.throw_event("tell", d.signal("alarm")))), id="teller"
)


def publish(engine: Engine, name: str = "alarm", **variables: object) -> int:
    return int(engine.do(PublishSignal(name, variables))["signal_id"])


def begins(id: str, name: str = "alarm") -> bytes:
    content = d.start_event("start", d.signal(name)) + d.user_task("look") + d.END
    return d.process(content + d.chain("start", "look", "end"), id=id)


def with_alarm_at_boundary(*, interrupting: bool) -> bytes:
    alarm = d.boundary("alarm", "ask", d.signal("alarm"), interrupting=interrupting)
    content = d.sequence(("ask", d.user_task("ask"))) + alarm + d.user_task("run") + d.end_event("end_2")
    return d.process(content + d.chain("alarm", "run", "end_2"))


def test_a_signal_from_outside_reaches_every_case_that_waits(engine: Engine) -> None:
    deploy(engine, WAITS)
    numbers = [start(engine) for _ in range(3)]

    signal_id = publish(engine)

    assert [state_of(engine, number) for number in numbers] == ["CLOSED"] * 3
    reach = engine.ask(ShowSignal(signal_id))
    assert (reach.targets, reach.received, reach.pending, reach.cases_opened) == (3, 3, 0, 0)


def test_a_signal_thrown_by_one_case_reaches_the_others(engine: Engine) -> None:
    deploy(engine, WAITS, THROWS)
    waiting = [start(engine), start(engine)]
    teller = start(engine, "teller")

    finish_task(engine, only_task(engine, teller))

    assert [state_of(engine, number) for number in waiting] == ["CLOSED", "CLOSED"]
    assert "SIGNAL_THROWN" in event_types(engine, teller)
    assert "SIGNAL_RECEIVED" in event_types(engine, waiting[0])


def test_only_the_name_counts(engine: Engine) -> None:
    deploy(engine, WAITS)
    number = start(engine)

    publish(engine, "all_clear")

    assert state_of(engine, number) == "OPEN"
    assert [signal.signal_name for signal in show(engine, number).waiting.signals] == ["alarm"]


def test_a_signal_is_not_kept_for_who_comes_later(engine: Engine) -> None:
    deploy(engine, WAITS)
    publish(engine)

    number = start(engine)

    assert state_of(engine, number) == "OPEN"
    assert rows(engine, "select 1 from signal_delivery") == []


def test_within_one_batch_who_began_to_wait_before_hears_it_and_who_began_after_does_not(
    engine: Engine,
) -> None:
    deploy(engine, WAITS)

    results = engine.handle([StartCase("main"), PublishSignal("alarm"), StartCase("main")])

    before, _, after = (str(result.value.get("case_number")) for result in results)
    assert (state_of(engine, before), state_of(engine, after)) == ("CLOSED", "OPEN")


def test_the_throwing_case_gets_its_own_signal_once(engine: Engine) -> None:
    content = d.START + d.parallel("fork") + d.user_task("ask") + d.throw_event("tell", d.signal("alarm"))
    content += d.end_event("end_1") + d.user_task("work") + d.user_task("run") + d.END + d.end_event("end_2")
    content += d.boundary("alarm", "work", d.signal("alarm"), interrupting=False)
    content += d.chain("start", "fork", "ask", "tell", "end_1") + d.chain("fork", "work", "end")
    deploy(engine, d.process(content + d.chain("alarm", "run", "end_2")))
    number, other = start(engine), start(engine)

    finish_task(engine, tasks(engine, number)["ask"])

    assert sorted(task.element_id for task in show(engine, number).waiting.tasks) == ["run", "work"]
    assert sorted(task.element_id for task in show(engine, other).waiting.tasks) == ["ask", "run", "work"]


def test_a_signal_brings_its_data_and_nothing_else(engine: Engine) -> None:
    tell = d.throw_event("tell", d.signal("alarm"), extensions=d.reads("level", "=severity + 1"))
    hear = d.catch_event("wait", d.signal("alarm"), extensions=d.writes("heard", "=level"))
    deploy(
        engine,
        d.process(d.sequence(("wait", hear), ("look", d.user_task("look")))),
        d.process(d.sequence(("tell", tell)), id="teller"),
    )
    number = start(engine)

    start(engine, "teller", severity=4, other="s")

    variables = engine.ask(ShowTask(only_task(engine, number))).variables
    assert variables["heard"] == 5
    assert one(engine, "select payload from signal") == {"level": 5}


@pytest.mark.parametrize(("interrupting", "left"), [(False, ["ask", "run", "run", "run"]), (True, ["run"])])
def test_a_boundary_signal_is_heard_as_often_as_drawn(
    engine: Engine, interrupting: bool, left: list[str]
) -> None:
    deploy(engine, with_alarm_at_boundary(interrupting=interrupting))
    number = start(engine)

    publish(engine)
    engine.handle([PublishSignal("alarm"), PublishSignal("alarm")])

    assert sorted(task.element_id for task in show(engine, number).waiting.tasks) == left


def test_an_event_sub_process_listens_while_its_case_runs(engine: Engine) -> None:
    inside = d.user_task("run") + d.end_event("end_2") + d.chain("alarmed_start", "run", "end_2")
    alarmed = d.event_sub_process("alarmed", d.signal("alarm"), inside, interrupting=False)
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask"))) + alarmed))
    number = start(engine)

    publish(engine)
    publish(engine)
    assert sorted(task.element_id for task in show(engine, number).waiting.tasks) == ["ask", "run", "run"]

    for task in show(engine, number).waiting.tasks:
        finish_task(engine, task.id)
    assert state_of(engine, number) == "CLOSED"
    assert rows(engine, "select state from signal_subscription") == [("CLOSED",)]


def test_what_waits_for_a_signal_and_more_asks_for_it_once_at_a_time(engine: Engine) -> None:
    both = d.node(
        "boundaryEvent", "both", content=d.signal("alarm") + d.signal("all_clear"), attachedToRef="ask",
        cancelActivity="false", parallelMultiple="true",
    )  # fmt: skip
    content = d.sequence(("ask", d.user_task("ask"))) + both + d.user_task("run") + d.end_event("end_2")
    deploy(engine, d.process(content + d.chain("both", "run", "end_2")))
    number = start(engine)

    for name in ("alarm", "alarm", "all_clear", "alarm"):
        publish(engine, name)
    assert sorted(task.element_id for task in show(engine, number).waiting.tasks) == ["ask", "run"]
    publish(engine, "all_clear")

    assert sorted(task.element_id for task in show(engine, number).waiting.tasks) == ["ask", "run", "run"]
    assert one(engine, "select count(*) from signal_subscription where state = 'OPEN'") == 2


# --- cases that begin by it ------------------------------------------------------------------------


def test_every_process_that_begins_with_the_signal_gets_a_case(engine: Engine) -> None:
    deploy(engine, begins("first"), begins("second"), begins("third", "all_clear"))

    signal_id = publish(engine, place="桥")

    lines = engine.ask(CaseList())
    assert sorted(line.head.process_key for line in lines) == ["first", "second"]
    assert engine.ask(ShowTask(lines[0].waiting.tasks[0].id)).variables["place"] == "桥"
    assert engine.ask(ShowSignal(signal_id)).cases_opened == 2
    opened = show(engine, lines[0].head.case_number).events[0]
    assert (opened.event_type, opened.data["signal"], opened.data["signal_id"]) == (
        "CASE_OPENED",
        "alarm",
        signal_id,
    )


def test_a_case_that_throws_it_opens_them_in_its_own_area(engine: Engine) -> None:
    told = d.throw_event("tell", d.signal("alarm"), extensions=d.reads("area", "=area") + d.reads("n", "=1"))
    deploy(engine, begins("first"), d.process(d.sequence(("tell", told)), id="teller"))

    engine.do(StartCase("teller", area="310104"))

    (line,) = engine.ask(CaseList(states=["OPEN"]))
    assert (line.head.process_key, line.head.area) == ("first", "310104")
    assert line.head.case_number.startswith("310104")


def test_of_a_process_only_the_newest_version_begins(engine: Engine) -> None:
    deploy(engine, begins("first"))
    deploy(engine, begins("first", "all_clear"))

    publish(engine, "alarm")

    assert engine.ask(CaseList()) == []


# --- each once, nobody twice -----------------------------------------------------------------------


@pytest.fixture
def held_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is delivered but by hand: as if the door lost the database after each batch."""

    def unreachable(kinds: Due, *, limit: int) -> None:
        raise Unavailable("gone", mend="wait")

    monkeypatch.setattr(engine, "due", unreachable)


@pytest.mark.usefixtures("held_back")
def test_who_waited_when_it_was_thrown_but_not_any_more_misses_it(engine: Engine) -> None:
    deploy(engine, WAITS)
    number = start(engine)
    publish(engine)

    engine.do(CancelCase(number, "withdrawn"))
    value = engine.do(DeliverSignal(one(engine, "select id from signal_delivery")))

    assert value["state"] == "DROPPED"
    assert "SIGNAL_RECEIVED" not in event_types(engine, number)


@pytest.mark.usefixtures("held_back")
def test_a_delivery_is_made_once(engine: Engine) -> None:
    deploy(engine, WAITS, begins("first"))
    start(engine)
    publish(engine)
    waits, opens = rows(engine, "select id, definition_id is not null from signal_delivery order by 2")
    assert (waits[1], opens[1]) == (False, True)

    to_case = engine.handle([DeliverSignal(waits[0]), DeliverSignal(waits[0])])
    begun = engine.handle([BeginBySignal(opens[0]), BeginBySignal(opens[0])])

    assert [result.ok for result in to_case + begun] == [True, False, True, False]
    assert one(engine, "select count(*) from case_record") == 2
    with pytest.raises(InvalidState):
        engine.do(DeliverSignal(waits[0]))
    with pytest.raises(NotFound):
        engine.do(BeginBySignal(99_999))
    assert rows(engine, "select state from signal_delivery") == [("DELIVERED",)] * 2


def test_two_who_deliver_at_the_same_time_deliver_each_once(
    engine: Engine, new_engine: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(engine, with_alarm_at_boundary(interrupting=False), begins("first"))
    monkeypatch.setattr("engine.facade.MAX_FOLLOW_UP_ROUNDS", 0)
    engine.handle([StartCase("main") for _ in range(30)])
    engine.handle([PublishSignal("alarm"), PublishSignal("alarm")])
    engines = [engine, new_engine(), new_engine()]
    together = Barrier(len(engines))
    done: list[bool] = []

    def deliver(by: Engine) -> None:
        commands = by.due(limit=100)
        together.wait(timeout=5)
        for command in commands:
            done.extend(result.ok for result in by.handle([command]))

    threads = [Thread(target=deliver, args=(by,)) for by in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert (done.count(True), len(done)) == (62, 3 * 62)
    assert one(engine, "select count(*) from user_task where element_id = 'run'") == 60
    assert one(engine, "select count(*) from case_record where process_key = 'first'") == 2
    assert problems_in_journals(engine) == []


def test_of_two_signals_that_end_the_same_wait_the_first_counts(engine: Engine) -> None:
    content = d.START + d.event_based("which") + d.catch_event("bad", d.signal("alarm"))
    content += d.catch_event("good", d.signal("all_clear")) + d.user_task("run") + d.user_task("rest") + d.END
    content += d.chain("start", "which", "bad", "run", "end") + d.chain("which", "good", "rest", "end")
    deploy(engine, d.process(content))
    number = start(engine)

    engine.handle([PublishSignal("alarm"), PublishSignal("all_clear")])

    assert list(tasks(engine, number)) == ["run"]
    assert rows(engine, "select state from signal_delivery order by id") == [("DELIVERED",), ("DROPPED",)]


def test_a_canceled_case_waits_for_no_signal(engine: Engine) -> None:
    deploy(engine, with_alarm_at_boundary(interrupting=False))
    number = start(engine)

    engine.do(CancelCase(number, "withdrawn"))

    assert rows(engine, "select state from signal_subscription") == [("CLOSED",)]


def test_the_door_leaves_what_is_too_much_to_a_worker(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.facade.MAX_BATCH", 4)
    monkeypatch.setattr("engine.facade.MAX_FOLLOW_UPS", 8)
    deploy(engine, WAITS)
    engine.handle([StartCase("main") for _ in range(11)])

    reach = engine.ask(ShowSignal(publish(engine)))
    assert (reach.received, reach.pending) == (8, 3)

    engine.handle(engine.due(limit=100))
    assert one(engine, "select count(*) from case_record where state = 'CLOSED'") == 11
    assert engine.due(limit=100) == []


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (PublishSignal(""), "signal_name"),
        (PublishSignal("x" * 201), "signal_name"),
        (PublishSignal("alarm", {"area": "x"}), "area"),
        (PublishSignal("alarm", area=""), "area"),
        (PublishSignal("alarm", channel="\n"), "channel"),
    ],
)
def test_a_signal_from_outside_is_checked_like_any_input(
    engine: Engine, command: PublishSignal, field: str
) -> None:
    with pytest.raises(InvalidData) as caught:
        engine.do(command)

    assert list(caught.value.problems) == [field]
    assert rows(engine, "select 1 from signal") == []
