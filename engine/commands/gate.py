"""The upload gate for a whole scenario package: every finding of every file, then what the files
say of each other. A package with an error is refused whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.bpmn.dialects import read_upload
from engine.bpmn.model import Definitions
from engine.bpmn.rules import check, check_deployment
from engine.commands import runtime_choice, start_timers
from engine.commands.runtime_choice import check_runtimes
from engine.commands.start_timers import PlannedStart, plan_starts
from engine.dmn import DecisionModel, check_ids, read_decisions
from engine.findings import Finding, Severity
from engine.model.forms import Form, read_form
from engine.model.scenario_package import Package, read_package
from engine.ports import ContractReader

KEY_OF_ANOTHER_PACKAGE = "key-of-another-package"
RULE_IDS = (KEY_OF_ANOTHER_PACKAGE, *start_timers.RULE_IDS, *runtime_choice.RULE_IDS)


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """A package without errors, read. Mappings are by path."""

    package: Package
    processes: Mapping[str, Definitions]
    decisions: Mapping[str, DecisionModel]
    forms: Mapping[str, Form]
    starts: tuple[PlannedStart, ...] = ()
    """The timers by which its processes begin."""

    @property
    def process_keys(self) -> list[str]:
        return [p.id for each in self.processes.values() for p in each.processes if p.is_executable]

    @property
    def decision_keys(self) -> list[str]:
        return [key for model in self.decisions.values() for key in model.invocables]

    @property
    def form_keys(self) -> list[str]:
        return [form.id for form in self.forms.values()]


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is deployed already and may be referred to."""

    processes: Mapping[str, str] = field(default_factory=dict)
    """Key -> the scenario it belongs to; likewise for decisions and forms."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    contracts: Mapping[str, bytes] = field(default_factory=dict)
    """"<scenario>/<path>" -> content."""
    process_versions: Mapping[str, Collection[int]] = field(default_factory=dict)
    """Key -> the versions that there are; likewise for decisions."""
    decision_versions: Mapping[str, Collection[int]] = field(default_factory=dict)
    runtimes: Mapping[str, str] = field(default_factory=dict)
    """Process key -> the engine that runs its newest version."""

    def joined_by(self, checked: CheckedPackage) -> Deployed:
        """As it will be once the package is deployed too."""
        scenario = checked.package.scenario.key
        adapters = checked.package.adapters
        chosen = {key: checked.package.scenario.runtime_of(key).value for key in checked.process_keys}
        return replace(
            self,
            runtimes={**self.runtimes, **chosen},
            processes={**self.processes, **dict.fromkeys(checked.process_keys, scenario)},
            decisions={**self.decisions, **dict.fromkeys(checked.decision_keys, scenario)},
            forms={**self.forms, **dict.fromkeys(checked.form_keys, scenario)},
            contracts={**self.contracts, **{f"{scenario}/{path}": text for path, text in adapters.items()}},
        )


def check_process(content: bytes, *, file: str) -> tuple[Definitions | None, list[Finding]]:
    """One BPMN file by itself: the reader's findings, then the rules'."""
    definitions, findings = read_upload(content, file=file)
    if definitions is not None:
        findings = findings + check(definitions)
    return definitions, findings


def check_package(
    files: Mapping[str, bytes], *, contracts: ContractReader, deployed: Deployed, now: datetime
) -> tuple[CheckedPackage | None, list[Finding]]:
    """The package if nothing in it is an error, and all findings. `files` is path -> content; timers by
    which processes begin are reckoned from `now`, aware UTC."""
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
        model, found = read_decisions(content, file=path, imports=package.decisions)
        findings += _in_file(found, path)
        if model is not None:
            decisions[path] = model
    findings += check_ids(decisions)
    forms: dict[str, Form] = {}
    for path, content in package.forms.items():
        form, found = read_form(content, file=path)
        findings += _in_file(found, path)
        if form is not None:
            forms[path] = form
    checked = CheckedPackage(package, processes, decisions, forms)
    own = f"{package.scenario.key}/"
    beside = {path: text for path, text in deployed.contracts.items() if not path.startswith(own)}
    job_types, found = contracts.read(package.adapters, beside=beside)
    findings += found
    findings += _taken_keys(checked, deployed)
    if not any(finding.is_error for finding in findings):
        findings += _references(checked, job_types, deployed)
        findings += check_runtimes(processes, package.scenario, deployed=deployed.runtimes)
        starts, found = plan_starts(processes.items(), now=now)
        findings += found
        checked = replace(checked, starts=tuple(starts))
    if any(finding.is_error for finding in findings):
        return None, findings
    return checked, findings


def _taken_keys(checked: CheckedPackage, deployed: Deployed) -> list[Finding]:
    """A package brings new versions of its own definitions only, never of another's."""
    scenario = checked.package.scenario.key
    wanted = (
        ("流程", "process", checked.process_keys, deployed.processes),
        ("决策", "decision", checked.decision_keys, deployed.decisions),
        ("表单", "form", checked.form_keys, deployed.forms),
    )
    return [
        Finding(
            KEY_OF_ANOTHER_PACKAGE,
            Severity.ERROR,
            key,
            None,
            f"{zh} {key!r} 属于场景 {owners[key]}",
            f"Expected a {kind} of this package, but {key!r} belongs to scenario {owners[key]}",
            "请换一个标识",
            "Give it another key",
        )
        for zh, kind, keys, owners in wanted
        for key in keys
        if owners.get(key, scenario) != scenario
    ]


def _references(checked: CheckedPackage, job_types: frozenset[str], deployed: Deployed) -> list[Finding]:
    scenario, organisation = checked.package.scenario, checked.package.organisation
    return check_deployment(
        list(checked.processes.values()),
        known_processes=deployed.processes.keys(),
        known_decisions={*deployed.decisions, *checked.decision_keys},
        known_forms={*deployed.forms, *checked.form_keys},
        known_job_types=job_types,
        known_limits={limit.key for limit in scenario.time_limits},
        known_ladders={ladder.key for ladder in scenario.ladders},
        known_roles=organisation.roles() if organisation else None,
        process_versions=deployed.process_versions,
        decision_versions=deployed.decision_versions,
        decisions_beside=checked.decision_keys,
    )


def _in_file(findings: Iterable[Finding], path: str) -> list[Finding]:
    return [finding if finding.file else replace(finding, file=path) for finding in findings]
