from __future__ import annotations

import pytest

from engine.model.limits import select_limit
from engine.model.scenario_package import Package

from .grid_case import MONDAY, grid_case_package, grid_dispatch

AREAS = ("310115", "demo")
EXPECTED = {
    "井盖缺失": ("WATER", "manhole_cover", False),
    "暴露垃圾": ("GREEN", "exposed_waste", False),
    "建筑垃圾": ("GREEN", "construction_waste", False),
    "渣土堆": ("UMLE", "muck_heap", False),
    "道路保洁": ("GREEN", "road_cleaning", False),
    "绿地养护": ("GREEN", "greenery", False),
    "电力设施损坏": ("POWER", "power_facility", False),
    "私搭乱建": ("UMLE", "illegal_construction_rework", True),
    "从未登记的小类": ("UMLE", "other", False),
}


@pytest.fixture(scope="module")
def package() -> Package:
    return grid_case_package()


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("subclass", EXPECTED)
def test_every_subclass_in_every_area_has_one_row(subclass: str, area: str) -> None:
    result = grid_dispatch().evaluate({"subclass": subclass, "area": area}, now=MONDAY)

    department, limit, milestones = EXPECTED[subclass]
    demo = area == "demo"
    assert not result.diagnostics
    assert len(result.matched) == 1
    assert result.value == {
        "department": department,
        "limit": limit,
        "milestones": milestones,
        "sign_in_limit": "sign_in",
        "check_reminder": "PT30S" if demo else "P1D",
        "evaluation_window": "PT20S" if demo else "P5D",
    }


def test_a_case_without_subclass_or_area_is_dispatched_like_an_unlisted_one() -> None:
    result = grid_dispatch().evaluate({"subclass": None, "area": None}, now=MONDAY)

    assert [rule.rule_id for rule in result.matched] == ["rule_other"]


@pytest.mark.parametrize("area", AREAS)
def test_every_decided_limit_is_in_force_in_every_area(package: Package, area: str) -> None:
    for _, limit, _ in EXPECTED.values():
        for key in (limit, "sign_in"):
            chosen = select_limit(package.scenario.time_limits, key=key, area=area, on=MONDAY.date())
            assert package.scenario.ladder(chosen.ladder) is not None


@pytest.mark.parametrize(
    ("key", "amount"),
    [
        ("sign_in", "2 workhour"),
        ("manhole_cover", "2 urgent_hour"),
        ("exposed_waste", "4 workhour"),
        ("construction_waste", "4 workhour"),
        ("muck_heap", "2 workday"),
        ("road_cleaning", "4 workhour"),
        ("greenery", "5 workday"),
        ("stop_work", "4 workhour"),
        ("penalty", "7 workday"),
        ("demolition", "20 workday"),
    ],
)
def test_the_limits_of_the_district_are_the_sourced_ones(package: Package, key: str, amount: str) -> None:
    limit = select_limit(package.scenario.time_limits, key=key, area="310115115", on=MONDAY.date())

    assert str(limit.amount) == amount
    assert limit.legal_basis


def test_the_demo_area_counts_every_limit_of_the_district_in_minutes(package: Package) -> None:
    demo = {limit.key: limit.amount for limit in package.scenario.time_limits if limit.area == "demo"}
    district = {limit.key for limit in package.scenario.time_limits if limit.area == "310115"}

    assert demo.keys() == district
    assert {amount.unit.value for amount in demo.values()} == {"minute"}
    assert max(amount.value for amount in demo.values()) <= 3
