"""FEEL, the expression language of DMN 1.5: text -> tokens -> tree -> closures.

What belongs here: the language and its values. What does not: decision tables, processes, files.
Uploaded expressions are untrusted: bounded in size, depth and steps (`limits`), no Python in reach.
"""

from __future__ import annotations

from engine.feel.codec import from_json, from_stored, to_json, to_plain_json
from engine.feel.errors import Diagnostic, FeelSyntaxError
from engine.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.limits import FeelLimitExceeded
from engine.feel.run import Run
from engine.feel.types import Type
from engine.feel.values import Function, Range, Value, YearsMonths, equal, kind
from engine.feel.vocabulary import Vocabulary

__all__ = [
    "Diagnostic",
    "Evaluation",
    "Expression",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Function",
    "Range",
    "Run",
    "Type",
    "UnaryTests",
    "Value",
    "Vocabulary",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "equal",
    "from_json",
    "from_stored",
    "kind",
    "to_json",
    "to_plain_json",
]
