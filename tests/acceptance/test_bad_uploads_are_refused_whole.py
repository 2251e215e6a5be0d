"""Whatever a stranger uploads: a clear finding in under a second, and nothing is half deployed."""

from __future__ import annotations

from time import process_time

import pytest

from engine.commands.cases import StartCase
from engine.commands.deployments import DeployPackage
from engine.errors import DefinitionRefused
from engine.facade import Engine
from engine.views.operations import IncidentList, OperationsCounts
from tests.elements import drawing as d
from tests.support.packages import SCENARIO

FINE = d.process(d.sequence(("ask", d.user_task("ask"))))
ENDLESS = d.process(
    d.START + d.node("task", "spin") + d.END + d.flow("start", "spin") + d.flow("spin", "spin")
)
UNKNOWN_ATTRIBUTE = d.process(d.sequence(("ask", d.node("userTask", "ask", gov_colour="red"))))
CALLS_NOTHING = d.process(d.sequence(("call", d.node("callActivity", "call", calledElement="nowhere"))))
ENTITY = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions>&e;</definitions>'
NESTED = b"<a>" * 2_500_000 + b"</a>" * 1_000_000


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"%PDF-1.7 not a diagram", "xml-not-well-formed"),
        (b"<html/>", "not-bpmn"),
        (ENTITY, "xml-"),
        (NESTED, "too-large"),
        (ENDLESS, "endless-loop"),
        (UNKNOWN_ATTRIBUTE, "unknown-extension"),
        (CALLS_NOTHING, "unknown-process"),
    ],
    ids=[
        "no XML",
        "no BPMN",
        "external entity",
        "10 MB nested",
        "endless loop",
        "unknown attribute",
        "no callee",
    ],
)
def test_a_bad_file_is_a_finding_in_under_a_second_and_nothing_is_deployed(
    engine: Engine, content: bytes, rule: str
) -> None:
    files = {
        "scenario.toml": SCENARIO.encode(),
        "fine.bpmn": FINE.replace(b"main", b"other"),
        "bad.bpmn": content,
    }
    begun = process_time()

    with pytest.raises(DefinitionRefused) as refused:
        engine.deploy(DeployPackage(files))

    assert process_time() - begun < 1.0
    findings = [finding for finding in refused.value.findings if finding.is_error]
    assert any(rule in finding.rule for finding in findings), findings
    assert all(finding.file == "bad.bpmn" and finding.zh and finding.en for finding in findings)
    assert engine.ask(OperationsCounts()).deployments == 0


def test_a_loop_that_no_rule_can_prove_becomes_an_incident_in_under_a_second(engine: Engine) -> None:
    loop = (
        d.START
        + d.node("exclusiveGateway", "again", default="again_end")
        + d.node("scriptTask", "add", gov_result="n", content="<script>n + 1</script>", scriptFormat="feel")
        + d.END
        + d.flow("start", "again")
        + d.flow("again", "add", "n >= 0")
        + d.flow("add", "again")
        + d.flow("again", "end")
    )
    files = {"scenario.toml": SCENARIO.encode(), "loop.bpmn": d.process(loop)}
    engine.deploy(DeployPackage(files))
    begun = process_time()

    number = engine.do(StartCase("main", {"n": 0}))["case_number"]

    assert process_time() - begun < 1.0
    [incident] = engine.ask(IncidentList())
    assert (incident.case_number, incident.incident_type) == (number, "STEP_LIMIT_EXCEEDED")
