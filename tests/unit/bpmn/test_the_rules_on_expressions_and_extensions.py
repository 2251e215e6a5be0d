from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import (
    MESSAGE,
    ROLES,
    START,
    around,
    chain,
    extension,
    findings_of,
    flow,
    process,
    rules_of,
    user_task,
    with_extension,
)
from tests.unit.bpmn.flaws import (
    ROOTS,
    Flaw,
    broken,
    catch,
    condition,
    end,
    gateway,
    script,
    split,
    sub_process,
    throw,
    time,
    timer_boundary,
)

WRONG = "1 +"
CLOCK = '<gov:clock limit="l" kind="stage"/>'


def looped(loop: str) -> bytes:
    return around(f'<userTask id="x">{ROLES}{loop}</userTask>', root=ROOTS)


def ours(attributes: str) -> bytes:
    return looped(
        "<multiInstanceLoopCharacteristics><extensionElements>"
        f"<gov:multiInstance {attributes}/></extensionElements></multiInstanceLoopCharacteristics>"
    )


def multi(content: str) -> bytes:
    return looped(f"<multiInstanceLoopCharacteristics>{content}</multiInstanceLoopCharacteristics>")


def ad_hoc(attributes: str, content: str = "") -> bytes:
    return around(sub_process(user_task("u") + content, kind="adHocSubProcess", attributes=attributes))


FEEL_PLACES: dict[str, bytes] = {
    "flow condition": process(split("exclusive", default="g_end2", first="n = = 1")),
    "script": around('<scriptTask id="x" gov:result="n"><script>1 +</script></scriptTask>'),
    "timer": around(catch(time(text=f"= {WRONG}"))),
    "timer of an event definition for all": around(
        user_task(), more=timer_boundary().replace("PT1H", f"= {WRONG}")
    ),
    "event condition": around(catch(condition(WRONG))),
    "second event": around(catch(time() + condition(WRONG))),
    "department": around(with_extension("userTask", f'<gov:assignment department="={WRONG}"/>')),
    "assignee": around(with_extension("userTask", f'<gov:assignment assignee="={WRONG}"/>')),
    "outcome": process(START + f'<endEvent id="end" gov:outcome="={WRONG}"/>' + flow("start", "end")),
    "correlation key": around(
        user_task(),
        root='<message id="m" name="m">'
        + extension('<gov:subscription correlationKey="(a"/>')
        + "</message>",
    ),
    "payload of a message": around(
        throw(
            extension(f'<gov:input source="={WRONG}" target="a"/>')
            + '<messageEventDefinition messageRef="paid"/>'
        ),
        root=MESSAGE,
    ),
    "payload of a signal": around(
        throw(
            extension(f'<gov:input source="={WRONG}" target="a"/>')
            + '<signalEventDefinition signalRef="alarm"/>'
        ),
        root=ROOTS,
    ),
    "output": around(
        with_extension(
            "callActivity", f'<gov:output source="={WRONG}" target="a"/>', attributes='calledElement="q"'
        )
    ),
    "clock": process(
        extension(f'<gov:clock limit="={WRONG}" kind="stage"/>') + START + end() + flow("start", "end")
    ),
    "job type": around(with_extension("serviceTask", f'<gov:job type="={WRONG}"/>')),
    "called process": around(f'<callActivity id="x" gov:process="={WRONG}"/>'),
    "activation": process(
        START
        + gateway("g", "parallel")
        + gateway("j", "complex", content=f"<activationCondition>{WRONG}</activationCondition>")
        + end()
        + chain("start", "g", "j", "end")
        + '<sequenceFlow id="f2" sourceRef="g" targetRef="j"/>'
    ),
    "loop condition": looped(
        f"<standardLoopCharacteristics><loopCondition>{WRONG}</loopCondition></standardLoopCharacteristics>"
    ),
    "cardinality": multi(f"<loopCardinality>{WRONG}</loopCardinality>"),
    "completion condition": multi(
        f"<loopCardinality>3</loopCardinality><completionCondition>{WRONG}</completionCondition>"
    ),
    "collection": ours(f'collection="={WRONG}"'),
    "output item": ours(f'collection="=a" outputCollection="b" outputItem="={WRONG}"'),
    "behaviour": looped(
        '<multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>3</loopCardinality>'
        f'<complexBehaviorDefinition id="cb"><condition>{WRONG}</condition><event id="thrown">'
        '<signalEventDefinition signalRef="alarm"/></event></complexBehaviorDefinition>'
        "</multiInstanceLoopCharacteristics>"
    ),
    "choice of activities": ad_hoc(f'gov:activeElements="={WRONG}"'),
    "end of the choice": ad_hoc(
        'gov:activeElements="=[]"', f"<completionCondition>{WRONG}</completionCondition>"
    ),
}

