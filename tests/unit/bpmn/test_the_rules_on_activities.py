from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import MESSAGE, START, around, flow, process, rules_of, user_task, with_extension
from tests.unit.bpmn.flaws import (
    ESCALATION_EVENT,
    ROOTS,
    SIGNAL_EVENT,
    Flaw,
    boundary,
    broken,
    end,
    event_sub_process,
    script,
    throw,
)

STANDARD = "<standardLoopCharacteristics {}>{}</standardLoopCharacteristics>"
CARDINALITY = "<loopCardinality>3</loopCardinality>"


def multi(attributes: str = "", content: str = CARDINALITY, *, ours: str = "") -> str:
    extra = f"<extensionElements><gov:multiInstance {ours}/></extensionElements>" if ours else ""
    return (
        f"<multiInstanceLoopCharacteristics {attributes}>{extra}{content}</multiInstanceLoopCharacteristics>"
    )


def looped(loop: str) -> bytes:
    return around(
        user_task().replace("</userTask>", f"{loop}</userTask>"),
        root='<signalEventDefinition id="def" signalRef="alarm"/>' + ROOTS,
    )


FLAWS: list[Flaw] = [
    ("message-name", around(user_task(), root='<message id="m"/>')),
    ("message-name", around(user_task(), root='<message id="m" name="n"/><message id="m2" name="n"/>')),
    ("signal-name", around(user_task(), root='<signal id="m"/>')),
    ("signal-name", around(user_task(), root='<signal id="m" name="n"/><signal id="m2" name="n"/>')),
    ("error-without-code", around(user_task(), root='<error id="e"/>')),
    ("error-without-code", process(START + end("<errorEventDefinition/>") + flow("start", "end"))),
    ("escalation-code", around(user_task(), root='<escalation id="e"/>')),
    (
        "escalation-code",
        around(user_task(), root="".join(f'<escalation id="{i}" escalationCode="X"/>' for i in "ab")),
    ),
    ("escalation-code", around(throw("<escalationEventDefinition/>"))),
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
    (
        "loop-not-on-activity",
        around(user_task(), more=event_sub_process(SIGNAL_EVENT, more=multi()), root=ROOTS),
    ),
    ("loop-without-end", looped(STANDARD.format("", ""))),
    ("multi-instance-count", looped(multi(content=""))),
    ("multi-instance-count", looped(multi(ours='collection="=items"'))),
    ("multi-instance-item", looped(multi(ours='item="each"'))),
    ("multi-instance-item", looped(multi(ours='outputCollection="all"'))),
    ("multi-instance-behavior", looped(multi('behavior="One"'))),
    ("multi-instance-behavior", looped(multi('behavior="Complex"'))),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


# --- what is good --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loop",
    [
        STANDARD.format('loopMaximum="3"', ""),
        STANDARD.format('testBefore="true"', "<loopCondition>n &lt; 3</loopCondition>"),
        multi(),
        multi(
            'isSequential="true"',
            "",
            ours='collection="=items" item="each" outputCollection="all" outputItem="=n"',
        ),
        multi(content=CARDINALITY + "<completionCondition>n &gt; 1</completionCondition>"),
        multi('behavior="One" oneBehaviorEventRef="def"'),
    ],
)
def test_loops_that_end_pass(loop: str) -> None:
    assert rules_of(looped(loop)) == set()


def test_an_instance_may_throw_to_the_boundary_of_an_activity_that_never_waits() -> None:
    task = script(content=multi('behavior="One" oneBehaviorEventRef="def"'))
    roots = '<signalEventDefinition id="def" signalRef="alarm"/>' + ROOTS
    content = around(
        task, root=roots, more=boundary(SIGNAL_EVENT, attributes='cancelActivity="false"') + flow("b", "end")
    )

    assert rules_of(content) == set()


def test_a_process_may_be_called_by_an_expression() -> None:
    assert rules_of(around('<callActivity id="x" gov:process="=which" gov:binding="latest"/>')) == set()


def test_an_escalation_goes_on_from_where_it_is_thrown() -> None:
    assert rules_of(around(throw(ESCALATION_EVENT), root=ROOTS)) == set()


def test_a_send_task_sends_a_message_or_lets_a_department_send_it() -> None:
    by_job = with_extension("sendTask", '<gov:job type="t"/>')

    assert rules_of(around('<sendTask id="x" messageRef="paid"/>', root=MESSAGE)) == set()
    assert rules_of(around(by_job)) == set()
