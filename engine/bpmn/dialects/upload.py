"""What is uploaded may come from another tool: translated, read, and with the lines it came with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import TypeVar

from engine.bpmn.dialects.translation import translate
from engine.bpmn.model import Definitions
from engine.bpmn.reader import read
from engine.bpmn.reading.sink import MAX_FINDINGS, too_many
from engine.errors import DefinitionRefused
from engine.findings import Finding

_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Upload:
    """What the upload gate goes on with: the file to read and the findings of the translation."""

    content: bytes
    findings: tuple[Finding, ...]
    lines: Mapping[int, int] = field(default_factory=dict)

    def at_uploaded_lines(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings on `content` with the lines of the file as it was uploaded."""
        if not self.lines:
            return list(findings)
        return [
            found if found.line is None else replace(found, line=self.lines.get(found.line, found.line))
            for found in findings
        ]


def translate_if_needed(content: bytes, *, file: str = "") -> Upload:
    """For the upload gate: as `translate`, with the report as findings.

    Bytes that are no acceptable XML come back as they are: the reader says what is wrong with them.
    """
    try:
        found = translate(content, file=file)
    except DefinitionRefused:
        return Upload(content, ())
    findings = [finding for entry in found.entries if (finding := entry.as_finding()) is not None]
    if len(findings) > MAX_FINDINGS:
        findings.sort(key=lambda finding: not finding.is_error)
        findings = [*findings[:MAX_FINDINGS], too_many(file=file)]
    return Upload(content if found.content is None else found.content, tuple(findings), found.lines)


def read_upload(content: bytes, *, file: str = "") -> tuple[Definitions | None, list[Finding]]:
    """As `reader.read`, for files of other tools too: the report's findings come first, and all lines,
    of the findings and in the model, are those of the file as it was uploaded.

    Raises Unavailable if the BPMN schemas are not installed.
    """
    upload = translate_if_needed(content, file=file)
    definitions, findings = read(upload.content, file=file)
    if upload.lines and definitions is not None:
        definitions = _with_lines(definitions, upload.lines)
    return definitions, [*upload.findings, *upload.at_uploaded_lines(findings)]


def _with_lines(part: _Any, lines: Mapping[int, int]) -> _Any:
    """A part of the model with every `line` in it replaced; itself if none was. Recursion ends where
    the XML does."""
    whole: object = part
    if isinstance(whole, str | int | None):
        return part
    if isinstance(whole, tuple):
        return type(part)(_with_lines(each, lines) for each in whole)  # type: ignore[call-arg]
    if isinstance(whole, Mapping):
        return type(part)({key: _with_lines(each, lines) for key, each in whole.items()})  # type: ignore[call-arg]
    if not is_dataclass(whole) or isinstance(whole, type):
        return part
    changed: dict[str, object] = {}
    for name in _fields_of(type(whole)):
        value = getattr(whole, name)
        found = lines.get(value, value) if name == "line" else _with_lines(value, lines)
        # Most of the model is empty defaults, which need not be copied.
        if found is not value and found != value:
            changed[name] = found
    return replace(part, **changed) if changed else part  # type: ignore[type-var]


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
