from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.dmn import DecisionModel
from engine.dmn.testing import DecisionTest, TestOutcome, TestSuite, run_suite, run_test
from engine.feel import Value

from ..drawing import NOW, decision, literal, model_of, requires, table

RULES = [["> 10", "1"], ["< 0", "2"], ["> 100", "3"]]


def model() -> DecisionModel:
    return model_of(
        decision(literal("x * 2"), id_="double_id", name="double")
        + decision(literal('1 + "a"'), id_="broken")
        + decision(literal("now()"), id_="moment")
        + decision(literal("{fee: {amount: x}}"), id_="fee")
        + decision(table(["x"], ["y"], RULES, attributes='hitPolicy="FIRST"'), id_="rated")
        + decision(literal("rated + 1"), id_="after", extra=requires("rated"))
    )


def asking(invocable: str, expected: Value = None, *, x: Value = 1, **more: object) -> DecisionTest:
    test = DecisionTest(
        id="1",
        name="n",
        file="f",
        line=1,
        invocable=invocable,
        is_service=False,
        inputs={"x": x},
        expected=expected,
    )
    return replace(test, **more)  # type: ignore[arg-type]


def outcome(test: DecisionTest) -> TestOutcome:
    return run_test(model(), test, now=NOW)


@pytest.mark.parametrize("name", ["double", "double_id"])
def test_a_decision_is_asked_by_name_or_id(name: str) -> None:
    found = outcome(asking(name, 2))

    assert (found.passed, found.got, found.difference, found.inexact) == (True, 2, "", False)
    assert not found.error_missing
    assert found.seconds > 0


def test_a_wrong_answer_is_explained() -> None:
    found = outcome(asking("fee", {"fee": {"amount": 100}}, x=110))

    assert (found.passed, found.got) == (False, {"fee": {"amount": 110}})
    assert found.difference == "$.fee.amount: expected 100, got 110."


def test_an_answer_that_is_only_close_passes_inexactly() -> None:
    test = asking("double", Decimal("2.0001"), within=Decimal("0.001"))

    assert (outcome(test).passed, outcome(test).inexact) == (True, True)
    assert not outcome(replace(test, within=Decimal(0))).passed


def test_an_error_is_null_with_a_diagnostic() -> None:
    found = outcome(asking("broken", expects_error=True))

    assert (found.passed, found.got, found.error_missing) == (True, None, False)
    assert found.diagnostics[0].decision_id == "broken"


def test_null_without_a_diagnostic_is_no_error_but_passes_where_the_kit_says_so() -> None:
    test = asking("rated", x=5, expects_error=True)

    strict = outcome(test)
    lenient = outcome(replace(test, error_needs_diagnostic=False))

    assert (strict.passed, strict.error_missing) == (False, True)
    assert strict.difference == "$: expected an error, got null."
    assert (lenient.passed, lenient.error_missing, lenient.inexact) == (True, True, True)


@pytest.mark.parametrize("strict", [True, False])
def test_a_value_is_never_the_expected_error(strict: bool) -> None:
    found = outcome(asking("double", expects_error=True, error_needs_diagnostic=strict))

    assert (found.passed, found.error_missing, found.inexact) == (False, True, False)
    assert found.difference == "$: expected an error, got 2."


def test_null_may_be_expected_with_or_without_an_error() -> None:
    assert outcome(asking("rated", x=5)).passed
    assert outcome(asking("broken")).passed


@pytest.mark.parametrize(
    ("matched", "difference"),
    [
        ({"rated": (1,)}, ""),
        ({"rated": ("rule-1",)}, ""),
        ({"rated": (3,)}, "rated: expected rule 3 to match, got rule 1."),
        ({"rated": (1, "rule-3")}, "rated: expected rules 1, rule-3 to match, got rule 1."),
        ({"rated": ()}, "rated: expected no rule to match, got rule 1."),
        ({"unknown": (1,)}, "unknown: expected rule 1 to match, got no rule."),
        ({"unknown": ()}, ""),
        ({"double": (1,)}, "double: expected rule 1 to match, got no rule."),
    ],
)
def test_exactly_the_expected_rules_have_to_match(
    matched: dict[str, tuple[int | str, ...]], difference: str
) -> None:
    found = outcome(asking("after", 2, x=500, matched=matched))

    assert (found.passed, found.difference) == (not difference, difference)
    assert [(rule.decision_id, rule.rule_index) for rule in found.matched] == [("rated", 1)]


