"""The gate for definitions that are to run on SpiffWorkflow."""

from __future__ import annotations

from engine.bpmn.compiler import compile_process
from engine.bpmn.model import Definitions, Process
from engine.errors import InvalidArgument
from engine.findings import Finding, Severity
from engine.spiff.lacks import Lack, lacks_of
from engine.spiff.plan import Plan

RULE_IDS = frozenset({"not-portable"})

_MEND_ZH = "请改用 SpiffWorkflow 支持的画法，或让此流程在 yishi 引擎上运行"
_MEND_EN = "Draw it with what SpiffWorkflow runs, or let the process run on the engine yishi"


def unsupported(definitions: Definitions, process: Process) -> list[Finding]:
    """What SpiffWorkflow would get wrong in the process, one finding of severity error each, in document
    order; empty: it may be deployed with `runtime = "spiffworkflow"`.

    Expects a process that the gate has passed: raises FeelSyntaxError or KeyError otherwise.
    """
    program = compile_process(definitions, process)
    lines = {node.id: node.line for node, _ in process.walk()}
    lacks = lacks_of(program)
    findings = [_finding(lack, lines, process, definitions.file) for lack in lacks]
    if not findings:
        # The last word has the parser itself.
        plan = Plan(program)
        starts = {*program.starts, *program.message_starts.values(), *(n for n, _ in program.timer_starts)}
        for start in sorted(starts):
            try:
                plan.spec(start)
            except InvalidArgument as error:
                findings.append(_not_parsed(error, process, definitions.file))
    return findings


def _finding(lack: Lack, lines: dict[str, int | None], process: Process, file: str) -> Finding:
    element_id = lack.element_id or process.id
    return Finding(
        "not-portable",
        Severity.ERROR,
        element_id,
        lines.get(element_id, process.line),
        f"“{element_id}”{lack.construct.zh}",
        f"{element_id!r} {lack.construct.en}",
        _MEND_ZH,
        _MEND_EN,
        file=file,
    )


def _not_parsed(error: InvalidArgument, process: Process, file: str) -> Finding:
    return Finding(
        "not-portable",
        Severity.ERROR,
        process.id,
        process.line,
        f"SpiffWorkflow 无法解析流程“{process.id}”：{error}",
        f"SpiffWorkflow cannot parse process {process.id!r}: {error}",
        _MEND_ZH,
        _MEND_EN,
        file=file,
    )
