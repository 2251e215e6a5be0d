"""A decision test put to its model, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.dmn.drg import Decision, DecisionService
from engine.dmn.result import DecisionDiagnostic, DecisionResult, MatchedRule
from engine.dmn.testing.comparing import compared, shown
from engine.dmn.testing.decision_test import DecisionTest, TestSuite
from engine.dmn.upload import DecisionModel
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """`difference` says why the test did not pass: "$.fee.amount: expected 100, got 110."

    `inexact`: passed, because a number need only be close or an error need leave no diagnostic.
    `error_missing`: an error was expected, and there is none. `seconds` is how long the decision took.
    """

    __test__: ClassVar[bool] = False

    test: DecisionTest
    passed: bool
    got: Value
    difference: str = ""
    diagnostics: tuple[DecisionDiagnostic, ...] = ()
    matched: tuple[MatchedRule, ...] = ()
    seconds: float = 0.0
    inexact: bool = False
    error_missing: bool = False


def run_suite(model: DecisionModel | None, suite: TestSuite, *, now: datetime) -> tuple[TestOutcome, ...]:
    """All tests of a file, in its order. Without a model, because it was refused, none passes."""
    if model is None:
        reason = f"Expected a model without errors, but {suite.model_file or 'it'} was refused."
        return tuple(TestOutcome(test, False, None, reason) for test in suite.tests)
    return tuple(run_test(model, test, now=now) for test in suite.tests)


def run_test(model: DecisionModel, test: DecisionTest, *, now: datetime) -> TestOutcome:
    """Decides as of `test.now`, or else `now`. Never raises for what stands in the test or the model."""
    if test.problem:
        return TestOutcome(test, False, None, test.problem)
    asked = _invocable(model, test)
    if asked is None:
        sort = "decision service" if test.is_service else "decision"
        reason = f"Expected a {sort} {test.invocable!r} in the model, but there is none."
        return TestOutcome(test, False, None, reason)
    # What is given for the model itself is not imported, even if its namespace is named.
    inputs = {**test.inputs, **test.imported.get(model.namespace, {})}
    begun = time.perf_counter()
    result = asked.evaluate(inputs, now=test.now or now, imported=test.imported)
    seconds = time.perf_counter() - begun
    return _judged(test, model, _of_output(test, asked, result.value), result, seconds)


def _invocable(model: DecisionModel, test: DecisionTest) -> Decision | DecisionService | None:
    if test.is_service:
        return model.services.get(test.invocable) or model.service_by_name(test.invocable)
    return model.decisions.get(test.invocable) or model.by_name(test.invocable)


def _judged(
    test: DecisionTest, model: DecisionModel, got: Value, result: DecisionResult, seconds: float
) -> TestOutcome:
    inexact = error_missing = False
    if test.expects_error:
        error_missing = got is not None or not result.diagnostics
        inexact = error_missing and got is None and not test.error_needs_diagnostic
        difference = "" if inexact or not error_missing else f"$: expected an error, got {shown(got)}."
    else:
        comparison = compared(test.expected, got, within=test.within)
        difference, inexact = comparison.difference, comparison.inexact
    difference = difference or _other_rules(test, model, result)
    return TestOutcome(
        test,
        not difference,
        got,
        difference,
        result.diagnostics,
        result.matched,
        seconds,
        inexact and not difference,
        error_missing,
    )


def _of_output(test: DecisionTest, asked: Decision | DecisionService, value: Value) -> Value:
    """The value of one output: a service with one answers it, one with several a context of all."""
    if not test.output or isinstance(asked, Decision) or len(asked.outputs) < 2 or type(value) is not dict:
        return value
    names = (each.variables[0] for each in asked.outputs if test.output in (each.name, each.id))
    return value.get(next(names, test.output))


def _other_rules(test: DecisionTest, model: DecisionModel, result: DecisionResult) -> str:
    """Where other rules matched than expected; "" if none did."""
    for name, rules in test.matched.items():
        decision = model.decisions.get(name) or model.by_name(name)
        id_ = decision.id if decision is not None else name
        hits = [hit for hit in result.matched if hit.decision_id == id_]
        numbers = {hit.rule_index for hit in hits}
        wanted = {next((hit.rule_index for hit in hits if hit.rule_id == rule), rule) for rule in rules}
        if wanted != numbers:
            return f"{name}: expected {_rules(rules)} to match, got {_rules(sorted(numbers))}."
    return ""


def _rules(rules: Sequence[int | str]) -> str:
    if not rules:
        return "no rule"
    return f"rule{'s' if len(rules) > 1 else ''} {', '.join(map(str, rules))}"
