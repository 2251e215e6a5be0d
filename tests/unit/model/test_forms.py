from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidData
from engine.feel.stream import RESERVED
from engine.model.form_fields import MAX_TEXT_BYTES
from engine.model.forms import MAX_BYTES, MAX_COMPONENTS, Form, read_form
from engine.model.variable_names import FEEL_WORDS, is_variable_name

COMPONENTS: list[dict[str, Any]] = [
    {"type": "text", "text": "请核对 / Please check"},
    {
        "type": "textfield",
        "key": "name",
        "label": "名称 / Name",
        "validate": {"required": True, "minLength": 2, "maxLength": 5},
    },
    {"type": "textarea", "key": "reason", "label": "理由 / Reason"},
    {"type": "number", "key": "amount", "label": "金额 / Amount", "validate": {"min": 0, "max": 10.5}},
    {"type": "checkbox", "key": "agreed", "label": "同意 / Agreed"},
    {
        "type": "select",
        "key": "result",
        "label": "结果 / Result",
        "values": [
            {"label": "准予 / Granted", "value": "granted"},
            {"label": "不予 / Refused", "value": "refused"},
        ],
        "defaultValue": "granted",
    },
    {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "日期 / Day"},
    {"type": "textfield", "key": "代码", "label": "代码", "validate": {"pattern": "^[0-9]{4}$"}},
]


def schema(*components: dict[str, Any], **more: Any) -> bytes:
    form = {"type": "default", "id": "check", "components": list(components)} | more
    return json.dumps(form).encode()


def form_of(*components: dict[str, Any]) -> Form:
    form, findings = read_form(schema(*components), file="check.form.json")
    assert findings == []
    assert form is not None
    return form


def rules_of(content: bytes) -> list[str]:
    form, findings = read_form(content)
    assert (form is None) == bool(findings)
    return [finding.rule for finding in findings]


def textfield(**more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": "a", "label": "A"} | more


# --- reading -------------------------------------------------------------------------------------


def test_fields_come_in_the_order_in_which_they_are_drawn() -> None:
    form = form_of(*COMPONENTS)

    assert [field.key for field in form.fields] == [
        "name",
        "reason",
        "amount",
        "agreed",
        "result",
        "day",
        "代码",
    ]
    assert form.texts == ("请核对 / Please check",)
    assert (form.id, form.file) == ("check", "check.form.json")


def test_a_label_carries_both_languages() -> None:
    form = form_of(*COMPONENTS)

    assert [(f.label_zh, f.label_en) for f in (form.fields[0], form.fields[6])] == [
        ("名称", "Name"),
        ("代码", "代码"),
    ]


def test_notes_of_editors_and_properties_are_accepted() -> None:
    content = schema(textfield(id="F1", layout={"row": 1}), schemaVersion=18, properties={"source": "证照库"})

    form, findings = read_form(content)

    assert findings == []
    assert form is not None
    assert form.properties == {"source": "证照库"}


REFUSED: list[tuple[str, bytes]] = [
    ("form-too-large", b" " * (MAX_BYTES + 1)),
    ("form-not-json", b"{"),
    ("form-not-json", b"\xff\xfe\xff"),
    ("form-not-json", b"[" * 200_000),
    ("form-not-json", b'{"a": NaN}'),
    ("form-duplicate-key", b'{"id": "a", "id": "b"}'),
    ("form-invalid-value", b"[]"),
    ("form-invalid-value", schema(type="group")),
    ("form-invalid-value", schema(id="two words")),
    ("form-invalid-value", schema(id="a\u0000b")),
    ("form-invalid-value", schema(properties={"a": 1})),
    ("form-invalid-value", json.dumps({"type": "default", "id": "a"}).encode()),
    ("form-invalid-value", schema(*[textfield()] * (MAX_COMPONENTS + 1))),
    ("form-invalid-value", schema(textfield(key="two words"))),
    ("form-invalid-value", schema(textfield(key="if"))),
    ("form-invalid-value", schema(textfield(key=None))),
    ("form-invalid-value", schema(textfield(label=""))),
    ("form-invalid-value", schema(textfield(label="\ud800"))),
    ("form-invalid-value", schema(textfield(validate=[]))),
    ("form-invalid-value", schema(textfield(validate={"required": 1}))),
    ("form-invalid-value", schema(textfield(validate={"minLength": -1}))),
    ("form-invalid-value", schema(textfield(validate={"minLength": 3, "maxLength": 2}))),
    ("form-invalid-value", schema(textfield(validate={"pattern": "("}))),
    ("form-invalid-value", schema(textfield(validate={"pattern": "(a)\\1"}))),
    ("form-invalid-value", schema({"type": "number", "key": "n", "label": "N", "validate": {"min": "0"}})),
    ("form-invalid-value", schema({"type": "number", "key": "n", "label": "N", "validate": {"max": 10**40}})),
    ("form-invalid-value", schema({"type": "select", "key": "s", "label": "S"})),
    ("form-invalid-value", schema({"type": "select", "key": "s", "label": "S", "values": [{"value": 1}]})),
    ("form-invalid-value", schema({"type": "datetime", "subtype": "time", "key": "d", "label": "D"})),
    ("form-unknown-key", schema(version=1)),
    ("form-unknown-key", schema(textfield(conditional={"hide": "=a"}))),
    ("form-unknown-key", schema(textfield(validate={"min": 1}))),
    ("form-unknown-key", schema(textfield(values=[]))),
    ("form-unknown-key", schema({"type": "text", "text": "a", "key": "b"})),
    ("form-unknown-type", schema({"type": "filepicker", "key": "f", "label": "F"})),
    ("form-duplicate-field", schema(textfield(), textfield())),
    (
        "form-duplicate-field",
        schema({"type": "radio", "key": "r", "label": "R", "values": [{"label": "A", "value": "a"}] * 2}),
    ),
    ("form-default-value", schema(textfield(defaultValue=1))),
    ("form-default-value", schema(textfield(defaultValue="abc", validate={"maxLength": 2}))),
]


@pytest.mark.parametrize(("rule", "content"), REFUSED)
def test_each_flaw_of_a_form_has_its_finding(rule: str, content: bytes) -> None:
    assert rule in rules_of(content)


def test_all_flaws_are_told_at_once_with_the_field_they_belong_to() -> None:
    content = schema(textfield(key="a", colour="red"), textfield(key="b", label=""))

    _, findings = read_form(content, file="f.json")

    assert [(f.rule, f.element_id, f.file) for f in findings] == [
        ("form-unknown-key", "a", "f.json"),
        ("form-invalid-value", "b", "f.json"),
    ]
    assert all(f.zh and f.en for f in findings)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 700), st.integers(0, 20), st.binary(max_size=4))
