"""Forms of user tasks: a subset of the form-js schema, read from `forms/*.form.json`.

A form says which variables a person fills in and what they may hold. Labels may carry both
languages as "签收 / Sign in".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from engine.errors import InvalidData
from engine.findings import Finding, Severity, has_errors
from engine.model.form_fields import (
    NUMBER_LIMIT,
    Choice,
    Field,
    FieldType,
    Validation,
    Value,
    compile_pattern,
)
from engine.model.variable_names import is_variable_name

MAX_BYTES = 256 * 1024
MAX_COMPONENTS = 300
MAX_CHOICES = 500
MAX_LABEL_CHARACTERS = 2_000
MAX_PATTERN_CHARACTERS = 500

_FORM_KEYS = frozenset({"type", "id", "components", "properties"})
_NOTES_OF_EDITORS = frozenset(
    {"schemaVersion", "exporter", "executionPlatform", "executionPlatformVersion", "versionTag"}
)
_DRAWING = frozenset({"id", "layout"})
_FIELD_KEYS = frozenset({"type", "key", "label", "description", "validate", "defaultValue"})
_KEYS_OF_TYPE: Mapping[FieldType, frozenset[str]] = {
    FieldType.SELECT: frozenset({"values"}),
    FieldType.RADIO: frozenset({"values"}),
    FieldType.DATETIME: frozenset({"subtype", "dateLabel"}),
}
_TEXT_RULES = frozenset({"required", "minLength", "maxLength", "pattern"})
_RULES_OF_TYPE: Mapping[FieldType, frozenset[str]] = {
    FieldType.TEXTFIELD: _TEXT_RULES,
    FieldType.TEXTAREA: _TEXT_RULES,
    FieldType.NUMBER: frozenset({"required", "min", "max"}),
}
_ID = re.compile(r"[\w.-]{1,100}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_SUCH_FIELD = "表单里没有这个字段 / the form has no such field"


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    fields: tuple[Field, ...]
    """In the order in which they are drawn."""
    properties: Mapping[str, str]
    """Free notes of the designer."""
    texts: tuple[str, ...] = ()
    """What the form only shows."""
    file: str = ""

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def check(self, values: Mapping[str, Any]) -> dict[str, str]:
        """One problem per field that does not fit, as "zh / en"; empty if `values` may be stored."""
        known = {field.key for field in self.fields}
        problems = {key: _NO_SUCH_FIELD for key in values if key not in known}
        for field in self.fields:
            problem = field.check(values.get(field.key))
            if problem is not None:
                problems[field.key] = problem
        return problems

    def parse_text(self, key: str, text: str) -> Value:
        """`text` as typed after `--set key=`, as the field's type; empty is None.

        Raises InvalidData if there is no such field or the text does not read as its type. Bounds
        are left to `check`.
        """
        field = self.field(key)
        if field is None:
            raise InvalidData({key: _NO_SUCH_FIELD})
        return field.parse_text(text)


def read_form(content: bytes, *, file: str = "") -> tuple[Form | None, list[Finding]]:
    """The form in `content`, None beside findings of severity error; never raises because of it.

    Every key is used, known to be an editor's note, or a finding.
    """
    reading = _Reading(file)
    if len(content) > MAX_BYTES:
        reading.error(
            "form-too-large",
            None,
            f"表单文件 {len(content)} 字节，上限 {MAX_BYTES} 字节",
            f"The form has {len(content)} bytes, but at most {MAX_BYTES} are allowed",
        )
        return None, reading.findings
    schema = reading.json(content)
    form = reading.form(schema) if schema is not None else None
    return (None if has_errors(reading.findings) else form), reading.findings


class _DuplicateKey(ValueError):
    pass


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKey(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _has_unstorable_text(value: object) -> bool:
    """PostgreSQL keeps neither NUL nor lone surrogates."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            pending.extend((*current.keys(), *current.values()))
        elif isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, str) and ("\0" in current or _SURROGATE.search(current)):
            return True
    return False


