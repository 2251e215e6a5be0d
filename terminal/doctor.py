"""`yishi doctor`: everything Yishi needs, and how to mend what is missing."""

from __future__ import annotations

from collections import Counter

import typer
from rich.text import Text

from terminal.complaints import REFUSED
from terminal.health import Check, Level, check_everything
from terminal.options import AsJson
from terminal.output import clean, fixed, flowing, make_table, print_json, say
from terminal.session import read_settings

app = typer.Typer(add_completion=False)

_MARKS = {
    Level.OK: ("✓", "green"),
    Level.WARNING: ("!", "yellow"),
    Level.ERROR: ("✕", "bold red"),
}


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """体检 / Check everything Yishi needs; exit 1 if anything is wrong, 0 if there are only warnings."""
    checks = list(check_everything(read_settings()))
    ok = not any(check.level is Level.ERROR for check in checks)
    if as_json:
        print_json({"ok": ok, "checks": checks})
    else:
        _say(checks)
    if not ok:
        raise typer.Exit(REFUSED)


def _say(checks: list[Check]) -> None:
    table = make_table(fixed(""), fixed("检查 Check"), flowing("结果 Found"))
    table.show_header = False
    for check in checks:
        mark, style = _MARKS[check.level]
        found = Text(clean(check.found))
        if check.mend:
            found.append(clean(f"\n→ {check.mend}"), style="cyan")
        table.add_row(Text(mark, style=style), check.name, found)
    say(table)
    counted = Counter(check.level for check in checks)
    errors, warnings = counted[Level.ERROR], counted[Level.WARNING]
    style = "bold red" if errors else "bold yellow" if warnings else "bold green"
    say(Text(f"{errors} 个问题 problems, {warnings} 个警告 warnings", style=style))
