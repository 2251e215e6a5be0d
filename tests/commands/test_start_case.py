from __future__ import annotations

from typing import Any

import pytest

from engine.commands.cases import StartCase
from engine.errors import InvalidData, NotFound
from engine.facade import Engine
from engine.model.case_number import require_case_number
from engine.views.tasks import ShowTask
from tests.elements import drawing as d
from tests.support.desk import event_types, show, start
from tests.support.packages import deploy
from tests.support.rows import dump, one

ONE_TASK = d.process(d.sequence(("ask", d.user_task("ask"))))


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.fixture(autouse=True)
def deployed(engine: Engine) -> None:
    deploy(engine, ONE_TASK)


def test_a_case_runs_to_its_first_wait_and_can_be_seen(engine: Engine) -> None:
    number = start(engine, subject="井盖")

    whole = show(engine, number)
    assert whole.head.state == "OPEN"
    assert [task.element_id for task in whole.waiting.tasks] == ["ask"]
    assert event_types(engine, number) == ["CASE_OPENED", "TOKENS_MOVED", "USER_TASK_CREATED"]


def test_a_case_without_wait_state_is_closed_when_it_is_answered(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("note", d.script_task("note", "=1", result="x"))), id="short"))

    number = start(engine, "short")

    whole = show(engine, number)
    assert whole.head.state == "CLOSED"
    assert whole.head.closed_at is not None
    assert one(engine, "select state from process_instance") == "COMPLETED"


def test_case_numbers_are_unique_within_a_batch_and_carry_their_check_digit(engine: Engine) -> None:
    results = engine.handle([StartCase("main") for _ in range(20)])

    numbers = [result.value["case_number"] for result in results]
    assert len(set(numbers)) == 20
    assert [require_case_number(number) for number in numbers] == numbers
    assert sorted(numbers) == numbers, "the first of a batch has the lowest number"
    assert numbers[0].startswith("31011520261124")


def test_an_unknown_process_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound, match="'elsewhere'"):
        engine.do(StartCase("elsewhere"))


HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"case_number": "1"}, "case_number"),
    ({"area": "x"}, "area"),
    ({"__class__": 1}, "__class__"),
    ({"@type": 1}, "@type"),
    ({"typename": 1}, "typename"),
    ({"": 1}, ""),
    ({"text": "a\x00b"}, "text"),
    ({"text": "\ud800"}, "text"),
    ({"\ud800": 1}, "\ud800"),
    ({"number": float("nan")}, "number"),
    ({"number": 1e400}, "number"),
    ({"number": 2**63}, "number"),
    ({"deep": deep(40)}, "deep"),
    ({"inner": [{"a": [{"b": "\x00"}]}]}, "inner"),
    ({"long": "x" * 300_000}, "long"),
    ({"many": [0] * 30_000}, "many"),
    ({"odd": object()}, "odd"),
    ({"odd": {1, 2}}, "odd"),
    ({"odd": {3: 4}}, "odd"),
]


def test_hostile_variables_are_refused_by_name_and_leave_nothing_behind(engine: Engine) -> None:
    before = dump(engine)

    for variables, field in HOSTILE:
        with pytest.raises(InvalidData) as caught:
            engine.do(StartCase("main", variables, idempotency_key="k"))
        assert list(caught.value.problems) == [field]

    assert dump(engine) == before


UNFIT_TEXTS: list[dict[str, Any]] = [
    {"area": ""},
    {"area": "x" * 21},
    {"channel": "\x00"},
    {"title": "x" * 201},
    {"title": "line\nbreak"},
    {"applicant": "\ud800"},
    {"actor": "a\x00"},
    {"actor": "x" * 201},
    {"idempotency_key": "\x00"},
    {"idempotency_key": "k" * 5000},
]


def test_texts_that_cannot_be_kept_are_refused_by_name(engine: Engine) -> None:
    for changed in UNFIT_TEXTS:
        with pytest.raises(InvalidData) as caught:
            engine.do(StartCase("main", **changed))
        assert list(caught.value.problems) == list(changed)


def test_texts_come_back_as_they_were_given(engine: Engine) -> None:
    texts = ["NULL", "null", '"', "\\", '{"a","b"}', "{}", "a,b", "'; --", "井盖 🕳", "\\x00", " x "]

    results = engine.handle(
        [StartCase("main", {"text": text + "\n\t"}, title=text, applicant=text, actor=text) for text in texts]
    )

    for text, result in zip(texts, results, strict=True):
        whole = show(engine, result.value["case_number"])
        assert (whole.head.title, whole.head.applicant, whole.events[0].actor) == (text, text, text)
        (task,) = whole.waiting.tasks
        assert engine.ask(ShowTask(task.id)).variables["text"] == text + "\n\t"


def test_a_state_that_would_outgrow_its_bound_is_refused(engine: Engine) -> None:
    copies = "".join(d.writes(f"copy_{index}", "=text") for index in range(8))
    copying = d.script_task("copy", "=1", result="one", extensions=copies)
    deploy(engine, d.process(d.sequence(("copy", copying), ("ask", d.user_task("ask"))), id="growing"))
    before = dump(engine)

    with pytest.raises(InvalidData, match="bytes of case data"):
        start(engine, "growing", text="x" * 200_000)

    assert dump(engine)["case_record"] == before["case_record"]
