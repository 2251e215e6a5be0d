"""`yishi`: the console script, and the same thing as `python cli.py`."""

from __future__ import annotations

import typer

from terminal.app import app
from terminal.complaints import prepare_streams


def main() -> None:
    prepare_streams()
    # Not `app()`: Typer would put its own hook for tracebacks in place of ours.
    typer.main.get_command(app)(prog_name="yishi")


if __name__ == "__main__":
    main()
