from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from engine.commands.cases import CancelCase, StartCase
from engine.commands.command import Result
from engine.commands.user_tasks import ClaimUserTask, ReleaseUserTask
from engine.errors import AlreadyExists, InvalidState
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import only_task, start
from tests.support.packages import deploy
from tests.support.rows import dump, one


@pytest.fixture(autouse=True)
def deployed(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))


def cases(engine: Engine) -> int:
    return int(one(engine, "select count(*) from case_record"))


def test_a_command_sent_again_gets_the_first_result_and_is_not_done_again(engine: Engine) -> None:
    command = StartCase("main", {"a": 1}, idempotency_key="k")
    first = engine.handle([command])[0]
    before = dump(engine)

    again = engine.handle([command])[0]

    assert (again.value, again.repeated, first.repeated) == (first.value, True, False)
    assert dump(engine) == before


def test_a_command_sent_twice_in_one_batch_is_done_once(engine: Engine) -> None:
    command = StartCase("main", idempotency_key="k")

    first, second, other = engine.handle([command, command, StartCase("main")])

    assert first.value == second.value != other.value
    assert second.repeated
    assert cases(engine) == 2


def test_a_key_that_was_used_for_another_command_is_refused(engine: Engine) -> None:
    number = engine.do(StartCase("main", {"a": 1}, idempotency_key="k"))["case_number"]

    for other in (
        StartCase("main", {"a": 2}, idempotency_key="k"),
        StartCase("main", {"a": 1}, actor="clerk1", idempotency_key="k"),
        CancelCase(number, "why", idempotency_key="k"),
    ):
        with pytest.raises(AlreadyExists, match="'k'"):
            engine.do(other)
    assert cases(engine) == 1


def test_a_key_that_stands_for_two_commands_of_one_batch_is_refused_to_the_second(engine: Engine) -> None:
    results = engine.handle(
        [StartCase("main", {"a": 1}, idempotency_key="k"), StartCase("main", {"a": 2}, idempotency_key="k")]
    )

    assert [result.ok for result in results] == [True, False]
    assert isinstance(results[1].error, AlreadyExists)


def test_a_refused_command_may_be_sent_again_under_its_key(engine: Engine) -> None:
    task_id = only_task(engine, start(engine))
    command = ReleaseUserTask(task_id, actor="clerk1", idempotency_key="k")
    with pytest.raises(Exception, match="claimed"):
        engine.do(command)
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    result = engine.handle([command])[0]

    assert result.ok
    assert not result.repeated


def test_a_refused_command_that_comes_twice_in_one_batch_is_refused_twice(engine: Engine) -> None:
    number = start(engine)
    engine.do(CancelCase(number, "once"))
    command = CancelCase(number, "again", idempotency_key="k")

    results = engine.handle([command, command])

    assert [type(result.error) for result in results] == [InvalidState, InvalidState]
    assert one(engine, "select count(*) from command_result") == 0


def test_the_same_command_from_many_sides_at_once_is_done_once(new_engine: Callable[[], Engine]) -> None:
    engines = [new_engine(), new_engine()]
    together = Barrier(8)
    results: list[Result] = []

    def send(engine: Engine) -> None:
        together.wait(timeout=5)
        results.append(engine.handle([StartCase("main", idempotency_key="k")])[0])

    threads = [Thread(target=send, args=(engines[index % 2],)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({result.value["case_number"] for result in results}) == 1
    assert sorted(result.repeated for result in results) == [False] + [True] * 7
    assert cases(engines[0]) == 1
