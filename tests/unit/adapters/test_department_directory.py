from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base_url import parse_base_url
from adapters.contract import Contract, read_contract
from adapters.directory import DepartmentDirectory
from engine.errors import InvalidArgument
from engine.ports import JobDone, JobFailure


def test_a_job_type_is_served_by_its_department_and_an_unknown_one_by_nobody(
    contract: Contract, simulation: Any, job: Callable[..., Any]
) -> None:
    with DepartmentDirectory([contract], base_urls={"UMLE": f"{simulation.url}/UMLE"}) as directory:
        adapter = directory.find("umle.dispatch")
        assert adapter is not None

        assert isinstance(adapter.perform(job()), JobDone)
        assert directory.find("tax.declare") is None


def test_a_department_without_a_base_url_says_what_to_configure(
    contract: Contract, job: Callable[..., Any]
) -> None:
    with DepartmentDirectory([contract], base_urls={}, setting="Behörden") as directory:
        adapter = directory.find("umle.dispatch")
        assert adapter is not None

        outcome = adapter.perform(job())

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "UMLE (区城管执法局)" in outcome.message
    assert "Behörden" in outcome.message


def test_departments_are_listed_with_what_they_serve_and_whether_they_answer(
    contract: Contract, simulation: Any
) -> None:
    urls = {"UMLE": f"{simulation.url}/UMLE", "TAX": f"{simulation.url}/TAX"}
    simulation.program(department="TAX", kind="status", status=503)

    with DepartmentDirectory([contract], base_urls=urls) as directory:
        tax, umle = directory.departments()

        assert (umle.code, umle.name_zh, str(umle.base_url)) == ("UMLE", "区城管执法局", urls["UMLE"])
        assert umle.job_types == ("umle.dispatch", "umle.look_up", "umle.notify")
        assert tax.job_types == ()
        assert umle.probe(timedelta(seconds=2)).is_reachable
        down = tax.probe(timedelta(seconds=2))
        assert (down.is_reachable, down.status) == (False, 503)


def test_a_probe_ends_in_time_and_tells_an_absent_department(contract: Contract, simulation: Any) -> None:
    simulation.program(kind="hang")
    started = time.monotonic()

    with DepartmentDirectory([contract], base_urls={"UMLE": f"{simulation.url}/UMLE"}) as directory:
        hanging = directory.departments()[0].probe(timedelta(milliseconds=200))
    with DepartmentDirectory([contract], base_urls={}) as directory:
        absent = directory.departments()[0].probe(timedelta(milliseconds=200))

    assert (hanging.is_reachable, hanging.status) == (False, None)
    assert "Timeout" in hanging.detail
    assert time.monotonic() - started < 1
    assert (absent.is_reachable, absent.detail) == (False, "no base URL is configured")


def test_contracts_that_contradict_each_other_are_refused(contract: Contract) -> None:
    text = (
        'department = "TAX"\nname = { zh = "税务", en = "Tax" }\n'
        '[jobs."umle.dispatch"]\nmethod = "POST"\npath = "/x"'
    )
    other, _ = read_contract(text.encode(), file="tax.toml")
    assert other is not None

    with pytest.raises(InvalidArgument, match=r"tax\.toml.*umle\.dispatch"):
        DepartmentDirectory([contract, other], base_urls={})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "umle.example",
        "ftp://umle.example",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@umle.example",
        "http://umle.example/a?b=c",
        "http://umle.example/a?",
        "http://umle.example/#a",
        "http://umle.example/a%2fb",
        "http://umle.example//a",
        "http://umle.example:99999",
    ],
)
def test_a_base_url_is_a_place_and_nothing_more(text: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        DepartmentDirectory([], base_urls={"UMLE": text})

    assert "UMLE" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://umle.example", "http://umle.example:80"),
        ("https://UMLE.example/v1/", "https://umle.example:443/v1"),
        ("http://[::1]:8080/UMLE", "http://[::1]:8080/UMLE"),
    ],
)
def test_a_base_url_is_normalised(text: str, url: str) -> None:
    assert str(parse_base_url(text)) == url


@pytest.mark.parametrize("path", ["/../TAX/x", "/%2e%2e/TAX/x", "@elsewhere.example/", ":81/", "x"])
def test_a_path_cannot_lead_away_from_its_department(path: str) -> None:
    base = parse_base_url("http://umle.example/UMLE")

    with pytest.raises(InvalidArgument):
        base.url_for(path)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")

    with pytest.raises(InvalidArgument, match=r"ca\.pem"):
        DepartmentDirectory([], base_urls={"UMLE": "https://umle.example"}, ca_file=tmp_path / "ca.pem")
