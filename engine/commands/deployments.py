"""Bringing a scenario package in: checked whole, then written in one transaction or not at all.

Not a batch command: it locks no case, and deployments come one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.applying import join
from engine.commands.command import SYSTEM
from engine.commands.gate import CheckedPackage
from engine.commands.start_timers import PlannedStart
from engine.findings import Finding
from engine.ids import IdSource
from engine.model.scenario_package import ORGANISATION_FILE, SCENARIO_FILE
from engine.store.database import Connection, execute


@dataclass(frozen=True, slots=True)
class DeployPackage:
    """`files` is path within the package -> content."""

    files: Mapping[str, bytes]
    actor: str = SYSTEM


@dataclass(frozen=True, slots=True)
class Deployment:
    """`definitions` are (kind, key, version); empty if these very files were deployed before."""

    id: int
    scenario: str
    version: str
    repeated: bool
    definitions: tuple[tuple[str, str, int], ...]
    findings: tuple[Finding, ...]


def package_sha256(files: Mapping[str, bytes]) -> bytes:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(hashlib.sha256(path.encode()).digest())
        digest.update(hashlib.sha256(files[path]).digest())
    return digest.digest()


def write_deployment(
    connection: Connection,
    checked: CheckedPackage,
    command: DeployPackage,
    *,
    findings: list[Finding],
    ids: IdSource,
    now: datetime,
) -> Deployment:
    """Within the caller's transaction. The scenario's newest files again are the same deployment."""
    scenario = checked.package.scenario
    sha256 = package_sha256(command.files)
    execute(connection, "lock_deployments")
    known = execute(connection, "find_deployment", {"scenario": scenario.key, "sha256": sha256}).fetchone()
    if known is not None:
        return Deployment(known[0], scenario.key, scenario.version, True, (), tuple(findings))
    ((deployment_id,),) = execute(connection, "next_deployment_id").fetchall()
    execute(
        connection,
        "insert_deployment",
        {
            "id": deployment_id,
            "scenario": scenario.key,
            "version": scenario.version,
            "sha256": sha256,
            "actor": command.actor,
            "now": now,
        },
    )
    _write_resources(connection, deployment_id, command.files)
    definitions = _write_definitions(connection, deployment_id, checked, ids)
    _write_start_timers(connection, definitions, checked.starts, ids)
    keys = [ladder.key for ladder in scenario.ladders]
    execute(
        connection,
        "insert_ladders",
        {"deployment_id": deployment_id, "id": [ids.take() for _ in keys], "key": keys},
    )
    _write_organisation(connection, checked)
    return Deployment(
        deployment_id,
        scenario.key,
        scenario.version,
        False,
        tuple((kind, key, version) for kind, _id, key, version in definitions),
        tuple(findings),
    )


def _write_resources(connection: Connection, deployment_id: int, files: Mapping[str, bytes]) -> None:
    paths = sorted(files)
    execute(
        connection,
        "insert_resources",
        {
            "deployment_id": deployment_id,
            "path": paths,
            "kind": [_kind(path) for path in paths],
            "content": [files[path] for path in paths],
        },
    )


def _kind(path: str) -> str:
    if path == SCENARIO_FILE:
        return "SCENARIO"
    if path == ORGANISATION_FILE:
        return "ORGANISATION"
    if path.startswith("adapters/"):
        return "ADAPTER"
    for ending, kind in ((".bpmn", "PROCESS"), (".dmn", "DECISION"), (".form.json", "FORM")):
        if path.endswith(ending):
            return kind
    return "OTHER"


def _write_definitions(
    connection: Connection, deployment_id: int, checked: CheckedPackage, ids: IdSource
) -> list[tuple[str, int, str, int]]:
    """Kind, id, key and version of each."""
    found: dict[str, list[tuple[str, str, str]]] = {
        "process": [
            (process.id, process.name or process.id, path)
            for path, definitions in checked.processes.items()
            for process in definitions.processes
            if process.is_executable
        ],
        "decision": [
            (decision.id, decision.name or decision.id, path)
            for path, model in checked.decisions.items()
            for decision in model.invocables.values()
        ],
        "form": [(form.id, form.id, path) for path, form in checked.forms.items()],
    }
    written: list[tuple[str, int, str, int]] = []
    for kind, entries in found.items():
        arguments: dict[str, Any] = {
            "deployment_id": deployment_id,
            "id": [ids.take() for _ in entries],
            "key": [key for key, _, _ in entries],
            "name": [name for _, name, _ in entries],
            "path": [path for _, _, path in entries],
            "scenario": [checked.package.scenario.key for _ in entries],
        }
        if kind == "process":
            scenario = checked.package.scenario
            arguments["runtime"] = [scenario.runtime_of(key).value for key, _, _ in entries]
        for definition_id, key, version in execute(connection, f"insert_{kind}_definitions", arguments):
            written.append((kind, definition_id, key, version))
    return written


def _write_start_timers(
    connection: Connection,
    definitions: list[tuple[str, int, str, int]],
    starts: Sequence[PlannedStart],
    ids: IdSource,
) -> None:
    processes = {
        key: definition_id for kind, definition_id, key, _version in definitions if kind == "process"
    }
    execute(connection, "cancel_start_timers", {"key": sorted(processes)})
    if not starts:
        return
    execute(
        connection,
        "insert_start_timers",
        {
            "id": [ids.take() for _ in starts],
            "definition_id": [processes[start.process_id] for start in starts],
            "node": [start.node for start in starts],
            "element_id": [start.element_id for start in starts],
            "due_at": [start.due_at for start in starts],
            "cycle": [start.cycle for start in starts],
        },
    )
    execute(connection, "wake_workers")


def _write_organisation(connection: Connection, checked: CheckedPackage) -> None:
    organisation = checked.package.organisation
    if organisation is None:
        return
    departments = list(organisation.departments.values())
    execute(
        connection,
        "upsert_departments",
        {
            "code": [department.code for department in departments],
            "name_zh": [department.name.zh for department in departments],
            "name_en": [department.name.en for department in departments],
            "level": [department.level.value for department in departments],
            "area": [department.area for department in departments],
            "external": [department.external for department in departments],
        },
    )
    actors = list(organisation.actors.values())
    execute(
        connection,
        "upsert_actors",
        {
            "id": [actor.id for actor in actors],
            "name": [actor.name for actor in actors],
            "department": [actor.department for actor in actors],
            "roles": [join(actor.roles) for actor in actors],
        },
    )
