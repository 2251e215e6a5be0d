"""References from one file to what is deployed beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.bpmn.model import Definitions, Extensions, NodeKind
from engine.bpmn.rules.drawing import Drawing, draw
from engine.bpmn.rules.rule import Problem, to_finding
from engine.findings import Finding, Severity

Known = Collection[str] | None
"""None: not known here, so nothing is said about it."""


@dataclass(frozen=True, slots=True)
class _Reference:
    element_id: str
    line: int | None
    kind: str
    name: str


_WORDS = {
    "process": ("流程", "process"),
    "decision": ("决策", "decision"),
    "form": ("表单", "form"),
    "job-type": ("部门接口（job type）", "job type"),
    "limit": ("时限", "time limit"),
    "ladder": ("升级阶梯", "escalation ladder"),
    "role": ("角色", "role"),
}

RULE_IDS = (
    *(f"unknown-{kind}" for kind in _WORDS),
    "duplicate-process",
    "called-process-start",
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
) -> list[Finding]:
    """Findings for literal references to nothing; those by FEEL are decided while a case runs.

    Processes of `definitions_list` are known without being named.
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
    findings = list(_duplicate_processes(drawings))
    uncallable = _without_none_start(drawings)
    for drawing in drawings:
        for reference in _references(drawing):
            names = known[reference.kind]
            if names is not None and reference.name not in names:
                findings.append(_unknown(reference, drawing.file))
            elif reference.kind == "process" and reference.name in uncallable:
                findings.append(_uncallable(reference, drawing.file))
    return findings


def _references(drawing: Drawing) -> Iterator[_Reference]:
    for process in drawing.processes:
        yield from _of_extensions(process.id, process.line, process.extensions)
    for node in drawing.nodes():
        if node.called_element is not None:
            yield _Reference(node.id, node.line, "process", node.called_element)
        yield from _of_extensions(node.id, node.line, node.extensions)


def _of_extensions(element_id: str, line: int | None, extensions: Extensions) -> Iterator[_Reference]:
    if extensions.decision is not None:
        yield _Reference(element_id, line, "decision", extensions.decision)
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


def _without_none_start(drawings: Sequence[Drawing]) -> set[str]:
    return {
        process.id
        for drawing in drawings
        for process in drawing.processes
        if not any(node.kind is NodeKind.START_EVENT and node.event is None for node in process.nodes)
    }
