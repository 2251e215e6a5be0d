"""The tables of docs/reference/dialects.md, made from the vocabularies.

To write them anew after a change: `python -m tests.unit.bpmn.dialects.reference_page`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.bpmn.dialects.construct import Construct, Dialect
from engine.bpmn.dialects.standard import CONSTRUCTS
from engine.bpmn.dialects.vocabularies import ALL

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "dialects.md"
BEGIN = "<!-- tables: made by tests/unit/bpmn/dialects/reference_page.py -->"
END = "<!-- end of tables -->"

_TITLES: Mapping[str, str] = {
    "zeebe": "Camunda 8 · `zeebe:`",
    "modeler": "Camunda Modeler · `modeler:`",
    "camunda": "Camunda 7 · `camunda:`, Operaton · `operaton:`",
    "flowable": "Flowable · `flowable:`, Activiti · `activiti:`",
    "design": "Flowable/Activiti 画图工具 · drawing tools",
    "spiffworkflow": "SpiffWorkflow · `spiffworkflow:`",
}
_WORDS = {"translated": "✓ translated", "approximated": "≈ approximated", "refused": "✕ refused"}


def tables() -> str:
    parts = [table("标准自身的位置 · Places of the standard itself", CONSTRUCTS.items())]
    parts += [table(_TITLES[dialect.key], rows_of(dialect)) for dialect in ALL]
    return "\n".join(parts)


def rows_of(dialect: Dialect) -> Iterator[tuple[str, Construct]]:
    prefix = next(iter(dialect.prefixes.values()))
    for name, row in dialect.attributes.items():
        yield f"@{prefix}:{name}", row
    for name, row in dialect.elements.items():
        yield from inside(f"{prefix}:{name}", row)
    yield from dialect.absences.items()


def inside(path: str, row: Construct) -> Iterator[tuple[str, Construct]]:
    if row.parts is None:
        yield path, row
        return
    for name, part in row.parts.items():
        yield from inside(f"{path}/{name}", part)


def table(title: str, rows: Iterable[tuple[str, Construct]]) -> str:
    lines = [f"### {title}", "", "| | 结果 Outcome | 变为 Becomes | 说明 Remarks |", "|---|---|---|---|"]
    for name, row in rows:
        outcomes = "<br>".join(_WORDS[outcome.value] for outcome in row.outcomes)
        target = f"`{row.target}`" if row.target else ""
        remarks = "<br>".join(text.replace("|", "\\|") for text in (row.zh, row.en) if text)
        lines.append(f"| `{name}` | {outcomes} | {target} | {remarks} |")
    return "\n".join([*lines, ""])


def with_tables(page: str) -> str:
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{tables()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
