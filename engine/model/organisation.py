"""The departments and posts of one place, out of `organisation.toml`.

It stands apart from the scenario, so that another district takes a package over by changing this
file only (临港互通互用).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.findings import Finding, has_errors
from engine.model.toml_document import Name, TomlTable, read_toml, unique

DEPARTMENT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_ACTOR_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_AREA = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,31}")
_ROLE = re.compile(r"[^\s,，=]{1,64}")
"""As in `gov:assignment roles`, where commas part roles and "=" begins FEEL."""


class Level(StrEnum):
    """Where in the administration. Source: GB/T 39046-2020, A.2 (3 to 6)."""

    CITY = "市"
    DISTRICT = "区"
    SUBDISTRICT = "街镇"
    VILLAGE = "村居"


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: Name
    level: Level
    area: str
    """Administrative code, such as "310115"."""
    external: bool = False
    """Not of the government: a firm or an association that takes part."""


@dataclass(frozen=True, slots=True)
class Actor:
    id: str
    name: str
    department: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    departments: Mapping[str, Department]
    """By code."""
    actors: Mapping[str, Actor]
    """By id."""

    def roles(self) -> frozenset[str]:
        """Every role that somebody holds."""
        return frozenset(role for actor in self.actors.values() for role in actor.roles)


def read_organisation(content: bytes, *, file: str) -> tuple[Organisation | None, list[Finding]]:
    """The organisation in `content` and everything wrong with it; none if a finding is an error.

    Never raises for what a designer wrote.
    """
    root, findings = read_toml(content, file=file, subject="organisation")
    if root is None:
        return None, findings
    root.only("departments", "actors")
    department_tables, actor_tables = root.tables("departments"), root.tables("actors")
    unique(department_tables, "code")
    unique(actor_tables, "id")
    if not department_tables:
        root.problem(
            "missing-key", "departments", "至少应有一个部门", "Expected at least one department, but got none"
        )
    codes = [table.values.get("code") for table in department_tables]
    departments = [_department(table) for table in department_tables]
    actors = [_actor(table, codes) for table in actor_tables]
    if has_errors(findings):
        return None, findings
    organisation = Organisation(
        {department.code: department for department in departments if department is not None},
        {actor.id: actor for actor in actors if actor is not None},
    )
    return organisation, findings


def _department(table: TomlTable) -> Department | None:
    table.only("code", "name", "level", "area", "external")
    code, name = table.text("code", pattern=DEPARTMENT_CODE), table.name("name")
    level, area = table.choice("level", Level), table.text("area", pattern=_AREA)
    external = table.boolean("external", default=False)
    if code is None or name is None or level is None or area is None:
        return None
    return Department(code, name, Level(level), area, external)


def _actor(table: TomlTable, codes: list[object]) -> Actor | None:
    table.only("id", "name", "department", "roles")
    actor_id, name = table.text("id", pattern=_ACTOR_ID), table.text("name")
    department, roles = table.text("department"), table.texts("roles", pattern=_ROLE)
    if department is not None and department not in codes:
        table.problem(
            "unknown-department",
            "department",
            f"没有部门 {department!r}",
            f"Expected a department of this file, but there is none with code {department!r}",
        )
    if actor_id is None or name is None or department is None:
        return None
    return Actor(actor_id, name, department, roles)
