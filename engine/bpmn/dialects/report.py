"""The import report: what became of every attribute and element of a dialect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.findings import Finding, Severity

MAX_ENTRIES = 5_000
"""Per file. Beyond it the file is refused as a whole: nobody reads so long a report."""
MAX_SHOWN_CHARACTERS = 120
"""Of a value that is quoted in a text."""

DIALECT_REFUSED = "dialect-refused"
DIALECT_APPROXIMATED = "dialect-approximated"
RULE_IDS = frozenset({DIALECT_REFUSED, DIALECT_APPROXIMATED})


class Outcome(StrEnum):
    TRANSLATED = "translated"
    """Means the same as before, or meant nothing at run time there either."""
    APPROXIMATED = "approximated"
    """Runs, but not exactly as before: the entry says what differs."""
    REFUSED = "refused"
    """Is not in the translated file: the entry says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One attribute or element of a dialect at one place.

    `construct` is e.g. "zeebe:taskDefinition/@type"; `target` is what it became, e.g. "gov:job/@type",
    and empty if nothing; `line` counts from 1 in the file as it was uploaded.
    """

    outcome: Outcome
    dialect: str
    construct: str
    element_id: str | None
    line: int | None
    target: str
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""
    file: str = ""

    @property
    def is_refused(self) -> bool:
        return self.outcome is Outcome.REFUSED

    def as_finding(self) -> Finding | None:
        """For the upload gate: refused is an error, approximated a warning, translated nothing."""
        if self.outcome is Outcome.TRANSLATED:
            return None
        rule, severity = (
            (DIALECT_REFUSED, Severity.ERROR) if self.is_refused else (DIALECT_APPROXIMATED, Severity.WARNING)
        )
        return Finding(
            rule,
            severity,
            self.element_id,
            self.line,
            f"{self.construct}：{self.zh}",
            f"{self.construct}: {self.en}",
            self.mend_zh,
            self.mend_en,
            file=self.file,
        )


class Report:
    """Collects entries in document order, at most MAX_ENTRIES and one that says there are more."""

    def __init__(self, *, file: str) -> None:
        self.file = file
        self._entries: list[ReportEntry] = []

    def add(self, entry: ReportEntry) -> None:
        if len(self._entries) < MAX_ENTRIES:
            self._entries.append(entry)
        elif len(self._entries) == MAX_ENTRIES:
            self._entries.append(too_many(entry.dialect, entry.construct, file=self.file))

    @property
    def overflowed(self) -> bool:
        return len(self._entries) > MAX_ENTRIES

    def entries(self) -> tuple[ReportEntry, ...]:
        return tuple(self._entries)


def shown(value: str) -> str:
    """`value` as a text may quote it: one line, of bounded length."""
    text = " ".join(value.split())
    return text if len(text) <= MAX_SHOWN_CHARACTERS else text[: MAX_SHOWN_CHARACTERS - 1] + "…"


def too_many(dialect: str, construct: str, *, file: str) -> ReportEntry:
    """The entry of a file that is refused as a whole."""
    return ReportEntry(
        Outcome.REFUSED,
        dialect,
        construct,
        None,
        None,
        "",
        f"其他工具的扩展超过 {MAX_ENTRIES} 处，整个文件不予转换",
        f"There are more than {MAX_ENTRIES} extensions of other tools, so the file is not translated at all",
        "请拆分文件",
        "Split the file",
        file=file,
    )
