"""Data that does not fit through HTTP. Messages name places, never values: those are personal data."""

from __future__ import annotations

from engine.errors import InvalidArgument


class UnfitRequest(InvalidArgument):
    """The case's data or the designer's headers cannot be sent; trying again changes nothing."""


class UnfitAnswer(InvalidArgument):
    """The department's answer cannot be used. `retryable` says whether asking again may help."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable
