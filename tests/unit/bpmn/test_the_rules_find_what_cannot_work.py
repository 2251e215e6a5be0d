from __future__ import annotations

import time

import pytest

from engine.bpmn.model import Definitions, FlowNode, NodeKind, Process
from engine.bpmn.reader import read
from engine.bpmn.reading.sink import MAX_FINDINGS
from engine.bpmn.rules import RULES, check
from engine.findings import Severity
from tests.unit.bpmn.drawing import (
    END,
    ERROR,
    MESSAGE,
    ROLES,
    START,
    around,
    chain,
    definitions,
    extension,
    findings_of,
    flow,
    process,
    rules_of,
    user_task,
    with_extension,
)

SCRIPT = '<scriptTask id="{}" gov:result="n"><script>1</script></scriptTask>'


def gateway(id: str, kind: str = "exclusive", attributes: str = "") -> str:
    return f'<{kind}Gateway id="{id}" {attributes}/>'


def script(id: str) -> str:
    return SCRIPT.format(id)


def timer(kind: str, text: str, *, boundary: str = "") -> str:
    event = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    if boundary:
        return f'<boundaryEvent id="b" {boundary}>{event}</boundaryEvent>'
    return f'<intermediateCatchEvent id="x">{event}</intermediateCatchEvent>'


def catch(id: str) -> str:
    return f'<intermediateCatchEvent id="{id}"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>'


def split(kind: str, *, default: str = "", first: str | None = None, second: str | None = None) -> bytes:
    """start -> split g -> end | end2."""
    attributes = f'default="{default}"' if default else ""
    return process(
        START
        + gateway("g", kind, attributes)
        + END
        + '<endEvent id="end2"/>'
        + flow("start", "g")
        + flow("g", "end", first)
        + flow("g", "end2", second)
    )


def branches(opening: str, *, before: str = "", join: str = "parallel") -> bytes:
    """`opening` splits into a and b, which `join` brings together."""
    first = before or "start"
    return process(
        START
        + opening
        + user_task("a")
        + user_task("b")
        + gateway("j", join)
        + END
        + flow(first, "g")
        + flow("g", "a", "n = 1")
        + flow("g", "b")
        + chain("a", "j", "end")
        + flow("b", "j")
    )


DEEP = '<subProcess id="s{}"><startEvent id="i{}"/>'

