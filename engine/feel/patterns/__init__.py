"""Regular expressions of XPath for the functions `matches`, `replace` and `split`.

What belongs here: reading and running patterns. What does not: what the functions make of the matches.
Every search is bounded: RE2 takes linear time; what RE2 lacks is charged step by step.
"""

from __future__ import annotations

from engine.feel.patterns.pattern import Pattern, pattern

__all__ = ["Pattern", "pattern"]
