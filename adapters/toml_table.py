"""Typed reading of one TOML table that reports every mistake instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.toml_lines import TomlLines
from engine.findings import Finding, Severity

_TYPE_NAMES: dict[type[Any], tuple[str, str]] = {
    str: ("字符串", "a string"),
    list: ("字符串数组", "an array of strings"),
    dict: ("表", "a table"),
}


class Report:
    """Collects the findings of one file."""

    def __init__(self, *, file: str, lines: TomlLines) -> None:
        self._file = file
        self._lines = lines
        self.findings: list[Finding] = []

    def add(
        self,
        rule: str,
        path: tuple[str, ...],
        zh: str,
        en: str,
        *,
        mend_zh: str = "",
        mend_en: str = "",
    ) -> None:
        element_id = path[1] if len(path) > 1 and path[0] == "jobs" else None
        line = self._lines.line_of(path)
        self.findings.append(
            Finding(rule, Severity.ERROR, element_id, line, zh, en, mend_zh, mend_en, self._file)
        )


class TomlTable:
    """One table at `path`. Every getter returns None, or nothing, after reporting a mistake."""

    def __init__(self, values: dict[str, Any], *, path: tuple[str, ...], report: Report) -> None:
        self._values = values
        self.path = path
        self.report = report

    def refuse_keys_except(self, known: Iterable[str]) -> None:
        allowed = tuple(known)
        for key in self._values:
            if key not in allowed:
                self.report.add(
                    "adapter-unknown-key",
                    (*self.path, key),
                    f"不认识的键 {key!r}",
                    f"Expected one of the keys {', '.join(allowed)}, but found {key!r}",
                    mend_zh=f"可用的键：{'、'.join(allowed)}",
                    mend_en="Remove it or correct its spelling",
                )

    def names(self) -> list[str]:
        return list(self._values)

    def text(self, key: str, *, required: bool = True) -> str | None:
        value = self._get(key, str, required=required)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._get(key, list, required=False)
        if value is None:
            return ()
        if not all(isinstance(item, str) for item in value):
            self._wrong_type(key, list)
            return ()
        return tuple(value)

    def text_map(self, key: str) -> dict[str, str]:
        table = self.table(key, required=False)
        if table is None:
            return {}
        texts = {name: table.text(name) for name in table.names()}
        return {name: text for name, text in texts.items() if text is not None}

    def table(self, key: str, *, required: bool = True) -> TomlTable | None:
        value = self._get(key, dict, required=required)
        return None if value is None else TomlTable(value, path=(*self.path, key), report=self.report)

    def _get(self, key: str, kind: type[Any], *, required: bool) -> Any:
        if key not in self._values:
            if required:
                self.report.add(
                    "adapter-missing-key",
                    (*self.path, key),
                    f"缺少键 {key!r}",
                    f"Expected the key {key!r}, but it is missing",
                )
            return None
        value = self._values[key]
        if not isinstance(value, kind):
            self._wrong_type(key, kind)
            return None
        return value

    def _wrong_type(self, key: str, kind: type[Any]) -> None:
        zh, en = _TYPE_NAMES[kind]
        self.report.add(
            "adapter-wrong-type",
            (*self.path, key),
            f"键 {key!r} 的值应为{zh}",
            f"Expected {en} as the value of {key!r}, but found another type",
        )
