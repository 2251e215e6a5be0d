"""One field of a form: what a person may fill in.

Problems are texts in both languages, "zh / en".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2

from engine.errors import InvalidData

MAX_TEXT_BYTES = 64 * 1024
"""Longest text in one field, as UTF-8."""
LABEL_SEPARATOR = " / "

Problem = str | None
"""What is wrong with a value; None if nothing is."""

Value = str | int | float | bool | None
"""None: not filled in."""

NUMBER_LIMIT = 10**34
"""Numbers are below this in both directions: FEEL computes with 34 digits."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,34}(?:\.[0-9]{1,34})?")


class FieldType(StrEnum):
    """form-js component types that hold a value."""

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    SELECT = "select"
    RADIO = "radio"
    DATETIME = "datetime"
    """A date, "2026-03-01": the only subtype."""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Validation:
    """None: no such bound. Lengths count characters, ends included."""

    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    min: float | None = None
    max: float | None = None
    pattern: str | None = None
    """RE2, to be found anywhere in the text unless it is anchored, as form-js does."""


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    """The variable the value goes to."""
    type: FieldType
    label: str
    validation: Validation = Validation()
    choices: tuple[Choice, ...] = ()
    default: Value = None
    description: str = ""

    @property
    def label_zh(self) -> str:
        return self.label.partition(LABEL_SEPARATOR)[0]

    @property
    def label_en(self) -> str:
        return self.label.partition(LABEL_SEPARATOR)[2] or self.label

    def check(self, value: object) -> Problem:
        """What is wrong with `value`, a JSON value; None is "not filled in"."""
        if value is None or (self.type in _TEXTS and isinstance(value, str) and not value.strip()):
            return "必填 / required" if self.validation.required else None
        return _CHECKS[self.type](self, value)

    def parse_text(self, text: str) -> Value:
        """`text` as this field's type; empty is None. Bounds are left to `check`.

        Raises InvalidData if it does not read as that type.
        """
        if text == "":
            return None
        match self.type:
            case FieldType.NUMBER:
                return _parse_number(self.key, text)
            case FieldType.CHECKBOX:
                return _parse_boolean(self.key, text)
            case _:
                return text


_TEXTS = frozenset({FieldType.TEXTFIELD, FieldType.TEXTAREA})


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern object. Raises re2.error if `pattern` is no RE2 pattern."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


# --- one check per type --------------------------------------------------------------------------


def _check_text(field: Field, value: object) -> Problem:
    if not isinstance(value, str):
        return "应为文字 / expected text"
    problem = _check_characters(value)
    if problem is not None:
        return problem
    rules = field.validation
    if rules.min_length is not None and len(value) < rules.min_length:
        return f"至少 {rules.min_length} 个字 / at least {rules.min_length} characters"
    if rules.max_length is not None and len(value) > rules.max_length:
        return f"最多 {rules.max_length} 个字 / at most {rules.max_length} characters"
    if rules.pattern is not None and compile_pattern(rules.pattern).search(value) is None:
        return f"格式不符：{rules.pattern} / does not match {rules.pattern}"
    return None


def _check_characters(value: str) -> Problem:
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return "含有无效字符 / has invalid characters"
    if size > MAX_TEXT_BYTES:
        return f"超过 {MAX_TEXT_BYTES} 字节 / over {MAX_TEXT_BYTES} bytes"
    if "\0" in value:
        return "含有无效字符 / has invalid characters"
    return None


def _check_number(field: Field, value: object) -> Problem:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "应为数字 / expected a number"
    if not -NUMBER_LIMIT < value < NUMBER_LIMIT:
        return "数字过大 / the number is too large"
    rules = field.validation
    if rules.min is not None and value < rules.min:
        return f"不得小于 {rules.min:g} / at least {rules.min:g}"
    if rules.max is not None and value > rules.max:
        return f"不得大于 {rules.max:g} / at most {rules.max:g}"
    return None


def _check_checkbox(field: Field, value: object) -> Problem:
    if not isinstance(value, bool):
        return "应为是或否 / expected true or false"
    if field.validation.required and not value:
        return "必须勾选 / must be checked"
    return None


def _check_choice(field: Field, value: object) -> Problem:
    if not isinstance(value, str):
        return "应为选项之一 / expected one of the options"
    values = [choice.value for choice in field.choices]
    if value not in values:
        listed = ", ".join(values)
        return f"应为选项之一：{listed} / expected one of: {listed}"
    return None


def _check_date(field: Field, value: object) -> Problem:
    wrong = "应为日期，如 2026-03-01 / expected a date such as 2026-03-01"
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return wrong
    try:
        date.fromisoformat(value)
    except ValueError:
        return wrong
    return None


_CHECKS: Mapping[FieldType, Callable[[Field, object], Problem]] = {
    FieldType.TEXTFIELD: _check_text,
    FieldType.TEXTAREA: _check_text,
    FieldType.NUMBER: _check_number,
    FieldType.CHECKBOX: _check_checkbox,
    FieldType.SELECT: _check_choice,
    FieldType.RADIO: _check_choice,
    FieldType.DATETIME: _check_date,
}


def _parse_number(key: str, text: str) -> int | float:
    wrong = {key: "应为数字 / expected a number"}
    if not _NUMBER.fullmatch(text):
        raise InvalidData(wrong)
    return float(text) if "." in text else int(text)


def _parse_boolean(key: str, text: str) -> bool:
    words = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
    value = words.get(text.strip().lower())
    if value is None:
        raise InvalidData({key: "应为 true 或 false / expected true or false"})
    return value
