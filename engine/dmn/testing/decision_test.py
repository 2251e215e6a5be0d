"""What a decision test is, wherever it was written. Plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from engine.feel import Value

EXACT = Decimal(0)
_LEVEL = re.compile(r"(?i)compliance[- ]level[- ]([123])\b")


@dataclass(frozen=True, slots=True)
class DecisionTest:
    """One question to a decision, and the answer that it should give.

    `id` is unique within its file and `line` counts from 1. `invocable` is a decision's id or name, or a
    decision service's.
    """

    __test__: ClassVar[bool] = False  # for pytest, which collects what is called Test

    id: str
    name: str
    file: str
    line: int
    invocable: str
    is_service: bool
    inputs: Mapping[str, Value]
    expected: Value
    imported: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Input data of imported models: namespace -> name -> value."""
    expects_error: bool = False
    """The answer has to be null because something went wrong; `expected` is None then."""
    output: str = ""
    """Which output decision of a service `expected` is about; "" for all that it answers."""
    matched: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """Decision (id or name) -> numbers (from 1) or ids of exactly the rules that have to match."""
    now: datetime | None = None
    """The instant to decide at; None leaves it to who runs the test."""
    within: Decimal = EXACT
    """How far a number may be from the expected one."""
    error_needs_diagnostic: bool = True
    """False where null alone passes for an error, as in the compatibility kit."""
    problem: str = ""
    """Why the test cannot be run: it says something that FEEL has no value for. "" if it can."""

    @property
    def expects_value(self) -> bool:
        """An engine that answers null to everything passes all tests but these."""
        return self.expected is not None and not self.expects_error


@dataclass(frozen=True, slots=True)
class TestSuite:
    """One file. `model_file` is as written there, relative to `file`."""

    __test__: ClassVar[bool] = False

    file: str
    model_file: str
    labels: tuple[str, ...]
    tests: tuple[DecisionTest, ...]

    @property
    def level(self) -> str:
        """ "2" or "3" in the compatibility kit, by its folder or its label; "" elsewhere."""
        found = _LEVEL.search(self.file) or next(filter(None, map(_LEVEL.search, self.labels)), None)
        return found[1] if found else ""
