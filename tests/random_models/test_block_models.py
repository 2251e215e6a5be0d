"""Whatever blocks a process is made of and in whatever order its work is done: it ends as drawn."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.effects import EndProcess
from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.bpmn.state import encode
from tests.random_models.block_models import BLOCKS, Block
from tests.random_models.drawing_blocks import draw
from tests.random_models.oracle import Oracle
from tests.random_models.saving import Told
from tests.random_models.scale import TIME, tries
from tests.random_models.walking import PolicyWalk, wild
from tests.random_models.watching import Watched

MOST = 3_000
BITS = st.tuples(st.booleans(), st.booleans(), st.booleans())
SEEDS = st.integers(0, 2**16)
pytestmark = TIME


@tries(250)
@given(block=BLOCKS, bits=BITS, seed=SEEDS, reload=st.booleans())
def test_when_everything_is_answered_it_ends_and_did_what_is_drawn(
    block: Block, bits: tuple[bool, bool, bool], seed: int, reload: bool
) -> None:
    model = draw(block)
    start = {f"b{place}": value for place, value in enumerate(bits)}
    oracle = Oracle(block, start)
    told: list[str] = [f"start with {start}"]

    with Told(model.files, told):
        run = Watched(*model.files, variables=start, reload=reload)
        PolicyWalk(run, model.policy, seed=seed, told=told).walk(most=MOST)

        assert run.waiting == ["last"]
        assert run.variables == oracle.data

        run.complete("last")

        assert run.ended is True
        assert run.rows == []
        assert run.effects[-1] == EndProcess(completed=True, outcome=None)
        assert Counter(run.path) == oracle.visits


@tries(250)
@given(block=BLOCKS, seed=SEEDS)
def test_whatever_happens_a_restart_after_every_step_changes_nothing(block: Block, seed: int) -> None:
    files, told = draw(block).files, list[str]()

    with Told(files, told):
        stored = wild(files, seed=seed, reload=True, most=120, told=told, steps=2_000)
        in_memory = wild(files, seed=seed, reload=False, most=120, told=[], steps=2_000)

        assert stored.moves == in_memory.moves
        assert stored.effects == in_memory.effects
        assert encode(stored.state) == encode(in_memory.state)


@tries(80)
@given(block=BLOCKS, seed=SEEDS, steps=st.integers(0, 25))
def test_canceling_at_any_point_closes_everything(block: Block, seed: int, steps: int) -> None:
    files, told = draw(block).files, list[str]()

    with Told(files, told):
        run = wild(files, seed=seed, reload=True, most=steps, told=told, steps=2_000)
        if run.ended is None:
            run.cancel()

        assert run.rows == []
        assert None not in run.children.values()


@tries(100)
@given(block=BLOCKS)
def test_every_block_model_passes_the_gate(block: Block) -> None:
    files = draw(block).files

    with Told(files, []):
        for content in files:
            model, findings = read(content, file="test.bpmn")
            assert model is not None
            assert [f.en for f in [*findings, *check(model)] if f.is_error] == []
