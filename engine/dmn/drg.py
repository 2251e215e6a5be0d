"""The decision requirements graph, ready to run: inputs, decisions, knowledge models, services.

What belongs here: what is answered when, from what, and what is remembered. What does not: how an
expression is compiled (`compiling`). Every decision is answered once in a session, after all that it
requires; an invoked decision service is a session of its own.
Source: DMN 1.5, clauses 6.3 (DRG) and 10.4 (execution semantics of decision services).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from engine.dmn.result import DecisionDiagnostic, DecisionResult, MatchedRule
from engine.feel import FeelLimitExceeded, Function, Run, Type, Value
from engine.feel.limits import MAX_CALL_DEPTH
from engine.feel.run import Code
from engine.feel.types import ANY, coerced

MAX_DIAGNOSTICS = 100
"""Of one evaluation; further ones are dropped: the first tell what went wrong."""

Imported = Mapping[str, Mapping[str, Value]]
"""Values for the input data of imported models: namespace -> name -> value."""
NOTHING_IMPORTED: Imported = MappingProxyType({})


class Session:
    """One evaluation of a graph: what it was given, and what has been answered so far."""

    __slots__ = ("answers", "diagnostics", "given", "imported", "run")

    def __init__(
        self,
        run: Run,
        *,
        given: Mapping[str, object],
        imported: Imported,
        diagnostics: list[DecisionDiagnostic],
    ) -> None:
        self.run = run
        self.given = given
        self.imported = imported
        self.diagnostics = diagnostics
        self.answers: dict[Element, Value] = {}

    def take(self, since: int, owner: str) -> None:
        """Take over what FEEL noted from number `since` on, as having happened in `owner`."""
        noted = self.run.diagnostics
        if not noted or len(noted) == since:
            return
        room = MAX_DIAGNOSTICS - len(self.diagnostics)
        for each in noted[since:][: max(room, 0)]:
            self.diagnostics.append(DecisionDiagnostic(owner, each.place, each.message, each.limit))
        del noted[since:]


class Element(ABC):
    """A node of the graph whose value others can require."""

    __slots__ = ()

    @abstractmethod
    def value(self, session: Session) -> Value:
        """Its value in `session`. Decisions must have been answered before."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """`element` is seen under `names`, as entries of the import `prefix` unless that is ""."""

    prefix: str
    names: tuple[str, ...]
    element: Element


@dataclass(frozen=True, slots=True, eq=False)
class InputData(Element):
    """`name` is that of its variable; `namespace` is that of its model."""

    id: str
    name: str
    namespace: str
    type: Type | None

    def value(self, session: Session) -> Value:
        if self in session.answers:
            return session.answers[self]
        run = session.run
        since = len(run.diagnostics or ())
        value = self._given(session)
        if self.type is not None:
            value = coerced(run, self.type, value, what=f"input {self.name!r}")
        run.locate(since, f"input {self.name!r}")
        session.take(since, self.id)
        session.answers[self] = value
        return value

    def _given(self, session: Session) -> Value:
        """What was given for this very model, else what was given by name."""
        imported = session.imported.get(self.namespace)
        if imported is not None and self.name in imported:
            return imported[self.name]
        if self.name not in session.given:
            return session.run.fault("Expected a value, but none was given.", 0, absent=True)
        return session.given[self.name]


@dataclass(slots=True, eq=False)
class Decision(Element):
    """`variables` are the names under which others see the answer.

    `plan` holds all decisions that must be answered first, in order, and itself as the last. `hidden` are
    the names of the model that may be read only where required; what else is in a context may be read
    freely, as Camunda's modelers do.
    """

    id: str
    name: str
    variables: tuple[str, ...]
    type: Type | None
    requirements: tuple[Requirement, ...]
    hidden: frozenset[str]
    code: Code
    free_names: frozenset[str] = frozenset()
    """Names that its own logic reads beyond its requirements."""
    _plan: tuple[Decision, ...] | None = None

    @property
    def plan(self) -> tuple[Decision, ...]:
        """Made when first asked for: those of all decisions of a long chain are quadratic."""
        if self._plan is None:
            self._plan = plan_of((self,))
        return self._plan

    @property
    def required_inputs(self) -> frozenset[str]:
        """The names that a context has to bring for this decision and those it requires."""
        names: set[str] = set()
        for decision in self.plan:
            names |= decision.free_names - decision.hidden
            names.update(
                each.element.name for each in decision.requirements if isinstance(each.element, InputData)
            )
        return frozenset(names)

    def evaluate(
        self, context: Mapping[str, object], *, now: datetime, imported: Imported = NOTHING_IMPORTED
    ) -> DecisionResult:
        """The answer for FEEL values in `context`. Never raises for them: errors are null and a diagnostic.

        One budget of `engine.feel.limits` is for all decisions that are answered on the way.
        """
        return _evaluated(self.id, self.plan, (self,), context, now, imported)

    def value(self, session: Session) -> Value:
        return session.answers[self]

    def answer(self, session: Session) -> None:
        run = session.run
        since = len(run.diagnostics or ())
        outer = run.root
        run.root = (
            scope_of(self.requirements, session, hidden=self.hidden)
            if self.requirements or not self.hidden.isdisjoint(session.given)
            else session.given
        )
        try:
            session.answers[self] = self.code(run, None)
        finally:
            run.root = outer
            session.take(since, self.id)


@dataclass(slots=True, eq=False)
class KnowledgeModel(Element):
    """A business knowledge model: its value is a function. `code` makes it among what it requires."""

    id: str
    name: str
    requirements: tuple[Requirement, ...]
    code: Code

    def value(self, session: Session) -> Value:
        if self in session.answers:
            return session.answers[self]
        run = session.run
        scope = scope_of(self.requirements, session, hidden=None)
        outer, run.root = run.root, scope
        try:
            function = self.code(run, None)
        finally:
            run.root = outer
        # It sees itself, so that it can recurse.
        scope[self.name] = function
        session.answers[self] = function
        return function


@dataclass(slots=True, eq=False)
class DecisionService(Element):
    """`parameters` are the input data, then the input decisions; `plan` what is answered between them
    and the outputs, in order.
    """

    id: str
    name: str
    outputs: tuple[Decision, ...]
    parameters: tuple[InputData | Decision, ...]
    type: Type | None
    plan: tuple[Decision, ...] = ()

    def value(self, session: Session) -> Value:
        return ServiceFunction(self, session)

    def evaluate(
        self, context: Mapping[str, object], *, now: datetime, imported: Imported = NOTHING_IMPORTED
    ) -> DecisionResult:
        """As `Decision.evaluate`; input decisions are not answered but taken from `context` by name.

        The value is that of the output decision, or a context by name if there are several.
        """
        seeds = {each: context.get(_name_of(each)) for each in self.parameters if isinstance(each, Decision)}
        return _evaluated(self.id, self.plan, self.outputs, context, now, imported, seeds, self.type)


Invocable = Decision | DecisionService
"""What can be asked from outside: both have an id, a name and `evaluate`."""


class ServiceFunction(Function):
    """A decision service as a function, within the evaluation that calls it."""

    __slots__ = ("_service", "_session", "parameter_types", "parameters", "result_type")

    def __init__(self, service: DecisionService, session: Session) -> None:
        self._service = service
        self._session = session
        self.parameters = tuple(_name_of(each) for each in service.parameters)
        self.parameter_types = tuple(each.type or ANY for each in service.parameters)
        self.result_type = service.type

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        if len(arguments) != len(self.parameters):
            return run.fault(
                f"Expected {len(self.parameters)} arguments, but the call has {len(arguments)}.", position
            )
        if run.depth >= MAX_CALL_DEPTH:
            raise FeelLimitExceeded("functions inside one another", limit=MAX_CALL_DEPTH)
        run.charge(1 + len(self._service.plan))
        inner = Session(run, given={}, imported=NOTHING_IMPORTED, diagnostics=self._session.diagnostics)
        run.depth += 1
        try:
            for each, value in zip(self._service.parameters, arguments, strict=True):
                fitting = inner.answers[each] = _fitting(run, each, value, position)
                if fitting is None and value is not None:
                    return None
            _answer_all(inner, self._service.plan)
            return _output(inner, self._service.outputs, self._service.type)
        finally:
            run.depth -= 1


def scope_of(
    requirements: Iterable[Requirement], session: Session, *, hidden: frozenset[str] | None
) -> dict[str, Value]:
    """What an element reads: its requirements, and what was given under names that are not `hidden`.

    With `hidden` None nothing that was given is visible.
    """
    scope: dict[str, Value] = {}
    if hidden is not None:
        given = session.given
        scope = (
            dict(given)
            if hidden.isdisjoint(given)
            else {name: value for name, value in given.items() if name not in hidden}
        )
    prefixed: dict[str, dict[str, Value]] = {}
    for requirement in requirements:
        target = scope if not requirement.prefix else prefixed.setdefault(requirement.prefix, {})
        value = requirement.element.value(session)
        for name in requirement.names:
            target[name] = value
    scope.update(prefixed)
    return scope


def plan_of(goals: Iterable[Decision], *, known: frozenset[Decision] = frozenset()) -> tuple[Decision, ...]:
    """All decisions below `goals`, each after the ones it requires; `known` ones need no answer.

    Iterative: a chain of requirements may be longer than Python's stack. Ends on cycles too, which are
    findings of the reader.
    """
    ordered: list[Decision] = []
    entered = set(known)
    waiting: list[tuple[Decision, bool]] = [(goal, False) for goal in goals][::-1]
    while waiting:
        decision, ready = waiting.pop()
        if ready:
            ordered.append(decision)
            continue
        if decision in entered:
            continue
        entered.add(decision)
        waiting.append((decision, True))
        for requirement in reversed(decision.requirements):
            if isinstance(requirement.element, Decision):
                waiting.append((requirement.element, False))
    return tuple(ordered)


def _evaluated(
    owner: str,
    plan: Sequence[Decision],
    outputs: Sequence[Decision],
    context: Mapping[str, object],
    now: datetime,
    imported: Imported,
    seeds: Mapping[Decision, Value] = MappingProxyType({}),
    type_: Type | None = None,
) -> DecisionResult:
    run = Run(context, now, [])
    matched: list[MatchedRule] = []
    run.trace = matched
    diagnostics: list[DecisionDiagnostic] = []
    session = Session(run, given=context, imported=imported, diagnostics=diagnostics)
    value: Value = None
    try:
        for decision, given in seeds.items():
            session.answers[decision] = _fitting(run, decision, given, 0)
        session.take(0, owner)
        _answer_all(session, plan)
        value = _output(session, outputs, type_)
        session.take(0, owner)
    except FeelLimitExceeded as error:
        diagnostics.append(DecisionDiagnostic(owner, "", str(error), limit=True))
    except RecursionError:
        # Only from deeply nested functions on an already deep stack: the bounds come first otherwise.
        message = "Expected fewer nested calls, but the stack ended."
        diagnostics.append(DecisionDiagnostic(owner, "", message, limit=True))
    except ArithmeticError:
        # NaN in the context: no FEEL number, but no reason to lose the evaluation either.
        diagnostics.append(DecisionDiagnostic(owner, "", "Expected finite numbers, but got another."))
    answers = tuple(
        (decision.id, session.answers[decision]) for decision in plan if decision in session.answers
    )
    return DecisionResult(value, tuple(matched), tuple(diagnostics), answers)


def _answer_all(session: Session, plan: Sequence[Decision]) -> None:
    for decision in plan:
        if decision not in session.answers:
            decision.answer(session)


def _output(session: Session, outputs: Sequence[Decision], type_: Type | None) -> Value:
    if len(outputs) == 1:
        value = session.answers[outputs[0]]
    else:
        value = {_name_of(decision): session.answers[decision] for decision in outputs}
    return value if type_ is None else coerced(session.run, type_, value, what="the result")


def _fitting(run: Run, parameter: InputData | Decision, value: Value, position: int) -> Value:
    if parameter.type is None:
        return value
    return coerced(run, parameter.type, value, what=f"parameter {_name_of(parameter)!r}", at=position)


def _name_of(element: InputData | Decision) -> str:
    return element.name if isinstance(element, InputData) else element.variables[0]
