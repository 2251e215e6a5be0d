"""Decisions ready to run, and what they answer. Source: DMN 1.5, clauses 6.3 (DRG) and 8 (tables)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.feel import Diagnostic, FeelLimitExceeded, Run, Value


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """`rule_index` counts from 1, as the table shows it."""

    decision_id: str
    rule_id: str
    rule_index: int


@dataclass(frozen=True, slots=True)
class DecisionDiagnostic:
    """Why a part of a decision is null. `place` is "rule 3", "input 2" and so on, "" for the whole."""

    decision_id: str
    place: str
    message: str
    limit: bool = False


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """`matched` holds the rules of all tables that were asked, required decisions first."""

    value: Value
    matched: tuple[MatchedRule, ...]
    diagnostics: tuple[DecisionDiagnostic, ...]

    @property
    def limit_exceeded(self) -> bool:
        return any(diagnostic.limit for diagnostic in self.diagnostics)


@dataclass(frozen=True, slots=True)
class TypeCheck:
    """A `typeRef`: a value of another type becomes null, a list of one becomes its item (10.3.2.9.4)."""

    name: str
    conforms: Callable[[Value], bool]

    def applied(self, value: Value, ask: Ask, place: str) -> Value:
        if value is None or self.conforms(value):
            return value
        if type(value) is list and len(value) == 1 and self.conforms(value[0]):
            return value[0]
        ask.note(place, f"Expected a {self.name}, but got another type.")
        return None


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    variable: str
    type: TypeCheck | None


class Logic(Protocol):
    """A decision table or literal expression."""

    @property
    def names(self) -> frozenset[str]:
        """Variables that it reads."""
        ...

    def answer(self, ask: Ask) -> Value:
        """The value for the variables of `ask.run`; null with notes on any error."""
        ...


class Ask:
    """One decision being answered: the evaluation it runs in, and what it leaves behind."""

    __slots__ = ("decision_id", "diagnostics", "matched", "run")

    def __init__(
        self,
        decision_id: str,
        *,
        run: Run,
        matched: list[MatchedRule],
        diagnostics: list[DecisionDiagnostic],
    ) -> None:
        self.decision_id = decision_id
        self.run = run
        self.matched = matched
        self.diagnostics = diagnostics

    def note(self, place: str, message: str, *, limit: bool = False) -> None:
        self.diagnostics.append(DecisionDiagnostic(self.decision_id, place, message, limit))

    def collect(self, place: str) -> None:
        """Take over what FEEL noted since the last time, as having happened at `place`."""
        found: list[Diagnostic] | None = self.run.diagnostics
        if found:
            for diagnostic in found:
                self.note(place, diagnostic.message, limit=diagnostic.limit)
            found.clear()


@dataclass(frozen=True, slots=True)
class Decision:
    """`variables` are the names under which other decisions see the answer."""

    id: str
    name: str
    variables: tuple[str, ...]
    type: TypeCheck | None
    inputs: tuple[InputData, ...]
    requires: tuple[Decision, ...]
    logic: Logic
    required_inputs: frozenset[str] = field(init=False)
    """Variables that the context has to bring, for this decision and those it requires."""

    def __post_init__(self) -> None:
        answered = {name for required in self.requires for name in required.variables}
        own = (self.logic.names - answered) | {each.variable for each in self.inputs}
        object.__setattr__(
            self, "required_inputs", own.union(*(required.required_inputs for required in self.requires))
        )

    def evaluate(self, context: Mapping[str, object], *, now: datetime) -> DecisionResult:
        """The answer for FEEL values in `context`. Never raises for them: errors are null and a diagnostic.

        Required decisions are answered once each. One step budget of `engine.feel.limits` is for all.
        """
        matched: list[MatchedRule] = []
        diagnostics: list[DecisionDiagnostic] = []
        run = Run(context, now, [])
        answers: dict[str, Value] = {}
        try:
            value = self._answer(context, run, answers, matched, diagnostics)
        except FeelLimitExceeded as error:
            value = None
            diagnostics.append(DecisionDiagnostic(self.id, "", str(error), limit=True))
        except RecursionError:
            value = None
            message = "Expected fewer nested calls, but the stack ended."
            diagnostics.append(DecisionDiagnostic(self.id, "", message, limit=True))
        except ArithmeticError:
            value = None
            diagnostics.append(DecisionDiagnostic(self.id, "", "Expected finite numbers, but got another."))
        return DecisionResult(value, tuple(matched), tuple(diagnostics))

    def _answer(
        self,
        context: Mapping[str, object],
        run: Run,
        answers: dict[str, Value],
        matched: list[MatchedRule],
        diagnostics: list[DecisionDiagnostic],
    ) -> Value:
        ask = Ask(self.id, run=run, matched=matched, diagnostics=diagnostics)
        variables = context
        if self.requires or any(each.type is not None for each in self.inputs):
            variables = scope = dict(context)
            for each in self.inputs:
                if each.type is not None and each.variable in scope:
                    scope[each.variable] = each.type.applied(scope[each.variable], ask, each.variable)
            for required in self.requires:
                if required.id not in answers:
                    answers[required.id] = required._answer(context, run, answers, matched, diagnostics)
                for name in required.variables:
                    scope[name] = answers[required.id]
        run.root = variables
        value = self.logic.answer(ask)
        return value if self.type is None else self.type.applied(value, ask, "")


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """All decisions of one file, by id."""

    id: str
    name: str
    decisions: Mapping[str, Decision]

    def by_name(self, name: str) -> Decision | None:
        """The decision named `name`; None if there is none."""
        return next((decision for decision in self.decisions.values() if decision.name == name), None)
