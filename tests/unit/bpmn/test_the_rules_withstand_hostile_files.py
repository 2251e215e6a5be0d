"""Files that are made to hurt: refused, or read through, in bounded time and memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import pytest

from engine.bpmn.reader import read
from engine.bpmn.reading.sink import MAX_FINDINGS
from engine.bpmn.rules import check, check_deployment
from engine.findings import Finding, Severity
from engine.hardened_xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS
from tests.unit.bpmn.drawing import END, HEAD, START, chain, definitions, flow, process, user_task
from tests.unit.bpmn.flaws import boundary, gateway, script, sub_process

CPU_SECONDS = 2.0
"""The promise; machines of a test run differ, so most files take a small part of it."""
MEMORY_MEGABYTES = 400


def gate(content: bytes) -> list[Finding]:
    """What `yishi process check` would list."""
    model, findings = read(content, file="hostile.bpmn")
    return findings + (check(model) if model is not None else [])


def bounded(work: Callable[[], list[Finding]]) -> list[Finding]:
    """What `work` answers; it may take CPU_SECONDS and add MEMORY_MEGABYTES to the peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    findings = work()

    assert time.process_time() - began < CPU_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_MEGABYTES * 1024
    return findings


# --- XML -----------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
ENTITY_BOMB = f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>{HEAD}>&l11;</definitions>'.encode()
QUADRATIC_BOMB = (
    f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>{HEAD}>' + "&a;" * 20_000 + "</definitions>"
).encode()
EXTERNAL_DTD = f'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/evil.dtd">{HEAD}></definitions>'.encode()
EXTERNAL_ENTITY = (
    f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>{HEAD}><documentation>&e;</documentation></definitions>'
).encode()
PARAMETER_ENTITY = (
    f'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:1/evil"> %p;]>{HEAD}></definitions>'.encode()
)


@pytest.mark.parametrize(
    "content",
    [ENTITY_BOMB, QUADRATIC_BOMB, EXTERNAL_DTD, EXTERNAL_ENTITY, PARAMETER_ENTITY],
    ids=["laughs", "quadratic", "dtd", "entity", "parameter"],
)
def test_entities_and_dtds_are_refused_unread(content: bytes) -> None:
    findings = bounded(lambda: gate(content))

    assert findings[0].rule in ("xml-doctype", "xml-not-well-formed")
    assert "root:" not in "".join(finding.en for finding in findings)


def test_size_depth_and_number_of_elements_have_limits() -> None:
    large = definitions(f"<documentation>{'a' * MAX_BYTES}</documentation>")
    deep = definitions("<subProcess>" * MAX_DEPTH + "</subProcess>" * MAX_DEPTH)
    many = definitions("<documentation/>" * MAX_ELEMENTS)

    assert [f.rule for f in bounded(lambda: gate(large))] == ["xml-too-large"]
    assert [f.rule for f in bounded(lambda: gate(deep))] == ["xml-too-complex"]
    assert [f.rule for f in bounded(lambda: gate(many))] == ["xml-too-complex"]


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 1_000, b"\xff\xfe" + b"<" * 1_000, b"<a" + b' b="c"' * 100_000 + b"/>"]
)
def test_bytes_that_are_no_bpmn_are_findings(content: bytes) -> None:
    assert bounded(lambda: gate(content))


# --- drawings ------------------------------------------------------------------------------------


def filled(content: str) -> bytes:
    """Up to the size limit, with text that nobody reads."""
    missing = MAX_BYTES - len(process(content)) - 100
    return process(f"<documentation>{'测' * (missing // 3)}</documentation>" + content)


def test_a_file_of_the_largest_size_with_a_flaw_at_every_element() -> None:
    nodes = "".join(f'<userTask id="t{i % 3_000}" gov:bad="1" startQuantity="x"/>' for i in range(6_000))
    flows = "".join(flow(f"t{i}", f"nowhere{i}", "1 +") for i in range(6_000))
    content = filled(nodes + flows)
    assert MAX_BYTES - 1_000 < len(content) <= MAX_BYTES

    findings = bounded(lambda: gate(content))

    assert len(findings) >= MAX_FINDINGS
    assert ("too-many-findings", Severity.ERROR) in [(f.rule, f.severity) for f in findings]


