from __future__ import annotations

from .models import END, START, boundary, bpmn, chain, data, flow, message_event, process, run, user_task

MESSAGES = (
    '<message id="m_paid" name="paid"><extensionElements><gov:subscription correlationKey="=number"/>'
    '</extensionElements></message><message id="m_plain" name="plain"/><signal id="s" name="storm"/>'
)
SIGNAL = '<signalEventDefinition signalRef="s"/>'


def catching(event: str, id: str = "wait") -> str:
    return f'<intermediateCatchEvent id="{id}">{event}</intermediateCatchEvent>'


def waiting_for(event: str) -> bytes:
    return bpmn(process(START, catching(event), END, chain("start", "wait", "end")), roots=MESSAGES)


PAID = waiting_for(message_event("m_paid"))


def test_a_message_reaches_the_subscription_with_its_key() -> None:
    result = run(
        PAID,
        script="{vars: {number: '7'}, messages: [{name: paid, key: '7', variables: {sum: 3}, after: PT1H}]}",
    )

    assert result.ended == "completed"
    assert data(result) == {"number": "7", "sum": 3}


def test_another_key_or_name_is_not_taken_and_told() -> None:
    result = run(
        PAID,
        script="{vars: {number: '7'}, messages: [{name: paid, key: '8'}, other]}",
    )

    assert result.resting == ["wait"]
    assert [(each["name"], each["key"]) for each in result.unused] == [("paid", "8"), ("other", None)]
    assert [(row["name"], row["key"]) for row in result.waiting] == [("paid", "7")]


def test_without_a_key_in_the_script_any_subscription_of_the_name_will_do() -> None:
    assert run(PAID, script="{vars: {number: '7'}, messages: [paid]}").ended == "completed"


def test_an_early_message_is_kept_for_a_week() -> None:
    late = bpmn(
        process(START, user_task("ask"), catching(message_event("m_plain")), END,
                chain("start", "ask", "wait", "end")),
        roots=MESSAGES,
    )  # fmt: skip

    kept = run(late, script="{messages: [plain], answers: {ask: {after: P6D}}}")
    expired = run(late, script="{messages: [plain], answers: {ask: {after: P8D}}}")

    assert kept.ended == "completed"
    assert expired.resting == ["wait"]


def test_a_signal_reaches_whoever_waits_now_and_is_not_kept() -> None:
    model = waiting_for(SIGNAL)

    assert run(model, script="signals: [{name: storm, after: PT1H}]").ended == "completed"
    assert run(model, script="signals: [{name: calm, after: PT1H}]").unused[0]["name"] == "calm"


def test_a_non_interrupting_message_is_taken_every_time() -> None:
    model = bpmn(
        process(
            START, user_task("ask"), END, '<endEvent id="noted"/>',
            boundary("more", "ask", message_event("m_plain"), interrupting=False),
            chain("start", "ask", "end"), flow("more", "noted"),
        ),
        roots=MESSAGES,
    )  # fmt: skip

    result = run(model, script="messages: [{name: plain, after: PT1H}, {name: plain, after: PT2H}]")

    assert result.path.count("noted") == 2
    assert result.resting == ["ask"]


def test_two_processes_talk_by_messages() -> None:
    """The second is begun by the first and answers it."""
    asking = process(
        START, '<intermediateThrowEvent id="order"><extensionElements><gov:input source="=number" target="number"/>'
        f'</extensionElements>{message_event("m_plain")}</intermediateThrowEvent>',
        catching(message_event("m_paid")), END, chain("start", "order", "wait", "end"),
    )  # fmt: skip
    paying = process(
        f'<startEvent id="ordered">{message_event("m_plain")}</startEvent>',
        f'<intermediateThrowEvent id="pay"><extensionElements><gov:input source="=2" target="sum"/>'
        f'</extensionElements>{message_event("m_paid")}</intermediateThrowEvent>',
        '<endEvent id="paid"/>', chain("ordered", "pay", "paid"), id="q",
    )  # fmt: skip

    result = run(bpmn(asking, paying, roots=MESSAGES), script="vars: {number: '7'}")

    assert [(each.number, each.process_id, each.ended) for each in result.runs] == [
        (1, "p", "completed"),
        (2, "q", "completed"),
    ]
    assert data(result) == {"number": "7", "sum": 2}
    assert [(each["run"], each["name"]) for each in result.messages_sent] == [(1, "plain"), (2, "paid")]


def test_a_signal_crosses_instances_but_comes_home_once() -> None:
    throwing = process(
        START, '<parallelGateway id="fork"/>', catching(SIGNAL, "own"), '<endEvent id="home"/>',
        user_task("ask"), f'<endEvent id="end">{SIGNAL}</endEvent>',
        chain("start", "fork", "own", "home"), chain("fork", "ask", "end"),
    )  # fmt: skip
    begun = process(f'<startEvent id="hears">{SIGNAL}</startEvent>', '<endEvent id="heard"/>',
                    chain("hears", "heard"), id="q")  # fmt: skip

    result = run(bpmn(throwing, begun, roots=MESSAGES), script="{auto: true}")

    assert [each.ended for each in result.runs] == ["completed", "completed"]
    assert result.path.count("home") == 1
    assert result.path.count("heard") == 1


def test_a_process_that_a_message_starts_begins_with_it() -> None:
    model = bpmn(
        process(f'<startEvent id="start">{message_event("m_plain")}</startEvent>', user_task("ask"), END,
                chain("start", "ask", "end")),
        roots=MESSAGES,
    )  # fmt: skip

    sent = run(model, script="messages: [{name: plain, variables: {a: 1}, after: PT1H}]")
    bare = run(model, script="vars: {a: 2}")

    assert (data(sent), data(bare)) == ({"a": 1}, {"a": 2})
    assert sent.resting == bare.resting == ["ask"]
    assert sent.unused == []
    assert (sent.entries[0].at - bare.entries[0].at).total_seconds() == 3600
