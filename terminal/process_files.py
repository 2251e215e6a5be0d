"""Process files and packages named on the command line, as name -> content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import InvalidArgument
from engine.model.scenario_package import MAX_FILE_BYTES
from terminal.package_files import read_package_files

ModelFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", exists=True, help=".bpmn and .dmn files, or a package (folder or .zip)."
    ),
]


def is_package(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".zip"


def read_model_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """Files under the name they were given by, those of packages under their path in it.

    Raises InvalidArgument for what cannot be read, is too large or comes twice.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        files = read_package_files(path) if is_package(path) else {str(path): read_file(path)}
        for name, content in files.items():
            if name in found:
                raise InvalidArgument(f"Expected each file once, but {name} is given twice.")
            found[name] = content
    return found


def read_file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InvalidArgument(f"Expected at most {MAX_FILE_BYTES} bytes, but {path} has {size}.")
        return path.read_bytes()
    except OSError as error:
        raise InvalidArgument(f"Expected to read {path}, but: {error}.") from error
