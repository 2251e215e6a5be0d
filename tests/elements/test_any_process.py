"""Whatever the process and in whatever order its work is done: it ends, and a restart changes nothing."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.bpmn.effects import CreateTimer, CreateUserTask, EndProcess
from tests.elements.blocks import BLOCKS, Block, files_of
from tests.elements.driver import Dry

MAX_ACTIONS = 1_000


def play(files: list[bytes], *, seed: int, reload: bool) -> Dry:
    """Do whatever work is open, in an order that depends on `seed` alone, until nothing is."""
    run = Dry(*files, reload=reload)
    random = Random(seed)
    for number in range(MAX_ACTIONS):
        assert run.incidents == []
        open_rows = [row for row in run.rows if isinstance(row, CreateUserTask | CreateTimer)]
        if not open_rows:
            break
        row = random.choice(open_rows)
        if isinstance(row, CreateTimer):
            run.fire_timer(row.element_id)
        else:
            run.complete(row.element_id, {f"done_{row.element_id}": number})
    return run


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, seed=st.integers(0, 2**16))
@example(block=Block("or", (Block("task"), Block("timed task", (Block("task"),) * 2, (True, False, False))),
                     (True, False, False)), seed=1)  # fmt: skip
def test_it_ends_and_a_restart_after_every_step_changes_nothing(block: Block, seed: int) -> None:
    files = files_of(block)

    stored = play(files, seed=seed, reload=True)
    in_memory = play(files, seed=seed, reload=False)

    assert stored.ended is True
    assert stored.rows == []
    assert stored.effects[-1] == EndProcess(completed=True, outcome=None)
    assert stored.moves == in_memory.moves
    assert stored.effects == in_memory.effects


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, steps=st.integers(1, 30))
def test_canceling_at_any_point_closes_everything(block: Block, steps: int) -> None:
    run = Dry(*files_of(block))
    for _ in range(steps):
        if run.ended is None:
            tasks = [row for row in run.rows if isinstance(row, CreateUserTask)]
            run.complete(tasks[-1].element_id)

    if run.ended is None:
        run.cancel()
        assert run.ended is False

    assert run.rows == []
    assert None not in run.children.values()
