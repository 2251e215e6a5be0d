"""Static types: what an expression can be, and what in it cannot work, before anything is evaluated.

What belongs here: FEEL's syntax trees and types. What does not: where an expression stands, and how bad
a misfit is (`engine.dmn.checks`). Nothing here is ever asked while a case runs.
"""

from __future__ import annotations

from engine.feel.inference.examination import Examination, examined, examined_tests, inferred, unfit
from engine.feel.inference.misfit import Misfit, similar
from engine.feel.inference.static_types import ClosedContext, KnownFunction

__all__ = [
    "ClosedContext",
    "Examination",
    "KnownFunction",
    "Misfit",
    "examined",
    "examined_tests",
    "inferred",
    "similar",
    "unfit",
]