REFUSED: list[tuple[str, bytes]] = [
    ("no-executable-process", definitions("")),
    ("no-executable-process", definitions(f'<process id="p">{START}{END}{flow("start", "end")}</process>')),
    ("duplicate-id", process(START + user_task("start") + END)),
    ("dangling-reference", process(START + END + flow("start", "nowhere"))),
    ("dangling-reference", split("exclusive", default="start_g", first="a", second="b")),
    ("dangling-reference", around('<receiveTask id="x" messageRef="nothing"/>')),
    (
        "dangling-reference",
        process(START + '<endEvent id="e"><errorEventDefinition errorRef="nothing"/></endEvent>'),
    ),
    (
        "flow-crosses-border",
        around(f'<subProcess id="x"><startEvent id="s"/>{user_task("u")}{flow("u", "end")}</subProcess>'),
    ),
    ("start-event", process(user_task() + END + flow("x", "end"))),
    (
        "start-event",
        process(START + '<startEvent id="s2"/>' + END + flow("start", "end") + flow("s2", "end")),
    ),
    (
        "sub-process-start",
        around(
            '<subProcess id="x"><startEvent id="s"><messageEventDefinition messageRef="paid"/></startEvent>'
            '<endEvent id="e"/>' + flow("s", "e") + "</subProcess>",
            root=MESSAGE,
        ),
    ),
    ("no-end-event", process(START + user_task() + flow("start", "x"))),
    ("incoming-to-start", around(user_task(), more=flow("x", "start"))),
    ("outgoing-from-end", around(user_task(), more=flow("end", "x"))),
    (
        "boundary-not-attached",
        around(user_task(), more=timer("timeDate", "2026-01-01", boundary='attachedToRef="end"')),
    ),
    (
        "event-gateway-target",
        around(gateway("x", "eventBased"), more=user_task("u") + flow("x", "u") + flow("u", "end")),
    ),
    (
        "event-gateway-target",
        around(
            gateway("x", "eventBased"),
            root=MESSAGE,
            more=catch("c") + user_task("u") + flow("x", "c") + flow("c", "u") + flow("u", "c"),
        ),
    ),
    (
        "event-gateway-target",
        around(
            gateway("x", "eventBased"),
            root=MESSAGE,
            more='<receiveTask id="r" messageRef="paid"/>'
            + timer("timeDate", "2026-01-01", boundary='attachedToRef="r"')
            + flow("x", "r")
            + flow("r", "end"),
        ),
    ),
    ("event-gateway-single-branch", around(gateway("x", "eventBased"))),
    ("too-many-nodes", process(START + "".join(user_task(f"t{i}") for i in range(300)))),
    (
        "nested-too-deep",
        process(START + "".join(DEEP.format(i, i) for i in range(21)) + "</subProcess>" * 21),
    ),
    ("condition-missing", split("exclusive", first="n = 1")),
    ("condition-missing", split("inclusive", first="n = 1")),
    ("no-default-flow", split("exclusive", first="n = 1", second="n = 2")),
    ("condition-on-default-flow", split("exclusive", default="g_end2", first="n = 1", second="n = 2")),
    (
        "not-supported-yet",
        process(START + user_task() + END + flow("start", "x") + flow("x", "end", "n = 1")),
    ),
    (
        "not-supported-yet",
        around(f'<userTask id="x" default="x_end">{ROLES}</userTask>'),
    ),
    ("condition-without-effect", split("parallel", first="n = 1")),
    ("condition-without-effect", process(START + END + flow("start", "end", "true"))),
    ("unreachable-node", around(user_task(), more=user_task("island") + flow("island", "end"))),
    (
        "dead-end",
        process(START + user_task() + user_task("y") + END + chain("start", "x", "end") + flow("x", "y")),
    ),
    ("starving-join", branches(gateway("g", attributes='default="g_b"'))),
    (
        "starving-join",
        process(
            START
            + gateway("g", attributes='default="f2"')
            + gateway("j", "parallel")
            + END
            + chain("start", "g")
            + '<sequenceFlow id="f1" sourceRef="g" targetRef="j">'
            + "<conditionExpression>n = 1</conditionExpression></sequenceFlow>"
            + '<sequenceFlow id="f2" sourceRef="g" targetRef="j"/>'
            + flow("j", "end")
        ),
    ),
    ("endless-loop", process(START + gateway("m") + script("x") + END + chain("start", "m", "x", "m"))),
    ("endless-loop", around(script("x"), more=flow("x", "x"))),
    (
        "endless-loop",
        around(
            '<subProcess id="x"><startEvent id="s"/><endEvent id="e"/>' + flow("s", "e") + "</subProcess>",
            more=flow("x", "x"),
        ),
    ),
    (
        "loop-without-wait",
        process(
            START
            + gateway("m")
            + script("x")
            + gateway("g", attributes='default="g_end"')
            + END
            + chain("start", "m", "x", "g", "end")
            + flow("g", "m", "n &lt; 3")
        ),
    ),
    ("service-task-without-job", around('<serviceTask id="x"/>')),
    ("business-rule-without-decision", around('<businessRuleTask id="x"/>')),
    (
        "business-rule-without-decision",
        around(with_extension("businessRuleTask", '<gov:job type="t"/>', attributes='gov:decision="d"')),
    ),
    ("script-missing", around('<scriptTask id="x"/>')),
    ("called-element-missing", around('<callActivity id="x"/>')),
    ("message-ref-missing", around('<receiveTask id="x"/>')),
    ("message-ref-missing", around('<sendTask id="x"/>')),
    ("message-name", around(user_task(), root='<message id="m"/>')),
    ("message-name", around(user_task(), root='<message id="m" name="n"/><message id="m2" name="n"/>')),
    (
        "duplicate-message-start",
        process(
            "".join(
                f'<startEvent id="{i}"><messageEventDefinition messageRef="paid"/></startEvent>'
                + flow(i, "end")
                for i in ("s1", "s2")
            )
            + END,
            root=MESSAGE,
        ),
    ),
    ("error-without-code", around(user_task(), root='<error id="e"/>')),
    (
        "error-without-code",
        process(START + '<endEvent id="e"><errorEventDefinition/></endEvent>' + flow("start", "e")),
    ),
    (
        "error-boundary-not-interrupting",
        around(
            user_task(),
            more='<boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
            "<errorEventDefinition/></boundaryEvent>",
        ),
    ),
    (
        "duplicate-error-boundary",
        around(
            user_task(),
            root=ERROR,
            more="".join(
                f'<boundaryEvent id="{i}" attachedToRef="x"><errorEventDefinition errorRef="refused"/></boundaryEvent>'
                for i in ("b1", "b2")
            ),
        ),
    ),
    ("cycle-without-effect", around(timer("timeCycle", "R3/PT1H"))),
    (
        "cycle-without-effect",
        around(user_task(), more=timer("timeCycle", "R3/PT1H", boundary='attachedToRef="x"')),
    ),
    (
        "boundary-never-fires",
        around(script("x"), more=timer("timeDuration", "PT1H", boundary='attachedToRef="x"')),
    ),
    ("feel-syntax", split("exclusive", default="g_end2", first="n = = 1")),
    ("feel-syntax", around('<scriptTask id="x" gov:result="n"><script>1 +</script></scriptTask>')),
    ("feel-syntax", around(timer("timeDuration", "= 1 +"))),
    (
        "feel-syntax",
        around(with_extension("userTask", '<gov:assignment department="=1 +"/>')),
    ),
    (
        "feel-syntax",
        process(
            START + '<endEvent id="end" gov:outcome="= )"/>' + flow("start", "end"),
            root='<message id="m" name="m"><extensionElements><gov:subscription correlationKey="(a"/>'
            "</extensionElements></message>",
        ),
    ),
    ("timer-literal", around(timer("timeDuration", "2 hours"))),
    (
        "four-eyes",
        around(with_extension("userTask", '<gov:assignment fourEyes="end"/>')),
    ),
    (
        "four-eyes",
        around(with_extension("userTask", '<gov:assignment fourEyes="x"/>')),
    ),
    (
        "clock-kind",
        process(extension('<gov:clock limit="l" kind="lunch"/>') + START + END + flow("start", "end")),
    ),
    (
        "job-retries",
        around(with_extension("serviceTask", '<gov:job type="t" retries="21"/>')),
    ),
    ("variable-name", around('<scriptTask id="x" gov:result="two words"><script>1</script></scriptTask>')),
    ("variable-name", around('<scriptTask id="x" gov:result="if"><script>1</script></scriptTask>')),
    (
        "duplicate-mapping",
        around(
            '<callActivity id="x" calledElement="q">'
            + extension('<gov:input source="=a" target="b"/><gov:input source="=c" target="b"/>')
            + "</callActivity>"
        ),
    ),
    (
        "extension-without-effect",
        around(
            '<businessRuleTask id="x" gov:result="n">'
            + extension('<gov:job type="t"/>')
            + "</businessRuleTask>"
        ),
    ),
    (
        "extension-without-effect",
        around(
            gateway("x", "eventBased"),
            root=MESSAGE,
            more='<receiveTask id="r" messageRef="paid" gov:stage="s"/>' + flow("x", "r") + flow("r", "end"),
        ),
    ),
    (
        "extension-without-effect",
        around(
            '<sendTask id="x" messageRef="paid">'
            + extension('<gov:clock limit="l" kind="stage"/>')
            + "</sendTask>",
            root=MESSAGE,
        ),
    ),
    ("unassigned-user-task", around('<userTask id="x"/>')),
]


