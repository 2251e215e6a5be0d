from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.findings import Finding, Severity
from engine.model.limits import Amount, ClockKind, EndOf, PauseRule, Unit
from engine.model.scenario import KpiFamily, Scenario, read_scenario

WHOLE = """\
key = "grid_case"
version = "1.2.0"
name = { zh = "网格案件", en = "Grid case" }
lead_department = "SUBDISTRICT"
cooperating_departments = ["UMLE"]
levels = ["区", "街镇"]
channels = ["1", "3"]
governance_elements = ["facility.manhole_cover"]

[processes.grid_case]
runtime = "spiffworkflow"

[[kpis]]
key = "on_time_rate"
name = { zh = "按期处置率", en = "On-time rate" }
family = "time"
elements = ["handle"]

[[ladders]]
key = "grid"
rungs = [
  { key = "a", at = "60%", recipients = ["department:handler"], colour = "blue", actions = ["notify"] },
  { key = "b", at = "due + 1 workday", level = "街镇" },
]

[[limits]]
key = "waste"
name = { zh = "暴露垃圾", en = "Exposed waste" }
kind = "stage"
area = "310115"
value = 4
unit = "workhour"
legal_basis = "GB/T 30428.8"
valid_from = 2024-01-01
valid_until = 2025-12-31
ladder = "grid"
pause_rule = "half_open"
end_of = "business"
extension = { value = 2, unit = "workhour" }

[[limits]]
key = "waste"
name = { zh = "暴露垃圾", en = "Exposed waste" }
kind = "stage"
area = "310115"
value = 2.5
unit = "workhour"
valid_from = 2026-01-01

[[calendars]]
key = "window"
name = { zh = "周六窗口", en = "Saturday window" }
area = "310115"
office = "W1"
opened = [{ day = 2026-11-28, sessions = ["09:00-12:00"] }]
closed = [2026-11-30]

[[data_sharing]]
key = "dispatch"
purpose = { zh = "到现场处置", en = "Handling on site" }
recipients = ["UMLE"]
items = ["address"]
legal_basis = "上海市数据条例第三十八条"
"""


def read(text: str) -> tuple[Scenario | None, list[Finding]]:
    return read_scenario(text.encode(), file="scenario.toml")


def found(text: str) -> list[tuple[str, int | None]]:
    scenario, findings = read(text)
    assert scenario is None
    return [(finding.rule, finding.line) for finding in findings]


def line_of(text: str, snippet: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if snippet in line)


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


