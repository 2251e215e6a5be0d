"""What the departments did, in a file, so that killing the simulator does not make them forget."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import orjson

from engine.errors import InvalidArgument


class Journal:
    """Append-only JSON lines. A line is with the operating system before `append` returns: it
    survives a kill -9 of this process (not a power cut; these are simulated departments).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def open(self) -> list[dict[str, Any]]:
        """All lines so far, oldest first; a last line torn by a kill is cut off.

        Raises InvalidArgument if an earlier line is damaged, OSError if the file cannot be used.
        """
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        lines = [self._parsed(line, number) for number, line in enumerate(whole.splitlines(), start=1)]
        self._file = self._path.open("ab", buffering=0)
        self._file.truncate(len(whole))
        return lines

    def append(self, line: dict[str, Any]) -> None:
        if self._file is None:
            raise InvalidArgument("Expected an open journal, but it was not opened.")
        self._file.write(orjson.dumps(line) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InvalidArgument(f"Expected JSON in line {number} of {self._path}, but: {error}.") from error
        if not isinstance(value, dict):
            raise InvalidArgument(f"Expected a JSON object in line {number} of {self._path}, but it is none.")
        return value
