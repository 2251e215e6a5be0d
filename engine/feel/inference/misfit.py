"""What an expression does that cannot work, whatever its variables hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

OPERAND_TYPE = "operand-type"
UNKNOWN_ENTRY = "unknown-entry"
UNKNOWN_VARIABLE = "unknown-variable"
CALL_ARGUMENTS = "call-arguments"
CONDITION_TYPE = "condition-type"
NEVER_MATCHES = "never-matches"
VALUE_TYPE = "value-type"

_SIMILARITY = 0.75
_MAX_COMPARED_NAMES = 300
_MAX_COMPARED_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Misfit:
    """`at` is the offset in the text; `zh` and `en` are a clause without subject and full stop.

    `certain`: always so, and not only for some values. `name` is that of the variable, entry or
    parameter that is not there, "" if there is none such; `known` gives those that are there.
    """

    rule: str
    at: int
    zh: str
    en: str
    certain: bool = True
    name: str = ""
    known: Callable[[], Iterable[str]] = field(default=tuple, compare=False, repr=False)

    def suggestion(self) -> str:
        """The known name that `name` is probably meant to be; "" if none is near. Takes a while."""
        return similar(self.name, self.known()) if self.name else ""


def similar(name: str, known: Iterable[str]) -> str:
    """The one of `known` that `name` is probably meant to be; "" if none is near."""
    if len(name) > _MAX_COMPARED_CHARACTERS:
        return ""
    fitting = (each for each in known if len(each) <= _MAX_COMPARED_CHARACTERS)
    candidates = list(islice(fitting, _MAX_COMPARED_NAMES))
    by_fold = {each.casefold(): each for each in candidates}
    if name.casefold() in by_fold:
        return by_fold[name.casefold()]
    found = get_close_matches(name, candidates, n=1, cutoff=_SIMILARITY)
    return found[0] if found else ""