@pytest.mark.parametrize(("rule", "content"), REFUSED)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    model, _ = read(content)
    assert model is not None

    found = {finding.rule for finding in check(model)}

    assert rule in found


def test_every_rule_has_a_flaw_that_breaks_it() -> None:
    tried = {rule for rule, _ in REFUSED}

    assert tried == {rule.id for rule in RULES}


def test_every_finding_says_in_both_languages_what_and_how_to_mend() -> None:
    for _, content in REFUSED:
        for finding in findings_of(content):
            assert finding.file == "test.bpmn"
            assert finding.en and any(character >= "\u4e00" for character in finding.zh)
            assert bool(finding.mend_zh) == bool(finding.mend_en)


def test_a_feel_finding_tells_the_position_in_the_expression() -> None:
    content = split("exclusive", default="g_end2", first="n = 1 and\nm > > 2".replace(">", "&gt;"))

    (finding,) = [f for f in findings_of(content) if f.rule == "feel-syntax"]

    assert finding.element_id == "g_end"
    assert "第 2 行第 5 列" in finding.zh
    assert "line 2, column 5" in finding.en


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT2H"),
        ("timeDuration", "P1Y2M"),
        ("timeDuration", '=duration("PT" + string(n) + "H")'),
        ("timeDate", "2026-03-01T09:00:00+08:00"),
        ("timeDate", "2026-03-01"),
    ],
)
def test_times_in_iso_8601_or_feel_pass(kind: str, text: str) -> None:
    assert rules_of(around(timer(kind, text))) == set()


