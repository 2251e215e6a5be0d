from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from adapters.contract import clashes, read_contract
from engine.bpmn.model import NodeKind
from engine.bpmn.reader import read
from engine.bpmn.rules import check, check_deployment
from engine.dmn import read_decisions
from engine.model.forms import read_form
from engine.model.scenario_package import Package, read_package

from .grid_case import definitions, grid_case_package, grid_dispatch, package_files

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@pytest.fixture(scope="module")
def package() -> Package:
    return grid_case_package()


def forms(package: Package) -> dict[str, set[str]]:
    """Form id -> keys of its fields."""
    read_forms = [read_form(content, file=path)[0] for path, content in package.forms.items()]
    return {form.id: {field.key for field in form.fields} for form in read_forms if form is not None}


def job_types(package: Package) -> set[str]:
    contracts = [read_contract(content, file=path)[0] for path, content in package.adapters.items()]
    return {job_type for contract in contracts if contract is not None for job_type in contract.jobs}


def test_the_package_reads_without_findings() -> None:
    package, findings = read_package(package_files())

    assert findings == []
    assert package is not None


def test_its_diagrams_pass_the_upload_gate(package: Package) -> None:
    for path, content in package.processes.items():
        model, findings = read(content, file=path)

        assert model is not None
        assert [*findings, *check(model)] == []


def test_its_decision_forms_and_contracts_read_without_findings(package: Package) -> None:
    findings: list[Any] = [
        read_decisions(content, file=path)[1] for path, content in package.decisions.items()
    ]
    findings += [read_form(content, file=path)[1] for path, content in package.forms.items()]
    contracts = [read_contract(content, file=path) for path, content in package.adapters.items()]
    findings += [found for _, found in contracts]

    assert [finding for found in findings for finding in found] == []
    assert clashes(contract for contract, _ in contracts if contract is not None) == []


def test_whatever_the_diagrams_name_is_in_the_package(package: Package) -> None:
    assert package.organisation is not None

    findings = check_deployment(
        definitions(),
        known_processes=(),
        known_decisions={grid_dispatch().id},
        known_forms=forms(package),
        known_job_types=job_types(package),
        known_limits={limit.key for limit in package.scenario.time_limits},
        known_ladders={ladder.key for ladder in package.scenario.ladders},
        known_roles=package.organisation.roles(),
    )

    assert findings == []


def test_every_form_is_used_and_named_like_its_file(package: Package) -> None:
    used = {
        node.extensions.form
        for each in definitions()
        for process in each.processes
        for node, _ in process.walk()
    }

    assert forms(package).keys() == used - {None}
    assert {f"forms/{form}.form.json" for form in forms(package)} == package.forms.keys()


def test_every_department_that_can_be_dispatched_to_has_a_contract_and_a_handler(package: Package) -> None:
    assert package.organisation is not None
    arbitrate, _ = read_form(package.forms["forms/arbitrate.form.json"])
    assert arbitrate is not None
    choices = {choice.value for choice in arbitrate.fields[0].choices}

    handlers = {
        actor.department
        for actor in package.organisation.actors.values()
        if "department:handler" in actor.roles
    }

    assert {f"{code.lower()}.dispatch" for code in choices} | {"sms.send"} == job_types(package)
    assert handlers == choices


def test_every_user_and_service_task_is_measured(package: Package) -> None:
    measured = {element for kpi in package.scenario.kpis for element in kpi.elements}
    nodes = {
        node.id: node.kind
        for each in definitions()
        for process in each.processes
        for node, _ in process.walk()
    }
    tasks = {
        node_id for node_id, kind in nodes.items() if kind in (NodeKind.USER_TASK, NodeKind.SERVICE_TASK)
    }

    assert measured <= nodes.keys()
    assert tasks <= measured
    assert {kpi.family.value for kpi in package.scenario.kpis} == {
        "time",
        "outcome",
        "capacity",
        "satisfaction",
    }


def test_every_node_and_flow_is_drawn_once(package: Package) -> None:
    for content in package.processes.values():
        root = etree.fromstring(content)
        ids = [
            element.get("id")
            for element in root.iter()
            if etree.QName(element).localname in {kind.value for kind in NodeKind} | {"sequenceFlow"}
        ]
        drawn = [
            element.get("bpmnElement") for element in root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge")
        ]

        assert sorted(map(str, drawn)) == sorted(map(str, ids))


def test_the_handler_and_the_checker_are_different_roles(package: Package) -> None:
    assert package.organisation is not None

    for actor in package.organisation.actors.values():
        assert not {"department:handler", "街镇:核查员"} <= set(actor.roles)
