"""`yishi process`: look at process files before anything is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from engine.commands.gate import check_process
from engine.errors import InvalidArgument
from engine.findings import Finding, has_errors
from engine.model.scenario_package import MAX_FILE_BYTES
from terminal.complaints import REFUSED
from terminal.findings import findings_table
from terminal.options import AsJson
from terminal.output import print_json, say
from terminal.package_files import read_package_files
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
) -> None:
    """校验 / Say everything that is wrong with process files and packages; exit 1 if anything is an error.

    A single .bpmn file is checked by itself, without a database. A package is checked whole, against
    what is deployed already.
    """
    results = [(path, _findings(path)) for path in paths]
    failed = any(has_errors(findings) for _, findings in results)
    if as_json:
        print_json(
            [
                {"path": path, "ok": not has_errors(findings), "findings": findings}
                for path, findings in results
            ]
        )
    else:
        for path, findings in results:
            _say(path, findings)
    if failed:
        raise typer.Exit(REFUSED)


def _findings(path: Path) -> list[Finding]:
    if path.is_dir() or path.suffix == ".zip":
        files = read_package_files(path)
        with open_session() as session:
            return session.engine.check(files)[1]
    return check_process(_read(path), file=str(path))[1]


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InvalidArgument(f"Expected at most {MAX_FILE_BYTES} bytes, but {path} has {size}.")
        return path.read_bytes()
    except OSError as error:
        raise InvalidArgument(f"Expected to read {path}, but: {error}.") from error


def _say(path: Path, findings: list[Finding]) -> None:
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if findings:
        say(findings_table(findings))
    mark, style = ("✕", "bold red") if errors else ("✓", "bold green")
    say(Text(f"{mark} {path}: {errors} 个错误 errors, {warnings} 个警告 warnings", style=style))