class _Reading:
    """One pass over a form file; `findings` grows on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def error(
        self, rule: str, key: str | None, zh: str, en: str, *, line: int | None = None, mend: str = ""
    ) -> None:
        """`mend` is "zh / en"."""
        mend_zh, _, mend_en = mend.partition(" / ")
        self.findings.append(
            Finding(rule, Severity.ERROR, key, line, zh, en, mend_zh, mend_en, file=self.file)
        )

    def invalid(self, key: str | None, what: str, zh: str, en: str) -> None:
        self.error("form-invalid-value", key, f"{what} 应为{zh}", f"Expected {what} to be {en}")

    def unknown_keys(self, owner: Mapping[str, Any], known: frozenset[str], *, key: str | None) -> None:
        for name in owner:
            if name not in known:
                self.error(
                    "form-unknown-key",
                    key,
                    f"不认识的键“{name}”，它不会起作用",
                    f'The key "{name}" is unknown and would have no effect',
                    mend="请检查拼写，或删除它 / Check the spelling, or remove it",
                )

    def json(self, content: bytes) -> dict[str, Any] | None:
        try:
            schema = json.loads(
                content, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
            )
        except _DuplicateKey as duplicate:
            self.error(
                "form-duplicate-key",
                None,
                f"同一对象里键“{duplicate}”重复",
                f'The key "{duplicate}" appears more than once in one object',
            )
            return None
        except (ValueError, RecursionError) as problem:
            line = problem.lineno if isinstance(problem, json.JSONDecodeError) else None
            detail = "nested too deeply" if isinstance(problem, RecursionError) else str(problem)
            self.error("form-not-json", None, f"不是合法的 JSON：{detail}", f"Not JSON: {detail}", line=line)
            return None
        if not isinstance(schema, dict):
            self.invalid(None, "the form", "一个 JSON 对象", "a JSON object")
            return None
        if _has_unstorable_text(schema):
            self.invalid(None, "texts", "不含 NUL 和半个代理对的文字", "free of NUL and lone surrogates")
            return None
        return schema

    def form(self, schema: Mapping[str, Any]) -> Form:
        self.unknown_keys(schema, _FORM_KEYS | _NOTES_OF_EDITORS, key=None)
        if schema.get("type") != "default":
            self.invalid(None, "type", "“default”", '"default"')
        form_id = schema.get("id")
        if not isinstance(form_id, str) or not _ID.fullmatch(form_id):
            self.invalid(None, "id", "由文字、数字、. - _ 组成的名称", "a name of letters, digits, . - and _")
            form_id = ""
        components = schema.get("components")
        if not isinstance(components, list) or len(components) > MAX_COMPONENTS:
            self.invalid(
                None,
                "components",
                f"不超过 {MAX_COMPONENTS} 个组件的列表",
                f"a list of at most {MAX_COMPONENTS} components",
            )
            components = []
        fields: dict[str, Field] = {}
        texts: list[str] = []
        for component in components:
            self._component(component, fields, texts)
        return Form(form_id, tuple(fields.values()), self._properties(schema), tuple(texts), self.file)

    def _properties(self, schema: Mapping[str, Any]) -> dict[str, str]:
        properties = schema.get("properties", {})
        if isinstance(properties, dict) and all(isinstance(value, str) for value in properties.values()):
            return properties
        self.invalid(None, "properties", "文字到文字的对象", "an object of texts")
        return {}

    def _component(self, component: object, fields: dict[str, Field], texts: list[str]) -> None:
        if not isinstance(component, dict):
            self.invalid(None, "a component", "一个 JSON 对象", "a JSON object")
            return
        key = component.get("key") if isinstance(component.get("key"), str) else None
        if component.get("type") == "text":
            self.unknown_keys(component, _DRAWING | {"type", "text"}, key=None)
            texts.append(self._label(component, "text", key=None))
            return
        try:
            field_type = FieldType(str(component.get("type")))
        except ValueError:
            self.error(
                "form-unknown-type",
                key,
                f"不支持的组件类型 {component.get('type')!r}",
                f"The component type {component.get('type')!r} is not supported",
                mend=f"可用：{'、'.join(FieldType)}、text / Known types: {', '.join(FieldType)}, text",
            )
            return
        if key is None or not is_variable_name(key):
            self.invalid(
                key,
                "key",
                "变量名：文字、数字、下划线，不以数字开头",
                "a variable name: letters, digits, underscores, no digit first",
            )
            return
        if key in fields:
            self.error("form-duplicate-field", key, f"字段 {key} 重复", f"The field {key} appears twice")
        fields[key] = self._field(component, field_type, key)

    def _field(self, component: Mapping[str, Any], field_type: FieldType, key: str) -> Field:
        known = _FIELD_KEYS | _DRAWING | _KEYS_OF_TYPE.get(field_type, frozenset())
        self.unknown_keys(component, known, key=key)
        if field_type is FieldType.DATETIME and component.get("subtype") != "date":
            self.invalid(key, "subtype", "“date”", '"date"')
        named_by = "dateLabel" if "dateLabel" in component and "label" not in component else "label"
        field = Field(
            key,
            field_type,
            self._label(component, named_by, key=key),
            self._validation(component, field_type, key),
            self._choices(component, field_type, key),
            component.get("defaultValue"),
            self._label(component, "description", key=key) if "description" in component else "",
        )
        # A form whose own default it would not accept could not be sent.
        problem = field.check(field.default) if field.default is not None else None
        if problem is not None:
            zh, _, en = problem.partition(" / ")
            self.error("form-default-value", key, f"defaultValue：{zh}", f"defaultValue: {en}")
        return field

    def _label(self, component: Mapping[str, Any], name: str, *, key: str | None) -> str:
        label = component.get(name)
        if isinstance(label, str) and label.strip() and len(label) <= MAX_LABEL_CHARACTERS:
            return label.strip()
        self.invalid(
            key,
            name,
            f"1 至 {MAX_LABEL_CHARACTERS} 个字的文字",
            f"a text of 1 to {MAX_LABEL_CHARACTERS} characters",
        )
        return ""

    def _validation(self, component: Mapping[str, Any], field_type: FieldType, key: str) -> Validation:
        rules = component.get("validate", {})
        if not isinstance(rules, dict):
            self.invalid(key, "validate", "一个 JSON 对象", "a JSON object")
            return Validation()
        self.unknown_keys(rules, _RULES_OF_TYPE.get(field_type, frozenset({"required"})), key=key)
        required = rules.get("required", False)
        if not isinstance(required, bool):
            self.invalid(key, "required", "true 或 false", "true or false")
        validation = Validation(
            required=required is True,
            min_length=self._length(rules, "minLength", key),
            max_length=self._length(rules, "maxLength", key),
            min=self._bound(rules, "min", key),
            max=self._bound(rules, "max", key),
            pattern=self._pattern(rules, key),
        )
        for low, high, names in (
            (validation.min_length, validation.max_length, "minLength, maxLength"),
            (validation.min, validation.max, "min, max"),
        ):
            if low is not None and high is not None and low > high:
                self.invalid(key, names, "由小到大", "in ascending order")
        return validation

    def _length(self, rules: Mapping[str, Any], name: str, key: str) -> int | None:
        value = rules.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.invalid(key, name, "不小于 0 的整数", "a whole number from 0")
        return None

    def _bound(self, rules: Mapping[str, Any], name: str, key: str) -> int | float | None:
        value = rules.get(name)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and -NUMBER_LIMIT < value < NUMBER_LIMIT:
            return float(value) if isinstance(value, float) else int(value)
        self.invalid(key, name, "不超过 34 位的数字", "a number of at most 34 digits")
        return None

    def _pattern(self, rules: Mapping[str, Any], key: str) -> str | None:
        pattern = rules.get("pattern")
        if pattern is None:
            return None
        try:
            if isinstance(pattern, str) and len(pattern) <= MAX_PATTERN_CHARACTERS:
                compile_pattern(pattern)
                return pattern
        except (re2.error, UnicodeEncodeError):
            pass
        self.invalid(
            key,
            "pattern",
            f"不超过 {MAX_PATTERN_CHARACTERS} 个字的 RE2 正则表达式",
            f"an RE2 pattern of at most {MAX_PATTERN_CHARACTERS} characters",
        )
        return None

    def _choices(self, component: Mapping[str, Any], field_type: FieldType, key: str) -> tuple[Choice, ...]:
        if field_type not in (FieldType.SELECT, FieldType.RADIO):
            return ()
        entries = component.get("values")
        if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_CHOICES:
            self.invalid(
                key, "values", f"1 至 {MAX_CHOICES} 个选项的列表", f"a list of 1 to {MAX_CHOICES} options"
            )
            return ()
        choices: dict[str, Choice] = {}
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("value"), str) or not entry["value"]:
                self.invalid(key, "an option", "带 label 和 value 的对象", "an object with label and value")
                continue
            self.unknown_keys(entry, frozenset({"label", "value"}), key=key)
            value = entry["value"]
            if value in choices:
                self.error("form-duplicate-field", key, f"选项 {value} 重复", f"The option {value} is twice")
            choices[value] = Choice(self._label(entry, "label", key=key), value)
        return tuple(choices.values())
