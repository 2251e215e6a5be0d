"""The deployed definitions, compiled once and kept: what runs, decides, asks and limits.

Definitions never change once deployed, so anything kept by its id stays true; only which version is
the newest is looked up again when a deployment has happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

from engine.bpmn.compiler import compile_process
from engine.bpmn.program import Program
from engine.bpmn.reader import read
from engine.commands.gate import Deployed
from engine.dmn import Decision, read_decisions
from engine.errors import DefinitionRefused, NotFound
from engine.model.calendars import WorkCalendar, calendar_for
from engine.model.forms import Form, read_form
from engine.model.ladders import Ladder
from engine.model.scenario import Scenario, read_scenario
from engine.model.scenario_package import SCENARIO_FILE
from engine.store.database import Connection, Cursor, Database, execute

CALENDAR_VERSION = "cn-1"
"""Of the national calendar alone. With overlays: "cn-1+<deployment id>"."""


@dataclass(frozen=True, slots=True)
class DefinitionRef:
    """Where a definition's text is kept."""

    id: int
    key: str
    version: int
    scenario: str
    deployment_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest active version of everything, as of one deployment."""

    deployment_id: int = -1
    processes: Mapping[str, DefinitionRef] = field(default_factory=dict)
    decisions: Mapping[str, DefinitionRef] = field(default_factory=dict)
    forms: Mapping[str, DefinitionRef] = field(default_factory=dict)


class DefinitionLibrary:
    """Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = RLock()
        self._newest = Newest()
        self._refs: dict[int, DefinitionRef] = {}
        self._programs: dict[int, Program] = {}
        self._decisions: dict[int, Decision] = {}
        self._forms: dict[int, Form] = {}
        self._scenarios: dict[int, Scenario] = {}
        self._ladders: dict[int, tuple[str, Ladder]] = {}
        self._ladder_ids: dict[int, dict[str, int]] = {}
        self._calendars: dict[tuple[str, str], WorkCalendar] = {}

    def refresh(self, connection: Connection) -> None:
        """Notice deployments made since the last look."""
        self.notice(self.look(connection), connection)

    def look(self, connection: Connection) -> Cursor:
        """Ask which deployment is the latest; the answer goes to `notice`."""
        return execute(connection, "latest_deployment")

    def notice(self, answer: Cursor, connection: Connection) -> None:
        row = answer.fetchone()
        latest = row[0] if row else 0
        if latest == self._newest.deployment_id:
            return
        found: dict[str, dict[str, DefinitionRef]] = {"PROCESS": {}, "DECISION": {}, "FORM": {}}
        for kind, *fields in execute(connection, "read_definitions"):
            ref = DefinitionRef(*fields)
            found[kind][ref.key] = ref
            if kind == "PROCESS":
                self._refs[ref.id] = ref
        self._newest = Newest(latest, found["PROCESS"], found["DECISION"], found["FORM"])

    def deployed(self, connection: Connection) -> Deployed:
        """What a new package finds beside it."""
        newest = self._newest
        contracts = execute(connection, "read_resources_of_kind", {"kind": "ADAPTER"})
        return Deployed(
            processes=_owners(newest.processes),
            decisions=_owners(newest.decisions),
            forms=_owners(newest.forms),
            contracts={f"{scenario}/{path}": bytes(text) for _id, path, text, scenario in contracts},
        )

    # --- processes -------------------------------------------------------------------------------

    def latest_process(self, process_id: str) -> int | None:
        ref = self._newest.processes.get(process_id)
        return None if ref is None else ref.id

    def process_ref(self, definition_id: int) -> DefinitionRef:
        with self._lock:
            ref = self._refs.get(definition_id)
            if ref is None:
                ref = self._refs[definition_id] = self._read_ref(definition_id)
            return ref

    def program(self, definition_id: int) -> Program:
        with self._lock:
            program = self._programs.get(definition_id)
            if program is None:
                ref = self.process_ref(definition_id)
                definitions, findings = read(self._content(ref), file=ref.path)
                if definitions is None:
                    raise DefinitionRefused(findings)
                process = next(p for p in definitions.processes if p.id == ref.key)
                program = self._programs[definition_id] = compile_process(definitions, process)
            return program

    def process_started_by(self, message_name: str) -> DefinitionRef | None:
        """The process with a start event for the message; None if there is none."""
        for ref in self._newest.processes.values():
            if message_name in self.program(ref.id).message_starts:
                return ref
        return None

    # --- decisions and forms ---------------------------------------------------------------------

    def latest_decision(self, decision_id: str) -> Decision | None:
        ref = self._newest.decisions.get(decision_id)
        if ref is None:
            return None
        with self._lock:
            decision = self._decisions.get(ref.id)
            if decision is None:
                model, findings = read_decisions(self._content(ref), file=ref.path)
                if model is None:
                    raise DefinitionRefused(findings)
                decision = self._decisions[ref.id] = model.decisions[ref.key]
            return decision

    def latest_form(self, key: str) -> Form | None:
        ref = self._newest.forms.get(key)
        if ref is None:
            return None
        with self._lock:
            form = self._forms.get(ref.id)
            if form is None:
                form, findings = read_form(self._content(ref), file=ref.path)
                if form is None:
                    raise DefinitionRefused(findings)
                self._forms[ref.id] = form
            return form

    # --- limits, ladders, calendars --------------------------------------------------------------

    def scenario(self, deployment_id: int) -> Scenario:
        with self._lock:
            scenario = self._scenarios.get(deployment_id)
            if scenario is None:
                content = self._database.scalar(
                    "read_resource", {"deployment_id": deployment_id, "path": SCENARIO_FILE}
                )
                if content is None:
                    raise NotFound(
                        f"Expected deployment {deployment_id} to have a scenario, but it has none."
                    )
                scenario, findings = read_scenario(bytes(content), file=SCENARIO_FILE)
                if scenario is None:
                    raise DefinitionRefused(findings)
                self._scenarios[deployment_id] = scenario
            return scenario

    def current_deployment(self, scenario_key: str) -> int:
        """The newest deployment of the scenario: its limits hold for clocks that start now."""
        return max(
            ref.deployment_id for ref in self._newest.processes.values() if ref.scenario == scenario_key
        )

    def ladder_id(self, deployment_id: int, key: str) -> int | None:
        with self._lock:
            known = self._ladder_ids.get(deployment_id)
            if known is None:
                with self._database.side_connection() as connection:
                    rows = execute(connection, "read_ladders_of", {"deployment_id": deployment_id}).fetchall()
                known = self._ladder_ids[deployment_id] = {ladder_key: row_id for row_id, ladder_key in rows}
            return known.get(key)

    def ladder(self, ladder_id: int) -> Ladder:
        with self._lock:
            if ladder_id not in self._ladders:
                with self._database.side_connection() as connection:
                    row = execute(connection, "load_ladders", {"ids": [ladder_id]}).fetchone()
                if row is None:
                    raise NotFound(f"Expected a ladder {ladder_id}, but there is none.")
                _id, deployment_id, key = row
                ladder = self.scenario(deployment_id).ladder(key)
                if ladder is None:
                    raise NotFound(
                        f"Expected a ladder {key!r} in deployment {deployment_id}, but there is none."
                    )
                self._ladders[ladder_id] = (key, ladder)
            return self._ladders[ladder_id][1]

    def calendar_version(self, deployment_id: int) -> str:
        """The version of the calendar that clocks of this deployment reckon with."""
        if self.scenario(deployment_id).calendars:
            return f"{CALENDAR_VERSION}+{deployment_id}"
        return CALENDAR_VERSION

    def calendar(self, version: str, *, area: str) -> WorkCalendar:
        """The national calendar, with the overlays of the deployment that `version` names."""
        with self._lock:
            calendar = self._calendars.get((version, area))
            if calendar is None:
                _, _, deployment = version.partition("+")
                named = self.scenario(int(deployment)).calendars if deployment else ()
                overlays = [entry.overlay for entry in named]
                calendar = calendar_for(area=area, version=version, overlays=overlays)
                self._calendars[version, area] = calendar
            return calendar

    # --- texts -----------------------------------------------------------------------------------

    def _read_ref(self, definition_id: int) -> DefinitionRef:
        with self._database.side_connection() as connection:
            row = execute(connection, "read_process_definition", {"id": definition_id}).fetchone()
        if row is None:
            raise NotFound(f"Expected a process definition {definition_id}, but there is none.")
        return DefinitionRef(*row)

    def _content(self, ref: DefinitionRef) -> bytes:
        content = self._database.scalar(
            "read_resource", {"deployment_id": ref.deployment_id, "path": ref.path}
        )
        if content is None:
            raise NotFound(f"Expected {ref.path} in deployment {ref.deployment_id}, but it is not there.")
        return bytes(content)


def _owners(refs: Mapping[str, DefinitionRef]) -> dict[str, str]:
    return {key: ref.scenario for key, ref in refs.items()}
