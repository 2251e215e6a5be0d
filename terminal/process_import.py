"""`yishi process import`: the file of another tool becomes ours, with a report on every piece of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.bpmn.dialects import Outcome, ReportEntry, Translation, translate
from engine.errors import InvalidArgument
from terminal.complaints import REFUSED
from terminal.options import AsJson
from terminal.output import clean, fixed, flowing, make_table, print_json, say
from terminal.process_files import read_file

_MARKS = {
    Outcome.REFUSED: ("✕ 拒绝 refused", "red"),
    Outcome.APPROXIMATED: ("≈ 近似 approximated", "yellow"),
    Outcome.TRANSLATED: ("✓ 已转换 translated", "green"),
}
"""In the order of the table."""


def import_file(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A .bpmn file of another tool."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Where to write the translated file. Without it: NAME.yishi.bpmn beside FILE.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT if it is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """转换 / Translate a file of Camunda, Operaton, Flowable, Activiti or SpiffWorkflow; exit 1 if anything
    of it was refused.

    Every attribute and element of the other tool is reported: translated, approximated (and what differs),
    or refused (and how to mend it). What was refused is not in the translated file.
    """
    target = output or file.with_name(f"{file.stem}.yishi.bpmn")
    if target.exists() and not force:
        raise InvalidArgument(f"Expected no file at {target}, but there is one; --force overwrites it.")
    translation = translate(read_file(file), file=str(file))
    if translation.content is not None:
        _write(target, translation.content, force=force)
    if as_json:
        print_json(_facts(file, target, translation))
    else:
        _say(file, target, translation)
    if translation.refused:
        raise typer.Exit(REFUSED)


def _write(path: Path, content: bytes, *, force: bool) -> None:
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(content)
    except OSError as error:
        raise InvalidArgument(f"Expected to write {path}, but: {error}.") from error


def _facts(file: Path, target: Path, translation: Translation) -> dict[str, object]:
    counts = Counter(entry.outcome for entry in translation.entries)
    return {
        "path": file,
        "output": None if translation.content is None else target,
        "ok": not translation.refused,
        "dialects": translation.dialects,
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "entries": translation.entries,
    }


def _say(file: Path, target: Path, translation: Translation) -> None:
    if translation.entries:
        say(report_table(translation.entries))
    counts = Counter(entry.outcome for entry in translation.entries)
    for outcome, (mark, style) in _MARKS.items():
        if counts[outcome]:
            say(Text(f"{mark}: {counts[outcome]}", style=style))
    if not translation.entries:
        say(f"{file}: 没有其他工具的扩展，内容不变 / Nothing of another tool in it; it is unchanged.")
    if translation.content is not None:
        say(Text(f"→ {target}", style="bold"))
        say(f"下一步 Next: yishi process check {target}")


def report_table(entries: Iterable[ReportEntry]) -> Table:
    """Refused first, then approximated, then translated; by line."""
    order = list(_MARKS)
    table = make_table(fixed("位置 Where"), flowing("内容 What became of it"))
    for entry in sorted(entries, key=lambda each: (order.index(each.outcome), each.line or 0)):
        mark, style = _MARKS[entry.outcome]
        where = Text(mark, style=style)
        place = [entry.file or "?", *([str(entry.line)] if entry.line is not None else [])]
        where.append(f"\n{clean(':'.join(place))}", style="default")
        if entry.element_id:
            where.append(f"\n{clean(entry.element_id)}", style="default")
        what = Text(clean(entry.construct), style=style)
        if entry.target:
            what.append(f" → {entry.target}", style=style)
        if entry.outcome is not Outcome.TRANSLATED or not entry.target:
            for line in (entry.zh, entry.en):
                what.append(f"\n{clean(line)}", style="default")
        for line in (entry.mend_zh, entry.mend_en):
            if line:
                what.append(f"\n→ {clean(line)}", style="green")
        table.add_row(where, what, end_section=True)
    return table
