"""The option `--sarif` of the commands that check files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import InvalidArgument
from terminal.sarif import Results, sarif_log

TO_STDOUT = Path("-")

SarifFile = Annotated[
    Path | None,
    typer.Option(
        "--sarif",
        metavar="FILE",
        help="Write the findings as SARIF 2.1.0 as well; - for stdout, instead of the tables.",
        show_default=False,
    ),
]


def refuse_two_formats(sarif: Path | None, *, as_json: bool) -> None:
    """Raises typer.BadParameter if both would go to stdout."""
    if as_json and sarif == TO_STDOUT:
        raise typer.BadParameter("Expected one format on stdout, but got two.", param_hint="--sarif")


def write_sarif(target: Path, results: Results, *, command: str) -> None:
    """Raises InvalidArgument if the file cannot be written. `command` is the tool that the log names."""
    text = json.dumps(sarif_log(results, command=command), ensure_ascii=False, indent=2)
    if target == TO_STDOUT:
        typer.echo(text)
        return
    try:
        target.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidArgument(f"Expected to write {target}, but: {error}.") from error
