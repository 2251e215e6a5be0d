from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.effects import (
    CloseElement,
    CreateTimer,
    CreateUserTask,
    EndProcess,
    EnterStage,
    OpenSubscription,
    ReachMilestone,
    StartClock,
)

from .grid_case import MONDAY, PackageLibrary, Walk

PHONE = "13800000000"


@pytest.fixture(scope="module")
def library() -> PackageLibrary:
    return PackageLibrary()


def reported(library: PackageLibrary, **variables: Any) -> Walk:
    """A patrol's report, unless said otherwise."""
    return Walk(library, **{"subclass": "暴露垃圾", "source": "patrol", **variables})


def checked(library: PackageLibrary, **variables: Any) -> Walk:
    return reported(library, **variables).sign_in().complete("handle").complete("check", passed=True)


def test_a_case_goes_through_six_drawn_stages_and_closes_after_its_evaluation(
    library: PackageLibrary,
) -> None:
    walk = checked(library, reporter_phone=PHONE)

    walk.complete("feedback", feedback_receipt="M1").deliver("await_evaluation", "evaluated", rating=1)

    stages = [each.stage for each in walk.all_of(EnterStage)]
    assert stages == ["受理", "立案", "派遣", "处置", "核查", "结案"]
    assert walk.all_of(EndProcess) == [EndProcess(completed=True, outcome="结案")]
    assert walk.all_of(ReachMilestone)[-1].text == "案件已结案"


@pytest.mark.parametrize("source", ["code", "hotline"])
def test_a_report_of_the_public_is_verified_on_site_first(library: PackageLibrary, source: str) -> None:
    walk = reported(library, source=source)
    waited_for = walk.waiting

    walk.complete("verify", genuine=True)

    assert waited_for == ["verify"]
    assert walk.waiting == ["dispatch"]


def test_a_report_that_is_not_genuine_is_not_filed(library: PackageLibrary) -> None:
    walk = reported(library, source="code").complete("verify", genuine=False)

    assert walk.outcome == "不立案"
    assert "立案" not in [each.stage for each in walk.all_of(EnterStage)]


@pytest.mark.parametrize("source", ["patrol", "ai"])
def test_a_report_from_the_city_itself_is_filed_at_once(library: PackageLibrary, source: str) -> None:
    assert reported(library, source=source).waiting == ["dispatch"]


def test_what_a_patrol_put_right_itself_goes_straight_to_feedback(library: PackageLibrary) -> None:
    walk = reported(library, self_handled=True)

    assert walk.waiting == ["call_back"]
    assert walk.job_types() == []


@pytest.mark.parametrize(("source", "next_step"), [("code", "verify"), ("ai", "dispatch")])
def test_only_a_patrol_may_take_the_short_way(library: PackageLibrary, source: str, next_step: str) -> None:
    assert reported(library, source=source, self_handled=True).waiting == [next_step]


@pytest.mark.parametrize(
    ("subclass", "job_type"),
    [("井盖缺失", "water.dispatch"), ("渣土堆", "umle.dispatch"), ("电力设施损坏", "power.dispatch")],
)
def test_a_case_is_dispatched_to_the_system_of_its_department(
    library: PackageLibrary, subclass: str, job_type: str
) -> None:
    assert reported(library, subclass=subclass).job_types() == [job_type]


def test_the_sign_in_clock_starts_once_at_dispatch_and_is_met_by_the_final_sign_in(
    library: PackageLibrary,
) -> None:
    walk = reported(library).complete("dispatch").throw("sign_in", "RETURN", "不属本部门")
    walk.complete("arbitrate", arbitrated_department="WATER").complete("redispatch")
    clocks = [each for each in walk.all_of(StartClock) if each.kind == "reaction"]
    closed_before = CloseElement(clocks[0].element_key, completed=True) in walk.effects

    walk.complete("sign_in_final")

    assert [(each.element_id, each.limit) for each in clocks] == [("dispatching", "sign_in")]
    assert not closed_before
    assert CloseElement(clocks[0].element_key, completed=True) in walk.effects


def test_a_returned_case_goes_to_the_department_that_the_district_names(library: PackageLibrary) -> None:
    walk = reported(library).complete("dispatch").throw("sign_in", "RETURN", "不属本部门")

    walk.complete("arbitrate", arbitrated_department="WATER", arbitration_reason="属排水设施")

    assert walk.variables["return_reason"] == "不属本部门"
    assert walk.job_types() == ["green.dispatch", "water.dispatch"]
    final = walk.complete("redispatch").all_of(CreateUserTask)[-1]
    assert (final.element_id, final.department) == ("sign_in_final", "WATER")


