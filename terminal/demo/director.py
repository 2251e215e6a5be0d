"""Plays the script: reports the cases, and does what clerks, area heads, operators and citizens do,
through the same commands the CLI uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.simulator.control import SimulatorControl
from engine.clock import monotonic
from engine.commands.cases import StartCase
from engine.commands.clocks import PauseClocks, ResumeClocks
from engine.commands.incidents import ResolveIncident
from engine.commands.messages import PublishMessage
from engine.commands.user_tasks import ClaimUserTask, CompleteUserTask, ReturnUserTask
from engine.errors import Forbidden, InvalidState
from engine.facade import Engine
from engine.model.pauses import PauseReason
from engine.model.user_tasks import Actor, offered_to
from engine.views.cases import ShowCase
from engine.views.operations import IncidentList
from engine.views.tasks import Actors, TaskLine, Worklist
from engine.views.waiting import Waiting
from terminal.demo.script import (
    CASES,
    PROCESS,
    USUAL,
    Act,
    Complete,
    Fault,
    Hold,
    Return,
    ScriptedCase,
    Shelve,
)

SHELVED_SECONDS = 6.0
INCIDENT_SECONDS = 4.0
"""How long an incident is left to be seen before the operator mends it."""
STEPS_PER_ROUND = 2
AREA_HEAD = "shift.cityops.1"
OPERATOR = "operator"
EVALUATION = "evaluation_received"

Tell = Callable[[str, str], None]
"""Told (case number, what was done) of each step."""


@dataclass(slots=True)
class RunningCase:
    number: str
    script: ScriptedCase
    visits: dict[str, int] = field(default_factory=dict)
    shelved_at: float | None = None
    was_shelved: bool = False
    incident_seen_at: float | None = None
    ended: bool = False


class Director:
    def __init__(
        self,
        engine: Engine,
        *,
        area: str,
        simulator: SimulatorControl,
        tell: Tell,
        leave_to_timer: frozenset[int],
    ) -> None:
        """`leave_to_timer`: places in the script whose evaluation nobody sends."""
        self._engine = engine
        self._area = area
        self._simulator = simulator
        self._tell = tell
        self._leave_to_timer = leave_to_timer
        self._actors = [
            Actor(row.id, row.name, row.department, frozenset(row.roles)) for row in engine.ask(Actors())
        ]
        self._unreported = list(enumerate(CASES))
        self._silent: set[str] = set()
        self.cases: dict[str, RunningCase] = {}

    @property
    def finished(self) -> bool:
        return not self._unreported and all(case.ended for case in self.cases.values())

    def play_round(self, waiting: Mapping[str, Waiting]) -> None:
        """A few steps. `waiting` is what the open cases wait for, by case number."""
        for number, case in self.cases.items():
            case.ended = number not in waiting
        self._mend_incidents()
        self._resume_shelved()
        self._evaluate(waiting)
        self._work()
        self._report_next()

    # --- citizens and patrols --------------------------------------------------------------------

    def _report_next(self) -> None:
        if not self._unreported:
            return
        place, script = self._unreported.pop(0)
        command = StartCase(
            PROCESS,
            script.variables,
            area=self._area,
            title=f"{script.subclass} · {script.address}",
            actor="reporter",
        )
        number = str(self._engine.do(command)["case_number"])
        self.cases[number] = RunningCase(number, script)
        if place in self._leave_to_timer:
            self._silent.add(number)
        if script.fault is not None:
            self._program(number, script.fault)
        self._tell(number, f"上报 reported: {script.subclass}")

    def _program(self, number: str, fault: Fault) -> None:
        self._simulator.program(
            department=fault.department,
            status=fault.status,
            times=fault.times,
            case_number=number,
            body=dict(fault.body),
        )

    def _evaluate(self, waiting: Mapping[str, Waiting]) -> None:
        for number, waits in waiting.items():
            asked = any(subscription.message_name == EVALUATION for subscription in waits.subscriptions)
            if number in self.cases and asked and number not in self._silent:
                self._engine.do(PublishMessage(EVALUATION, number, {"satisfaction": 1}, actor="reporter"))
                self._tell(number, "好差评 evaluated: 非常满意")

    # --- operators -------------------------------------------------------------------------------

    def _mend_incidents(self) -> None:
        for incident in self._engine.ask(IncidentList()):
            case = self.cases.get(incident.case_number)
            if case is None or case.script.fault is None:
                continue
            if case.incident_seen_at is None:
                case.incident_seen_at = monotonic()
                self._tell(case.number, f"事件 incident: {incident.message[:60]}")
            elif monotonic() - case.incident_seen_at >= INCIDENT_SECONDS:
                self._simulator.lift(department=case.script.fault.department)
                self._engine.do(ResolveIncident(incident.id, actor=OPERATOR))
                case.incident_seen_at = None
                self._tell(case.number, "运维恢复接口并重试 operator resolved the incident")

    # --- area heads ------------------------------------------------------------------------------

    def _shelve(self, case: RunningCase, document: str) -> None:
        self._engine.do(PauseClocks(case.number, PauseReason.SHELVED, document, actor=AREA_HEAD))
        case.shelved_at = monotonic()
        case.was_shelved = True
        self._tell(case.number, "挂账，时限暂停 shelved, clock paused")

    def _resume_shelved(self) -> None:
        for case in self.cases.values():
            if case.shelved_at is not None and monotonic() - case.shelved_at >= SHELVED_SECONDS:
                self._engine.do(ResumeClocks(case.number, PauseReason.SHELVED, actor=AREA_HEAD))
                case.shelved_at = None
                self._tell(case.number, "恢复计时 clock resumed")

    # --- clerks ----------------------------------------------------------------------------------

    def _work(self) -> None:
        done = 0
        for task in self._engine.ask(Worklist(limit=200)):
            case = self.cases.get(task.case_number)
            if case is not None and done < STEPS_PER_ROUND:
                done += self._do(case, task)

    def _do(self, case: RunningCase, task: TaskLine) -> bool:
        act = self._act(case, task.element_id)
        if isinstance(act, Shelve):
            if not case.was_shelved:
                self._shelve(case, act.document)
                return True
            if case.shelved_at is not None:
                return False
            act = act.then
        if isinstance(act, Hold):
            if not self._has_fired(case.number, act.until_rung):
                return False
            act = act.then
        actor = self._claim(task)
        if actor is None:
            return False
        if isinstance(act, Return):
            self._engine.do(ReturnUserTask(task.id, act.reason, actor=actor.id))
            self._tell(case.number, f"{actor.name} 退单 returned: {act.reason}")
        else:
            self._engine.do(CompleteUserTask(task.id, act.values, actor=actor.id))
            self._tell(case.number, f"{actor.name} 办结环节 completed: {task.name}")
        case.visits[task.element_id] = case.visits.get(task.element_id, 0) + 1
        return True

    def _act(self, case: RunningCase, element_id: str) -> Act:
        scripted = case.script.acts.get(element_id, ())
        visit = case.visits.get(element_id, 0)
        return scripted[visit] if visit < len(scripted) else USUAL.get(element_id, Complete({}))

    def _has_fired(self, number: str, rung: str) -> bool:
        escalations = self._engine.ask(ShowCase(number)).escalations
        return any(entry.rung == rung and entry.state == "FIRED" for entry in escalations)

    def _claim(self, task: TaskLine) -> Actor | None:
        """The first candidate whom the rules let have it: four-eyes may keep some out."""
        for actor in self._actors:
            if offered_to(task.roles, task.department, actor):
                try:
                    self._engine.do(ClaimUserTask(task.id, actor=actor.id))
                except (Forbidden, InvalidState):
                    continue
                return actor
        return None
