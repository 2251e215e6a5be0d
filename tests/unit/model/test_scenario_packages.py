from __future__ import annotations

import pytest

from engine.findings import Finding, Severity
from engine.model.organisation import Level, Organisation, read_organisation
from engine.model.scenario_package import MAX_FILE_BYTES, MAX_FILES, read_package

SCENARIO = b"""\
key = "grid_case"
version = "1.0.0"
name = { zh = "\xe7\xbd\x91\xe6\xa0\xbc", en = "Grid" }
lead_department = "SUBDISTRICT"
levels = ["\xe5\x8c\xba"]
channels = ["1"]

[[kpis]]
key = "k"
name = { zh = "k", en = "k" }
family = "time"
elements = ["handle"]

[[ladders]]
key = "grid"
rungs = [{ key = "a", at = "60%", recipients = ["chief"] }]

[[limits]]
key = "l"
name = { zh = "l", en = "l" }
kind = "stage"
value = 1
unit = "workday"
valid_from = 2026-01-01
"""

ORGANISATION = """\
[[departments]]
code = "SUBDISTRICT"
name = { zh = "街镇城运中心", en = "Sub-district" }
level = "街镇"
area = "310115"

[[departments]]
code = "POWER"
name = { zh = "供电公司", en = "Power" }
level = "区"
area = "310115"
external = true

[[actors]]
id = "clerk.1"
name = "经办一号"
department = "SUBDISTRICT"
roles = ["chief", "街镇:城运"]
"""


def organisation(text: str) -> tuple[Organisation | None, list[Finding]]:
    return read_organisation(text.encode(), file="organisation.toml")


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


# --- organisation --------------------------------------------------------------------------------


def test_an_organisation_is_read_with_its_departments_actors_and_roles() -> None:
    read, findings = organisation(ORGANISATION)

    assert findings == []
    assert read is not None
    assert read.departments["POWER"].external
    assert read.departments["SUBDISTRICT"].level is Level.SUBDISTRICT
    assert read.actors["clerk.1"].department == "SUBDISTRICT"
    assert read.roles() == {"chief", "街镇:城运"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('code = "POWER"', 'code = "SUBDISTRICT"', "organisation-duplicate"),
        ('code = "POWER"', 'code = "供电"', "organisation-bad-text"),
        ('level = "区"', 'level = "乡"', "organisation-bad-choice"),
        ("external = true", 'external = "yes"', "organisation-wrong-type"),
        ("external = true", "extern = true", "organisation-unknown-key"),
        ('department = "SUBDISTRICT"', 'department = "SMS"', "organisation-unknown-department"),
        ('roles = ["chief", "街镇:城运"]', "roles = []", "organisation-missing-key"),
        ('roles = ["chief", "街镇:城运"]', 'roles = ["a,b"]', "organisation-bad-text"),
        ('id = "clerk.1"\n', "", "organisation-missing-key"),
        ("[[departments]]", "[[agencies]]", "organisation-unknown-key"),
    ],
)
def test_each_mistake_in_an_organisation_has_its_finding(old: str, new: str, rule: str) -> None:
    read, findings = organisation(ORGANISATION.replace(old, new))

    assert read is None
    assert rule in rules(findings)


@pytest.mark.parametrize("value", ["1", "[]", "[[1]]", "{}", "[{}]", "true", "2026-01-01", '""'])
def test_a_value_of_any_type_in_an_organisation_never_makes_the_reader_raise(value: str) -> None:
    for line in ORGANISATION.splitlines():
        key, equals, _ = line.partition(" = ")
        if equals:
            read, findings = organisation(ORGANISATION.replace(line, f"{key} = {value}", 1))

            assert (read is None) == any(finding.is_error for finding in findings)


# --- package -------------------------------------------------------------------------------------


def test_the_files_of_a_package_are_sorted_by_what_they_are() -> None:
    package, findings = read_package(
        {
            "scenario.toml": SCENARIO,
            "organisation.toml": ORGANISATION.encode(),
            "README.md": b"# readme",
            "b.bpmn": b"2",
            "a.bpmn": b"1",
            "d.dmn": b"d",
            "forms/f.form.json": b"f",
            "adapters/umle.toml": b"u",
            "tests/case.yaml": b"t",
        }
    )

    assert findings == []
    assert package is not None
    assert package.scenario.key == "grid_case"
    assert package.organisation is not None
    assert list(package.processes.items()) == [("a.bpmn", b"1"), ("b.bpmn", b"2")]
    assert (package.decisions, package.forms) == ({"d.dmn": b"d"}, {"forms/f.form.json": b"f"})
    assert (package.adapters, package.tests) == ({"adapters/umle.toml": b"u"}, {"tests/case.yaml": b"t"})
    assert package.readme == b"# readme"


