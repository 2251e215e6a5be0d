from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.terminal.conftest import GRID_CASE, Yishi

PROCESS = "grid_case_closed_loop.bpmn"


def zip_of(folder: Path, target: Path, *, under: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, under + path.relative_to(folder).as_posix())
    return target


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The grid case with a flow that leads nowhere."""
    package = tmp_path / "broken"
    shutil.copytree(GRID_CASE, package)
    text = (package / PROCESS).read_text(encoding="utf-8")
    (package / PROCESS).write_text(
        text.replace('targetRef="verify"', 'targetRef="nowhere"'), encoding="utf-8"
    )
    return package


def test_a_folder_is_deployed_once_and_its_definitions_are_named(yishi: Yishi) -> None:
    first, second = yishi("deploy", GRID_CASE), yishi("deploy", GRID_CASE)

    assert first.exit_code == second.exit_code == 0
    assert "grid_case_closed_loop 1.0.0 已部署 deployed" in first.out
    assert "illegal_construction" in first.out and "v1" in first.out
    assert "此前已部署" in second.out


@pytest.mark.parametrize("under", ["", "grid_case_closed_loop/"])
def test_a_zip_is_deployed_with_or_without_its_folder(yishi: Yishi, tmp_path: Path, under: str) -> None:
    package = zip_of(GRID_CASE, tmp_path / "p.zip", under=under)

    answer = yishi("deploy", package, "--json")

    assert answer.exit_code == 0, answer.err
    [deployment] = answer.json
    assert ["process", "grid_case_closed_loop", 1] in deployment["definitions"]


def test_a_package_with_errors_is_refused_with_every_finding(yishi: Yishi, broken: Path) -> None:
    answer = yishi("deploy", broken)

    assert answer.exit_code == 1
    assert "没有部署任何内容 / Nothing was deployed." in answer.err
    assert f"{PROCESS}:" in answer.err and "nowhere" in answer.err
    assert "Traceback" not in answer.err


def test_findings_are_plain_json_for_a_machine(yishi: Yishi, broken: Path) -> None:
    answer = yishi("deploy", broken, "--json")

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "DEFINITION_REFUSED"
    finding = answer.refusal["findings"][0]
    assert finding["severity"] == "error" and finding["line"] > 0 and finding["zh"] and finding["en"]


def test_one_bad_package_keeps_a_good_one_out(yishi: Yishi, broken: Path) -> None:
    answer = yishi("deploy", GRID_CASE, broken)

    assert answer.exit_code == 1
    started = yishi("case", "start", "grid_case_closed_loop", "--as", "checker.1")
    assert started.exit_code == 1


def bad_zips(folder: Path) -> dict[str, tuple[Path, str]]:
    found: dict[str, tuple[Path, str]] = {}

    def add(name: str, entries: dict[str | zipfile.ZipInfo, bytes], says: str) -> Path:
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in entries.items():
                archive.writestr(entry, content)
        found[name] = (path, says)
        return path

    link = zipfile.ZipInfo("scenario.toml")
    link.external_attr = 0o120777 << 16
    add("traversal", {"../evil.toml": b"x"}, "inside the package")
    add("absolute", {"/etc/evil.toml": b"x"}, "inside the package")
    add("backslash", {"..\\evil.toml": b"x"}, "inside the package")
    add("link", {link: b"/etc/passwd"}, "is a link")
    add("bomb", {f"tests/{n}": bytes(2 * 1024 * 1024) for n in range(9)}, "bytes in all")
    add("large", {"scenario.toml": bytes(2 * 1024 * 1024 + 1)}, "bytes a file")
    add("many", {f"tests/{n}": b"" for n in range(401)}, "at most 200 files")
    damaged = add("damaged", {zipfile.ZipInfo("scenario.toml"): b"key = 1"}, "Bad CRC-32")
    damaged.write_bytes(damaged.read_bytes().replace(b"key = 1", b"key = 2"))
    found["no zip"] = (folder / "text.zip", "sound .zip")
    (folder / "text.zip").write_text("not a zip")
    return found


@pytest.mark.parametrize(
    "name", ["traversal", "absolute", "backslash", "link", "bomb", "large", "many", "damaged", "no zip"]
)
def test_a_bad_zip_is_refused_before_the_database_is_asked(
    bare_yishi: Yishi, tmp_path: Path, name: str
) -> None:
    path, says = bad_zips(tmp_path)[name]

    answer = bare_yishi("deploy", path, DATABASE_URL="postgresql://127.0.0.1:1/none")

    assert answer.exit_code == 1
    assert says in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_file_named_twice_in_a_zip_is_refused(bare_yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scenario.toml", "a")
        archive.writestr("scenario.toml", "b")

    answer = bare_yishi("deploy", path)

    assert answer.exit_code == 1
    assert "twice" in answer.err


def test_a_link_out_of_a_folder_is_refused(bare_yishi: Yishi, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "scenario.toml").symlink_to(GRID_CASE / "scenario.toml")

    answer = bare_yishi("deploy", package)

    assert answer.exit_code == 1
    assert "leads out" in answer.err


def test_a_path_that_is_not_there_is_a_usage_error(bare_yishi: Yishi) -> None:
    answer = bare_yishi("deploy", "/no/such/package")

    assert answer.exit_code == 2
    assert "/no/such/package" in answer.err


def test_a_process_file_is_checked_without_a_database(bare_yishi: Yishi, broken: Path, home: Path) -> None:
    good = bare_yishi("process", "check", GRID_CASE / PROCESS)
    bad = bare_yishi("process", "check", broken / PROCESS, "--json")

    assert good.exit_code == 0 and "✓" in good.out and "0 个错误 errors" in good.out
    assert bad.exit_code == 1
    [result] = bad.json
    assert not result["ok"] and any("nowhere" in finding["en"] for finding in result["findings"])
    assert not home.exists()


def test_a_package_is_checked_whole(yishi: Yishi, broken: Path) -> None:
    good, bad = yishi("process", "check", GRID_CASE), yishi("process", "check", broken)

    assert good.exit_code == 0
    assert bad.exit_code == 1 and "→" in bad.out


def test_something_that_is_no_process_is_a_finding_and_no_traceback(
    bare_yishi: Yishi, tmp_path: Path
) -> None:
    path = tmp_path / "evil.bpmn"
    path.write_bytes(b"\x00\xff not xml")

    answer = bare_yishi("process", "check", path)

    assert answer.exit_code == 1
    assert "✕" in answer.out and "Traceback" not in answer.out + answer.err
