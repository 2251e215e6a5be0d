"""Both engines do the same, whatever the process and in whatever order its work is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.differential.harness import check_answers, check_any_order, lacks_in
from tests.differential.models import BLOCKS, ERRORS, Block, files_of
from tests.differential.playing import Complete, Fire
from tests.differential.tangles import TANGLES, Tangle, file_of
from tests.elements.drawing import boundary, chain, end_event, process, sequence, timer, user_task
from tests.random_models import block_models
from tests.random_models.drawing_blocks import draw
from tests.random_models.scale import TIME, tries

SEEDS = st.integers(0, 2**16)
BITS = st.tuples(st.booleans(), st.booleans(), st.booleans())
pytestmark = TIME


@tries(150)
@given(block=BLOCKS, seed=SEEDS)
def test_blocks_of_everything_that_both_run(block: Block, seed: int) -> None:
    files = files_of(block)
    assume(not lacks_in(files))

    check_any_order(files, seed=seed, errors=ERRORS)


@tries(60)
@given(block=block_models.BLOCKS, bits=BITS, seed=SEEDS)
def test_blocks_of_the_whole_standard_as_far_as_both_run_them(
    block: block_models.Block, bits: tuple[bool, bool, bool], seed: int
) -> None:
    files = draw(block).files
    assume(not lacks_in(files))
    variables = {f"b{place}": value for place, value in enumerate(bits)}

    check_any_order(files, seed=seed, variables=variables)


@tries(150)
@given(tangle=TANGLES, seed=SEEDS)
def test_tangles_without_structure(tangle: Tangle, seed: int) -> None:
    files = [file_of(tangle)]
    assume(not lacks_in(files))

    check_any_order(files, seed=seed)


def test_a_model_with_given_answers() -> None:
    content = process(
        sequence(("u", user_task("u")), ("v", user_task("v")))
        + boundary("late", "u", timer("R2/PT1H", kind="timeCycle"), interrupting=False)
        + end_event("warned")
        + chain("late", "warned")
    )

    check_answers([content], [Fire("late"), Complete("u", {"good": True}), Complete("v")])


def test_a_difference_is_found_told_and_saved() -> None:
    """With a construct that is known to be run wrong: a parallel join in a loop."""
    block = Block("loop", (Block("and", (Block("user"), Block("user"))),))
    files = files_of(block)
    assert [lack.construct.key for lack in lacks_in(files)] == ["join-in-loop"]

    with pytest.raises(AssertionError, match="The engines differ") as failure:
        for seed in range(10):
            check_any_order(files, seed=seed)

    (note,) = failure.value.__notes__
    saved = Path(note.splitlines()[1].strip())
    assert "Complete(element_id=" in note
    assert saved.read_bytes() == files[0]
    saved.unlink()