@pytest.mark.parametrize("text", ["R3/PT1H", "R/P1D", "R2/2026-03-01T00:00:00Z/P1D", '="R3/PT1H"'])
def test_cycles_pass_on_boundaries_that_do_not_interrupt(text: str) -> None:
    boundary = timer("timeCycle", text, boundary='attachedToRef="x" cancelActivity="false"')

    assert rules_of(around(user_task(), more=boundary + flow("b", "end"))) == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "P"),
        ("timeDuration", "PT0S"),
        ("timeDuration", "-PT1H"),
        ("timeDuration", "P1M1D"),
        ("timeDuration", "2026-03-01"),
        ("timeDate", "2026-02-30"),
        ("timeDate", "tomorrow"),
        ("timeCycle", "PT1H"),
        ("timeCycle", "R0/PT1H"),
        ("timeCycle", "R3/"),
        ("timeCycle", "R3/PT1H/PT1H"),
        ("timeCycle", "Rx/PT1H"),
        ("timeCycle", "R٣/PT1H"),
        ("timeCycle", "R3/1/2/PT1H"),
    ],
)
def test_other_times_do_not(kind: str, text: str) -> None:
    assert "timer-literal" in rules_of(around(timer(kind, text)))


def test_a_complete_drawing_with_gateways_and_boundaries_passes() -> None:
    content = process(
        START
        + gateway("g", "parallel")
        + user_task("a")
        + user_task("b")
        + gateway("j", "parallel")
        + gateway("x", attributes='default="x_end"')
        + END
        + chain("start", "g", "a", "j", "x", "end")
        + chain("g", "b", "j")
        + flow("x", "a2", "again")
        + user_task("a2")
        + gateway("m")
        + flow("a2", "m")
        + '<boundaryEvent id="late" attachedToRef="b"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        + "</timerEventDefinition></boundaryEvent>"
        + flow("late", "j2")
        + '<endEvent id="j2"/>'
        + flow("m", "end")
    )

    assert rules_of(content) == set()


# --- what only looks wrong -----------------------------------------------------------------------


def test_a_join_of_a_parallel_split_does_not_starve() -> None:
    opening = gateway("g", "parallel")

    assert "starving-join" not in rules_of(branches(opening))


def test_an_exclusive_join_does_not_starve() -> None:
    assert "starving-join" not in rules_of(
        branches(gateway("g", attributes='default="g_b"'), join="exclusive")
    )


