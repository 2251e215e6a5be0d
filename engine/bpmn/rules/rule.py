"""What a rule is: a question to a drawing, with a name that never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bpmn.model import FlowNode, SequenceFlow
from engine.bpmn.rules.drawing import Drawing
from engine.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer of a rule: a finding without the rule's name."""

    element_id: str | None
    line: int | None
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`ask` yields problems in document order, in time linear in the drawing."""

    id: str
    severity: Severity
    ask: Callable[[Drawing], Iterator[Problem]]

    def findings(self, drawing: Drawing) -> Iterator[Finding]:
        for problem in self.ask(drawing):
            yield to_finding(problem, rule=self.id, severity=self.severity, file=drawing.file)


def at(holder: FlowNode | SequenceFlow, zh: str, en: str, mend_zh: str, mend_en: str) -> Problem:
    return Problem(holder.id, holder.line, zh, en, mend_zh, mend_en)


def to_finding(problem: Problem, *, rule: str, severity: Severity, file: str) -> Finding:
    return Finding(
        rule,
        severity,
        problem.element_id,
        problem.line,
        problem.zh,
        problem.en,
        problem.mend_zh,
        problem.mend_en,
        file=file,
    )


def error(rule_id: str, ask: Callable[[Drawing], Iterator[Problem]]) -> Rule:
    return Rule(rule_id, Severity.ERROR, ask)


def warning(rule_id: str, ask: Callable[[Drawing], Iterator[Problem]]) -> Rule:
    return Rule(rule_id, Severity.WARNING, ask)
