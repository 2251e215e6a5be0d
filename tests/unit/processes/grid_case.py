"""The grid case package as it lies in the repository, and a walk through its process in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import LATEST, Binding
from engine.bpmn.effects import CreateJob, CreateTimer, Effect, EndProcess, RaiseIncident
from engine.bpmn.machine import advance
from engine.bpmn.model import Definitions
from engine.bpmn.program import Program
from engine.bpmn.reader import read
from engine.bpmn.state import State
from engine.bpmn.stimuli import (
    CompleteElement,
    DeliverMessage,
    StartProcess,
    Stimulus,
    ThrowError,
    TriggerTimer,
)
from engine.dmn import Decision, read_decisions
from engine.model.scenario_package import Package, read_package

ROOT = Path(__file__).parents[3] / "processes" / "grid_case_closed_loop"
E = TypeVar("E")

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def package_files() -> dict[str, bytes]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes() for path in ROOT.rglob("*") if path.is_file()
    }


def grid_case_package() -> Package:
    package, findings = read_package(package_files())
    assert package is not None, findings
    return package


def definitions() -> list[Definitions]:
    found = [read(content, file=path)[0] for path, content in grid_case_package().processes.items()]
    return [each for each in found if each is not None]


def grid_dispatch() -> Decision:
    model, findings = read_decisions(grid_case_package().decisions["grid_dispatch.dmn"])
    assert model is not None, findings
    return model.decisions["grid_dispatch"]


class PackageLibrary:
    """The package's own definitions, numbered from 0."""

    def __init__(self) -> None:
        self._programs: list[Program] = [
            compile_process(each, process) for each in definitions() for process in each.processes
        ]
        self._decision = grid_dispatch()

    def program(self, definition_id: int) -> Program:
        return self._programs[definition_id]

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        return next((i for i, each in enumerate(self._programs) if each.process_id == process_id), None)

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Decision | None:
        return self._decision if decision_id == self._decision.id else None


class Walk:
    """One case, moved on by naming the element that is done."""

    def __init__(self, library: PackageLibrary, **variables: Any) -> None:
        self._library = library
        self._state: State | None = None
        self.effects: list[Effect] = []
        definition_id = library.called_process("grid_case_closed_loop", binding=LATEST, caller=-1)
        assert definition_id is not None
        case = {"area": "310115", "case_number": "310115-2026-000001", "address": "一号路", "grid": "G1"}
        self._move(StartProcess(definition_id, {**case, **variables}))

    @property
    def waiting(self) -> list[str]:
        """Ids of the elements that wait for a person, a department, a message or a timer."""
        return sorted(
            self._id_of(key) for key, element in self._live().elements.items() if element.child == 0
        )

    @property
    def variables(self) -> Mapping[str, Any]:
        return self._live().root.variables or {}

    @property
    def outcome(self) -> str | None:
        ends = self.all_of(EndProcess)
        return ends[-1].outcome if ends else None

    def complete(self, element_id: str, **variables: Any) -> Walk:
        return self._move(CompleteElement(self._key_of(element_id), variables))

    def throw(self, element_id: str, code: str, message: str = "") -> Walk:
        return self._move(ThrowError(self._key_of(element_id), code, message))

    def deliver(self, element_id: str, event_id: str, **variables: Any) -> Walk:
        """The message of `event_id`, on which `element_id` waits."""
        return self._move(DeliverMessage(self._key_of(element_id), self._node_of(event_id), variables))

    def time_out(self, element_id: str, event_id: str) -> Walk:
        timer = next(each for each in reversed(self.all_of(CreateTimer)) if each.element_id == event_id)
        node = self._node_of(event_id)
        return self._move(TriggerTimer(self._key_of(element_id), node, timer.due_at, timer.cycle))

    def sign_in(self) -> Walk:
        """From the start of the dispatch to the department's sign-in."""
        return self.complete("dispatch", dispatch_receipt="R1").complete("sign_in")

    def all_of(self, kind: type[E]) -> list[E]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def job_types(self) -> list[str]:
        return [job.job_type for job in self.all_of(CreateJob)]

    def _move(self, stimulus: Stimulus) -> Walk:
        step = advance(self._state, stimulus, library=self._library, now=MONDAY)
        self._state = step.state
        self.effects += step.effects
        assert not self.all_of(RaiseIncident), self.all_of(RaiseIncident)
        return self

    def _live(self) -> State:
        assert self._state is not None
        return self._state

    def _id_of(self, key: int) -> str:
        element = self._live().elements[key]
        scope = self._live().scopes[element.scope]
        return self._library.program(self._live().definition_ids[scope.program]).nodes[element.node].id

    def _key_of(self, element_id: str) -> int:
        return next(key for key in self._live().elements if self._id_of(key) == element_id)

    def _node_of(self, event_id: str) -> int:
        node = self._library.program(self._live().definition_ids[0]).node_named(event_id)
        assert node is not None
        return node.index
