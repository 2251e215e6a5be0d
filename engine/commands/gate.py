"""The upload gate for a whole scenario package: every finding of every file, then what the files
say of each other. A package with an error is refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.bpmn.model import Definitions
from engine.bpmn.reader import read
from engine.bpmn.rules import check, check_deployment
from engine.dmn import DecisionModel, read_decisions
from engine.findings import Finding
from engine.model.forms import Form, read_form
from engine.model.scenario_package import Package, read_package
from engine.ports import ContractReader


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """A package without errors, read. Mappings are by path."""

    package: Package
    processes: Mapping[str, Definitions]
    decisions: Mapping[str, DecisionModel]
    forms: Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is deployed already and may be referred to."""

    processes: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()


def check_process(content: bytes, *, file: str) -> tuple[Definitions | None, list[Finding]]:
    """One BPMN file by itself: the reader's findings, then the rules'."""
    definitions, findings = read(content, file=file)
    if definitions is not None:
        findings = findings + check(definitions)
    return definitions, findings


def check_package(
    files: Mapping[str, bytes], *, contracts: ContractReader, deployed: Deployed
) -> tuple[CheckedPackage | None, list[Finding]]:
    """The package if nothing in it is an error, and all findings. `files` is path -> content."""
    package, findings = read_package(files)
    if package is None:
        return None, findings
    processes: dict[str, Definitions] = {}
    for path, content in package.processes.items():
        definitions, found = check_process(content, file=path)
        findings += _in_file(found, path)
        if definitions is not None:
            processes[path] = definitions
    decisions: dict[str, DecisionModel] = {}
    for path, content in package.decisions.items():
        model, found = read_decisions(content, file=path)
        findings += _in_file(found, path)
        if model is not None:
            decisions[path] = model
    forms: dict[str, Form] = {}
    for path, content in package.forms.items():
        form, found = read_form(content, file=path)
        findings += _in_file(found, path)
        if form is not None:
            forms[path] = form
    job_types, found = contracts.read(package.adapters)
    findings += found
    if not any(finding.is_error for finding in findings):
        findings += _references(package, processes, decisions, forms, job_types, deployed)
    if any(finding.is_error for finding in findings):
        return None, findings
    return CheckedPackage(package, processes, decisions, forms), findings


def _references(
    package: Package,
    processes: Mapping[str, Definitions],
    decisions: Mapping[str, DecisionModel],
    forms: Mapping[str, Form],
    job_types: frozenset[str],
    deployed: Deployed,
) -> list[Finding]:
    scenario = package.scenario
    return check_deployment(
        list(processes.values()),
        known_processes=deployed.processes,
        known_decisions=deployed.decisions.union(*(model.decisions for model in decisions.values())),
        known_forms=deployed.forms.union(form.id for form in forms.values()),
        known_job_types=job_types,
        known_limits={limit.key for limit in scenario.time_limits},
        known_ladders={ladder.key for ladder in scenario.ladders},
        known_roles=package.organisation.roles() if package.organisation else None,
    )


def _in_file(findings: Iterable[Finding], path: str) -> list[Finding]:
    return [finding if finding.file else replace(finding, file=path) for finding in findings]