def test_a_package_does_not_need_an_organisation_of_its_own() -> None:
    package, findings = read_package({"scenario.toml": SCENARIO})

    assert findings == []
    assert package is not None
    assert package.organisation is None


@pytest.mark.parametrize(
    "path",
    [
        "setup.py",
        "forms/f.json",
        "forms/deep/f.form.json",
        "sub/a.bpmn",
        ".bpmn/x",
        "tests/a/b",
        "a.BPMN",
        ".DS_Store",
    ],
)
def test_a_file_that_no_layer_reads_is_refused(path: str) -> None:
    package, findings = read_package({"scenario.toml": SCENARIO, path: b""})

    assert package is None
    assert [(finding.rule, finding.file) for finding in findings] == [("package-unknown-file", path)]


@pytest.mark.parametrize(
    "path",
    [
        "/etc/a.bpmn",
        "../a.bpmn",
        "tests/../../a.bpmn",
        "./a.bpmn",
        "tests//a",
        "forms/",
        "C:\\a.bpmn",
        "C:a.bpmn",
        "tests\\..\\a",
        "tests/a\0",
        "tests/a\n",
        "tests/\udcff",
        "a" * 300 + ".bpmn",
        "",
    ],
)
def test_a_path_that_could_leave_the_package_is_refused(path: str) -> None:
    package, findings = read_package({"scenario.toml": SCENARIO, path: b""})

    assert package is None
    assert rules(findings) == ["package-bad-path"]


def test_a_package_without_its_scenario_is_refused() -> None:
    package, findings = read_package({"a.bpmn": b""})

    assert package is None
    assert rules(findings) == ["package-missing-scenario"]


def test_too_many_files_are_refused_before_any_is_looked_at() -> None:
    package, findings = read_package({f"/{number}": b"" for number in range(MAX_FILES + 1)})

    assert package is None
    assert rules(findings) == ["package-too-many-files"]


def test_a_file_over_its_size_is_refused() -> None:
    package, findings = read_package({"scenario.toml": SCENARIO, "a.bpmn": bytes(MAX_FILE_BYTES + 1)})

    assert package is None
    assert [(finding.rule, finding.file) for finding in findings] == [("package-file-too-large", "a.bpmn")]


def test_files_that_are_too_large_together_are_refused() -> None:
    content = bytes(MAX_FILE_BYTES)

    package, findings = read_package({"scenario.toml": SCENARIO} | {f"{n}.bpmn": content for n in range(8)})

    assert package is None
    assert rules(findings) == ["package-too-large"]


def test_mistakes_in_several_files_are_told_together() -> None:
    _, findings = read_package(
        {
            "scenario.toml": SCENARIO.replace(b"1.0.0", b"one"),
            "organisation.toml": b"[[departments]]",
            "notes.txt": b"",
        }
    )

    assert {"package-unknown-file", "scenario-bad-text", "organisation-missing-key"} <= set(rules(findings))


def test_a_department_of_the_scenario_must_be_in_the_organisation() -> None:
    scenario = SCENARIO.replace(b'"SUBDISTRICT"\n', b'"SUBDISTRICT"\ncooperating_departments = ["WATER"]\n')

    package, findings = read_package({"scenario.toml": scenario, "organisation.toml": ORGANISATION.encode()})

    assert package is None
    assert [(finding.rule, finding.element_id) for finding in findings] == [
        ("package-unknown-department", "WATER")
    ]


def test_an_escalation_that_nobody_would_get_is_warned_about() -> None:
    text = ORGANISATION.replace('"chief", ', "")

    package, findings = read_package({"scenario.toml": SCENARIO, "organisation.toml": text.encode()})

    assert package is not None
    assert [(finding.rule, finding.element_id, finding.severity) for finding in findings] == [
        ("package-role-without-actor", "chief", Severity.WARNING)
    ]