def test_a_scenario_without_mistakes_is_read_whole() -> None:
    scenario, findings = read(WHOLE)

    assert findings == []
    assert scenario is not None
    assert scenario.departments == ("SUBDISTRICT", "UMLE")
    assert scenario.kpis[0].family is KpiFamily.TIME
    first, second = scenario.time_limits
    assert (first.kind, first.amount) == (ClockKind.STAGE, Amount.of(4, Unit.WORKHOUR))
    assert (first.valid_from, first.valid_until) == (date(2024, 1, 1), date(2025, 12, 31))
    assert (first.pause_rule, first.end_of) == (PauseRule.HALF_OPEN, EndOf.BUSINESS)
    assert first.extension == Amount.of(2, Unit.WORKHOUR)
    assert second.amount.value == Decimal("2.5")
    ladder = scenario.ladder(first.ladder)
    assert ladder is not None
    assert [rung.key for rung in ladder.rungs] == ["a", "b"]
    assert scenario.calendars[0].overlay.closed == (date(2026, 11, 30),)
    assert scenario.data_sharing[0].items == ("address",)
    assert [scenario.runtime_of(key) for key in ("grid_case", "other")] == ["spiffworkflow", "yishi"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('key = "grid_case"', 'key = "grid case"', "scenario-bad-text"),
        ('version = "1.2.0"', 'version = "1.2"', "scenario-bad-text"),
        ('version = "1.2.0"', "version = 1", "scenario-wrong-type"),
        ('en = "Grid case" }', 'de = "Fall" }', "scenario-unknown-key"),
        ('name = { zh = "网格案件", en = "Grid case" }', 'name = "网格案件"', "scenario-wrong-type"),
        ('lead_department = "SUBDISTRICT"', "", "scenario-lead-department"),
        ('lead_department = "SUBDISTRICT"', "lead_department = []", "scenario-lead-department"),
        ('lead_department = "SUBDISTRICT"', 'lead_department = ["A", "B"]', "scenario-lead-department"),
        (
            'cooperating_departments = ["UMLE"]',
            'cooperating_departments = ["UMLE", "SUBDISTRICT"]',
            "scenario-lead-department",
        ),
        ('levels = ["区", "街镇"]', 'levels = ["省"]', "scenario-bad-choice"),
        ('levels = ["区", "街镇"]', "levels = []", "scenario-missing-key"),
        ('channels = ["1", "3"]', 'channels = ["1", "7"]', "scenario-bad-choice"),
        ('channels = ["1", "3"]', 'channels = ["1", "1"]', "scenario-duplicate"),
        ('["facility.manhole_cover"]', '["井盖"]', "scenario-bad-text"),
        ('["facility.manhole_cover"]', '["facility.manhole_cover"]\nleed = 1', "scenario-unknown-key"),
        ('family = "time"', 'family = "money"', "scenario-bad-choice"),
        ('elements = ["handle"]', "elements = []", "scenario-missing-key"),
        ('at = "60%"', 'at = "60"', "scenario-bad-ladder"),
        ('colour = "blue"', 'color = "blue"', "scenario-bad-ladder"),
        ('at = "due + 1 workday"', 'at = "60%"', "scenario-rungs-not-increasing"),
        ('at = "due + 1 workday"', 'at = "30%"', "scenario-rungs-not-increasing"),
        ('unit = "workhour"\nlegal', "legal", "scenario-limit-without-unit"),
        ('unit = "workhour"\nlegal', 'unit = "hour"\nlegal', "scenario-bad-choice"),
        ("value = 4\n", "", "scenario-missing-key"),
        ("value = 4\n", "value = 0\n", "scenario-bad-limit"),
        ("value = 4\n", "value = -1\n", "scenario-bad-limit"),
        ("value = 4\n", "value = true\n", "scenario-bad-limit"),
        ("value = 4\n", "value = nan\n", "scenario-bad-limit"),
        ('kind = "stage"', 'kind = "soon"', "scenario-bad-choice"),
        (
            'legal_basis = "GB/T 30428.8"\nvalid_from = 2024-01-01',
            "valid_from = 2024-01-01T00:00:00",
            "scenario-wrong-type",
        ),
        ("valid_until = 2025-12-31", "valid_until = 2023-12-31", "scenario-bad-limit"),
        ("valid_until = 2025-12-31\n", "", "scenario-overlapping-limits"),
        ("valid_until = 2025-12-31", "valid_until = 2026-01-01", "scenario-overlapping-limits"),
        ('ladder = "grid"', 'ladder = "gird"', "scenario-unknown-ladder"),
        ('pause_rule = "half_open"', 'pause_rule = "sometimes"', "scenario-bad-choice"),
        ('end_of = "business"', 'end_of = "week"', "scenario-bad-choice"),
        (
            'extension = { value = 2, unit = "workhour" }',
            "extension = { value = 2 }",
            "scenario-limit-without-unit",
        ),
        (
            'extension = { value = 2, unit = "workhour" }',
            'extension = { value = 2, unit = "workday" }',
            "scenario-bad-limit",
        ),
        ('sessions = ["09:00-12:00"]', 'sessions = ["12:00-09:00"]', "scenario-bad-calendar"),
        ("closed = [2026-11-30]", "closed = [2026-11-28]", "scenario-bad-calendar"),
        ("sessions = [", "hours = [", "scenario-unknown-key"),
        ('runtime = "spiffworkflow"', 'runtime = "other"', "scenario-bad-choice"),
        ('runtime = "spiffworkflow"', 'engine = "yishi"', "scenario-unknown-key"),
        ('runtime = "spiffworkflow"', "", "scenario-missing-key"),
        (
            '[processes.grid_case]\nruntime = "spiffworkflow"',
            "[processes]\ngrid_case = 1",
            "scenario-wrong-type",
        ),
        ('recipients = ["UMLE"]', 'recipients = ["WATER"]', "scenario-unknown-department"),
        ('items = ["address"]', 'items = ["a b"]', "scenario-bad-variable"),
        ('legal_basis = "上海市数据条例第三十八条"', 'legal_basis = "\\u0000"', "scenario-bad-text"),
    ],
)
def test_each_mistake_has_its_finding(old: str, new: str, rule: str) -> None:
    scenario, findings = read(changed(old, new))

    assert scenario is None
    assert rule in [finding.rule for finding in findings]
    assert all(finding.zh and finding.en and finding.file == "scenario.toml" for finding in findings)


