"""The functions of the language. Source: DMN 1.5, clause 10.3.4, and Camunda 8's additions."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.builtins import (
    contexts,
    conversion,
    lists,
    numeric,
    ranges,
    ranges_from_text,
    statistics,
    strings,
    temporal,
)
from engine.feel.builtins.signature import Builtin
from engine.feel.names import NameBook

BUILTINS: Mapping[str, Builtin] = {
    name: builtin
    for module in (
        contexts,
        conversion,
        lists,
        numeric,
        ranges,
        ranges_from_text,
        statistics,
        strings,
        temporal,
    )
    for name, builtin in module.LIBRARY.builtins.items()
}
BUILTIN_NAMES = NameBook(BUILTINS)
