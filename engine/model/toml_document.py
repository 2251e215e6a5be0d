"""Reading a designer's TOML file with every mistake reported, not just the first.

Belongs here: getting typed values out of tables, and the line each stands on. Does not: what any
particular file means (`scenario`, `organisation`).
Source of the syntax: TOML 1.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.findings import Finding, Severity

MAX_BYTES = 256 * 1024
MAX_TEXT = 2_000
"""Characters of one text; what is longer belongs into the README."""

MAX_ITEMS = 1_000
"""Of one array."""
MAX_FINDINGS = 500
"""Per file. Nobody mends more in one go, and a hostile file must not make a report of megabytes."""

TomlPath = tuple[str | int, ...]

_ARRAY_HEADER = re.compile(r"^\s*\[(\[[^\[\]]+\])\]\s*(?:#.*)?$")
_HEADER = re.compile(r"^\s*(\[[^\[\]]+\])\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([^=#\[{]+?)\s*=")
_SYNTAX_PLACE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Name:
    """What a thing is called, in both languages."""

    zh: str
    en: str


class TomlTable:
    """One table at `path` of a file. Every getter adds a finding for what is missing or has another
    form, and then returns None or nothing."""

    def __init__(self, values: Mapping[str, Any], *, path: TomlPath, report: TomlReport) -> None:
        self.values = values
        self.path = path
        self.report = report

    def problem(
        self, rule: str, key: str | None, zh: str, en: str, *, mend_zh: str = "", mend_en: str = ""
    ) -> None:
        """An error at `key` of this table, or at the table if None."""
        path = self.path if key is None else (*self.path, key)
        self.report.add(rule, path, _label(self.values), zh, en, mend_zh=mend_zh, mend_en=mend_en)

    def only(self, *known: str) -> None:
        """Refuse keys that nothing reads: a misspelled one would silently do nothing."""
        for key in self.values:
            if key not in known:
                self.problem(
                    "unknown-key",
                    key,
                    f"不认识的键 {key!r}",
                    f"Expected one of the keys {', '.join(known)}, but found {key!r}",
                    mend_zh=f"可用的键：{'、'.join(known)}",
                    mend_en="Remove it or correct its spelling",
                )

    def text(self, key: str, *, pattern: re.Pattern[str] | None = None, required: bool = True) -> str | None:
        """A text without NUL, not empty, of at most MAX_TEXT characters, that matches `pattern`."""
        value = self._get(key, str, required=required)
        if value is None:
            return None
        text = str(value)
        if not text.strip() or len(text) > MAX_TEXT or "\0" in text:
            self.problem(
                "bad-text",
                key,
                f"{key!r} 应为 1 至 {MAX_TEXT} 个字符的文字",
                f"Expected a text of 1 to {MAX_TEXT} characters as {key!r}, but got {len(text)}",
            )
            return None
        if pattern is not None and not pattern.fullmatch(text):
            self.problem(
                "bad-text",
                key,
                f"{key!r} 的值 {text!r} 写法不对，应符合 {pattern.pattern}",
                f"Expected {key!r} to match {pattern.pattern}, but got {text!r}",
            )
            return None
        return text

    def choice(self, key: str, allowed: Iterable[str], *, required: bool = True) -> str | None:
        text = self.text(key, required=required)
        return text if text is None or self._is_allowed(key, text, tuple(allowed)) else None

    def texts(
        self,
        key: str,
        *,
        pattern: re.Pattern[str] | None = None,
        allowed: Iterable[str] | None = None,
        required: bool = True,
    ) -> tuple[str, ...]:
        """Texts, each once; at least one if `required`."""
        items = self._get(key, list, required=required)
        if items is None:
            return ()
        choices = None if allowed is None else tuple(allowed)
        texts: list[str] = []
        for item in items:
            if not isinstance(item, str) or not item.strip() or len(item) > MAX_TEXT or "\0" in item:
                self._wrong_type(key, list)
            elif pattern is not None and not pattern.fullmatch(item):
                self.problem(
                    "bad-text",
                    key,
                    f"{key!r} 中的 {item!r} 写法不对，应符合 {pattern.pattern}",
                    f"Expected every item of {key!r} to match {pattern.pattern}, but got {item!r}",
                )
            elif item in texts:
                self.problem(
                    "duplicate",
                    key,
                    f"{key!r} 中 {item!r} 重复",
                    f"Expected {item!r} once in {key!r}, but it is there twice",
                )
            elif choices is None or self._is_allowed(key, item, choices):
                texts.append(item)
        if required and not items:
            self.problem("missing-key", key, f"{key!r} 不能为空", f"Expected at least one item in {key!r}")
        return tuple(texts)

    def boolean(self, key: str, *, default: bool) -> bool:
        value = self._get(key, bool, required=False)
        return default if value is None else bool(value)

    def day(self, key: str, *, required: bool = True) -> date | None:
        value = self._get(key, date, required=required)
        return value if isinstance(value, date) else None

    def name(self, key: str) -> Name | None:
        """A table {zh, en}, both given."""
        table = self.table(key)
        if table is None:
            return None
        table.only("zh", "en")
        zh, en = table.text("zh"), table.text("en")
        return None if zh is None or en is None else Name(zh, en)

    def table(self, key: str, *, required: bool = True) -> TomlTable | None:
        value = self._get(key, dict, required=required)
        return None if value is None else TomlTable(value, path=(*self.path, key), report=self.report)

    def tables(self, key: str) -> list[TomlTable]:
        """The entries of an array of tables; none if the key is absent."""
        items = self._get(key, list, required=False) or []
        tables: list[TomlTable] = []
        for index, item in enumerate(items):
            if isinstance(item, dict):
                tables.append(TomlTable(item, path=(*self.path, key, index), report=self.report))
            else:
                self._wrong_type(key, dict)
        return tables

    def _is_allowed(self, key: str, text: str, allowed: tuple[str, ...]) -> bool:
        if text in allowed:
            return True
        self.problem(
            "bad-choice",
            key,
            f"{key!r} 的值 {text!r} 不在可选范围：{'、'.join(allowed)}",
            f"Expected one of {', '.join(allowed)} in {key!r}, but got {text!r}",
        )
        return False

    def _get(self, key: str, kind: type, *, required: bool) -> Any:
        if key not in self.values:
            if required:
                self.problem(
                    "missing-key", key, f"缺少键 {key!r}", f"Expected the key {key!r}, but it is missing"
                )
            return None
        value = self.values[key]
        # A TOML date and time is a date for isinstance, but says more than a day.
        if not isinstance(value, kind) or (kind is date and type(value) is not date):
            self._wrong_type(key, kind)
            return None
        if isinstance(value, list) and len(value) > MAX_ITEMS:
            self.problem(
                "too-many-items",
                key,
                f"{key!r} 有 {len(value)} 项，上限 {MAX_ITEMS} 项",
                f"Expected at most {MAX_ITEMS} items in {key!r}, but got {len(value)}",
            )
            return None
        return value

    def _wrong_type(self, key: str, kind: type) -> None:
        zh, en = _TYPE_NAMES[kind]
        self.problem(
            "wrong-type",
            key,
            f"{key!r} 的值应为{zh}",
            f"Expected {en} as the value of {key!r}, but found something else",
        )


_TYPE_NAMES: Mapping[type, tuple[str, str]] = {
    str: ("文字", "a text"),
    list: ("数组，各项为非空文字", "an array of texts that are not empty"),
    dict: ("表", "a table"),
    bool: ("true 或 false", "true or false"),
    date: ("日期，例如 2026-01-31", "a date such as 2026-01-31"),
}


class TomlReport:
    """Collects the findings of one file; its rules are called `<subject>-<rule>`."""

    def __init__(self, *, file: str, subject: str, lines: _Lines) -> None:
        self._file = file
        self._subject = subject
        self._lines = lines
        self.findings: list[Finding] = []

    def add(
        self,
        rule: str,
        path: TomlPath,
        element_id: str | None,
        zh: str,
        en: str,
        *,
        mend_zh: str = "",
        mend_en: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        if len(self.findings) > MAX_FINDINGS:
            return
        if len(self.findings) == MAX_FINDINGS:
            rule, path, element_id, severity = "too-many-findings", (), None, Severity.ERROR
            zh = f"问题超过 {MAX_FINDINGS} 个，其余未列出"
            en = f"There are more than {MAX_FINDINGS} findings; the rest is not listed"
            mend_zh, mend_en = "请先修正以上问题", "Mend these first"
        line = self._lines.line_of(path)
        name = f"{self._subject}-{rule}"
        self.findings.append(Finding(name, severity, element_id, line, zh, en, mend_zh, mend_en, self._file))


def read_toml(content: bytes, *, file: str, subject: str) -> tuple[TomlTable | None, list[Finding]]:
    """The root table of `content`; None with one finding if it is too large or no TOML.

    Numbers with a point are Decimal. Findings made later are in the table's report.
    """
    if len(content) > MAX_BYTES:
        return None, [
            _refused(
                f"{subject}-too-large",
                file,
                f"文件大小 {len(content)} 字节，上限 {MAX_BYTES} 字节",
                f"Expected at most {MAX_BYTES} bytes, but the file has {len(content)}",
            )
        ]
    try:
        text = content.decode("utf-8-sig")
        values = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        rule, en = f"{subject}-not-utf-8", f"Expected UTF-8, but byte {error.start} is not"
        return None, [_refused(rule, file, "文件不是 UTF-8 编码", en)]
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX_PLACE.search(str(error))
        line = int(place[1]) if place else None
        rule, en = f"{subject}-not-toml", f"Expected TOML, but: {error}"
        return None, [_refused(rule, file, f"不是合法的 TOML：{error}", en, line=line)]
    except RecursionError:
        en = "Expected shallow tables, but they are nested too deeply"
        return None, [_refused(f"{subject}-not-toml", file, "嵌套过深", en)]
    report = TomlReport(file=file, subject=subject, lines=_Lines(text))
    return TomlTable(values, path=(), report=report), report.findings


def unique(tables: Iterable[TomlTable], key: str) -> None:
    """One finding for every entry that repeats the `key` of an earlier one."""
    seen: set[str] = set()
    for table in tables:
        value = table.values.get(key)
        if isinstance(value, str) and value in seen:
            table.problem(
                "duplicate",
                key,
                f"{key!r} 的值 {value!r} 重复",
                f"Expected {key} {value!r} once, but it is there twice",
            )
        elif isinstance(value, str):
            seen.add(value)


class _Lines:
    """Lines of tables and keys, which tomllib does not tell. Keys inside inline tables and
    multi-line values are not found; their nearest parent is."""

    def __init__(self, text: str) -> None:
        self._line_of: dict[TomlPath, int] = {}
        self._entries: dict[TomlPath, int] = {}
        table: TomlPath = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _ARRAY_HEADER.match(line):
                table = self._array_entry(_keys_of(header[1]))
                self._line_of.setdefault(table, number)
            elif header := _HEADER.match(line):
                table = self._located(_keys_of(header[1]))
                self._line_of.setdefault(table, number)
            elif (key := _KEY.match(line)) and (keys := _keys_of(f"{key[1]} = 0")):
                self._line_of.setdefault((*table, *keys), number)

    def line_of(self, path: TomlPath) -> int | None:
        """The line of `path` or of its nearest known parent, from 1; None if not even that is known."""
        for length in range(len(path), 0, -1):
            if (line := self._line_of.get(path[:length])) is not None:
                return line
        return None

    def _array_entry(self, keys: tuple[str, ...]) -> TomlPath:
        array = (*self._located(keys[:-1]), *keys[-1:])
        index = self._entries.get(array, 0)
        self._entries[array] = index + 1
        return (*array, index)

    def _located(self, keys: tuple[str, ...]) -> TomlPath:
        """The path of a header's keys, with the current entry of every array on the way."""
        path: TomlPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._entries:
                path = (*path, self._entries[path] - 1)
        return path


def _keys_of(snippet: str) -> tuple[str, ...]:
    """The dotted, perhaps quoted, keys of one header or assignment; () if it is not one."""
    try:
        value: Any = tomllib.loads(snippet)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)


def _label(values: Mapping[str, Any]) -> str | None:
    """What an entry calls itself."""
    for key in ("key", "code", "id"):
        value = values.get(key)
        if isinstance(value, str):
            return value
    return None


def _refused(rule: str, file: str, zh: str, en: str, *, line: int | None = None) -> Finding:
    return Finding(rule, Severity.ERROR, None, line, zh, en, file=file)
