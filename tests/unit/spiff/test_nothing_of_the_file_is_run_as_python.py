"""An uploaded file is untrusted, and SpiffWorkflow would run its texts as Python: it never gets one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

from engine.bpmn.compiler import compile_process
from engine.bpmn.effects import IncidentType
from engine.bpmn.reader import read
from engine.feel import FeelSyntaxError
from engine.spiff.skeleton import skeleton
from tests.differential.playing import Complete, Deliver, Fire
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    end_event,
    exclusive,
    flow,
    inner,
    message,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import programs_of
from tests.unit.spiff.playing_alone import incidents, play

PLACES: dict[str, Callable[[str], str]] = {
    "script": lambda text: sequence(("s", script_task("s", text, result="x"))),
    "condition": lambda text: (
        START
        + exclusive("g", default="g_end")
        + END
        + end_event("other")
        + chain("start", "g", "end")
        + flow("g", "other", text)
    ),
    "timer": lambda text: sequence(("t", catch_event("t", timer(f"={text}")))),
    "boundary timer": lambda text: (
        sequence(("u", user_task("u")))
        + boundary("b", "u", timer(f"={text}"))
        + end_event("late")
        + chain("b", "late")
    ),
    "input": lambda text: sequence(("u", user_task("u", extensions=reads("x", f"={text}")))),
    "output": lambda text: sequence(("u", user_task("u", extensions=writes("x", f"={text}")))),
    "sub-process input": lambda text: sequence(
        ("s", sub_process("s", inner("i"), extensions=reads("x", f"={text}")))
    ),
    "job type": lambda text: sequence(("j", service_task("j", job=f"={text}"))),
    "assignee": lambda text: sequence(
        ("u", user_task("u", extensions=f"<gov:assignment assignee={quoteattr('=' + text)}/>"))
    ),
    "outcome": lambda text: START + end_event("e", gov_outcome=f"={text}") + chain("start", "e"),
    "called process": lambda text: sequence(("c", call_activity("c", called=None, gov_process=f"={text}"))),
}
"""Every place in which SpiffWorkflow, or we instead of it, evaluate something."""

PYTHON = "__import__('pathlib').Path('{canary}').touch()"
CALL = 'open("{canary}", "w")'
"""FEEL too, by its form: the call of a function that does not exist."""


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "python_was_here"


@pytest.mark.parametrize("place", PLACES)
def test_python_in_an_expression_is_refused_before_anything_runs(place: str, canary: Path) -> None:
    content = process(PLACES[place](PYTHON.format(canary=canary)))
    model, findings = read(content, file="evil.bpmn")

    refused = any(finding.is_error for finding in findings)
    if not refused:
        assert model is not None
        with pytest.raises(FeelSyntaxError):
            compile_process(model, model.processes[0])

    assert not canary.exists()


@pytest.mark.parametrize("place", PLACES)
def test_a_call_that_python_would_understand_does_nothing(place: str, canary: Path) -> None:
    run = play(process(PLACES[place](CALL.format(canary=canary))))
    if any(row.element_id == "u" for row in run.rows) and not incidents(run):
        run.answer(Complete("u"))

    assert incidents(run)
    assert not canary.exists()


def test_what_spiffworkflow_is_given_holds_no_text_and_no_id_of_the_file() -> None:
    content = process(
        sequence(
            ("SecretTask", user_task("SecretTask", name="SecretName", extensions=reads("SecretX", "=SecretY"))),
            ("SecretScript", script_task("SecretScript", "SecretExpression", result="SecretResult")),
            ("SecretTimer", catch_event("SecretTimer", timer("=SecretDuration"))),
            ("SecretGateway", exclusive("SecretGateway")),
        ).replace(chain("SecretGateway", "end"), flow("SecretGateway", "end", "SecretCondition")),
        id="SecretProcess",
    )  # fmt: skip
    (program,) = programs_of(content)

    given = etree.tostring(skeleton(program, prefix="p0n", start=program.starts[0])).decode()

    assert "Secret" not in given
    # It is there all the same: five nodes between start and end, and the flows between them.
    assert given.count("sequenceFlow ") == 5


def test_a_whole_process_runs_without_python_ever_being_compiled_or_executed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PythonScriptEngine, "__init__", _refuse)
    content = process(
        sequence(
            ("s", script_task("s", "1 + 1", result="n")),
            ("u", user_task("u", extensions=writes("good", "=n = 2"))),
            ("t", catch_event("t", timer('=duration("PT1H")'))),
            ("m", catch_event("m", message("paid"))),
            ("g", exclusive("g")),
        ).replace(chain("g", "end"), flow("g", "end", "good"))
    )
    play(content)  # so that everything is imported

    with _Executions() as executions:
        run = play(content)
        for answer in (Complete("u"), Fire("t"), Deliver("m")):
            rest = run.answer(answer)

    assert rest.ended is True
    assert rest.variables["good"] is True
    assert executions.seen == []


def test_an_expression_that_fails_is_an_incident_and_not_a_python_error() -> None:
    run = play(process(sequence(("s", script_task("s", 'date("never")', result="x")))))

    assert incidents(run) == [("s", IncidentType.SCRIPT_FAILED)]


def _refuse(self: object, *args: object, **kwargs: object) -> None:
    raise AssertionError("SpiffWorkflow made its Python engine.")


class _Executions:
    """Python's own audit of compile() and exec(); a hook cannot be taken out again, so it is switched."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._watching = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if self._watching and event in ("compile", "exec"):
            self.seen.append(f"{event} {args}")

    def __enter__(self) -> _Executions:
        self._watching = True
        return self

    def __exit__(self, *reason: object) -> None:
        self._watching = False