def mesh(count: int, step: int) -> str:
    """Gateways of which each leads to two others, in loops."""
    nodes = "".join(gateway(f"n{i}", "exclusive" if i % 2 else "parallel") for i in range(count))
    flows = "".join(flow(f"n{i}", f"n{(i * 7 + far) % count}") for i in range(count) for far in (1, step))
    return START + nodes + flows + flow("start", "n0")


def ladder(count: int) -> str:
    """A chain of decisions each of which leads to the next join as well."""
    kinds = ("exclusive", "parallel")
    nodes = "".join(gateway(f"n{i}", kinds[i % 2]) for i in range(count))
    flows = "".join(flow(f"n{i}", f"n{i + far}") for i in range(count) for far in (1, 3) if i + far < count)
    return START + nodes + flows + flow("start", "n0")


def star(count: int) -> str:
    """One join of many flows, each behind a decision of its own."""
    nodes = "".join(gateway(f"n{i}") for i in range(count))
    flows = "".join(flow(f"n{i}", f"n{i + 1}") for i in range(count - 1)) + "".join(
        flow(f"n{i}", "join") for i in range(count)
    )
    return START + gateway("join", "parallel") + nodes + flows + flow("start", "n0")


def boundaries(count: int) -> str:
    """One sub-process full of tasks that do not wait, with many events on its boundary."""
    inner = '<startEvent id="s"/>' + "".join(script(f"t{i}") for i in range(count))
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    events = "".join(boundary(timer, id=f"b{i}") for i in range(count))
    return START + sub_process(inner) + events + END + chain("start", "x", "end")


def compensations(count: int) -> str:
    throws = "".join(
        f'<intermediateThrowEvent id="t{i}"><compensateEventDefinition activityRef="u{i}"/></intermediateThrowEvent>'
        for i in range(count)
    )
    return START + throws + "".join(user_task(f"u{i}") for i in range(count // 3)) + END


def nested(depth: int, width: int) -> str:
    content = "".join(user_task(f"leaf{i}") for i in range(width))
    for level in range(depth):
        tasks = "".join(user_task(f"u{level}_{i}") for i in range(width))
        content = sub_process(content + tasks, id=f"sub{level}")
    return START + content + END


@pytest.mark.parametrize(
    "content",
    [
        mesh(4_000, 2),
        mesh(4_000, 1_999),
        ladder(6_000),
        star(4_000),
        boundaries(3_000),
        compensations(4_000),
        nested(55, 60),
    ],
    ids=["mesh", "wide mesh", "ladder", "star", "boundaries", "compensations", "nested"],
)
def test_rules_take_time_that_grows_with_the_drawing_only(content: str) -> None:
    model, _ = read(process(content))
    assert model is not None

    assert bounded(lambda: check(model))


def test_long_circles_of_calls_are_found_in_time() -> None:
    def called(number: int) -> bytes:
        call = f'<callActivity id="c" calledElement="p{(number + 1) % 200}"/>'
        content = process(START + call + END + chain("start", "c", "end"))
        return content.replace(b'id="p"', f'id="p{number}"'.encode())

    models = [model for number in range(200) if (model := read(called(number))[0]) is not None]

    found = bounded(lambda: check_deployment(models))

    assert [finding.rule for finding in found] == ["endless-call-cycle"]


def test_the_rules_stop_counting_somewhere() -> None:
    model, _ = read(process(START + "".join(user_task(f"t{i}") for i in range(MAX_FINDINGS)) + END))
    assert model is not None

    findings = check(model)

    assert len(findings) == MAX_FINDINGS + 1
    assert (findings[-1].rule, findings[-1].severity) == ("too-many-findings", Severity.ERROR)
