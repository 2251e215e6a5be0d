from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import MAX_BYTES, clashes, read_contract

HEAD = 'department = "UMLE"\nname = { zh = "区城管执法局", en = "District urban management" }\n'
JOB = HEAD + '[jobs."umle.dispatch"]\n'
GOOD_JOB = JOB + 'method = "POST"\npath = "/dispatch"\n'


def findings_of(text: str) -> list[tuple[str, int | None]]:
    contract, findings = read_contract(text.encode(), file="umle.toml")
    assert (contract is None) == bool(findings)
    assert all(finding.is_error and finding.zh and finding.en for finding in findings)
    assert all(finding.file == "umle.toml" for finding in findings)
    return [(finding.rule, finding.line) for finding in findings]


def test_a_contract_says_how_each_job_is_called() -> None:
    text = GOOD_JOB + (
        'request = ["subclass", "网格?"]\n'
        'response = { receipt = "data.receipt_number" }\n'
        'timeout = "5s"\n'
        'errors = { "409:ALREADY_CLOSED" = "CLOSED", "409" = "CONFLICT" }\n'
    )

    contract, findings = read_contract(text.encode(), file="umle.toml")

    assert findings == []
    assert contract is not None
    assert (contract.department, contract.name_zh) == ("UMLE", "区城管执法局")
    job = contract.jobs["umle.dispatch"]
    assert [(field.name, field.optional) for field in job.request] == [("subclass", False), ("网格", True)]
    assert job.response == {"receipt": ("data", "receipt_number")}
    assert job.timeout == timedelta(seconds=5)
    assert job.error_code(status=409, answer_code="ALREADY_CLOSED") == "CLOSED"
    assert job.error_code(status=409, answer_code="OTHER") == "CONFLICT"
    assert job.error_code(status=410, answer_code="ALREADY_CLOSED") is None


def test_a_timeout_that_is_not_given_is_ten_seconds() -> None:
    contract, _ = read_contract(GOOD_JOB.encode(), file="umle.toml")

    assert contract is not None
    assert contract.jobs["umle.dispatch"].timeout == timedelta(seconds=10)


@pytest.mark.parametrize(("text", "span"), [("100ms", 0.1), ("5s", 5), ("25s", 25)])
def test_a_timeout_has_its_unit(text: str, span: float) -> None:
    contract, _ = read_contract((GOOD_JOB + f'timeout = "{text}"').encode(), file="umle.toml")

    assert contract is not None
    assert contract.jobs["umle.dispatch"].timeout == timedelta(seconds=span)


