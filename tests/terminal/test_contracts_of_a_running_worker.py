from __future__ import annotations

import logging

import pytest

from engine.commands.deployments import DeployPackage
from engine.facade import Engine
from terminal.worker import DeployedDirectory
from tests.elements import drawing as d
from tests.support.packages import ADAPTER, deploy, package
from tests.support.rows import rows

PROCESS = d.process(d.sequence(("call", d.service_task("call"))))
OTHER = d.process(d.sequence(("call", d.service_task("call", job="look"))), id="other")
PLACES = {"UMLE": "http://127.0.0.1:1"}


def look_contract(engine: Engine) -> bytes:
    """Deploys a second scenario with the one job type `look`; returns its contract."""
    contract = ADAPTER.split("[jobs.report]")[0].replace("jobs.check", "jobs.look").encode()
    files = package(OTHER, key="beside") | {"adapters/umle.toml": contract}
    del files["forms/note.form.json"]
    engine.deploy(DeployPackage(files))
    return contract


def test_a_job_type_that_was_just_deployed_is_found_at_once(engine: Engine) -> None:
    deploy(engine, PROCESS)
    directory = DeployedDirectory(engine, PLACES)
    assert directory.find("check") is not None
    assert directory.find("look") is None

    look_contract(engine)

    assert directory.find("look") is not None


def test_contracts_that_contradict_each_other_leave_the_ones_before_in_use(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    deploy(engine, PROCESS)
    contract = look_contract(engine)
    directory = DeployedDirectory(engine, PLACES)
    before = directory.find("check")
    # The gate would refuse this, so it is put there behind its back.
    rows(
        engine,
        "update resource set content = %(content)s where kind = 'ADAPTER' and content = %(old)s returning 1",
        content=ADAPTER.replace("/check", "/verify").encode(),
        old=contract,
    )

    with caplog.at_level(logging.ERROR):
        assert directory.find("unheard") is None, "so it looks at what is deployed now"

    assert before is not None and directory.find("check") is before
    assert "contracts unfit, keeping the ones before" in caplog.messages
