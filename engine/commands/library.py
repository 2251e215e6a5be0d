"""The deployed definitions, compiled once and kept: what runs, decides, asks and limits.

Definitions never change once deployed, so anything kept by its id stays true; only which version is
the newest is looked up again when a deployment has happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import Binding, BindingKind
from engine.bpmn.dialects import read_upload
from engine.bpmn.program import Program
from engine.bpmn.runtime import YISHI, Runtime
from engine.commands.gate import Deployed
from engine.commands.runtimes import runtime_named
from engine.dmn import Invocable, read_decisions
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
    runtime: str
    """Which engine runs it; of processes only."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest active version of everything, as of one deployment."""

    deployment_id: int = -1
    processes: Mapping[str, DefinitionRef] = field(default_factory=dict)
    decisions: Mapping[str, DefinitionRef] = field(default_factory=dict)
    forms: Mapping[str, DefinitionRef] = field(default_factory=dict)
    versions: Mapping[tuple[str, str], tuple[DefinitionRef, ...]] = field(default_factory=dict)
    """(kind, key) -> every active version, oldest first."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What the newest processes begin with, as of one deployment."""

    deployment_id: int
    by_message: Mapping[str, DefinitionRef]
    by_signal: Mapping[str, tuple[DefinitionRef, ...]]


class DefinitionLibrary:
    """Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = RLock()
        self._newest = Newest()
        self._beginnings: Beginnings | None = None
        self._refs: dict[int, DefinitionRef] = {}
        self._programs: dict[int, Program] = {}
        self._decisions: dict[int, Invocable] = {}
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
        versions: dict[tuple[str, str], list[DefinitionRef]] = defaultdict(list)
        found: dict[str, dict[str, DefinitionRef]] = {"PROCESS": {}, "DECISION": {}, "FORM": {}}
        for kind, *fields in execute(connection, "read_definitions"):
            ref = DefinitionRef(*fields)
            found[kind][ref.key] = ref
            versions[kind, ref.key].append(ref)
            if kind == "PROCESS":
                self._refs[ref.id] = ref
        every = {of: tuple(refs) for of, refs in versions.items()}
        self._newest = Newest(latest, found["PROCESS"], found["DECISION"], found["FORM"], every)

    def deployed(self, connection: Connection) -> Deployed:
        """What a new package finds beside it."""
        newest = self._newest
        contracts = execute(connection, "read_resources_of_kind", {"kind": "ADAPTER"})
        return Deployed(
            processes=_owners(newest.processes),
            decisions=_owners(newest.decisions),
            forms=_owners(newest.forms),
            process_versions=_versions(newest, "PROCESS"),
            decision_versions=_versions(newest, "DECISION"),
            runtimes={key: ref.runtime for key, ref in newest.processes.items()},
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
                definitions, findings = read_upload(self._content(ref), file=ref.path)
                if definitions is None:
                    raise DefinitionRefused(findings)
                process = next(p for p in definitions.processes if p.id == ref.key)
                program = self._programs[definition_id] = compile_process(definitions, process)
            return program

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        """The definition id of the version of `process_id` that `binding` means for the definition
        `caller`; None if there is none. Versions for another engine are none: a case runs on one."""
        runtime = self.process_ref(caller).runtime
        ref = self._bound("PROCESS", process_id, binding, caller, runtime=runtime)
        return None if ref is None else ref.id

    def runtime_of(self, definition_id: int) -> Runtime:
        return runtime_named(self.process_ref(definition_id).runtime)

    def process_started_by(self, message_name: str) -> DefinitionRef | None:
        """The process with a start event for the message; None if there is none."""
        return self._begin().by_message.get(message_name)

    def processes_begun_by_signal(self, signal_name: str) -> tuple[DefinitionRef, ...]:
        return self._begin().by_signal.get(signal_name, ())

    def starting_messages(self) -> list[str]:
        """The names of all messages that processes begin with."""
        return sorted(self._begin().by_message)

    def _begin(self) -> Beginnings:
        """Compiles every process that is the newest of its key, once for each deployment."""
        with self._lock:
            newest, known = self._newest, self._beginnings
            if known is not None and known.deployment_id == newest.deployment_id:
                return known
            by_message: dict[str, DefinitionRef] = {}
            by_signal: dict[str, tuple[DefinitionRef, ...]] = defaultdict(tuple)
            for ref in newest.processes.values():
                program = self.program(ref.id)
                for name in program.message_starts:
                    by_message.setdefault(name, ref)
                for name in program.signal_starts:
                    by_signal[name] += (ref,)
            self._beginnings = Beginnings(newest.deployment_id, by_message, dict(by_signal))
            return self._beginnings

    def _bound(
        self, kind: str, key: str, binding: Binding, caller: int, *, runtime: str = YISHI.name
    ) -> DefinitionRef | None:
        versions = [ref for ref in self._newest.versions.get((kind, key), ()) if ref.runtime == runtime]
        if binding.kind is BindingKind.LATEST:
            return versions[-1] if versions else None
        if binding.kind is BindingKind.VERSION:
            return next((ref for ref in versions if ref.version == binding.version), None)
        deployment_id = self.process_ref(caller).deployment_id
        return next((ref for ref in versions if ref.deployment_id == deployment_id), None)

    # --- decisions and forms ---------------------------------------------------------------------

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Invocable | None:
        """Likewise the decision for a business rule task of the definition `caller`."""
        ref = self._bound("DECISION", decision_id, binding, caller)
        if ref is None:
            return None
        with self._lock:
            decision = self._decisions.get(ref.id)
            if decision is None:
                decision = self._decisions[ref.id] = self._read_decision(ref)
            return decision

    def _read_decision(self, ref: DefinitionRef) -> Invocable:
        with self._database.side_connection() as connection:
            rows = execute(connection, "read_decision_files", {"deployment_id": ref.deployment_id})
            files = {path: bytes(content) for path, content in rows}
        model, findings = read_decisions(files[ref.path], file=ref.path, imports=files)
        if model is None:
            raise DefinitionRefused(findings)
        return model.invocables[ref.key]

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


def _versions(newest: Newest, kind: str) -> dict[str, frozenset[int]]:
    return {
        key: frozenset(ref.version for ref in refs)
        for (of_kind, key), refs in newest.versions.items()
        if of_kind == kind
    }


def _owners(refs: Mapping[str, DefinitionRef]) -> dict[str, str]:
    return {key: ref.scenario for key, ref in refs.items()}
