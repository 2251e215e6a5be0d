"""FEEL values in YAML: what JSON can say as it stands, and everything else as FEEL after "=".

amount: 1200                         a number
founded: = @"2026-01-01"             a date
period: '= duration("P1Y")'          anything that FEEL can write
remark: '= "=SUM(A1)"'               a text that begins with "="
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from engine.dmn.testing.entries import Complaints
from engine.feel import FeelSyntaxError, Function, Value, compile_expression
from engine.feel.values import weight
from engine.hardened_yaml import MAX_VALUES, Node

_ASKS_THE_CLOCK = re.compile(r"\b(?:now|today)\s*\(")
_ANY_TIME = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class ValueReader:
    """`now` is what now() and today() mean in a value; None if the file says no instant."""

    def __init__(self, complaints: Complaints, *, now: datetime | None) -> None:
        self._complaints = complaints
        self._now = now

    def read(self, node: Node, *, place: str) -> Value:
        """The FEEL value; null with a finding if there is none."""
        match node.value:
            case list():
                return [self.read(item, place=f"{place}[{n}]") for n, item in enumerate(node.value, 1)]
            case dict():
                return {key: self.read(item, place=f"{place}.{key}") for key, item in node.value.items()}
            case str() if node.value.startswith("="):
                return self._evaluated(node.value[1:].strip(), node, place)
            case _:
                return node.value

    def context(self, node: Node | None, *, place: str) -> dict[str, Value]:
        """Names and values; empty if there is nothing."""
        value = {} if node is None else self.read(node, place=place)
        if isinstance(value, dict):
            return value
        if node is not None:
            self._complaints.wrong(
                place, node.line, zh="名称和值", en="names and values", found="something else"
            )
        return {}

    def _evaluated(self, text: str, node: Node, place: str) -> Value:
        try:
            expression = compile_expression(text)
        except FeelSyntaxError as error:
            return self._wrong(node, place, error.zh, str(error))
        if expression.names:
            names = ", ".join(sorted(expression.names))
            return self._wrong(
                node,
                place,
                f"值里不能引用变量：{names}",
                f"A value cannot refer to variables, but names {names}",
            )
        if self._now is None and _ASKS_THE_CLOCK.search(text):
            return self._wrong(
                node,
                place,
                "值用到 now() 或 today()，文件须写明 now",
                "A value that asks for now() or today() needs an instant, but the file has no `now`",
            )
        found = expression.evaluate({}, now=self._now or _ANY_TIME)
        if found.diagnostics:
            message = found.diagnostics[0].message
            return self._wrong(node, place, message, message)
        if weight(found.value, limit=MAX_VALUES) > MAX_VALUES or isinstance(found.value, Function):
            return self._wrong(
                node,
                place,
                f"值须能逐项比较：不得是函数，最多 {MAX_VALUES} 项",
                f"Expected a value that can be compared: no function, at most {MAX_VALUES} parts",
            )
        return found.value

    def _wrong(self, node: Node, place: str, zh: str, en: str) -> None:
        self._complaints.add(
            "test-value",
            node.line,
            zh=f"{place}：{zh}",
            en=f"{place}: {en}",
            mend_zh="“=”之后写 FEEL；以“=”开头的文本写作 '= \"=…\"'",
            mend_en='Write FEEL after "="; a text that begins with = is written \'= "=..."\'',
        )
