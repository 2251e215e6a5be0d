"""A form as a table: what a clerk may fill in, and how."""

from __future__ import annotations

from rich.text import Text

from engine.model.form_fields import Field, FieldType
from engine.model.forms import Form
from terminal.output import clean, fixed, flowing, make_table, say, value_text

_HINTS = {
    FieldType.TEXTFIELD: "文字 text",
    FieldType.TEXTAREA: "文字 text",
    FieldType.NUMBER: "数字 number",
    FieldType.CHECKBOX: "true 是 | false 否",
    FieldType.DATETIME: "日期 date 2026-03-01",
}


def say_form(form: Form) -> None:
    for text in form.texts:
        say(text)
    table = make_table(
        fixed("字段 --set"),
        flowing("名称 Label"),
        fixed("必填"),
        flowing("填什么 Values"),
        title=f"表单 Form {form.id}",
    )
    for field in form.fields:
        required = Text("* 是 yes", style="bold") if field.validation.required else Text("")
        table.add_row(clean(f"{field.key}="), clean(field.label), required, clean(_hint(field)))
    say(table)


def _hint(field: Field) -> str:
    parts = [
        "\n".join(f"{choice.value}  {choice.label}" for choice in field.choices)
        or _HINTS.get(field.type, ""),
        _bounds(field),
        f"默认 default {value_text(field.default)}" if field.default is not None else "",
    ]
    return "\n".join(part for part in parts if part)


def _bounds(field: Field) -> str:
    rules = field.validation
    parts = []
    if rules.min_length is not None or rules.max_length is not None:
        parts.append(f"{rules.min_length or 0}–{rules.max_length or '…'} 字 characters")
    if rules.min is not None or rules.max is not None:
        low = "…" if rules.min is None else f"{rules.min:g}"
        parts.append(f"{low}–{'…' if rules.max is None else f'{rules.max:g}'}")
    if rules.pattern is not None:
        parts.append(f"格式 pattern {rules.pattern}")
    return "，".join(parts)
