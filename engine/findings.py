"""What is wrong with an uploaded file, said so that its designer can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place.

    `rule` is a stable kebab-case id, e.g. "dangling-reference"; `line` counts from 1 and is None
    when the place has none; `mend_zh`/`mend_en` say what to change and may be empty.
    """

    rule: str
    severity: Severity
    element_id: str | None
    line: int | None
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""
    file: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def has_errors(findings: list[Finding] | tuple[Finding, ...]) -> bool:
    return any(finding.is_error for finding in findings)
