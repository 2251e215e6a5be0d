from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from engine.clock import SystemClock, monotonic
from engine.views.clocks import DueRung
from flows.desk import Firing, key_of, occasion_of
from flows.sweeper import BATCH, Sweeper, SweepReport
from tests.flows.conftest import rung
from tests.flows.desk_of_files import DeskOfFiles


def sweep(desk: DeskOfFiles, *, seconds: float, stop: Event | None = None) -> SweepReport:
    def fire(due: DueRung) -> Firing:
        return desk.fire(key_of(due), occasion=occasion_of(due.fire_at))

    return Sweeper(desk, fire=fire, ends_at=monotonic() + seconds, stop=stop or Event()).run()


def test_every_due_rung_fires_once_and_none_that_is_still_to_come(desk: DeskOfFiles) -> None:
    due = [rung(number, case_number=f"CASE-{number}") for number in range(3)]
    later = rung(9, case_number="CASE-9", fire_at=SystemClock().now() + timedelta(hours=1))
    for each in [*due, later]:
        desk.add(each)

    report = sweep(desk, seconds=0.2)

    assert report.fired == 3
    assert desk.fired() == {each.clock_id for each in due}
    assert [desk.calls(key_of(each)) for each in due] == [1, 1, 1]


def test_a_sweep_wakes_at_the_next_due_instant(desk: DeskOfFiles) -> None:
    soon = rung(1, case_number="CASE-1", fire_at=SystemClock().now() + timedelta(seconds=0.3))
    desk.add(soon)

    started = monotonic()
    sweep(desk, seconds=0.45)

    assert desk.fired() == {soon.clock_id}
    assert monotonic() - started < 3


def test_one_poisoned_clock_does_not_stop_the_others_and_is_reported(desk: DeskOfFiles) -> None:
    poisoned = rung(1, case_number="CASE-POISON")
    desk.add(poisoned, poison=True)
    healthy = rung(2, case_number="CASE-2")
    desk.add(healthy)

    report = sweep(desk, seconds=0.2)

    assert desk.fired() == {healthy.clock_id}
    assert len(report.failed) == 1
    assert "CASE-POISON red-card" in report.failed[0]
    assert "1 fired, 1 FAILED" in report.sentence()


def test_a_poisoned_clock_is_tried_once_a_sweep(desk: DeskOfFiles) -> None:
    poisoned = rung(1, case_number="CASE-POISON")
    desk.add(poisoned, poison=True)

    sweep(desk, seconds=0.2)
    sweep(desk, seconds=0.2)

    assert desk.calls(key_of(poisoned)) == 2


def test_a_whole_batch_of_poisoned_clocks_does_not_hide_the_healthy_one_behind_it(desk: DeskOfFiles) -> None:
    an_hour_ago = SystemClock().now() - timedelta(hours=1)
    for number in range(BATCH):
        desk.add(rung(number, case_number=f"BAD-{number}", fire_at=an_hour_ago), poison=True)
    healthy = rung(BATCH + 1, case_number="GOOD")
    desk.add(healthy)

    sweep(desk, seconds=3.0, stop=_when(desk, fired=1))

    assert desk.fired() == {healthy.clock_id}


def test_a_second_sweeper_waits_and_takes_over(desk: DeskOfFiles) -> None:
    second_done = Event()
    reports: list[SweepReport] = []

    def second() -> None:
        reports.append(sweep(desk, seconds=2.2, stop=second_done))

    with DeskOfFiles(desk.directory).sweeper_lock() as held:
        thread = Thread(target=second)
        thread.start()
        desk.add(rung(1, case_number="CASE-1"))
        second_done.wait(0.3)
        fired_while_waiting = desk.fired()
    thread.join()

    assert held
    assert fired_while_waiting == set()
    assert reports[0].fired == 1


def test_a_sweeper_that_never_got_its_turn_says_so(desk: DeskOfFiles) -> None:
    desk.add(rung(1, case_number="CASE-1"))

    with DeskOfFiles(desk.directory).sweeper_lock():
        report = sweep(desk, seconds=0.1)

    assert report.sentence() == "Another sweep was at work."
    assert desk.fired() == set()


def test_a_sweep_says_that_it_is_alive(desk: DeskOfFiles) -> None:
    sweep(desk, seconds=0.05)

    assert desk.has_beaten()


def test_a_sweep_that_is_asked_to_stop_ends_at_once(desk: DeskOfFiles) -> None:
    stop = Event()
    stop.set()

    started = monotonic()
    sweep(desk, seconds=60.0, stop=stop)

    assert monotonic() - started < 5


def _when(desk: DeskOfFiles, *, fired: int) -> Event:
    """An event that sets itself once so many rungs fired: the test need not wait for the span."""

    class Fired(Event):
        def is_set(self) -> bool:
            return len(list(Path(desk.directory / "fired").iterdir())) >= fired

    return Fired()
