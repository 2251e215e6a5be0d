"""Files of other tools: `zeebe:`, `camunda:`, `operaton:`, `flowable:`, `activiti:` and `spiffworkflow:`
extensions become standard BPMN and our own, with a report on every piece.

What belongs here: what a tool's words mean and what they become. What does not: whether the result is
right; that is for the reader and the rules. A new dialect is a vocabulary (`construct.Dialect`) in
`vocabularies`.
"""

from __future__ import annotations

from engine.bpmn.dialects.report import RULE_IDS, Outcome, ReportEntry
from engine.bpmn.dialects.translation import Translation, translate
from engine.bpmn.dialects.upload import Upload, read_upload, translate_if_needed

__all__ = [
    "RULE_IDS",
    "Outcome",
    "ReportEntry",
    "Translation",
    "Upload",
    "read_upload",
    "translate",
    "translate_if_needed",
]