def test_a_department_that_says_closed_brings_the_case_to_arbitration(library: PackageLibrary) -> None:
    walk = reported(library).throw("dispatch", "ALREADY_CLOSED", "已办结")

    assert walk.waiting == ["arbitrate"]


def test_after_arbitration_a_refusal_still_leaves_the_department_to_sign_in(library: PackageLibrary) -> None:
    walk = (
        reported(library)
        .throw("dispatch", "ALREADY_CLOSED")
        .complete("arbitrate", arbitrated_department="UMLE")
    )

    walk.throw("redispatch", "ALREADY_CLOSED")

    assert walk.waiting == ["sign_in_final"]


def test_illegal_construction_runs_three_milestones_each_with_its_own_clock(library: PackageLibrary) -> None:
    walk = reported(library, subclass="私搭乱建").sign_in()

    walk.complete("stop_work", stop_work_document="停1").complete("penalty", penalty_document="罚1")
    walk.complete("demolition", demolition_note="已拆除")

    clocks = [each.limit for each in walk.all_of(StartClock) if each.kind == "stage"]
    assert clocks == ["stop_work", "penalty", "demolition", "check"]
    assert walk.waiting == ["check"]
    assert walk.variables["penalty_document"] == "罚1"


def test_a_failed_check_counts_and_sends_the_case_back_to_be_handled(library: PackageLibrary) -> None:
    walk = reported(library).sign_in().complete("handle").complete("check", passed=False)
    walk.complete("handle").complete("check", passed=False)

    assert walk.waiting == ["handle"]
    assert walk.variables["rework_count"] == 2


def test_illegal_construction_that_fails_its_check_is_reworked_as_a_plain_case(
    library: PackageLibrary,
) -> None:
    walk = reported(library, subclass="私搭乱建").sign_in()
    walk.complete("stop_work").complete("penalty").complete("demolition")

    walk.complete("check", passed=False)

    assert walk.waiting == ["handle"]
    assert walk.all_of(StartClock)[-1].limit == "illegal_construction_rework"


def test_the_checker_must_not_have_handled_or_signed_in(library: PackageLibrary) -> None:
    walk = reported(library).sign_in().complete("handle")

    check = walk.all_of(CreateUserTask)[-1]
    assert check.roles == ("街镇:核查员",)
    assert check.four_eyes == ("handle", "sign_in", "sign_in_final")


def test_a_late_check_is_reminded_without_being_interrupted(library: PackageLibrary) -> None:
    walk = reported(library).sign_in().complete("handle")

    walk.time_out("check", "check_late")

    assert walk.waiting == ["check"]
    assert walk.variables["check_reminders"] == 1


@pytest.mark.parametrize("reached", ["dispatch", "sign_in", "handle", "check"])
def test_a_case_can_be_withdrawn_until_it_is_checked(library: PackageLibrary, reached: str) -> None:
    walk = reported(library)
    for element_id in ("dispatch", "sign_in", "handle"):
        if walk.waiting == [reached]:
            break
        walk.complete(element_id)

    walk.deliver("closed_loop", "withdrawn")

    assert walk.outcome == "撤案"
    assert walk.waiting == []


def test_withdrawal_and_evaluation_find_the_case_by_its_number(library: PackageLibrary) -> None:
    walk = checked(library).complete("call_back")

    opened = {each.message_name: each.correlation_key for each in walk.all_of(OpenSubscription)}
    assert opened == {"case_withdrawn": None, "evaluation_received": None}


@pytest.mark.parametrize("phone", [None, ""])
def test_without_a_phone_number_a_person_gives_the_feedback(
    library: PackageLibrary, phone: str | None
) -> None:
    walk = checked(library, reporter_phone=phone)

    assert walk.waiting == ["call_back"]


def test_an_invalid_number_turns_into_feedback_by_a_person(library: PackageLibrary) -> None:
    walk = checked(library, reporter_phone=PHONE).throw("feedback", "NUMBER_INVALID")

    assert walk.waiting == ["call_back"]
    assert walk.outcome is None


@pytest.mark.parametrize(("area", "seconds"), [("310115", 5 * 86_400), ("demo", 20)])
def test_without_an_evaluation_the_case_closes_when_the_window_ends(
    library: PackageLibrary, area: str, seconds: int
) -> None:
    walk = checked(library, area=area).complete("call_back")
    timer = walk.all_of(CreateTimer)[-1]

    walk.time_out("await_evaluation", "not_evaluated")

    assert (timer.due_at - MONDAY).total_seconds() == seconds
    assert walk.outcome == "结案"


def test_the_evaluation_window_of_a_self_handled_case_is_five_days(library: PackageLibrary) -> None:
    walk = reported(library, self_handled=True).complete("call_back")

    assert (walk.all_of(CreateTimer)[-1].due_at - MONDAY).days == 5
