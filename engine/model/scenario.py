"""A governance scenario (治理场景): what its `scenario.toml` declares.

Who leads and who helps, on which levels and channels it runs, its limits and ladders, what is
measured, and which data is shared for what. The diagrams refer to all this by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.findings import Finding, Severity, has_errors
from engine.model.ladders import Ladder
from engine.model.limits import TimeLimit
from engine.model.organisation import DEPARTMENT_CODE, Level
from engine.model.scenario_clocks import (
    KEY,
    NamedLimit,
    NamedOverlay,
    read_calendars,
    read_ladders,
    read_limits,
)
from engine.model.toml_document import Name, TomlTable, read_toml, unique
from engine.model.variable_names import is_variable_name

CHANNELS = ("1", "2", "3", "4", "9")
"""Window, computer, mobile, post, other. Source: GB/T 39046-2020, A.5."""

_SEMVER = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(-[0-9A-Za-z.-]{1,64})?", re.ASCII)
_GOVERNANCE_ELEMENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_ELEMENT_ID = re.compile(r"[A-Za-z_][\w.-]{0,127}", re.ASCII)

_ROOT_KEYS = (
    "key",
    "version",
    "name",
    "lead_department",
    "cooperating_departments",
    "levels",
    "channels",
    "governance_elements",
    "kpis",
    "calendars",
    "ladders",
    "limits",
    "data_sharing",
    "processes",
)


class KpiFamily(StrEnum):
    TIME = "time"
    OUTCOME = "outcome"
    CAPACITY = "capacity"
    SATISFACTION = "satisfaction"


@dataclass(frozen=True, slots=True)
class Kpi:
    """A probe (指标): measured where a case passes one of these BPMN elements."""

    key: str
    name: Name
    family: KpiFamily
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataSharing:
    """Which data items go to which departments, and for what.

    Source: Shanghai Data Regulation (上海市数据条例) arts. 38-40: a purpose is stated, no handing on.
    """

    key: str
    purpose: Name
    recipients: tuple[str, ...]
    items: tuple[str, ...]
    legal_basis: str


class RuntimeName(StrEnum):
    """Which engine runs the cases of a process."""

    YISHI = "yishi"
    SPIFFWORKFLOW = "spiffworkflow"


@dataclass(frozen=True, slots=True)
class Scenario:
    key: str
    name: Name
    version: str
    """A semantic version."""
    lead_department: str
    cooperating_departments: tuple[str, ...]
    levels: tuple[Level, ...]
    channels: tuple[str, ...]
    governance_elements: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    calendars: tuple[NamedOverlay, ...]
    ladders: tuple[Ladder, ...]
    limits: tuple[NamedLimit, ...]
    data_sharing: tuple[DataSharing, ...]
    runtimes: Mapping[str, RuntimeName] = field(default_factory=dict)
    """Process key -> its engine, where the scenario names one."""

    def runtime_of(self, process_key: str) -> RuntimeName:
        return self.runtimes.get(process_key, RuntimeName.YISHI)

    @property
    def departments(self) -> tuple[str, ...]:
        """All that take part, the lead first."""
        return (self.lead_department, *self.cooperating_departments)

    @property
    def time_limits(self) -> tuple[TimeLimit, ...]:
        return tuple(entry.limit for entry in self.limits)

    def ladder(self, key: str) -> Ladder | None:
        return next((ladder for ladder in self.ladders if ladder.key == key), None)


def read_scenario(content: bytes, *, file: str) -> tuple[Scenario | None, list[Finding]]:
    """The scenario in `content` and everything wrong with it; none if a finding is an error.

    Never raises for what a designer wrote.
    """
    root, findings = read_toml(content, file=file, subject="scenario")
    if root is None:
        return None, findings
    root.only(*_ROOT_KEYS)
    ladders = read_ladders(root)
    lead = _lead(root)
    cooperating = root.texts("cooperating_departments", pattern=DEPARTMENT_CODE, required=False)
    _refuse_lead_twice(root, lead, cooperating)
    departments = {*cooperating, *([lead] if lead else [])}
    key, name, version = (
        root.text("key", pattern=KEY),
        root.name("name"),
        root.text("version", pattern=_SEMVER),
    )
    levels = root.texts("levels", allowed=tuple(Level))
    channels = root.texts("channels", allowed=CHANNELS)
    elements = root.texts("governance_elements", pattern=_GOVERNANCE_ELEMENT, required=False)
    kpis = _kpis(root)
    calendars = read_calendars(root)
    limits = read_limits(root)
    sharing = _data_sharing(root, departments)
    runtimes = _runtimes(root)
    _warn_if_empty(root)
    if has_errors(findings) or key is None or name is None or version is None or lead is None:
        return None, findings
    scenario = Scenario(
        key=key,
        name=name,
        version=version,
        lead_department=lead,
        cooperating_departments=cooperating,
        levels=tuple(Level(level) for level in levels),
        channels=channels,
        governance_elements=elements,
        kpis=kpis,
        calendars=calendars,
        ladders=ladders,
        limits=limits,
        data_sharing=sharing,
        runtimes=runtimes,
    )
    return scenario, findings


def _lead(root: TomlTable) -> str | None:
    """The one lead department. Source: 谁主管谁牵头, one lead per field (人大常委会决定, 2021)."""
    value = root.values.get("lead_department")
    if isinstance(value, str) and value.strip():
        return root.text("lead_department", pattern=DEPARTMENT_CODE)
    count = len(value) if isinstance(value, list) else 0
    root.problem(
        "lead-department",
        "lead_department",
        f"牵头部门应恰好一个，实有 {count} 个",
        f"Expected exactly one lead department, but got {count}",
        mend_zh='例如 lead_department = "SUBDISTRICT"，其余写入 cooperating_departments',
        mend_en='For example lead_department = "SUBDISTRICT"; name the others in cooperating_departments',
    )
    return None


def _refuse_lead_twice(root: TomlTable, lead: str | None, cooperating: tuple[str, ...]) -> None:
    if lead in cooperating:
        root.problem(
            "lead-department",
            "cooperating_departments",
            f"{lead!r} 已是牵头部门，不能同时是配合部门",
            f"Expected the lead department only as such, but {lead!r} also cooperates",
        )


def _kpis(root: TomlTable) -> tuple[Kpi, ...]:
    tables = root.tables("kpis")
    unique(tables, "key")
    kpis: list[Kpi] = []
    for table in tables:
        table.only("key", "name", "family", "elements")
        key, name = table.text("key", pattern=KEY), table.name("name")
        family = table.choice("family", KpiFamily)
        elements = table.texts("elements", pattern=_ELEMENT_ID)
        if key is not None and name is not None and family is not None:
            kpis.append(Kpi(key, name, KpiFamily(family), elements))
    return tuple(kpis)


def _data_sharing(root: TomlTable, departments: set[str]) -> tuple[DataSharing, ...]:
    tables = root.tables("data_sharing")
    unique(tables, "key")
    purposes: list[DataSharing] = []
    for table in tables:
        table.only("key", "purpose", "recipients", "items", "legal_basis")
        key, purpose = table.text("key", pattern=KEY), table.name("purpose")
        recipients = table.texts("recipients", pattern=DEPARTMENT_CODE)
        items = table.texts("items")
        basis = table.text("legal_basis")
        for item in items:
            if not is_variable_name(item):
                table.problem(
                    "bad-variable",
                    "items",
                    f"{item!r} 不是变量名",
                    f"Expected names of variables as items, but got {item!r}",
                )
        for code in recipients:
            if code not in departments:
                table.problem(
                    "unknown-department",
                    "recipients",
                    f"{code!r} 既不是牵头部门，也不是配合部门",
                    f"Expected a lead or cooperating department, but {code!r} is neither",
                )
        if key is not None and purpose is not None and basis is not None:
            purposes.append(DataSharing(key, purpose, recipients, items, basis))
    return tuple(purposes)


def _runtimes(root: TomlTable) -> dict[str, RuntimeName]:
    """Of `[processes.<key>]` with `runtime`."""
    runtimes: dict[str, RuntimeName] = {}
    processes = root.table("processes", required=False)
    if processes is None:
        return runtimes
    for key in processes.values:
        table = processes.table(key)
        if table is not None:
            table.only("runtime")
            name = table.choice("runtime", RuntimeName)
            if name is not None:
                runtimes[key] = RuntimeName(name)
    return runtimes


def _warn_if_empty(root: TomlTable) -> None:
    for key, zh, en in (("kpis", "指标", "KPI"), ("limits", "时限", "limit")):
        if not root.values.get(key):
            root.report.add(
                f"without-{key}",
                (key,),
                None,
                f"场景没有声明任何{zh}",
                f"Expected at least one {en}, but the scenario declares none",
                mend_zh=f"用 [[{key}]] 声明",
                mend_en=f"Declare some under [[{key}]]",
                severity=Severity.WARNING,
            )
