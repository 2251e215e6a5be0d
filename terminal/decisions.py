"""`yishi decision`: look at decision files, ask them, and test them, before anything is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.findings import has_errors
from terminal.complaints import REFUSED
from terminal.decision_eval import evaluate
from terminal.decision_files import ReadModel, fitting, read_models
from terminal.decision_picture import model_facts, model_tree
from terminal.decision_test import test
from terminal.findings import findings_table
from terminal.options import AsJson
from terminal.output import clean, console, print_json, say
from terminal.sarif_file import TO_STDOUT, SarifFile, refuse_two_formats, write_sarif

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """决策 / Check, evaluate and test decision files."""


@app.command()
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", exists=True, help=".dmn files, or packages (folders or .zip files) with some."
        ),
    ],
    as_json: AsJson = False,
    sarif: SarifFile = None,
) -> None:
    """校验 / Say everything that is wrong with decision files, or draw them; exit 1 if anything is an error.

    What a file imports is looked for among the files that are named, then among those in its folder.
    """
    refuse_two_formats(sarif, as_json=as_json)
    found = read_models(paths)
    if sarif is not None:
        checked = [(each.package or Path(each.path), each.findings) for each in found]
        write_sarif(sarif, checked, command="yishi decision check")
    if as_json:
        print_json([_facts(each) for each in found])
    elif sarif != TO_STDOUT:
        for each in found:
            _say(each)
    if any(has_errors(each.findings) for each in found):
        raise typer.Exit(REFUSED)


def _facts(read: ReadModel) -> dict[str, Any]:
    return {
        "path": read.title,
        "ok": not has_errors(read.findings),
        "findings": read.findings,
        "model": model_facts(read.model.definitions) if read.model is not None else None,
    }


def _say(read: ReadModel) -> None:
    if read.findings:
        say(findings_table(fitting(read.findings, width=console().width)))
    if read.model is not None:
        out = console()
        with out.capture() as captured:
            out.print(model_tree(read.model.definitions, width=out.width))
        typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
    errors = sum(finding.is_error for finding in read.findings)
    warnings = len(read.findings) - errors
    mark, style = ("✕", "bold red") if errors else ("✓", "bold green")
    summary = f"{mark} {read.title}: {errors} 个错误 errors, {warnings} 个警告 warnings"
    say(Text(clean(summary), style=style))


app.command("eval")(evaluate)
app.command("test")(test)
