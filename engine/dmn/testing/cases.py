"""Many cases of one test as a table: named columns, and a row of cells per case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.dmn.testing.decision_test import DecisionTest
from engine.dmn.testing.entries import Entries
from engine.dmn.testing.expecting import Expectation, read_matched
from engine.dmn.testing.yaml_values import ValueReader
from engine.feel import Value
from engine.hardened_yaml import Node

EXPECT, EXPECT_ERROR, MATCHED = "expect", "expect_error", "matched"


@dataclass(frozen=True, slots=True)
class _Column:
    """`path`: names from the outermost context inwards, for an input or after "expect"."""

    title: str
    about: str
    """EXPECT, EXPECT_ERROR or MATCHED; "" for an input."""
    path: tuple[str, ...]


def read_cases(
    entries: Entries, test: DecisionTest, expectation: Expectation, values: ValueReader
) -> Iterator[DecisionTest]:
    """One test per row: what `test` says, changed by the cells of the row."""
    columns = [column for node in entries.items("columns") if (column := _column(node, entries)) is not None]
    _check_columns(entries, columns)
    rows = entries.items("cases")
    if not rows:
        entries.missing("cases", zh="至少一行", en="at least one row")
    for number, row in enumerate(rows, 1):
        own = replace(test, id=f"{test.id}/{number}", name=f"{test.name} [{number}]", line=row.line)
        cells = row.value if isinstance(row.value, list) else []
        if len(cells) != len(columns) or not columns:
            entries.wrong(
                f"cases[{number}]", row, zh=f"{len(columns)} 项的列表", en=f"a list of {len(columns)}"
            )
        else:
            yield _Row(f"cases[{number}]", own, expectation, entries, values).filled(columns, cells)


class _Row:
    """One case while its cells are read, from left to right."""

    def __init__(
        self,
        name: str,
        test: DecisionTest,
        expectation: Expectation,
        entries: Entries,
        values: ValueReader,
    ) -> None:
        self._name = name
        self._test = test
        self._expectation = expectation
        self._entries = entries
        self._values = values

    def filled(self, columns: list[_Column], cells: list[Node]) -> DecisionTest:
        for column, cell in zip(columns, cells, strict=True):
            self._fill(column, cell)
        if not self._expectation.is_stated:
            self._entries.missing(
                f"{self._name}.expect",
                zh="期望的结果（expect 或 expect_error）",
                en="a result, or `expect_error`",
            )
        return self._expectation.of(self._test)

    def _fill(self, column: _Column, cell: Node) -> None:
        name = f"{self._name}.{column.title}"
        match column.about:
            case "matched":
                # An empty cell leaves the rules open; [] says that none matches.
                if cell.value is not None:
                    matched = read_matched(cell, self._entries, name=name, invocable=self._test.invocable)
                    self._expectation = replace(self._expectation, matched=matched)
            case "expect_error":
                if cell.value is True:
                    self._expectation = replace(self._expectation, is_stated=True, is_error=True)
                elif cell.value not in (None, False):
                    self._entries.wrong(name, cell, zh=" true 或 false", en="true or false")
            case "expect":
                value = self._placed(self._expectation.value, column, cell)
                self._expectation = replace(self._expectation, is_stated=True, value=value)
            case _:
                inputs = self._placed(self._test.inputs, column, cell)
                self._test = replace(self._test, inputs=inputs)

    def _placed(self, around: Value, column: _Column, cell: Node) -> Value:
        """`around` with the cell's value at the column's path; the contexts on the way are copies."""
        name = f"{self._name}.{column.title}"
        value = self._values.read(cell, place=self._entries.at(name))
        if not column.path:
            return value
        result: dict[str, Value] = {}
        inner = result
        for step in column.path[:-1]:
            around = self._entries_of(around, name, cell)
            inner.update(around)
            around = around.get(step)
            inner[step] = inner = {}
        inner.update(self._entries_of(around, name, cell))
        inner[column.path[-1]] = value
        return result

    def _entries_of(self, around: Value, name: str, cell: Node) -> Mapping[str, Value]:
        if around is None or isinstance(around, dict):
            return around or {}
        self._entries.wrong(name, cell, zh="在键值对之内的列", en="a column inside a context")
        return {}


def _column(node: Node, entries: Entries) -> _Column | None:
    title = node.value
    if not isinstance(title, str) or not all(part.strip() for part in title.split(".")):
        entries.wrong("columns", node, zh="列名，如 applicant.kind", en="names such as applicant.kind")
        return None
    first, *rest = (part.strip() for part in title.split("."))
    if first == EXPECT or (first in (EXPECT_ERROR, MATCHED) and not rest):
        return _Column(title, first, tuple(rest))
    return _Column(title, "", (first, *rest))


def _check_columns(entries: Entries, columns: list[_Column]) -> None:
    if not columns:
        entries.missing("columns", zh="列名", en="names of columns")
    seen: set[str] = set()
    for column in columns:
        if column.title in seen:
            entries.missing("columns", zh=f"列“{column.title}”只出现一次", en=f"column {column.title!r} once")
        seen.add(column.title)
