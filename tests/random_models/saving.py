"""A failing model is kept as BPMN files, and the failure tells where, and how it was walked."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Told:
    """Within it every failure gets a note with the model and the walk.

    `walk` is looked at when something fails: append to it on the way.
    """

    def __init__(self, files: Sequence[bytes], walk: Sequence[str]) -> None:
        self.files = files
        self.walk = walk

    def __enter__(self) -> Told:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            saved = "\n  ".join(str(path) for path in save(self.files))
            walked = "\n  ".join(self.walk) or "(nothing was done yet)"
            error.add_note(f"The model:\n  {saved}\nThe walk:\n  {walked}")


def save(files: Sequence[bytes]) -> list[Path]:
    folder = Path(tempfile.gettempdir(), "yishi-random-models")
    folder.mkdir(exist_ok=True)
    name = hashlib.sha256(b"".join(files)).hexdigest()[:12]
    paths = [folder / f"{name}-{number}.bpmn" for number in range(len(files))]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    return paths
