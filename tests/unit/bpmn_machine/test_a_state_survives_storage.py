from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.migration import FORMAT
from engine.bpmn.state import Element, Phase, Scope, State, decode, encode
from engine.errors import InvalidArgument
from engine.feel import Range, YearsMonths, compile_expression

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def state_with(variables: dict[str, Any]) -> State:
    """Two scopes, a waiting and a failed element, tokens in a join."""
    state = State()
    state.definition_ids = [7, 9]
    state.outcome = "准予"
    root = Scope(state.take_key(), program=0, variables=variables, tokens=4)
    inner = Scope(4, program=1, node=3, owner=2, parent=1, tokens=1)
    root.joins = {5: {8: 1, 6: 2}}
    state.scopes = {1: root, 4: inner}
    for element in (
        Element(2, scope=1, node=2, child=4),
        Element(3, scope=4, node=1, phase=Phase.FAILED_LEAVING, rows=True, pending={"值": variables}),
    ):
        state.elements[element.key] = element
        state.scopes[element.scope].elements.add(element.key)
    state.next_key = 5
    return state


def reloaded(value: Any) -> Any:
    again = decode(encode(state_with({"值": value})))
    assert again.elements[3].pending == {"值": {"值": again.root.variables["值"]}}  # type: ignore[index]
    return again.root.variables["值"]  # type: ignore[index]


@pytest.mark.parametrize(
    "value",
    [
        Decimal("0.1"),
        Decimal("1.10"),
        Decimal("-1E-30"),
        Decimal("1E+30"),
        Decimal("9007199254740993.5"),
        2**63 - 1,
        2**63,
        -(2**63) - 1,
        10**33,
        True,
        None,
        "",
        '浦东新区 𠮷 "@feel"',
        date(2026, 2, 28),
        datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime(2026, 3, 1, 9),
        time(8, 30, tzinfo=timezone(timedelta(hours=8))),
        timedelta(days=-1, microseconds=5),
        timedelta(),
        YearsMonths(14),
        YearsMonths(-1),
        Range(1, Decimal("2.5"), True, False),
        Range(date(2026, 1, 1), None, False, False),
        [],
        {},
        [[], [{}], None],
        {"申请人": {"姓名": "张三", "金额": Decimal("12.34")}},
    ],
    ids=repr,
)
def test_every_kind_of_value_comes_back_as_it_was(value: Any) -> None:
    again = reloaded(value)

    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        "@feel",
        {"@feel": 1},
        {"@feel": "number", "value": "3"},
        {"@feel": "escaped context", "value": {"@feel": None}},
        {"a": [{"@feel": {"@feel": Decimal("0.5")}}, date(2026, 1, 1)]},
        ["@feel", Decimal("0.5")],
        {"@feel": Range(1, 2, True, True), "n": 10**30},
    ],
    ids=repr,
)
def test_a_variable_named_like_our_tag_is_not_mistaken_for_one(value: Any) -> None:
    again = reloaded(value)

    # Also apart: a Decimal and a float, which == does not tell.
    assert (again, repr(again)) == (value, repr(value))


def test_whole_decimals_may_come_back_as_the_same_number() -> None:
    again = reloaded(Decimal("2.00"))

    text = compile_expression("string(x)")
    assert again == Decimal("2.00")
    assert text.value({"x": again}, now=NOW) == text.value({"x": Decimal("2.00")}, now=NOW)


def test_scopes_elements_and_joins_come_back() -> None:
    state = state_with({"a": 1})

    again = decode(encode(state))

    assert (again.next_key, again.ended, again.outcome, again.definition_ids) == (5, None, "准予", [7, 9])
    assert list(again.scopes[1].joins[5].items()) == [(8, 1), (6, 2)]
    assert again.scopes[4].variables is None
    assert (again.scopes[4].node, again.scopes[4].owner, again.scopes[4].parent) == (3, 2, 1)
    assert again.scopes[1].elements == {2}
    assert again.elements[2].child == 4
    assert (again.elements[3].phase, again.elements[3].rows) == (Phase.FAILED_LEAVING, True)
    assert encode(again) == encode(state)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.dates()
    | st.timedeltas()
    | st.just("@feel"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@feel", "值", "b"]), inner),
    max_leaves=10,
)


@settings(deadline=None)
@given(VALUES)
def test_any_value_comes_back(value: Any) -> None:
    assert reloaded(value) == value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"[0,1,null]", "format 1 to 2, but got 0"),
        (b'["1"]', "got '1'"),
        (b"[]", "something else"),
        (b"{}", "something else"),
        (b"", "no JSON"),
        (b"\x80\x04", "no JSON"),
    ],
)
def test_another_format_is_refused_with_a_clear_error(content: bytes, found: str) -> None:
    with pytest.raises(InvalidArgument, match=found):
        decode(content)


def test_a_future_format_is_refused_and_not_guessed() -> None:
    document = orjson.loads(encode(state_with({})))
    document[0] = FORMAT + 1

    with pytest.raises(InvalidArgument, match=f"format 1 to {FORMAT}, but got {FORMAT + 1}"):
        decode(orjson.dumps(document))


def test_a_value_that_cannot_be_stored_is_refused() -> None:
    function = compile_expression("function(a) a").value({}, now=NOW)

    with pytest.raises(InvalidArgument, match="can be stored"):
        encode(state_with({"f": function}))


def test_a_waiting_element_costs_a_few_bytes() -> None:
    small, large = state_with({}), state_with({})
    for key in range(10, 110):
        large.elements[key] = Element(key, scope=1, node=2)
        large.scopes[1].elements.add(key)

    assert (len(encode(large)) - len(encode(small))) / 100 < 40
