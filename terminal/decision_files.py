"""DMN files named on the command line, and the files that they may import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.dmn import DecisionModel, read_decisions
from engine.errors import InvalidArgument
from engine.findings import Finding
from engine.model.scenario_package import MAX_FILES, MAX_PACKAGE_BYTES
from terminal.package_files import read_package_files
from terminal.process_files import is_package, read_file

_SUFFIX = ".dmn"
_UNANSWERED = frozenset({"missing-import"})


@dataclass(frozen=True, slots=True)
class ReadModel:
    """`path` is the file, or its path inside the package `package`; `model` is None if it was refused."""

    path: str
    package: Path | None
    model: DecisionModel | None
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        return self.path if self.package is None else str(self.package / self.path)


def fitting(findings: Iterable[Finding], *, width: int) -> list[Finding]:
    """As they are, but with the beginning of a long path cut off where it would leave no room for texts."""
    most = max(width // 2 - len(":12345"), 20)
    return [
        replace(finding, file=f"…{finding.file[1 - most :]}") if len(finding.file) > most else finding
        for finding in findings
    ]


class ModelShelf:
    """Models by file, each read once."""

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        """`paths` are the files that were named: they may import one another."""
        self._named = {str(path): read_file(path) for path in paths}
        self._read: dict[tuple[Path, bool], ReadModel] = {}
        self._beside: dict[Path, Mapping[str, bytes]] = {}

    def model(self, path: Path, *, tolerant: bool = False) -> ReadModel:
        """Imports come from the files that were named, else from those in the same folder too.

        `tolerant` gives a model with errors too, as the tests of a conformance kit need it.
        """
        key = (path.resolve(), tolerant)
        if key not in self._read:
            content = self._named.get(str(path))
            content = read_file(path) if content is None else content
            model, findings = read_decisions(content, file=str(path), imports=self._named, tolerant=tolerant)
            if any(finding.rule in _UNANSWERED for finding in findings):
                beside = {**self._files_beside(path), **self._named}
                model, findings = read_decisions(content, file=str(path), imports=beside, tolerant=tolerant)
            self._read[key] = ReadModel(str(path), None, model, tuple(findings))
        return self._read[key]

    def _files_beside(self, path: Path) -> Mapping[str, bytes]:
        folder = path.parent
        if folder not in self._beside:
            named = {Path(name).resolve() for name in self._named}
            found = [each for each in _dmn_files(folder) if each.resolve() not in named]
            self._beside[folder] = {str(each): read_file(each) for each in found if each != path}
        return self._beside[folder]


def read_models(paths: Sequence[Path]) -> list[ReadModel]:
    """Every model of `paths`: DMN files, and packages (folders or .zip files) with any number of them.

    Raises InvalidArgument for what cannot be read, is too large, or holds no DMN file.
    """
    shelf = ModelShelf([path for path in paths if not is_package(path)])
    found: list[ReadModel] = []
    for path in paths:
        found += _of_package(path) if is_package(path) else [shelf.model(path)]
    return found


def _of_package(path: Path) -> Iterator[ReadModel]:
    files = {name: text for name, text in read_package_files(path).items() if name.endswith(_SUFFIX)}
    if not files:
        raise InvalidArgument(f"Expected DMN files in {path}, but there are none.")
    for name, content in files.items():
        model, findings = read_decisions(content, file=name, imports=files)
        yield ReadModel(name, path, model, tuple(findings))


def _dmn_files(folder: Path) -> list[Path]:
    """At most as many and as large as a package may hold."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX and path.is_file())
        size = sum(path.stat().st_size for path in found)
    except OSError as error:
        raise InvalidArgument(f"Expected to read {folder}, but: {error}.") from error
    if len(found) > MAX_FILES or size > MAX_PACKAGE_BYTES:
        raise InvalidArgument(
            f"Expected at most {MAX_FILES} DMN files of {MAX_PACKAGE_BYTES} bytes in {folder}, but there is more:"
            " name the imported files instead."
        )
    return found
