"""A dry run that looks at every single move while the state is as it tells."""

from __future__ import annotations

from typing import Any

from engine.bpmn.effects import Move
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.state import Phase, State
from tests.elements.driver import Dry

_GOES_ON = (Move.ENTERED, Move.PASSED, Move.TOOK)


class _Path(list[Moved]):
    """Fails as soon as something goes on in a scope that has ended, or whose owner has."""

    def __init__(self, run: Watched, state: State | None) -> None:
        super().__init__()
        self.run = run
        self.state = state

    def append(self, moved: Moved) -> None:
        super().append(moved)
        self.run.watch(moved)
        if self.state is None or moved[0] not in _GOES_ON:
            return
        scope = self.state.scopes.get(moved[3])
        assert scope is not None, f"{moved} although its scope has ended"
        while scope.owner:
            assert scope.owner in self.state.elements, f"{moved} although what is around it has ended"
            scope = self.state.scopes[scope.parent]


class Watched(Dry):
    """Each element is entered once, and left or terminated once; nothing goes on after an end."""

    def __init__(self, *files: bytes, **options: Any) -> None:
        self.entered: dict[int, tuple[str, int]] = {}
        self.over: set[int] = set()
        super().__init__(*files, **options)

    def new_path(self) -> list[Moved]:
        return _Path(self, self._state)

    def step(self, stimulus: Any) -> None:
        super().step(stimulus)
        for key, (element_id, scope) in self.entered.items():
            element = self.state.elements.get(key)
            # A compensation event that does not wait has left, and stays as the home of what it does.
            is_there = element is not None and element.phase is not Phase.CANCELING
            assert is_there != (key in self.over), (
                f"{element_id} ({key}) is there, or is not, but was told otherwise"
            )
            assert not is_there or self.state.ended is None
            assert key in self.over or scope in self.state.scopes

    def watch(self, moved: Moved) -> None:
        move, element_id, key, scope = moved
        if move in (Move.PASSED, Move.TOOK):
            assert key == 0
        elif move is Move.ENTERED:
            assert key not in self.entered, f"{element_id} was entered twice"
            self.entered[key] = (element_id, scope)
        else:
            assert self.entered.get(key) == (element_id, scope), f"{moved} was never entered there"
            assert key not in self.over, f"{element_id} ended twice"
            self.over.add(key)
