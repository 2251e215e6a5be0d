"""`yishi process`: look at process files before anything is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from engine.commands.gate import check_process
from engine.findings import Finding, has_errors
from terminal.complaints import REFUSED
from terminal.findings import findings_table
from terminal.options import AsJson
from terminal.output import console, print_json, say
from terminal.package_files import read_package_files
from terminal.process_files import is_package, read_file
from terminal.process_import import import_file
from terminal.process_run import run
from terminal.process_test import test
from terminal.process_tree import definitions_json, definitions_tree
from terminal.sarif_file import TO_STDOUT, SarifFile, refuse_two_formats, write_sarif
from terminal.session import open_session

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """流程文件 / Check process files and packages before they are deployed."""


@app.command()
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", exists=True, help=".bpmn files, or packages (folders or .zip files)."
        ),
    ],
    as_json: AsJson = False,
    sarif: SarifFile = None,
) -> None:
    """校验 / Say everything that is wrong with process files and packages; exit 1 if anything is an error.

    A single .bpmn file is checked by itself, without a database. A package is checked whole, against
    what is deployed already.
    """
    refuse_two_formats(sarif, as_json=as_json)
    results = [(path, _findings(path)) for path in paths]
    if sarif is not None:
        write_sarif(sarif, results, command="yishi process check")
    if as_json:
        print_json(
            [
                {"path": path, "ok": not has_errors(findings), "findings": findings}
                for path, findings in results
            ]
        )
    elif sarif != TO_STDOUT:
        for path, findings in results:
            _say(path, findings)
    if any(has_errors(findings) for _, findings in results):
        raise typer.Exit(REFUSED)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A .bpmn file.")],
    as_json: AsJson = False,
) -> None:
    """展示 / Show what is drawn in a process file, with its findings beside the elements.

    Drafts too: exit 1 only if the file is no BPMN at all.
    """
    definitions, findings = check_process(read_file(file), file=str(file))
    if definitions is None:
        if as_json:
            print_json({"path": file, "ok": False, "findings": findings})
        else:
            _say(file, findings)
        raise typer.Exit(REFUSED)
    if as_json:
        shown = definitions_json(definitions, findings)
        print_json({"path": file, "ok": not has_errors(findings), **shown})
        return
    out = console()
    with out.capture() as captured:
        out.print(definitions_tree(definitions, findings, title=str(file)))
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
    say(_summary(file, findings))


def _findings(path: Path) -> list[Finding]:
    if is_package(path):
        files = read_package_files(path)
        with open_session() as session:
            return session.engine.check(files)[1]
    return check_process(read_file(path), file=str(path))[1]


def _say(path: Path, findings: list[Finding]) -> None:
    if findings:
        say(findings_table(findings))
    say(_summary(path, findings))


def _summary(path: Path, findings: list[Finding]) -> Text:
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    mark, style = ("✕", "bold red") if errors else ("✓", "bold green")
    return Text(f"{mark} {path}: {errors} 个错误 errors, {warnings} 个警告 warnings", style=style)


app.command("import")(import_file)
app.command("run")(run)
app.command("test")(test)