MISTAKES: dict[str, tuple[str, str, int | None]] = {
    "unknown key in the file": ("base_url = 'http://elsewhere'\n" + GOOD_JOB, "adapter-unknown-key", 1),
    "unknown key in a job": (GOOD_JOB + "retries = 3\n", "adapter-unknown-key", 6),
    "unknown language": (GOOD_JOB.replace("en =", "de = 'B', en ="), "adapter-unknown-key", 2),
    "no department": (GOOD_JOB.replace('department = "UMLE"\n', ""), "adapter-missing-key", None),
    "no method": (JOB + 'path = "/dispatch"\n', "adapter-missing-key", 3),
    "no path": (JOB + 'method = "POST"\n', "adapter-missing-key", 3),
    "department is a number": (GOOD_JOB.replace('"UMLE"', "1"), "adapter-wrong-type", 1),
    "department escapes": (GOOD_JOB.replace('"UMLE"', '"../TAX"'), "adapter-bad-department", 1),
    "empty name": (GOOD_JOB.replace('"区城管执法局"', '" "'), "adapter-bad-name", 2),
    "jobs is a list": (HEAD + "jobs = []\n", "adapter-wrong-type", 3),
    "no job": (HEAD + "[jobs]\n", "adapter-bad-job-count", 3),
    "odd job type": (GOOD_JOB.replace("umle.dispatch", "umle dispatch"), "adapter-bad-job-type", 3),
    "job type twice": (GOOD_JOB + '[jobs."umle.dispatch"]\n', "adapter-duplicate-job-type", 6),
    "method unknown": (JOB + 'method = "DELETE"\npath = "/a"\n', "adapter-bad-method", 4),
    "request is text": (GOOD_JOB + 'request = "a"\n', "adapter-wrong-type", 6),
    "request holds a number": (GOOD_JOB + 'request = ["a", 1]\n', "adapter-wrong-type", 6),
    "request names no variable": (GOOD_JOB + 'request = ["a b"]\n', "adapter-bad-variable", 6),
    "request repeats": (GOOD_JOB + 'request = ["a", "a?"]\n', "adapter-duplicate-variable", 6),
    "response is a list": (GOOD_JOB + "response = []\n", "adapter-wrong-type", 6),
    "response path is a number": (GOOD_JOB + "response = { a = 1 }\n", "adapter-wrong-type", 6),
    "response path has a hole": (GOOD_JOB + 'response = { a = "b..c" }\n', "adapter-bad-response-path", 6),
    "response variable": (GOOD_JOB + 'response = { "a-b" = "b" }\n', "adapter-bad-variable", 6),
    "timeout without unit": (GOOD_JOB + 'timeout = "5"\n', "adapter-bad-timeout", 6),
    "timeout is a number": (GOOD_JOB + "timeout = 5\n", "adapter-wrong-type", 6),
    "timeout too short": (GOOD_JOB + 'timeout = "1ms"\n', "adapter-bad-timeout", 6),
    "timeout too long": (GOOD_JOB + 'timeout = "26s"\n', "adapter-bad-timeout", 6),
    "error key is no status": (GOOD_JOB + 'errors = { "x" = "A" }\n', "adapter-bad-error-key", 6),
    "error key is a retry status": (GOOD_JOB + 'errors = { "429" = "A" }\n', "adapter-bad-error-key", 6),
    "error key is a server error": (GOOD_JOB + 'errors = { "503" = "A" }\n', "adapter-bad-error-key", 6),
    "success is an error": (GOOD_JOB + 'errors = { "200" = "A" }\n', "adapter-bad-error-key", 6),
    "error code is empty": (GOOD_JOB + 'errors = { "409" = "" }\n', "adapter-bad-error-code", 6),
    "not TOML": (GOOD_JOB + "method\n", "adapter-not-toml", 6),
    "nested without end": ("a = " + "[" * 50_000, "adapter-not-toml", None),
}


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: str(case).replace(" ", "-"))
def test_a_mistake_is_found_with_its_rule_and_line(case: str) -> None:
    text, rule, line = MISTAKES[case]

    assert findings_of(text) == [(rule, line)]


@pytest.mark.parametrize(
    "path",
    [
        "cases",
        "//elsewhere.example/cases",
        "http://elsewhere.example/",
        "/a/../b",
        "/a/./b",
        "/a//b",
        "/a?b=c",
        "/a#b",
        "/a%2e",
        "/a b",
        "/a\\\\b",
        "/{",
        "/}",
        "/{}",
        "/{a b}",
        "/{a{b}}",
        "/" + "a" * 600,
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    assert findings_of(JOB + f'method = "POST"\npath = "{path}"\n') == [("adapter-bad-path", 5)]


def test_all_mistakes_are_told_at_once() -> None:
    text = (
        'department = "U M"\n'
        'name = { zh = "区" }\n'
        "[jobs.one]\n"
        'method = "PATCH"\n'
        'path = "x"\n'
        "[jobs.two]\n"
        'timeout = "soon"\n'
    )

    assert findings_of(text) == [
        ("adapter-bad-department", 1),
        ("adapter-missing-key", 2),
        ("adapter-bad-method", 4),
        ("adapter-bad-path", 5),
        ("adapter-missing-key", 6),
        ("adapter-missing-key", 6),
        ("adapter-bad-timeout", 7),
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"\xff\xfe", "adapter-not-utf-8"), (b"#" * (MAX_BYTES + 1), "adapter-too-large"), (b"", None)],
)
def test_bytes_that_are_no_text_or_too_many_are_refused(content: bytes, rule: str | None) -> None:
    contract, findings = read_contract(content, file="umle.toml")

    assert contract is None
    assert {finding.rule for finding in findings} == {rule or "adapter-missing-key"}


def contract_with(path: str, *, file: str) -> Any:
    contract, findings = read_contract(GOOD_JOB.replace("/dispatch", path).encode(), file=file)
    assert contract is not None, findings
    return contract


def test_two_packages_may_describe_a_job_type_alike_but_not_differently() -> None:
    first, same = contract_with("/a", file="p1/umle.toml"), contract_with("/a", file="p2/umle.toml")
    other = contract_with("/b", file="p3/umle.toml")

    assert clashes([first, same]) == []
    assert [(finding.rule, finding.file) for finding in clashes([first, same, other])] == [
        ("adapter-duplicate-job-type", "p3/umle.toml")
    ]
