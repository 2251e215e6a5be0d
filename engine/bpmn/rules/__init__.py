"""The upload gate after reading: whether a drawing can be run exactly as it is drawn.

To add a rule: write a function from a `Drawing` to problems in the module of its family and put it
into that module's RULES with an id that never changes afterwards.
"""

from __future__ import annotations

from itertools import islice

from engine.bpmn.model import Definitions
from engine.bpmn.reading.sink import MAX_FINDINGS, too_many
from engine.bpmn.rules import (
    compensation,
    conditions,
    declarations,
    elements,
    events,
    expressions,
    extensions,
    gateways,
    joins,
    loops,
    paths,
    starts,
    structure,
    sub_processes,
    turns,
)
from engine.bpmn.rules.deployment import check_deployment
from engine.bpmn.rules.drawing import draw
from engine.bpmn.rules.rule import Rule
from engine.findings import Finding

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *starts.RULES,
    *sub_processes.RULES,
    *events.RULES,
    *gateways.RULES,
    *compensation.RULES,
    *conditions.RULES,
    *paths.RULES,
    *joins.RULES,
    *turns.RULES,
    *declarations.RULES,
    *elements.RULES,
    *loops.RULES,
    *expressions.RULES,
    *extensions.RULES,
)

__all__ = ["RULES", "Rule", "check", "check_deployment"]


def check(definitions: Definitions) -> list[Finding]:
    """What the rules say about one file, family by family, at most the reader's MAX_FINDINGS.

    Pure; linear in the file's size.
    """
    drawing = draw(definitions)
    every = (finding for rule in RULES for finding in rule.findings(drawing))
    findings = list(islice(every, MAX_FINDINGS))
    if next(every, None) is not None:
        findings.append(too_many(file=definitions.file))
    return findings
