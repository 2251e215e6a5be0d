"""What an expression from a stranger may cost.

Steps decide in practice: they are deterministic, so what runs once runs always and everywhere. They are
weighted so that all of them take about a second on a slow machine. Seconds are only the backstop behind
them, for a step that somebody forgot to weigh; the clock is looked at every STEPS_PER_LOOK steps, so an
evaluation of fewer steps never asks for the time.
"""

from __future__ import annotations

from engine.errors import InvalidArgument

MAX_TEXT_CHARACTERS = 32 * 1024
"""Longest expression or decision table cell."""
MAX_NESTING = 60
"""Levels of brackets, operators inside brackets, and links of one path."""
MAX_TREE_DEPTH = 150
"""Levels of the syntax tree: several operators may stand on one level of brackets."""
MAX_NAME_WORDS = 32
MAX_STEPS = 100_000
"""Loop passes and function calls of one evaluation, weighted by the size of what they repeat."""
MAX_SECONDS = 5
"""From the first look at the clock to the last, of one evaluation."""
STEPS_PER_LOOK = 1_024
MAX_STRING_CHARACTERS = 64 * 1024
MAX_LIST_ITEMS = 10_000
"""Also the longest range that can be walked."""
MAX_CALL_DEPTH = 64
"""User-defined functions that are inside one another at one moment."""
MAX_ITERATORS = 16
"""Iterators of one `for`, `some` or `every`."""
MAX_STORED_VALUES = 1_000_000
"""Numbers, strings and so on inside one value that leaves as JSON."""
MAX_PATTERN_CHARACTERS = 1_024
MAX_REGEX_MEMORY_BYTES = 1024 * 1024
MAX_DIAGNOSTICS = 20
"""Further ones of the same evaluation are dropped: the first tell what went wrong."""


class FeelLimitExceeded(InvalidArgument):
    """An expression asked for more than a bound of this module allows."""

    def __init__(self, what: str, *, limit: int) -> None:
        super().__init__(f"Expected at most {limit} {what}, but the expression needs more.")
        self.what = what
        self.limit = limit
