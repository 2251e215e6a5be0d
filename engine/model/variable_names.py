"""What a process variable may be called."""

from __future__ import annotations

import re

FEEL_WORDS = frozenset(
    {
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "of", "function", "external", "true", "false", "null", "not",
    }
)  # fmt: skip
"""Words an expression could not use as a variable. Source: DMN 1.5, 10.3.1.2."""

MAX_NAME_CHARACTERS = 100

_NAME = re.compile(r"[^\W\d]\w*")


def is_variable_name(name: str) -> bool:
    """Letters of any script, digits and underscores, not beginning with a digit; no FEEL word.

    Narrower than FEEL, whose names with spaces and operators read ambiguously.
    """
    return len(name) <= MAX_NAME_CHARACTERS and _NAME.fullmatch(name) is not None and name not in FEEL_WORDS
