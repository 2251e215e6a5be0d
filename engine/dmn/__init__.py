"""Decisions (DMN 1.5) on FEEL: from an uploaded file to answers.

What belongs here: decision tables, literal expressions, the graph of requirements. What does not: the
expression language (`engine.feel`) and which version of a decision a process calls.
"""

from __future__ import annotations

from engine.dmn.decision import Decision, DecisionDiagnostic, DecisionModel, DecisionResult, MatchedRule
from engine.dmn.reader import read_decisions

__all__ = [
    "Decision",
    "DecisionDiagnostic",
    "DecisionModel",
    "DecisionResult",
    "MatchedRule",
    "read_decisions",
]
