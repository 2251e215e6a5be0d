"""One element at one position: a small model, drawn, put before the gate and run to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.reader import read
from engine.bpmn.rules import check
from tests.elements.drawing import (
    END,
    START,
    ad_hoc,
    call_activity,
    chain,
    end_event,
    event_sub_process,
    flow,
    message,
    multi_instance,
    node,
    process,
    start_event,
    sub_process,
    transaction,
    user_task,
)
from tests.elements.driver import Dry

Drive = Callable[[Dry], None]


def nothing(run: Dry) -> None:
    """It runs by itself."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a process. A token comes to `first`; from `last`, if there is one, it goes on."""

    name: str
    content: str
    drive: Drive = nothing
    first: str = "it"
    last: str | None = "it"
    variables: dict[str, Any] = field(default_factory=dict)
    files: tuple[bytes, ...] = ()
    """Called processes and the like."""
    decisions: bytes | None = None
    roots: str = ""
    """Root elements beside those that every drawing has."""
    outside: str = ""
    """Content of the container that belongs to the fragment, but not to its path."""


RUNS = "runs"


def result(fragment: Fragment, position: str) -> str:
    """RUNS, or "refused: <rule ids>". Fails if a model that the gate lets through does not end."""
    files, drive = POSITIONS[position](fragment)
    refused = sorted({rule for content in files for rule in errors_of(content)})
    if refused:
        return "refused: " + ", ".join(refused)
    run = Dry(*files, variables=fragment.variables, decisions=fragment.decisions)
    drive(run)
    assert run.ended is True, f"{fragment.name} in {position} waits at {run.waiting}: {run.incidents}"
    return RUNS


def errors_of(content: bytes) -> list[str]:
    model, findings = read(content, file="coverage.bpmn")
    assert model is not None
    findings = findings + check(model)
    return [finding.rule for finding in findings if finding.is_error]


# --- positions -----------------------------------------------------------------------------------


def _path(fragment: Fragment, *, start: str = "s", end: str = "e") -> str:
    """start, the fragment, end: the content of a container."""
    drawn = fragment.content + fragment.outside + flow(start, fragment.first)
    if fragment.last is None:
        return start_event(start) + drawn
    return start_event(start) + drawn + end_event(end) + flow(fragment.last, end)


def _in_process(fragment: Fragment) -> tuple[list[bytes], Drive]:
    return [process(_path(fragment), roots=fragment.roots), *fragment.files], fragment.drive


def _around(fragment: Fragment, around: str) -> list[bytes]:
    main = START + around + END + chain("start", "around", "end")
    return [process(main, roots=fragment.roots), *fragment.files]


def _in_sub_process(fragment: Fragment) -> tuple[list[bytes], Drive]:
    return _around(fragment, sub_process("around", _path(fragment))), fragment.drive


def _in_transaction(fragment: Fragment) -> tuple[list[bytes], Drive]:
    return _around(fragment, transaction("around", _path(fragment))), fragment.drive


def _in_multi_instance(fragment: Fragment) -> tuple[list[bytes], Drive]:
    twice = multi_instance(cardinality="2", sequential=True)

    def drive(run: Dry) -> None:
        fragment.drive(run)
        fragment.drive(run)

    return _around(fragment, sub_process("around", twice + _path(fragment))), drive


def _in_ad_hoc(fragment: Fragment) -> tuple[list[bytes], Drive]:
    inside = node("task", "s") + fragment.content + fragment.outside + flow("s", fragment.first)
    around = ad_hoc("around", inside, gov_activeElements='=["s"]')
    return _around(fragment, around), fragment.drive


def _in_called_process(fragment: Fragment) -> tuple[list[bytes], Drive]:
    calling = process(
        START + call_activity("around", called="inside") + END + chain("start", "around", "end")
    )
    return [
        calling,
        process(_path(fragment), id="inside", roots=fragment.roots),
        *fragment.files,
    ], fragment.drive


def _in_event_sub_process(fragment: Fragment) -> tuple[list[bytes], Drive]:
    tail = "" if fragment.last is None else end_event("e") + flow(fragment.last, "e")
    content = fragment.content + fragment.outside + flow("around_start", fragment.first) + tail
    around = event_sub_process("around", message("recalled"), content)
    main = START + user_task("hold") + END + chain("start", "hold", "end") + around

    def drive(run: Dry) -> None:
        run.deliver("around_start")
        fragment.drive(run)

    return [process(main, roots=fragment.roots), *fragment.files], drive


POSITIONS: dict[str, Callable[[Fragment], tuple[list[bytes], Drive]]] = {
    "process": _in_process,
    "sub-process": _in_sub_process,
    "called process": _in_called_process,
    "event sub-process": _in_event_sub_process,
    "multi-instance": _in_multi_instance,
    "transaction": _in_transaction,
    "ad-hoc": _in_ad_hoc,
}
