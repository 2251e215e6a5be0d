"""References from one file to what is deployed beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.declarations import LATEST, Binding, BindingKind, Extensions
from engine.bpmn.model import Definitions, NodeKind, Process
from engine.bpmn.rules.calls import CallCycle, call_cycles, calls_of
from engine.bpmn.rules.drawing import Drawing, draw
from engine.bpmn.rules.rule import Problem, to_finding
from engine.findings import Finding, Severity

Known = Collection[str] | None
"""None: not known here, so nothing is said about it."""
Versions = Mapping[str, Collection[int]] | None
"""Id -> the versions that are deployed already; None: not known here."""


@dataclass(frozen=True, slots=True)
class _Reference:
    element_id: str
    line: int | None
    kind: str
    name: str
    binding: Binding = LATEST


_WORDS = {
    "process": ("流程", "process"),
    "decision": ("决策", "decision"),
    "form": ("表单", "form"),
    "job-type": ("部门接口（job type）", "job type"),
    "limit": ("时限", "time limit"),
    "ladder": ("升级阶梯", "escalation ladder"),
    "role": ("角色", "role"),
}

_SHOWN = 6
"""Calls that a message names."""

RULE_IDS = (
    *(f"unknown-{kind}" for kind in _WORDS),
    "duplicate-process",
    "called-process-start",
    "endless-call-cycle",
    "call-cycle",
)


def check_deployment(
    definitions_list: Sequence[Definitions],
    *,
    known_processes: Known = None,
    known_decisions: Known = None,
    known_forms: Known = None,
    known_job_types: Known = None,
    known_limits: Known = None,
    known_ladders: Known = None,
    known_roles: Known = None,
    process_versions: Versions = None,
    decision_versions: Versions = None,
    decisions_beside: Known = None,
) -> list[Finding]:
    """Findings for literal references to nothing; those by FEEL are decided while a case runs.

    Processes of `definitions_list` are known without being named; `decisions_beside` are the decisions
    of the same deployment, for `gov:binding="deployment"`. A version number is looked up in
    `process_versions` and `decision_versions`: what is deployed now cannot be bound to by number.
    Linear in the size of the files.
    """
    drawings = [draw(definitions) for definitions in definitions_list]
    own = {process.id for drawing in drawings for process in drawing.processes}
    known = {
        "process": None if known_processes is None else own.union(known_processes),
        "decision": known_decisions,
        "form": known_forms,
        "job-type": known_job_types,
        "limit": known_limits,
        "ladder": known_ladders,
        "role": known_roles,
    }
    bound = _Bound(
        beside={"process": own, "decision": decisions_beside},
        versions={"process": process_versions, "decision": decision_versions},
    )
    findings = list(_duplicate_processes(drawings))
    uncallable = _uncallable_processes(drawings)
    for drawing in drawings:
        for reference in _references(drawing):
            names = known[reference.kind]
            if names is not None and reference.name not in names:
                findings.append(_unknown(reference, drawing.file))
            elif bound.is_missing(reference):
                findings.append(_unbound(reference, drawing.file))
            elif reference.kind == "process" and reference.name in uncallable:
                findings.append(_uncallable(reference, drawing.file))
    findings.extend(_cycles(drawings))
    return findings


@dataclass(frozen=True, slots=True)
class _Bound:
    beside: Mapping[str, Known]
    versions: Mapping[str, Versions]

    def is_missing(self, reference: _Reference) -> bool:
        """Whether the version that the binding means is not there."""
        binding = reference.binding
        if binding.kind is BindingKind.DEPLOYMENT:
            beside = self.beside[reference.kind]
            return beside is not None and reference.name not in beside
        if binding.kind is BindingKind.VERSION:
            versions = self.versions[reference.kind]
            return versions is not None and binding.version not in versions.get(reference.name, ())
        return False


def _references(drawing: Drawing) -> Iterator[_Reference]:
    for process in drawing.processes:
        yield from _of_extensions(process.id, process.line, process.extensions)
    for node in drawing.nodes():
        if node.called_element is not None and not node.called_element.startswith("="):
            yield _Reference(node.id, node.line, "process", node.called_element, node.extensions.binding)
        yield from _of_extensions(node.id, node.line, node.extensions)


def _of_extensions(element_id: str, line: int | None, extensions: Extensions) -> Iterator[_Reference]:
    if extensions.decision is not None:
        yield _Reference(element_id, line, "decision", extensions.decision, extensions.binding)
    if extensions.form is not None:
        yield _Reference(element_id, line, "form", extensions.form)
    if extensions.job is not None and not extensions.job.job_type.startswith("="):
        yield _Reference(element_id, line, "job-type", extensions.job.job_type)
    for clock in extensions.clocks:
        if not clock.limit.startswith("="):
            yield _Reference(element_id, clock.line, "limit", clock.limit)
        if clock.ladder is not None:
            yield _Reference(element_id, clock.line, "ladder", clock.ladder)
    for role in extensions.assignment.roles if extensions.assignment else ():
        yield _Reference(element_id, line, "role", role)


def _unknown(reference: _Reference, file: str) -> Finding:
    zh, en = _WORDS[reference.kind]
    problem = Problem(
        reference.element_id,
        reference.line,
        f"没有名为 {reference.name} 的{zh}",
        f"There is no {en} named {reference.name}",
        "请检查名称，或一并部署它",
        "Check the name, or deploy it as well",
    )
    return to_finding(problem, rule=f"unknown-{reference.kind}", severity=Severity.ERROR, file=file)


def _unbound(reference: _Reference, file: str) -> Finding:
    zh, en = _WORDS[reference.kind]
    binding = reference.binding
    if binding.kind is BindingKind.VERSION:
        which_zh, which_en = f"没有第 {binding.version} 版", f"has no version {binding.version}"
        mend_zh, mend_en = "请改用已部署的版本号，或 latest", "Use a version that is deployed, or latest"
    else:
        which_zh, which_en = "不在这次部署里", "is not part of this deployment"
        mend_zh, mend_en = "请一并部署它，或改用 latest", "Deploy it as well, or use latest"
    problem = Problem(
        reference.element_id,
        reference.line,
        f"{zh} {reference.name} {which_zh}",
        f"The {en} {reference.name} {which_en}",
        mend_zh,
        mend_en,
    )
    return to_finding(problem, rule=f"unknown-{reference.kind}", severity=Severity.ERROR, file=file)


def _uncallable(reference: _Reference, file: str) -> Finding:
    problem = Problem(
        reference.element_id,
        reference.line,
        f"被调用的流程 {reference.name} 没有空开始事件，无法被调用",
        f"The called process {reference.name} has no none start event, so it cannot be called",
        "请给它添加一个空开始事件",
        "Give it a none start event",
    )
    return to_finding(problem, rule="called-process-start", severity=Severity.ERROR, file=file)


def _duplicate_processes(drawings: Sequence[Drawing]) -> Iterator[Finding]:
    files: dict[str, str] = {}
    for drawing in drawings:
        for process in drawing.processes:
            first = files.setdefault(process.id, drawing.file)
            if first != drawing.file:
                problem = Problem(
                    process.id,
                    process.line,
                    f"流程 {process.id} 在 {first} 里已经定义",
                    f"The process {process.id} is already defined in {first}",
                    "请改用不同的 id，或只部署其中一个",
                    "Use different ids, or deploy only one of them",
                )
                yield to_finding(
                    problem, rule="duplicate-process", severity=Severity.ERROR, file=drawing.file
                )


def _uncallable_processes(drawings: Sequence[Drawing]) -> set[str]:
    return {
        process.id for drawing in drawings for process in drawing.processes if not _may_be_called(process)
    }


def _may_be_called(process: Process) -> bool:
    """By a none start event, or without any start event at the nodes that no flow leads to."""
    starts = [node for node in process.nodes if node.kind is NodeKind.START_EVENT]
    if not starts:
        return not any(node.instantiate for node in process.nodes)
    return any(not node.events for node in starts)


def _cycles(drawings: Sequence[Drawing]) -> Iterator[Finding]:
    files = {process.id: drawing.file for drawing in drawings for process in drawing.processes}
    calls = [call for drawing in drawings for call in calls_of(drawing)]
    for cycle in call_cycles(calls):
        yield _cycle_finding(cycle, files[cycle.calls[0].process_id])


def _cycle_finding(cycle: CallCycle, file: str) -> Finding:
    first = cycle.calls[0]
    shown = " → ".join([*dict.fromkeys(call.process_id for call in cycle.calls[:_SHOWN])])
    if cycle.is_certain:
        rule, severity = "endless-call-cycle", Severity.ERROR
        zh, en = "每次运行都会再次调用，永远不会结束", "every run calls again, so that it never ends"
    else:
        rule, severity = "call-cycle", Severity.WARNING
        zh, en = (
            "有条件地互相调用；层数过深会成为异常",
            "they call each other by a condition; too deep a call is an incident",
        )
    problem = Problem(
        first.node.id,
        first.node.line,
        f"调用活动构成循环（{shown}）：{zh}",
        f"Call activities lead in a circle ({shown}): {en}",
        "请改为在一个流程内循环，或加上能退出的条件",
        "Turn round within one process instead, or add a condition that ends it",
    )
    return to_finding(problem, rule=rule, severity=severity, file=file)