def test_a_split_that_several_tokens_reach_may_feed_both_branches() -> None:
    twice = gateway("two", "parallel") + chain("start", "two") + gateway("m") + flow("m", "g")
    doubled = "".join(f'<sequenceFlow id="{i}" sourceRef="two" targetRef="m"/>' for i in ("d1", "d2"))
    content = branches(gateway("g", attributes='default="g_b"') + twice + doubled, before="m")

    assert "starving-join" not in rules_of(content)


def test_a_boundary_that_does_not_interrupt_may_feed_the_other_branch() -> None:
    boundary = timer("timeDuration", "PT1H", boundary='attachedToRef="a" cancelActivity="false"')
    content = branches(gateway("g", attributes='default="g_b"') + boundary + flow("b", "g"))

    assert "starving-join" not in rules_of(content)


def test_a_loop_through_a_user_task_rests() -> None:
    content = process(
        START
        + gateway("m")
        + user_task()
        + gateway("g", attributes='default="g_end"')
        + END
        + chain("start", "m", "x", "g", "end")
        + flow("g", "m", "again")
    )

    assert rules_of(content) == set()


def test_a_loop_that_a_terminate_end_event_can_stop_is_only_doubtful() -> None:
    content = process(
        START
        + gateway("m")
        + gateway("two", "parallel")
        + '<endEvent id="end"><terminateEventDefinition/></endEvent>'
        + chain("start", "m", "two", "m")
        + flow("two", "end")
    )

    found = rules_of(content)

    assert "loop-without-wait" in found
    assert "endless-loop" not in found


def test_a_loop_that_an_error_boundary_closes_is_only_doubtful() -> None:
    inner = (
        '<startEvent id="s"/><endEvent id="e"><errorEventDefinition errorRef="refused"/></endEvent>'
        + flow("s", "e")
    )
    boundary = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>'
    content = process(
        START
        + gateway("m")
        + f'<subProcess id="x">{inner}</subProcess>'
        + boundary
        + END
        + chain("start", "m", "x", "end")
        + flow("b", "m"),
        root=ERROR,
    )

    assert rules_of(content) == {"loop-without-wait"}


def test_dead_ends_and_missing_defaults_are_warnings() -> None:
    severities = {rule.id: rule.severity for rule in RULES}

    assert severities["dead-end"] is Severity.WARNING
    assert severities["no-default-flow"] is Severity.WARNING
    assert severities["loop-without-wait"] is Severity.WARNING
    assert severities["starving-join"] is Severity.ERROR


def test_rules_stay_quick_on_the_largest_drawing_that_can_be_read() -> None:
    count = 4_000
    nodes = "".join(gateway(f"n{i}", "exclusive" if i % 2 else "parallel") for i in range(count))
    flows = "".join(flow(f"n{i}", f"n{(i * 7 + step) % count}") for i in range(count) for step in (1, 2))
    model, _ = read(process(START + nodes + flows))
    assert model is not None
    began = time.perf_counter()

    findings = check(model)

    assert findings
    assert time.perf_counter() - began < 3.0


def test_the_rules_stop_counting_somewhere() -> None:
    model, _ = read(process("".join(user_task(f"t{i}") for i in range(MAX_FINDINGS))))
    assert model is not None

    findings = check(model)

    assert len(findings) == MAX_FINDINGS + 1
    assert (findings[-1].rule, findings[-1].severity) == ("too-many-findings", Severity.ERROR)


def test_deeply_nested_models_do_not_exhaust_the_stack() -> None:
    node = FlowNode("leaf", "", NodeKind.TASK, 1)
    for depth in range(1_000):
        node = FlowNode(f"s{depth}", "", NodeKind.SUB_PROCESS, 1, nodes=(node,))
    model = Definitions("d", "f", (Process("p", "", True, 1, (node,), ()),), {}, {})

    assert "nested-too-deep" in {finding.rule for finding in check(model)}