def test_all_mistakes_are_found_at_once_and_with_their_lines() -> None:
    text = changed('family = "time"', 'family = "money"')
    text = text.replace("value = 2.5\n", 'value = 2.5\nnote = "x"\n').replace(
        '"UMLE"]\nitems', '"POWER"]\nitems'
    )

    assert sorted(found(text)) == [
        ("scenario-bad-choice", line_of(text, "money")),
        ("scenario-unknown-department", line_of(text, "POWER")),
        ("scenario-unknown-key", line_of(text, "note =")),
    ]


def test_a_finding_names_the_entry_it_is_about() -> None:
    _, findings = read(changed('ladder = "grid"', 'ladder = "gird"'))

    assert [finding.element_id for finding in findings] == ["waste"]


def test_a_ladder_with_mistakes_of_its_own_is_not_called_unknown_as_well() -> None:
    assert [rule for rule, _ in found(changed('at = "60%"', 'at = "60"'))] == ["scenario-bad-ladder"]


def test_the_same_limit_may_hold_in_two_areas_at_once() -> None:
    second = WHOLE.index("[[limits]]", WHOLE.index("[[limits]]") + 1)
    text = WHOLE[:second] + WHOLE[second:].replace('area = "310115"', 'area = "demo"', 1)

    scenario, findings = read(text.replace("valid_until = 2025-12-31\n", ""))

    assert findings == []
    assert scenario is not None


def test_a_long_rule_overlaps_every_rule_that_begins_within_it() -> None:
    start = WHOLE.rindex("[[limits]]")
    entry = WHOLE[start : WHOLE.index("[[calendars]]")]
    third = entry.replace("2026-01-01", "2026-06-01\nvalid_until = 2026-07-01")
    fourth = entry.replace("2026-01-01", "2027-01-01")

    assert [rule for rule, _ in found(f"{WHOLE}\n{third}\n{fourth}")] == ["scenario-overlapping-limits"] * 2


def test_a_file_of_nothing_but_mistakes_gets_a_bounded_report() -> None:
    text = "".join(f"x{number} = 1\n" for number in range(15_000))

    _, findings = read(text)

    assert len(findings) == 501
    assert findings[-1].rule == "scenario-too-many-findings"


def test_an_endless_list_is_one_finding() -> None:
    items = ", ".join(f'"{number}"' for number in range(20_000))

    assert ("scenario-too-many-items", 6) in found(changed('levels = ["区", "街镇"]', f"levels = [{items}]"))


@pytest.mark.parametrize("array", ["kpis", "ladders", "calendars", "data_sharing"])
def test_an_entry_whose_key_is_taken_is_refused(array: str) -> None:
    start = WHOLE.index(f"[[{array}]]")
    end = WHOLE.find("\n\n[[", start)
    entry = WHOLE[start:] if end < 0 else WHOLE[start:end]

    assert [rule for rule, _ in found(f"{WHOLE}\n{entry}\n")] == ["scenario-duplicate"]


def test_a_scenario_that_measures_and_limits_nothing_is_warned_about() -> None:
    text = WHOLE[: WHOLE.index("[[kpis]]")]

    scenario, findings = read(text)

    assert scenario is not None
    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("scenario-without-kpis", Severity.WARNING),
        ("scenario-without-limits", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"key = ", "scenario-not-toml"),
        (b'key = "a"\nkey = "b"', "scenario-not-toml"),
        (b'key = "\xff"', "scenario-not-utf-8"),
        (b"a = " + b"[" * 20_000, "scenario-not-toml"),
        (b"#" * 300_000, "scenario-too-large"),
    ],
)
def test_what_is_no_scenario_file_is_one_finding(content: bytes, rule: str) -> None:
    scenario, findings = read_scenario(content, file="scenario.toml")

    assert scenario is None
    assert [finding.rule for finding in findings] == [rule]


@given(st.sampled_from(WHOLE.splitlines()), st.text(max_size=20))
def test_no_line_a_designer_writes_makes_the_reader_raise(line: str, text: str) -> None:
    head, _, _ = line.partition("=")

    scenario, findings = read(WHOLE.replace(line, f"{head}= {text!r}", 1))

    assert scenario is not None or findings


@pytest.mark.parametrize(
    "value", ["1", "[]", "[1]", "[[1]]", "{}", "[{}]", "true", "2026-01-01", '""', "1e400", "-inf"]
)
def test_a_value_of_any_type_at_any_key_never_makes_the_reader_raise(value: str) -> None:
    for line in WHOLE.splitlines():
        key, equals, _ = line.partition(" = ")
        if equals and "{ key" not in line:
            scenario, findings = read(WHOLE.replace(line, f"{key} = {value}", 1))

            assert (scenario is None) == any(finding.is_error for finding in findings)
