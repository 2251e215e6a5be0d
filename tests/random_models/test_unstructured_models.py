"""Whatever is drawn, however tangled: it never goes on where it has ended, and a restart changes nothing."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.bpmn.machine.run import Run
from engine.bpmn.machine.waiting import awaited_events
from engine.bpmn.program import ConditionalTrigger
from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.bpmn.state import encode
from tests.random_models.saving import Told
from tests.random_models.scale import TIME, tries
from tests.random_models.unstructured_models import TANGLES, Node, files_of
from tests.random_models.walking import wild
from tests.random_models.watching import Watched

STEPS = 150
"""Few, so that a loop that never rests is cut off soon."""
MOST = 60
SEEDS = st.integers(0, 2**16)
pytestmark = TIME


def passes_the_gate(content: bytes) -> bool:
    model, findings = read(content, file="test.bpmn")
    assert not any(finding.is_error for finding in findings), [finding.en for finding in findings]
    assert model is not None
    return not any(finding.is_error for finding in check(model))


def waits_for_a_condition(run: Watched) -> bool:
    """That is nothing that the store keeps a row for."""
    every = Run(run.state, library=run.library, now=run.now, steps=0)
    return any(
        isinstance(trigger, ConditionalTrigger)
        for element in run.state.elements.values()
        for event in awaited_events(every, element)
        for trigger in event.triggers
    )


@tries(150)
@given(tangle=TANGLES, seed=SEEDS)
def test_whatever_happens_a_restart_after_every_step_changes_nothing(
    tangle: tuple[Node, ...], seed: int
) -> None:
    files, told = files_of(tangle), list[str]()

    with Told(files, told):
        assume(passes_the_gate(files[0]))
        stored = wild(files, seed=seed, reload=True, most=MOST, told=told, steps=STEPS)
        in_memory = wild(files, seed=seed, reload=False, most=MOST, told=[], steps=STEPS)

        assert stored.moves == in_memory.moves
        assert stored.effects == in_memory.effects
        assert encode(stored.state) == encode(in_memory.state)
        assert stored.ended is not None or stored.rows or waits_for_a_condition(stored), (
            "it waits for nothing"
        )


@tries(60)
@given(tangle=TANGLES, seed=SEEDS, moves=st.integers(0, 20))
def test_canceling_at_any_point_closes_everything(tangle: tuple[Node, ...], seed: int, moves: int) -> None:
    files, told = files_of(tangle), list[str]()

    with Told(files, told):
        assume(passes_the_gate(files[0]))
        run = wild(files, seed=seed, reload=True, most=moves, told=told, steps=STEPS)
        if run.ended is None:
            run.cancel()

        assert run.rows == []
        assert None not in run.children.values()
