"""An adapter contract: which jobs a department serves and how each is called.

It is content of a scenario package (`processes/<scenario>/adapters/<department>.toml`) and
therefore never says where a department is: base URLs come from the operator's configuration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.job_contract import JobContract, read_job
from adapters.toml_lines import TomlLines, line_of_syntax_error
from adapters.toml_table import Report, TomlTable
from engine.findings import Finding, Severity

MAX_BYTES = 256 * 1024
MAX_JOBS = 200

DEPARTMENT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TWICE = re.compile(r"Cannot declare \('jobs', '(.+)'\) twice")


@dataclass(frozen=True, slots=True)
class Contract:
    """One file. `jobs` is keyed by job type."""

    department: str
    name_zh: str
    name_en: str
    jobs: Mapping[str, JobContract]
    file: str


def read_contract(content: bytes, *, file: str) -> tuple[Contract | None, list[Finding]]:
    """The contract in `content`, and everything wrong with it; a contract only if nothing is.

    Never raises for what a designer wrote. Source of the syntax: TOML 1.0.
    """
    parsed, problem = _parse(content, file=file)
    if problem is not None:
        return None, [problem]
    report = Report(file=file, lines=TomlLines(content.decode()))
    root = TomlTable(parsed, path=(), report=report)
    root.refuse_keys_except(("department", "name", "jobs"))
    department = root.text("department")
    if department is not None and not DEPARTMENT_CODE.fullmatch(department):
        report.add(
            "adapter-bad-department",
            ("department",),
            f"部门代码 {department!r} 只能用字母、数字、横线和下划线，最多 64 个字符",
            f"Expected letters, digits, '-' and '_' (at most 64) as department, but got {department!r}",
        )
    name_zh, name_en = _names(root)
    jobs = _jobs(root)
    if report.findings or department is None:
        return None, report.findings
    return Contract(department, name_zh, name_en, jobs, file), []


def clashes(contracts: Iterable[Contract]) -> list[Finding]:
    """One finding per job type that two files describe differently; the same call told twice is fine."""
    findings: list[Finding] = []
    first: dict[str, tuple[Contract, JobContract]] = {}
    for contract in contracts:
        for job_type, job in contract.jobs.items():
            other, other_job = first.setdefault(job_type, (contract, job))
            if (other.department, other_job) != (contract.department, job):
                findings.append(
                    Finding(
                        "adapter-duplicate-job-type",
                        Severity.ERROR,
                        job_type,
                        None,
                        f"任务类型 {job_type!r} 已在 {other.file} 中另行定义",
                        f"Expected one contract for job type {job_type!r}, but {other.file} has another",
                        "改用另一个任务类型，或使两处完全一致",
                        "Rename one of them or make both the same",
                        contract.file,
                    )
                )
    return findings


def _parse(content: bytes, *, file: str) -> tuple[dict[str, Any], Finding | None]:
    if len(content) > MAX_BYTES:
        zh = f"文件大小 {len(content)} 字节，上限 {MAX_BYTES} 字节"
        en = f"Expected at most {MAX_BYTES} bytes, but the file has {len(content)}"
        return {}, Finding("adapter-too-large", Severity.ERROR, None, None, zh, en, file=file)
    try:
        return tomllib.loads(content.decode()), None
    except UnicodeDecodeError as error:
        zh, en = "文件不是 UTF-8 编码", f"Expected UTF-8, but byte {error.start} is not"
        return {}, Finding("adapter-not-utf-8", Severity.ERROR, None, None, zh, en, file=file)
    except tomllib.TOMLDecodeError as error:
        line = line_of_syntax_error(error)
        if twice := _TWICE.search(str(error)):
            rule, job = "adapter-duplicate-job-type", twice[1]
            zh = f"任务类型 {job!r} 定义了两次"
            en = f"Expected job type {job!r} once, but it is defined twice"
            return {}, Finding(rule, Severity.ERROR, job, line, zh, en, file=file)
        zh, en = f"不是合法的 TOML：{error}", f"Expected TOML, but: {error}"
        return {}, Finding("adapter-not-toml", Severity.ERROR, None, line, zh, en, file=file)
    except RecursionError:
        zh, en = "嵌套过深", "Expected shallow tables, but they are nested too deeply"
        return {}, Finding("adapter-not-toml", Severity.ERROR, None, None, zh, en, file=file)


def _names(root: TomlTable) -> tuple[str, str]:
    name = root.table("name")
    if name is None:
        return "", ""
    name.refuse_keys_except(("zh", "en"))
    texts = {language: name.text(language) for language in ("zh", "en")}
    for language, text in texts.items():
        if text is not None and not 0 < len(text.strip()) <= 200:
            name.report.add(
                "adapter-bad-name",
                (*name.path, language),
                f"名称 {language} 应为 1 至 200 个字符",
                f"Expected a name of 1 to 200 characters in {language!r}, but got {len(text.strip())}",
            )
    return texts["zh"] or "", texts["en"] or ""


def _jobs(root: TomlTable) -> dict[str, JobContract]:
    table = root.table("jobs")
    if table is None:
        return {}
    names = table.names()
    if not 0 < len(names) <= MAX_JOBS:
        table.report.add(
            "adapter-bad-job-count",
            table.path,
            f"应有 1 至 {MAX_JOBS} 个任务类型，实有 {len(names)} 个",
            f"Expected 1 to {MAX_JOBS} job types, but got {len(names)}",
            mend_zh='例如 [jobs."umle.dispatch"]，含点的名称须加引号',
            mend_en='For example [jobs."umle.dispatch"]; a name with dots needs its quotes',
        )
    jobs: dict[str, JobContract] = {}
    for job_type in names[:MAX_JOBS]:
        job_table = table.table(job_type)
        job = None if job_table is None else read_job(job_type, job_table)
        if job is not None:
            jobs[job_type] = job
    return jobs
