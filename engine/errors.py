"""The one error tree.

YishiError
├── InvalidArgument            a caller in our own code or a designer's file gave a malformed value
├── DefinitionRefused          an upload has findings of severity error; the designer must mend it
├── CommandRejected            the person or system that sent a command must change it
│   ├── NotFound
│   ├── AlreadyExists
│   ├── InvalidState
│   ├── Forbidden
│   └── InvalidData            carries one problem per field
└── Unavailable                a part we depend on is down; the operator must mend it

The class says who must act; the fields say on what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from engine.findings import Finding


class RejectionReason(StrEnum):
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    INVALID_STATE = "INVALID_STATE"
    FORBIDDEN = "FORBIDDEN"
    INVALID_DATA = "INVALID_DATA"
    INTERNAL = "INTERNAL"


class YishiError(Exception):
    """Root of every error this software raises on purpose."""


class InvalidArgument(YishiError, ValueError):
    """A value does not have the documented form."""


class DefinitionRefused(YishiError):
    """An upload cannot be run exactly as drawn. `findings` says where and how to mend it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = [finding for finding in findings if finding.is_error]
        super().__init__(f"Expected a file without errors, but found {len(errors)}.")
        self.findings = tuple(findings)


class CommandRejected(YishiError):
    """A command was refused and changed nothing."""

    reason = RejectionReason.INVALID_STATE


class NotFound(CommandRejected):
    """No such thing, or none that this actor may see."""

    reason = RejectionReason.NOT_FOUND


class AlreadyExists(CommandRejected):
    reason = RejectionReason.ALREADY_EXISTS


class InvalidState(CommandRejected):
    """The thing exists but its state does not allow this."""

    reason = RejectionReason.INVALID_STATE


class Forbidden(CommandRejected):
    """The actor lacks the role, or a four-eyes rule excludes them."""

    reason = RejectionReason.FORBIDDEN


class InvalidData(CommandRejected):
    """Data that does not fit. `problems` maps a field path to what is wrong with it."""

    reason = RejectionReason.INVALID_DATA

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = dict(problems)


class Unavailable(YishiError):
    """Something we need is down or missing. `mend` says what the operator can do."""

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(message)
        self.mend = mend
