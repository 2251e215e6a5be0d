"""Findings as SARIF, which editors, build servers and code hosts read.

Source: SARIF 2.1.0 (OASIS Standard, 2020), sections 3.13 to 3.52. Texts are in both languages in one
string, since a SARIF run has one language only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.bpmn.rules.catalogue import MEANINGS, WARNINGS
from engine.findings import Finding, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
FINGERPRINT = "yishiFinding/v1"
"""Names how the fingerprint of a result is made: from what stays when lines move."""
_DISTRIBUTION = "yishi-engine"

Json = dict[str, Any]
Results = Sequence[tuple[Path, Sequence[Finding]]]
"""Each path that was checked, with its findings."""


@dataclass(frozen=True, slots=True)
class _Descriptor:
    """A rule as the catalogue of the log describes it."""

    zh: str
    en: str
    severity: Severity
    mend_zh: str = ""
    mend_en: str = ""


def sarif_log(results: Results, *, command: str = "yishi process check") -> Json:
    """One run over all paths. Every rule of the gate for BPMN files is in its catalogue, others (DMN,
    forms, packages) only if there is a finding of theirs."""
    described = _described(finding for _, findings in results for finding in findings)
    numbers = {rule: index for index, rule in enumerate(described)}
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": _driver(described, command=command)},
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True}],
                "results": [
                    _result(finding, path, numbers[finding.rule])
                    for path, findings in results
                    for finding in findings
                ],
            }
        ],
    }


def _driver(described: Mapping[str, _Descriptor], *, command: str) -> Json:
    driver: Json = {
        "name": command,
        "fullName": "一事 Yishi upload gate",
        "language": "zh-CN",
        "rules": [_rule(rule, descriptor) for rule, descriptor in described.items()],
    }
    try:
        driver["version"] = metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        # Run from its sources.
        driver["version"] = "0"
    return driver


def _described(findings: Iterable[Finding]) -> dict[str, _Descriptor]:
    described = {
        rule: _Descriptor(zh, en, Severity.WARNING if rule in WARNINGS else Severity.ERROR)
        for rule, (zh, en) in MEANINGS.items()
    }
    mended: set[str] = set()
    for finding in findings:
        known = described.get(finding.rule)
        if known is not None and finding.rule in mended:
            continue
        mended.add(finding.rule)
        described[finding.rule] = _Descriptor(
            known.zh if known else finding.zh,
            known.en if known else finding.en,
            known.severity if known else finding.severity,
            finding.mend_zh,
            finding.mend_en,
        )
    return described


def _rule(rule: str, descriptor: _Descriptor) -> Json:
    help_zh = descriptor.mend_zh or "每条结果都写明如何修改"
    help_en = descriptor.mend_en or "Each result says how to mend it"
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.split("-")),
        "shortDescription": {"text": f"{descriptor.zh} / {descriptor.en}"},
        "help": {
            "text": f"{help_zh} / {help_en}",
            "markdown": f"**{rule}**\n\n{descriptor.zh}。{help_zh}。\n\n{descriptor.en}. {help_en}.",
        },
        "defaultConfiguration": {"level": descriptor.severity.value},
        "properties": {"zh": descriptor.zh, "en": descriptor.en},
    }


def _result(finding: Finding, path: Path, rule_index: int) -> Json:
    mend = f"\n→ {finding.mend_zh}\n→ {finding.mend_en}" if finding.mend_zh and finding.mend_en else ""
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": f"{finding.zh}\n{finding.en}{mend}"},
        "locations": [_location(finding, path)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding)},
        "properties": {
            "zh": finding.zh,
            "en": finding.en,
            "mendZh": finding.mend_zh,
            "mendEn": finding.mend_en,
        },
    }


def _location(finding: Finding, path: Path) -> Json:
    physical: Json = {"artifactLocation": {"uri": _uri(finding, path)}}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
    location: Json = {"physicalLocation": physical}
    if finding.element_id is not None:
        location["logicalLocations"] = [{"name": finding.element_id, "kind": "element"}]
    return location


def _uri(finding: Finding, path: Path) -> str:
    """Of the file itself; inside a package the path goes on behind that of the package."""
    inside = finding.file and Path(finding.file) != path
    place = path / finding.file if inside else path
    return place.as_uri() if place.is_absolute() else quote(place.as_posix())


def _fingerprint(finding: Finding) -> str:
    what = "\x1f".join((finding.rule, finding.file, finding.element_id or "", finding.en))
    return hashlib.sha256(what.encode()).hexdigest()
