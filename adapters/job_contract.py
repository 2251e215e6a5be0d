"""How one job type becomes one HTTP call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from adapters.path_template import PathTemplate, parse_path
from adapters.toml_table import TomlTable
from engine.errors import InvalidArgument

METHODS = ("GET", "POST", "PUT")
DEFAULT_TIMEOUT = timedelta(seconds=10)
MIN_TIMEOUT = timedelta(milliseconds=100)
MAX_TIMEOUT = timedelta(seconds=25)
"""Below a worker's lease (30 s unless configured): else a second worker would call while the first waits."""
RETRY_STATUSES = frozenset({408, 425, 429})
"""4xx statuses that mean "later" and not "no" (RFC 9110 15.5.9; RFC 8470 5.2; RFC 6585 4)."""

_KEYS = ("method", "path", "request", "response", "timeout", "errors")
_JOB_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_TIMEOUT = re.compile(r"(\d{1,6})(ms|s)")
_UNITS = {"ms": timedelta(milliseconds=1), "s": timedelta(seconds=1)}
_ERROR_KEY = re.compile(r"(\d{3})(?::([^\s:]{1,64}))?")


@dataclass(frozen=True, slots=True)
class RequestField:
    """A case variable that is sent; an optional one ("grid?" in the file) only if the case has it."""

    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class JobContract:
    """One `[jobs."type"]` table.

    `response` maps a variable to the steps of its dotted path in the answer; `errors` maps
    (HTTP status, the answer's top-level "code" or None for any) to a BPMN error code.
    """

    job_type: str
    method: str
    path: PathTemplate
    request: tuple[RequestField, ...]
    response: Mapping[str, tuple[str, ...]]
    timeout: timedelta
    errors: Mapping[tuple[int, str | None], str]

    def error_code(self, *, status: int, answer_code: str | None) -> str | None:
        """The BPMN error for this answer, the exact code before the bare status; None if it is not one."""
        exact = self.errors.get((status, answer_code)) if answer_code is not None else None
        return exact or self.errors.get((status, None))


def read_job(job_type: str, table: TomlTable) -> JobContract | None:
    """The contract of `job_type`; None if `table` has mistakes, which are then in its report."""
    before = len(table.report.findings)
    table.refuse_keys_except(_KEYS)
    if not _JOB_TYPE.fullmatch(job_type):
        table.report.add(
            "adapter-bad-job-type",
            table.path,
            f"任务类型 {job_type!r} 只能用字母、数字、点、横线和下划线，最多 128 个字符",
            f"Expected letters, digits, '.', '-' and '_' (at most 128) as job type, but got {job_type!r}",
        )
    method = _method(table)
    path = _path(table)
    request = _request(table)
    response = _response(table)
    timeout = _timeout(table)
    errors = _errors(table)
    if path is None or len(table.report.findings) > before:
        return None
    return JobContract(job_type, method, path, request, response, timeout, errors)


def _method(table: TomlTable) -> str:
    method = table.text("method")
    if method is not None and method not in METHODS:
        table.report.add(
            "adapter-bad-method",
            (*table.path, "method"),
            f"不支持的方法 {method!r}",
            f"Expected one of {', '.join(METHODS)} as method, but got {method!r}",
        )
    return method or ""


def _path(table: TomlTable) -> PathTemplate | None:
    text = table.text("path")
    if text is None:
        return None
    try:
        return parse_path(text)
    except InvalidArgument as error:
        table.report.add(
            "adapter-bad-path",
            (*table.path, "path"),
            f"路径 {text!r} 无效：须以 / 开头，不含查询、片段、转义、空白、空段、. 和 .. 段，括号内为变量名",
            f"Path {text!r}: {error}",
            mend_zh='例如 path = "/cases/{case_number}/dispatch"',
            mend_en='For example path = "/cases/{case_number}/dispatch"',
        )
        return None


