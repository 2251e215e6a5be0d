"""Decisions (DMN 1.5) on FEEL: from an uploaded file to answers.

What belongs here: decision models in full, from their XML to their answers. What does not: the
expression language (`engine.feel`) and which version of a decision a process calls.
"""

from __future__ import annotations

from engine.dmn.drg import Decision, DecisionService, InputData, Invocable
from engine.dmn.result import DecisionDiagnostic, DecisionResult, MatchedRule
from engine.dmn.upload import DecisionModel, check_ids, read_decisions

__all__ = [
    "Decision",
    "DecisionDiagnostic",
    "DecisionModel",
    "DecisionResult",
    "DecisionService",
    "InputData",
    "Invocable",
    "MatchedRule",
    "check_ids",
    "read_decisions",
]
