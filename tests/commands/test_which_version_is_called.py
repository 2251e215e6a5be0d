"""`gov:binding`: which version of a called process or of a decision a running case gets."""

from __future__ import annotations

import pytest

from engine.bpmn.declarations import Binding, BindingKind
from engine.commands.deployments import DeployPackage
from engine.errors import DefinitionRefused
from engine.facade import Engine
from engine.views.view import Sight, View
from tests.elements import drawing as d
from tests.support.desk import finish_task, only_task, show, start, tasks
from tests.support.packages import deploy, package
from tests.support.rows import one

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
<decision id="level" name="level"><variable name="level"/>
<literalExpression><text>{value}</text></literalExpression></decision></definitions>"""


class _Look(View[None]):
    def read(self, sight: Sight) -> None:
        return None


def caller(binding: str | None) -> bytes:
    bound = {} if binding is None else {"gov_binding": binding}
    call = d.node("callActivity", "call", calledElement="called", **bound)
    return d.process(d.sequence(("ask", d.user_task("ask")), ("call", call)))


def called(task: str) -> bytes:
    return d.process(d.sequence((task, d.user_task(task))), id="called")


@pytest.mark.parametrize(
    ("binding", "expected"),
    [(None, "fourth"), ("latest", "fourth"), ("deployment", "third"), ("2", "second"), ("1", "first")],
)
def test_a_call_gets_the_version_its_binding_means(
    engine: Engine, binding: str | None, expected: str
) -> None:
    deploy(engine, called("first"))
    deploy(engine, called("second"))
    deploy(engine, caller(binding), called("third"))
    number = start(engine)
    deploy(engine, called("fourth"))

    finish_task(engine, only_task(engine, number))

    assert list(tasks(engine, number)) == [expected]


@pytest.mark.parametrize("binding", ["2", "deployment"])
def test_a_version_that_is_not_there_is_refused_at_the_gate(engine: Engine, binding: str) -> None:
    deploy(engine, called("first"))

    with pytest.raises(DefinitionRefused) as caught:
        engine.deploy(DeployPackage(package(caller(binding))))

    assert [f.rule for f in caught.value.findings if f.is_error] == ["unknown-process"]


def test_a_computed_call_without_such_a_version_is_an_incident(engine: Engine) -> None:
    call = d.node("callActivity", "call", gov_process="=which", gov_binding="2")
    deploy(engine, d.process(d.sequence(("call", call))), called("first"))

    number = start(engine, which="called")

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "CALLED_PROCESS_MISSING"


def test_a_decision_is_bound_like_a_process(engine: Engine) -> None:
    for value in ("1", "2"):
        deploy(engine, caller(None), called("first"), **{"level.dmn": DMN.format(value=value).encode()})
    callers = [
        one(engine, "select id from process_definition where key = 'main' and version = %(v)s", v=version)
        for version in (1, 2)
    ]
    engine.ask(_Look())
    library = engine.library

    by_deployment = [
        library.bound_decision("level", binding=Binding(BindingKind.DEPLOYMENT), caller=id) for id in callers
    ]

    assert by_deployment[0] is not by_deployment[1]
    assert library.bound_decision("level", binding=Binding(), caller=callers[0]) is by_deployment[1]
    first = Binding(BindingKind.VERSION, 1)
    assert library.bound_decision("level", binding=first, caller=callers[1]) is by_deployment[0]
    third = Binding(BindingKind.VERSION, 3)
    assert library.bound_decision("level", binding=third, caller=callers[1]) is None
    assert library.bound_decision("other", binding=Binding(), caller=callers[1]) is None