def _request(table: TomlTable) -> tuple[RequestField, ...]:
    fields: list[RequestField] = []
    for text in table.texts("request"):
        field = RequestField(text.removesuffix("?"), optional=text.endswith("?"))
        if _variable_fits(table, "request", field.name) and any(field.name == other.name for other in fields):
            table.report.add(
                "adapter-duplicate-variable",
                (*table.path, "request"),
                f"变量 {field.name!r} 重复列出",
                f"Expected every variable once, but {field.name!r} is listed twice",
            )
        fields.append(field)
    return tuple(fields)


def _response(table: TomlTable) -> dict[str, tuple[str, ...]]:
    paths: dict[str, tuple[str, ...]] = {}
    for variable, dotted in table.text_map("response").items():
        _variable_fits(table, "response", variable)
        paths[variable] = tuple(dotted.split("."))
        if not all(paths[variable]) or len(dotted) > 256:
            table.report.add(
                "adapter-bad-response-path",
                (*table.path, "response", variable),
                f"变量 {variable!r} 的应答路径 {dotted!r} 无效",
                f"Expected names joined by single dots as the path of {variable!r}, but got {dotted!r}",
                mend_zh="写法：变量 = 应答中的路径，例如 receipt = 'data.receipt_number'",
                mend_en="Write variable = path in the answer, e.g. receipt = 'data.receipt_number'",
            )
    return paths


def _timeout(table: TomlTable) -> timedelta:
    text = table.text("timeout", required=False)
    if text is None:
        return DEFAULT_TIMEOUT
    match = _TIMEOUT.fullmatch(text)
    timeout = int(match[1]) * _UNITS[match[2]] if match else None
    if timeout is None or not MIN_TIMEOUT <= timeout <= MAX_TIMEOUT:
        table.report.add(
            "adapter-bad-timeout",
            (*table.path, "timeout"),
            f"超时 {text!r} 无效，应为 100ms 至 25s，并写明单位 ms 或 s",
            f"Expected a timeout between 100ms and 25s with its unit ms or s, but got {text!r}",
        )
        return DEFAULT_TIMEOUT
    return timeout


def _errors(table: TomlTable) -> dict[tuple[int, str | None], str]:
    errors: dict[tuple[int, str | None], str] = {}
    for key, bpmn_code in table.text_map("errors").items():
        path = (*table.path, "errors", key)
        match = _ERROR_KEY.fullmatch(key)
        status, answer_code = (int(match[1]), match[2]) if match else (0, None)
        # A 2xx answer is an error only by its code: many departments answer 200 to everything.
        is_business = 400 <= status < 500 and status not in RETRY_STATUSES
        if not is_business and not (200 <= status < 300 and answer_code):
            table.report.add(
                "adapter-bad-error-key",
                path,
                f"错误键 {key!r} 无效：应为 4xx 状态（408、425、429 除外，可加 :代码）或 2xx:代码",
                "Expected a 4xx status (not 408, 425, 429), perhaps with ':CODE', or '2xx:CODE', "
                f"as error key, but got {key!r}",
                mend_zh='例如 "409:ALREADY_CLOSED"',
                mend_en='For example "409:ALREADY_CLOSED"',
            )
        if not bpmn_code.strip() or len(bpmn_code) > 128:
            table.report.add(
                "adapter-bad-error-code",
                path,
                f"{key!r} 对应的 BPMN 错误代码应为 1 至 128 个字符",
                f"Expected a BPMN error code of 1 to 128 characters for {key!r}, but got {len(bpmn_code)}",
            )
        errors[status, answer_code] = bpmn_code
    return errors


def _variable_fits(table: TomlTable, key: str, name: str) -> bool:
    if name.isidentifier() and len(name) <= 128:
        return True
    table.report.add(
        "adapter-bad-variable",
        (*table.path, key),
        f"{name!r} 不是变量名",
        f"Expected a variable name in {key!r}, but got {name!r}",
    )
    return False