FLAWS: list[Flaw] = [
    *(("feel-syntax", content) for content in FEEL_PLACES.values()),
    ("timer-literal", around(catch(time(text="2 hours")))),
    ("timer-literal", around(catch(time() + time(text="2 hours")))),
    ("four-eyes", around(with_extension("userTask", '<gov:assignment fourEyes="end"/>'))),
    ("four-eyes", around(with_extension("userTask", '<gov:assignment fourEyes="x"/>'))),
    (
        "clock-kind",
        process(extension('<gov:clock limit="l" kind="lunch"/>') + START + end() + flow("start", "end")),
    ),
    ("job-retries", around(with_extension("serviceTask", '<gov:job type="t" retries="21"/>'))),
    ("variable-name", around('<scriptTask id="x" gov:result="two words"><script>1</script></scriptTask>')),
    ("variable-name", around('<scriptTask id="x" gov:result="if"><script>1</script></scriptTask>')),
    ("variable-name", ours('collection="=a" item="two words"')),
    ("variable-name", ours('collection="=a" outputCollection="then" outputItem="=n"')),
    (
        "duplicate-mapping",
        around(
            with_extension(
                "callActivity",
                '<gov:input source="=a" target="b"/><gov:input source="=c" target="b"/>',
                attributes='calledElement="q"',
            )
        ),
    ),
    (
        "extension-without-effect",
        around(with_extension("businessRuleTask", '<gov:job type="t"/>', attributes='gov:result="n"')),
    ),
    (
        "extension-without-effect",
        around(with_extension("businessRuleTask", '<gov:job type="t"/>', attributes='gov:binding="7"')),
    ),
    (
        "extension-without-effect",
        around(
            gateway("x", "eventBased"),
            root=MESSAGE,
            more=with_extension("receiveTask", CLOCK, id="r", attributes='messageRef="paid"')
            + flow("x", "r")
            + flow("r", "end"),
        ),
    ),
    (
        "extension-without-effect",
        around(
            with_extension("sendTask", CLOCK, attributes='messageRef="paid"'),
            root=MESSAGE,
        ),
    ),
    ("unassigned-user-task", around('<userTask id="x"/>')),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


@pytest.mark.parametrize("place", FEEL_PLACES)
def test_wrong_feel_is_found_once_wherever_it_stands(place: str) -> None:
    found = [finding for finding in findings_of(FEEL_PLACES[place]) if finding.rule == "feel-syntax"]

    assert len(found) == 1
    assert found[0].line is not None and found[0].element_id is not None


def test_a_feel_finding_tells_the_position_in_the_expression() -> None:
    content = process(split("exclusive", default="g_end2", first="n = 1 and\nm &gt; &gt; 2"))

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
    assert rules_of(around(catch(time(kind, text)))) == set()


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
    assert "timer-literal" in broken(around(catch(time(kind, text))))


def test_a_complete_drawing_with_gateways_and_boundaries_passes() -> None:
    content = process(
        START
        + gateway("g", "parallel")
        + user_task("a")
        + user_task("b")
        + gateway("j", "parallel")
        + gateway("x", attributes='default="x_end"')
        + end()
        + chain("start", "g", "a", "j", "x", "end")
        + chain("g", "b", "j")
        + flow("x", "a2", "again")
        + user_task("a2")
        + gateway("m")
        + flow("a2", "m")
        + timer_boundary().replace('"x"', '"b"')
        + flow("b_late", "j2")
        + end(id="j2")
        + flow("m", "end")
    ).replace(b'id="b" attachedToRef', b'id="b_late" attachedToRef')

    assert rules_of(content) == set()


def test_a_stage_on_a_branch_of_a_gateway_is_entered_when_its_event_comes() -> None:
    branch = script("s") + catch(time(), id="t", attributes='gov:stage="late" gov:milestone="迟"')
    other = catch('<messageEventDefinition messageRef="paid"/>', id="m")
    content = around(
        gateway("x", "eventBased"),
        root=MESSAGE,
        more=branch + other + chain("x", "t", "s", "end") + chain("x", "m", "end"),
    ).replace(b'<sequenceFlow id="x_end" sourceRef="x" targetRef="end"></sequenceFlow>', b"")

    assert rules_of(content) == set()
