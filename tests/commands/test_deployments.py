from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from engine.commands.cases import StartCase
from engine.commands.deployments import DeployPackage
from engine.commands.gate import KEY_OF_ANOTHER_PACKAGE
from engine.errors import DefinitionRefused, NotFound
from engine.facade import Engine
from engine.findings import Finding
from tests.elements import drawing as d
from tests.support.desk import only_task, show, start, state_of, tasks
from tests.support.packages import ADAPTER, FORM, deploy, files_of, package
from tests.support.rows import dump, one, rows

FIRST = d.process(d.sequence(("first", d.user_task("first"))))
SECOND = d.process(d.sequence(("second", d.user_task("second"))))
OTHER = d.process(d.sequence(("third", d.user_task("third"))), id="other")
CONTRADICTION = ADAPTER.replace("/check", "/verify").encode()
DECISION = b"""
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="model" name="m" namespace="urn:test">
  <decision id="who" name="Who"><variable name="who" typeRef="string"/>
    <literalExpression><text>"clerk1"</text></literalExpression></decision>
</definitions>
"""


def test_the_real_scenario_is_brought_in_whole_and_runs(engine: Engine) -> None:
    deployment = engine.deploy(DeployPackage(files_of("grid_case_closed_loop")))

    number = start(
        engine, "grid_case_closed_loop", subclass="暴露垃圾", source="hotline", address="路1号", grid="1"
    )

    assert not deployment.repeated
    assert ("process", "grid_case_closed_loop", 1) in deployment.definitions
    assert list(tasks(engine, number)) == ["verify"]


def test_the_same_files_again_are_the_same_deployment(engine: Engine) -> None:
    first = deploy(engine, FIRST)
    before = dump(engine)

    again = deploy(engine, FIRST)

    assert (again.id, again.repeated, again.definitions) == (first.id, True, ())
    assert dump(engine) == before


def test_a_new_version_holds_for_new_cases_and_old_ones_keep_theirs(engine: Engine) -> None:
    deploy(engine, FIRST)
    old = start(engine)

    deploy(engine, SECOND)

    assert list(tasks(engine, start(engine))) == ["second"]
    assert list(tasks(engine, old)) == ["first"]


def test_bringing_an_older_version_in_again_goes_back_to_it(engine: Engine) -> None:
    deploy(engine, FIRST)
    deploy(engine, SECOND)

    back = deploy(engine, FIRST)

    assert not back.repeated
    assert list(tasks(engine, start(engine))) == ["first"]
    versions = rows(engine, "select version from process_definition where key = 'main' order by version")
    assert versions == [(1,), (2,), (3,)]


def test_a_package_with_an_error_leaves_nothing_behind(engine: Engine) -> None:
    deploy(engine, FIRST)
    before = dump(engine)
    broken = d.process(d.sequence(("call", d.service_task("call", job="unheard"))))

    with pytest.raises(DefinitionRefused):
        engine.deploy(DeployPackage(package(SECOND, broken)))

    assert dump(engine) == before


def test_every_engine_notices_what_another_one_deployed(new_engine: Callable[[], Engine]) -> None:
    engines = [new_engine(), new_engine(), new_engine()]
    # The first engine holds the oldest numbers when it deploys last.
    deploy(engines[0], FIRST)
    for engine in engines:
        start(engine)
    deploy(engines[2], SECOND)
    deploy(engines[1], FIRST)
    deploy(engines[0], SECOND)

    found = {next(iter(tasks(engine, start(engine)))) for engine in engines}

    assert found == {"second"}


def test_an_engine_finds_what_was_deployed_before_it_opened(new_engine: Callable[[], Engine]) -> None:
    deploy(new_engine(), FIRST)
    number = start(new_engine())

    late = new_engine()

    assert only_task(late, number)
    assert state_of(late, number) == "OPEN"
    assert show(late, number).path[0].element_id == "start"


def test_a_process_that_only_a_message_starts_cannot_be_started_without_one(engine: Engine) -> None:
    content = d.start_event("start", d.message("paid")) + d.user_task("ask") + d.END
    deploy(engine, d.process(content + d.chain("start", "ask", "end")))

    with pytest.raises(NotFound, match="begins by events only"):
        engine.do(StartCase("main"))
    assert one(engine, "select count(*) from case_record") == 0


# --- beside other scenarios ----------------------------------------------------------------------


def beside(*processes: bytes, **changed: bytes) -> dict[str, bytes]:
    """Files of another scenario, with the same contracts and without a form of its own."""
    files = package(*processes, key="beside") | changed
    return {path: content for path, content in files.items() if content}


NO_FORM = {"forms/note.form.json": b""}


def errors_of(engine: Engine, files: dict[str, bytes]) -> list[Finding]:
    with pytest.raises(DefinitionRefused) as refusal:
        engine.deploy(DeployPackage(files))
    return [finding for finding in refusal.value.findings if finding.is_error]


def test_a_contract_that_contradicts_another_scenarios_is_refused(engine: Engine) -> None:
    deploy(engine, FIRST)
    before = dump(engine)

    (error,) = errors_of(engine, beside(OTHER, **NO_FORM, **{"adapters/umle.toml": CONTRADICTION}))

    assert (error.rule, error.element_id, error.file) == (
        "adapter-duplicate-job-type", "check", "adapters/umle.toml",
    )  # fmt: skip
    assert "probe/adapters/umle.toml" in error.en
    assert dump(engine) == before


def test_two_scenarios_may_tell_the_same_contract(engine: Engine) -> None:
    deploy(engine, FIRST)

    deployment = engine.deploy(DeployPackage(beside(OTHER, **NO_FORM)))

    assert deployment.definitions == (("process", "other", 1),)


def test_a_scenario_may_change_its_own_contract(engine: Engine) -> None:
    deploy(engine, FIRST)

    changed = deploy(engine, FIRST, **{"adapters/umle.toml": CONTRADICTION})

    assert not changed.repeated
    assert errors_of(engine, beside(OTHER, **NO_FORM))[0].rule == "adapter-duplicate-job-type", (
        "only the newest contracts count"
    )


@pytest.mark.parametrize(
    ("theirs", "key"),
    [
        ({"process_1.bpmn": FIRST}, "main"),
        ({"who.dmn": DECISION}, "who"),
        ({"forms/note.form.json": json.dumps(FORM).encode()}, "note"),
    ],
)
def test_a_key_of_another_scenario_is_refused(engine: Engine, theirs: dict[str, bytes], key: str) -> None:
    deploy(engine, FIRST, **{"who.dmn": DECISION})
    before = dump(engine)

    (error,) = errors_of(engine, beside(OTHER, **NO_FORM | theirs))

    assert (error.rule, error.element_id) == (KEY_OF_ANOTHER_PACKAGE, key)
    assert "probe" in error.en
    assert dump(engine) == before
