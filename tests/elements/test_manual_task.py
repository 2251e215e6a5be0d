"""BPMN 2.0.2, 10.3.4.3: manual task, and 10.3.3: task without a type."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import EnterStage
from tests.elements.drawing import node, process, sequence, user_task
from tests.elements.driver import Dry


@pytest.mark.parametrize("tag", ["manualTask", "task"])
def test_it_passes_at_once_since_nobody_reports_its_end(tag: str) -> None:
    run = Dry(process(sequence(("carry", node(tag, "carry")), ("next", user_task("next")))))

    assert run.moves[:3] == ["=start", "=carry", "+next"]
    assert run.waiting == ["next"]


def test_it_still_moves_the_case_to_its_stage() -> None:
    run = Dry(process(sequence(("carry", node("manualTask", "carry", gov_stage="送达")))))

    assert EnterStage("carry", "送达") in run.effects
    assert run.ended is True
