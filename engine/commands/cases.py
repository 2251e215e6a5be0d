"""Opening and canceling cases, and changing their data from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.stimuli import CancelProcess, StartProcess
from engine.bpmn.stimuli import SetVariables as Change
from engine.commands.admission import RESERVED, check_input
from engine.commands.applying import drive
from engine.commands.command import Command
from engine.commands.library import DefinitionRef
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, NotFound
from engine.feel import from_json
from engine.model.case_number import case_number
from engine.store.rows import CaseRow

MAX_TITLE = 200
DEFAULT_AREA = "310115"
"""浦东新区, for cases that nobody says the place of. Source: GB/T 2260."""


@dataclass(frozen=True, slots=True)
class StartCase(Command):
    """Open a case and run its process to the first wait state.

    `variables` is a JSON object. `area` is a division code (GB/T 2260) or a short word that the
    scenario's limits know; `channel` a code of GB/T 39046 A.5.
    Value: {"case_number", "case_id"}.
    """

    process_key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    area: str = DEFAULT_AREA
    channel: str = "9"
    title: str | None = None
    applicant: str | None = None

    def aim(self, targets: Targets) -> None:
        targets.new_cases += 1

    def apply(self, work: Work) -> Mapping[str, Any]:
        definition_id = work.library.latest_process(self.process_key)
        if definition_id is None:
            raise NotFound(f"Expected a deployed process {self.process_key!r}, but there is none.")
        ref = work.library.process_ref(definition_id)
        if not work.library.program(definition_id).starts:
            raise NotFound(
                f"Expected process {self.process_key!r} to begin when asked, but it begins by events only."
            )
        return open_case(work, self, ref)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a case begins with if nobody asks for it: one of the first three. `facts` say so in its
    journal."""

    message_name: str | None = None
    signal_name: str | None = None
    timer_node: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


_ASKED_FOR = Occasion()


def open_case(
    work: Work, command: StartCase, ref: DefinitionRef, *, occasion: Occasion = _ASKED_FOR
) -> Mapping[str, Any]:
    check_input(command.variables)
    check_place(area=command.area, channel=command.channel, title=command.title, applicant=command.applicant)
    scenario = work.library.scenario(ref.deployment_id)
    number = case_number(area=command.area, opened_at=work.now, serial=work.serials.pop())
    case = CaseRow(
        id=work.ids.take(),
        case_number=number,
        process_key=ref.key,
        scenario=ref.scenario,
        title=command.title or f"{scenario.name.zh} / {scenario.name.en}",
        area=command.area,
        stage=None,
        card=None,
        state="OPEN",
        root_instance_id=work.ids.take(),
    )
    live = work.open_case(case, definition_id=ref.id)
    live.record(
        "CASE_OPENED",
        actor=command.actor,
        data={
            "process": ref.key,
            "version": ref.version,
            "channel": command.channel,
            "area": command.area,
            **occasion.facts,
        },
    )
    begin = StartProcess(
        ref.id,
        from_json(dict(command.variables)),
        occasion.message_name,
        occasion.signal_name,
        occasion.timer_node,
        facts={"case_number": number, "area": command.area},
    )
    drive(live, begin, actor=command.actor)
    changes = live.changes
    work.writes.add(
        "insert_cases", case.id, number, case.process_key, case.scenario, case.title, case.area,
        command.channel, command.applicant, scenario.lead_department, case.stage, case.state,
        changes.outcome, case.root_instance_id, changes.closed_at,
    )  # fmt: skip
    return {"case_number": number, "case_id": case.id}


def begin_by(
    work: Work,
    ref: DefinitionRef,
    occasion: Occasion,
    *,
    variables: Mapping[str, Any],
    area: str,
    channel: str,
    actor: str,
) -> Mapping[str, Any]:
    """Open a case that nobody waits to hear of. The engine's own variables are the new case's.

    Raises InvalidData if its data cannot be kept: the caller has to say so where it is seen.
    """
    given = {name: value for name, value in variables.items() if name not in RESERVED}
    command = StartCase(ref.key, given, area=area, channel=channel, actor=actor)
    return open_case(work, command, ref, occasion=occasion)


def check_place(*, area: str, channel: str, title: str | None = None, applicant: str | None = None) -> None:
    """Raises InvalidData, one problem per text that a case cannot have."""
    problems: dict[str, str] = {}
    for name, text, longest in (
        ("area", area, 20),
        ("channel", channel, 10),
        ("title", title or "-", MAX_TITLE),
        ("applicant", applicant or "-", MAX_TITLE),
    ):
        if not text.strip() or len(text) > longest or not text.isprintable():
            problems[name] = f"Expected 1 to {longest} printable characters."
    if problems:
        raise InvalidData(problems)


@dataclass(frozen=True, slots=True)
class CancelCase(Command):
    """End a case before its end: everything under way is terminated. Value: {"case_number"}."""

    case_number: str
    reason: str

    def aim(self, targets: Targets) -> None:
        targets.case_numbers.add(self.case_number)

    def apply(self, work: Work) -> Mapping[str, Any]:
        if not self.reason.strip():
            raise InvalidData({"reason": "Expected a reason, since it is kept for the record."})
        live = work.case_numbered(self.case_number)
        drive(live, CancelProcess(), actor=self.actor)
        live.record("CASE_CANCEL_REASON", actor=self.actor, data={"reason": self.reason[:1000]})
        return {"case_number": self.case_number}


@dataclass(frozen=True, slots=True)
class SetVariables(Command):
    """Correct or add to a case's data; conditional events see it. Value: {"case_number"}.

    The journal keeps the names, not the values.
    """

    case_number: str
    variables: Mapping[str, Any]

    def aim(self, targets: Targets) -> None:
        targets.case_numbers.add(self.case_number)

    def apply(self, work: Work) -> Mapping[str, Any]:
        if not self.variables:
            raise InvalidData({"variables": "Expected at least one variable, but got none."})
        check_input(self.variables)
        live = work.case_numbered(self.case_number)
        live.record("VARIABLES_SET", actor=self.actor, data={"names": sorted(self.variables)})
        drive(live, Change(from_json(dict(self.variables))), actor=self.actor)
        return {"case_number": self.case_number}
