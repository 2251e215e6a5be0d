"""The files of a scenario package, out of a folder or a .zip that nobody has vouched for.

Sizes and counts are limited before anything is read; what is inside is the gate's business.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.errors import InvalidArgument
from engine.model.scenario_package import MAX_FILE_BYTES, MAX_FILES, MAX_PACKAGE_BYTES, SCENARIO_FILE

MAX_ZIP_BYTES = MAX_PACKAGE_BYTES
MAX_ZIP_ENTRIES = MAX_FILES * 2
"""Directories have entries of their own."""
_LEFT_BEHIND = frozenset({"__MACOSX", "__pycache__"})
"""What systems put beside content; so are names that begin with a dot."""
_ENCRYPTED = 0x1


def read_package_files(path: Path) -> dict[str, bytes]:
    """Path within the package, with "/" -> content. Raises InvalidArgument."""
    try:
        return _read_folder(path) if path.is_dir() else _read_zip(path)
    except OSError as error:
        raise InvalidArgument(f"Expected to read {path}, but: {error}.") from error


def _read_folder(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    found: dict[str, Path] = {}
    for path in _files_below(root):
        if not path.resolve().is_relative_to(root):
            raise InvalidArgument(
                f"Expected every file inside {folder}, but {path} is a link that leads out."
            )
        found[path.relative_to(root).as_posix()] = path
        if len(found) > MAX_FILES:
            raise InvalidArgument(f"Expected at most {MAX_FILES} files in {folder}, but there are more.")
    _check_sizes(folder, {name: path.stat().st_size for name, path in found.items()})
    return {name: path.read_bytes() for name, path in sorted(found.items())}


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in _LEFT_BEHIND:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        elif path.is_file():
            yield path


def _read_zip(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > MAX_ZIP_BYTES:
        raise InvalidArgument(f"Expected a .zip of at most {MAX_ZIP_BYTES} bytes, but {path} is larger.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive, path)
            _check_sizes(path, {name: entry.file_size for name, entry in entries.items()})
            files = {name: _content(archive, entry) for name, entry in entries.items()}
    # RuntimeError is how zipfile says "encrypted", NotImplementedError a compression it lacks.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(
            f"Expected a folder or a sound .zip, but {path}: {error or 'broken'}."
        ) from error
    return _without_common_folder(files)


def _entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > MAX_ZIP_ENTRIES:
        raise InvalidArgument(f"Expected at most {MAX_FILES} files in {path}, but it lists {len(listed)}.")
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name = entry.filename
        if _leads_out(name):
            raise InvalidArgument(f"Expected paths inside the package, but {path} has {name!r}.")
        segments = PurePosixPath(name).parts
        if entry.is_dir() or any(s.startswith(".") or s in _LEFT_BEHIND for s in segments):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise InvalidArgument(f"Expected files that can be read, but {name!r} in {path} is encrypted.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise InvalidArgument(f"Expected files, but {name!r} in {path} is a link.")
        if name in found:
            raise InvalidArgument(f"Expected each file once, but {path} has {name!r} twice.")
        found[name] = entry
    return found


def _leads_out(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/")


def _check_sizes(path: Path, sizes: dict[str, int]) -> None:
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise InvalidArgument(
                f"Expected at most {MAX_FILE_BYTES} bytes a file, but {name!r} in {path} has {size}."
            )
    if sum(sizes.values()) > MAX_PACKAGE_BYTES:
        raise InvalidArgument(
            f"Expected at most {MAX_PACKAGE_BYTES} bytes in all, but {path} has {sum(sizes.values())}."
        )


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Never more than was declared; zipfile checks the CRC at the end."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size)
        # One more read reaches the end of the stream, where the check sum is compared.
        if file.read(1) or len(content) != entry.file_size:
            raise InvalidArgument(f"Expected {entry.filename!r} to be as long as declared, but it is not.")
    return content


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """A zip made of the folder itself has everything one level down."""
    tops = {name.partition("/")[0] for name in files}
    if SCENARIO_FILE in files or len(tops) != 1 or f"{next(iter(tops))}/{SCENARIO_FILE}" not in files:
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}
