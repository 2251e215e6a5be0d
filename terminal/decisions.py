"""`yishi decision`: look at decision files, ask them, and test them, before anything is deployed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.errors import InvalidArgument
from engine.findings import has_errors
from terminal.complaints import REFUSED
from terminal.decision_eval import evaluate
from terminal.decision_files import ReadModel, fitting, read_models
from terminal.decision_picture import model_facts, model_tree
from terminal.decision_test import test
from terminal.findings import findings_table
from terminal.options import AsJson
from terminal.output import clean, console, print_json, say
from terminal.sarif import sarif_log

TO_STDOUT = Path("-")

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
    sarif: Annotated[
        Path | None,
        typer.Option(
            "--sarif",
            metavar="FILE",
            help="Write the findings as SARIF 2.1.0 as well; - for stdout, instead of the tables.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """校验 / Say everything that is wrong with decision files, or draw them; exit 1 if anything is an error.

    What a file imports is looked for among the files that are named, then among those in its folder.
    """
    if as_json and sarif == TO_STDOUT:
        raise typer.BadParameter("Expected one format on stdout, but got two.", param_hint="--sarif")
    found = read_models(paths)
    if sarif is not None:
        _write_sarif(sarif, found)
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


def _write_sarif(target: Path, found: Sequence[ReadModel]) -> None:
    log = sarif_log([(each.package or Path(each.path), each.findings) for each in found])
    log["runs"][0]["tool"]["driver"]["name"] = "yishi decision check"
    text = json.dumps(log, ensure_ascii=False, indent=2)
    if target == TO_STDOUT:
        typer.echo(text)
        return
    try:
        target.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidArgument(f"Expected to write {target}, but: {error}.") from error


app.command("eval")(evaluate)
app.command("test")(test)