def test_a_mutated_form_never_raises(position: int, removed: int, inserted: bytes) -> None:
    content = schema(*COMPONENTS)

    form, findings = read_form(content[:position] + inserted + content[position + removed :])

    assert form is not None or findings


# --- checking ------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "name": "张三的店",
    "amount": 3,
    "agreed": False,
    "result": "refused",
    "day": "2026-03-01",
}


def test_values_that_fit_have_no_problems() -> None:
    assert form_of(*COMPONENTS).check(GOOD) == {}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("name", None, "必填 / required"),
        ("name", "  ", "必填 / required"),
        ("name", "张", "至少 2 个字 / at least 2 characters"),
        ("name", "张三李四王五", "最多 5 个字 / at most 5 characters"),
        ("name", 12, "应为文字 / expected text"),
        ("reason", "a" * (MAX_TEXT_BYTES + 1), "超过 65536 字节 / over 65536 bytes"),
        ("reason", "a\0", "含有无效字符 / has invalid characters"),
        ("reason", "\ud800", "含有无效字符 / has invalid characters"),
        ("amount", "3", "应为数字 / expected a number"),
        ("amount", True, "应为数字 / expected a number"),
        ("amount", -1, "不得小于 0 / at least 0"),
        ("amount", 11, "不得大于 10.5 / at most 10.5"),
        ("amount", float("nan"), "数字过大 / the number is too large"),
        ("amount", 10**40, "数字过大 / the number is too large"),
        ("agreed", "true", "应为是或否 / expected true or false"),
        ("agreed", 1, "应为是或否 / expected true or false"),
        ("result", "maybe", "应为选项之一：granted, refused / expected one of: granted, refused"),
        ("result", ["granted"], "应为选项之一 / expected one of the options"),
        ("day", "2026-02-30", "应为日期，如 2026-03-01 / expected a date such as 2026-03-01"),
        ("day", "2026-W10-1", "应为日期，如 2026-03-01 / expected a date such as 2026-03-01"),
        ("代码", "12345", "格式不符：^[0-9]{4}$ / does not match ^[0-9]{4}$"),
        ("other", 1, "表单里没有这个字段 / the form has no such field"),
    ],
)
def test_each_value_that_does_not_fit_has_its_problem(key: str, value: object, expected: str) -> None:
    problems = form_of(*COMPONENTS).check({**GOOD, key: value})

    assert problems == {key: expected}


def test_a_required_checkbox_has_to_be_checked() -> None:
    form = form_of({"type": "checkbox", "key": "a", "label": "A", "validate": {"required": True}})

    assert form.check({"a": True}) == {}
    assert form.check({"a": False}) == {"a": "必须勾选 / must be checked"}
    assert form.check({}) == {"a": "必填 / required"}


def test_a_pattern_is_searched_for_as_form_js_does() -> None:
    form = form_of(textfield(validate={"pattern": "[0-9]"}))

    assert form.check({"a": "no 7"}) == {}
    assert "a" in form.check({"a": "none"})


def test_a_pattern_cannot_take_exponential_time() -> None:
    form = form_of(textfield(validate={"pattern": "^(a+)+$"}))

    assert "a" in form.check({"a": "a" * 5_000 + "b"})


# --- what is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("name", "7", "7"),
        ("amount", "7", 7),
        ("amount", "-7.50", -7.5),
        ("agreed", "true", True),
        ("agreed", "否", False),
        ("result", "granted", "granted"),
        ("day", "2026-03-01", "2026-03-01"),
        ("amount", "", None),
    ],
)
def test_typed_text_takes_the_type_of_its_field(key: str, text: str, expected: object) -> None:
    value = form_of(*COMPONENTS).parse_text(key, text)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("amount", "seven"),
        ("amount", "1e5"),
        ("amount", "1_000"),
        ("amount", "٣"),
        ("agreed", "perhaps"),
        ("x", "1"),
    ],
)
def test_typed_text_that_does_not_read_is_refused_for_its_field(key: str, text: str) -> None:
    with pytest.raises(InvalidData) as refused:
        form_of(*COMPONENTS).parse_text(key, text)

    assert list(refused.value.problems) == [key]


# --- names ---------------------------------------------------------------------------------------


def test_no_word_of_feel_can_name_a_variable() -> None:
    assert RESERVED <= FEEL_WORDS


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("金额", True),
        ("a_1", True),
        ("_x", True),
        ("1a", False),
        ("a b", False),
        ("a.b", False),
        ("", False),
        ("null", False),
        ("a" * 101, False),
    ],
)
def test_names_are_words(name: str, allowed: bool) -> None:
    assert is_variable_name(name) is allowed
