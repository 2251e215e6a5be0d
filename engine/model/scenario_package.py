"""The files of one scenario package, sorted by what they are.

Belongs here: which files a package may hold and how large they may be, and whether its own two
TOML files fit together. Diagrams, decisions, forms and contracts stay bytes for their own layers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.findings import Finding, Severity, has_errors
from engine.model.organisation import Organisation, read_organisation
from engine.model.scenario import Scenario, read_scenario

MAX_FILES = 200
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_PACKAGE_BYTES = 16 * 1024 * 1024

SCENARIO_FILE = "scenario.toml"
ORGANISATION_FILE = "organisation.toml"
README_FILE = "README.md"

_SEGMENT = r"[^/]+"
_KINDS: Mapping[str, re.Pattern[str]] = {
    "processes": re.compile(rf"{_SEGMENT}\.bpmn"),
    "decisions": re.compile(rf"{_SEGMENT}\.dmn"),
    "forms": re.compile(rf"forms/{_SEGMENT}\.form\.json"),
    "adapters": re.compile(rf"adapters/{_SEGMENT}\.toml"),
    "tests": re.compile(rf"tests/{_SEGMENT}"),
}
_PATH = re.compile(r"[^\\:*?\"<>|\x00-\x1f\x7f\ud800-\udfff]{1,200}")
"""What every file system, and PostgreSQL, takes."""


@dataclass(frozen=True, slots=True)
class Package:
    """The mappings are by path within the package, in the order of the paths."""

    scenario: Scenario
    organisation: Organisation | None = None
    processes: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, bytes] = field(default_factory=dict)
    adapters: Mapping[str, bytes] = field(default_factory=dict)
    tests: Mapping[str, bytes] = field(default_factory=dict)
    readme: bytes = b""


def read_package(files: Mapping[str, bytes]) -> tuple[Package | None, list[Finding]]:
    """The package made of `files` (path with "/" -> content) and everything wrong with how it is
    put together; none if a finding is an error. Directories are not files: leave them out.

    Never raises for what is in a package.
    """
    findings = _limits_exceeded(files)
    if findings:
        return None, findings
    sorted_files: dict[str, dict[str, bytes]] = {kind: {} for kind in _KINDS}
    for path in sorted(files):
        if problem := _bad_path(path) or _too_large(path, files[path]):
            findings.append(problem)
        elif path not in (SCENARIO_FILE, ORGANISATION_FILE, README_FILE):
            kind = next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(path)), None)
            if kind is None:
                findings.append(_unknown_file(path))
            else:
                sorted_files[kind][path] = files[path]
    scenario = _scenario(files, findings)
    organisation = _organisation(files, findings)
    if scenario is not None and organisation is not None:
        findings += _misfits(scenario, organisation)
    if scenario is None or has_errors(findings):
        return None, findings
    readme = files.get(README_FILE, b"")
    return Package(scenario, organisation, **sorted_files, readme=readme), findings


def _limits_exceeded(files: Mapping[str, bytes]) -> list[Finding]:
    """Findings that make it pointless, or costly, to look at single files."""
    findings: list[Finding] = []
    if len(files) > MAX_FILES:
        findings.append(
            _error(
                "too-many-files",
                "",
                f"包内有 {len(files)} 个文件，上限 {MAX_FILES} 个",
                f"Expected at most {MAX_FILES} files, but the package has {len(files)}",
            )
        )
    size = sum(len(content) for content in files.values())
    if size > MAX_PACKAGE_BYTES:
        findings.append(
            _error(
                "too-large",
                "",
                f"包共 {size} 字节，上限 {MAX_PACKAGE_BYTES} 字节",
                f"Expected at most {MAX_PACKAGE_BYTES} bytes in all, but the package has {size}",
            )
        )
    return findings


def _bad_path(path: str) -> Finding | None:
    if _PATH.fullmatch(path) and not any(segment in ("", ".", "..") for segment in path.split("/")):
        return None
    return _error(
        "bad-path",
        path,
        f"文件路径 {path!r} 不可用：应为包内的相对路径，用 / 分隔，不含 . 或 .. 段",
        f"Expected a relative path inside the package, with '/' and without '.' or '..', but got {path!r}",
    )


def _too_large(path: str, content: bytes) -> Finding | None:
    if len(content) <= MAX_FILE_BYTES:
        return None
    return _error(
        "file-too-large",
        path,
        f"文件大小 {len(content)} 字节，上限 {MAX_FILE_BYTES} 字节",
        f"Expected at most {MAX_FILE_BYTES} bytes, but the file has {len(content)}",
    )


def _unknown_file(path: str) -> Finding:
    return _error(
        "unknown-file",
        path,
        f"不认识的文件 {path!r}",
        f"Expected a file of a scenario package, but {path!r} is none",
        mend_zh="可用：scenario.toml、organisation.toml、README.md、*.bpmn、*.dmn、forms/*.form.json、"
        "adapters/*.toml、tests/*",
        mend_en="Allowed: scenario.toml, organisation.toml, README.md, *.bpmn, *.dmn, forms/*.form.json, "
        "adapters/*.toml, tests/*",
    )


def _scenario(files: Mapping[str, bytes], findings: list[Finding]) -> Scenario | None:
    if SCENARIO_FILE not in files:
        findings.append(
            _error(
                "missing-scenario",
                SCENARIO_FILE,
                f"包内没有 {SCENARIO_FILE}",
                f"Expected {SCENARIO_FILE} at the top of the package, but it is missing",
            )
        )
        return None
    scenario, found = read_scenario(files[SCENARIO_FILE], file=SCENARIO_FILE)
    findings += found
    return scenario


def _organisation(files: Mapping[str, bytes], findings: list[Finding]) -> Organisation | None:
    if ORGANISATION_FILE not in files:
        return None
    organisation, found = read_organisation(files[ORGANISATION_FILE], file=ORGANISATION_FILE)
    findings += found
    return organisation


def _misfits(scenario: Scenario, organisation: Organisation) -> list[Finding]:
    """Departments the place does not have, and escalations that nobody would get."""
    findings = [
        _error(
            "unknown-department",
            ORGANISATION_FILE,
            f"场景的部门 {code!r} 不在 {ORGANISATION_FILE} 中",
            f"Expected department {code!r} of the scenario in {ORGANISATION_FILE}, but it is missing",
            element_id=code,
        )
        for code in scenario.departments
        if code not in organisation.departments
    ]
    held = organisation.roles()
    recipients = {role for ladder in scenario.ladders for rung in ladder.rungs for role in rung.recipients}
    findings += [
        _error(
            "role-without-actor",
            ORGANISATION_FILE,
            f"督办阶梯通知的岗位 {role!r} 没有人担任",
            f"Expected somebody with the role {role!r}, which a ladder notifies, but nobody has it",
            element_id=role,
            severity=Severity.WARNING,
        )
        for role in sorted(recipients - held)
    ]
    return findings


def _error(
    rule: str,
    file: str,
    zh: str,
    en: str,
    *,
    mend_zh: str = "",
    mend_en: str = "",
    element_id: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(f"package-{rule}", severity, element_id, None, zh, en, mend_zh, mend_en, file)