def test_rules_are_expected_of_a_decision_by_its_name_or_id() -> None:
    named = model_of(decision(table(["x"], ["y"], RULES), id_="rated_id", name="rated"))

    for key in ("rated", "rated_id"):
        assert run_test(named, asking(key, 2, x=-1, matched={key: (2,)}), now=NOW).passed
        assert not run_test(named, asking(key, 2, x=-1, matched={key: (1,)}), now=NOW).passed


def test_several_rules_that_matched_are_told_in_order() -> None:
    collected = model_of(decision(table(["x"], ["y"], RULES, attributes='hitPolicy="COLLECT"'), id_="d"))

    found = run_test(collected, asking("d", [1, 3], x=500, matched={"d": (2,)}), now=NOW)

    assert found.difference == "d: expected rule 2 to match, got rules 1, 3."


def test_a_wrong_answer_comes_before_other_rules() -> None:
    found = outcome(asking("rated", 9, x=500, matched={"rated": (3,)}))

    assert found.difference == "$: expected 9, got 1."


def test_a_test_decides_at_its_own_instant_or_else_at_that_of_the_run() -> None:
    own = datetime(2030, 1, 1, tzinfo=UTC)

    assert outcome(asking("moment", NOW)).passed
    assert outcome(asking("moment", own, now=own)).passed


def test_a_decision_that_is_not_there_fails_the_test() -> None:
    found = outcome(asking("nothing"))
    service = outcome(asking("double", is_service=True))

    assert (found.passed, found.got) == (False, None)
    assert found.difference == "Expected a decision 'nothing' in the model, but there is none."
    assert (found.inexact, found.error_missing) == (False, False)
    assert service.difference == "Expected a decision service 'double' in the model, but there is none."


def test_a_test_with_a_problem_fails_with_it() -> None:
    found = outcome(asking("double", 2, problem="Expected a date in line 3, but FEEL reads none in 'x'."))

    assert (found.passed, found.difference) == (
        False,
        "Expected a date in line 3, but FEEL reads none in 'x'.",
    )


def test_a_suite_runs_in_its_order_and_fails_whole_without_its_model() -> None:
    suite = TestSuite("f", "m.dmn", (), (asking("double", 2), asking("double", 3)))

    ran = run_suite(model(), suite, now=NOW)
    refused = run_suite(None, suite, now=NOW)

    assert [each.passed for each in ran] == [True, False]
    assert [each.passed for each in refused] == [False, False]
    assert refused[0].difference == "Expected a model without errors, but m.dmn was refused."


def service(*outputs: str) -> str:
    drawn = "".join(f'<outputDecision href="#{each}"/>' for each in outputs)
    return f'<decisionService id="s_id" name="s">{drawn}</decisionService>'


def test_a_service_answers_all_its_outputs_or_the_one_that_is_asked_for() -> None:
    drawn = decision(literal("1"), id_="one") + decision(literal("{one: 2}"), id_="two_id", name="two")
    several, single = model_of(drawn + service("one", "two_id")), model_of(drawn + service("two_id"))
    whole = asking("s", {"one": 1, "two": {"one": 2}}, is_service=True)

    assert run_test(several, whole, now=NOW).passed
    assert run_test(several, replace(whole, invocable="s_id"), now=NOW).passed
    assert run_test(several, replace(whole, output="one", expected=1), now=NOW).passed
    assert run_test(several, replace(whole, output="two_id", expected={"one": 2}), now=NOW).passed
    assert run_test(single, replace(whole, output="two", expected={"one": 2}), now=NOW).passed
    assert run_test(single, replace(whole, output="one", expected={"one": 2}), now=NOW).got == {"one": 2}


def test_what_is_imported_is_given_by_its_namespace_and_the_models_own_too() -> None:
    test = asking("double", 14, imported={"urn:test": {"x": 7}, "urn:other": {"x": 9}})

    assert outcome(test).got == 14
