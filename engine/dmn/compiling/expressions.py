"""Boxed expressions to FEEL syntax trees, so that one compiler and one set of bounds is for all.

Source: DMN 1.5, clauses 7.2 (boxed expressions), 10.3.3 (their semantics as FEEL).
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn import model
from engine.dmn.compiling.nodes import (
    ConditionalOf,
    FilterOf,
    InputOf,
    NeverRun,
    OutputOf,
    RowOf,
    RuleOf,
    TableOf,
)
from engine.dmn.compiling.reports import Reports
from engine.dmn.typing import asked_type
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.syntax import (
    Call,
    ContextOf,
    For,
    FunctionOf,
    Iterator,
    ListOf,
    Literal,
    Node,
    Path,
    Placed,
    Quantified,
    Tests,
    ValueTest,
)
from engine.feel.types import Type
from engine.feel.vocabulary import Vocabulary

_RESULT = ""
"""Key of a context's result while it is made: no entry can have it."""
_NULL = Literal(0, None)


class Trees:
    """Makes the trees of one decision or business knowledge model.

    `owner` is the id under which its tables report matched rules. Texts that are not FEEL and types that
    do not exist are reported; null stands in place of the texts. `wider` knows all names of the model.
    """

    def __init__(self, owner: str, *, types: Mapping[str, Type], reports: Reports, wider: Vocabulary) -> None:
        self._owner = owner
        self._types = types
        self._reports = reports
        self._wider = wider

    def tree(self, boxed: model.Boxed, sight: Vocabulary) -> Node:
        """`sight` is what can be read where `boxed` stands."""
        match boxed:
            case model.LiteralExpression():
                return self._literal(boxed, sight)
            case model.DecisionTable():
                return self._placed(self._table(boxed, sight), boxed)
            case model.Context():
                return self._placed(self._context(boxed, sight), boxed)
            case model.Invocation():
                return self._placed(self._invocation(boxed, sight), boxed)
            case model.ListOf():
                items = tuple(self.tree(item, sight) for item in boxed.items)
                return self._placed(ListOf(0, items), boxed)
            case model.Relation():
                return self._placed(self._relation(boxed, sight), boxed)
            case model.FunctionDefinition():
                return self.function(boxed, sight)
            case model.Conditional():
                parts = (self.tree(each, sight) for each in model.parts(boxed))
                return self._placed(ConditionalOf(0, *parts), boxed)
            case model.Filter():
                return self._placed(self._filter(boxed, sight), boxed)
            case model.For():
                iterator, inner = self._iterator(boxed.variable, boxed.domain, sight)
                inner = inner.with_names(("partial",))
                return self._placed(For(0, (iterator,), self.tree(boxed.body, inner)), boxed)
            case model.Quantified():
                iterator, inner = self._iterator(boxed.variable, boxed.domain, sight)
                condition = self.tree(boxed.condition, inner)
                return self._placed(Quantified(0, boxed.every, (iterator,), condition), boxed)

    def function(
        self, boxed: model.FunctionDefinition, sight: Vocabulary, *, result_type: Type | None = None
    ) -> FunctionOf:
        """Not wrapped in a place: a context entry recognises a function by it and lets it recurse."""
        names = tuple(parameter.name for parameter in boxed.parameters)
        types = tuple(self._type(parameter) for parameter in boxed.parameters)
        if boxed.kind is model.FunctionKind.FEEL:
            body = self.tree(boxed.body, sight.with_names(names))
        else:
            body = NeverRun(0, f"Expected a FEEL function, but {boxed.kind} functions are never run.")
        return FunctionOf(0, tuple(zip(names, types, strict=True)), body, result_type)

    def _literal(self, boxed: model.LiteralExpression, sight: Vocabulary) -> Node:
        node = self._parsed(boxed.text, sight)
        type_ = self._type(boxed)
        return Placed(0, node, boxed.where.en, boxed.text.text, type_)

    def _input(self, boxed: model.LiteralExpression, sight: Vocabulary) -> Node:
        """The table itself says at which input something went wrong, so only a type needs a place."""
        return self._literal(boxed, sight) if boxed.type_ref else self._parsed(boxed.text, sight)

    def _parsed(self, text: model.Text, sight: Vocabulary) -> Node:
        try:
            return parse_expression(text.text, vocabulary=sight, builtin=BUILTIN_NAMES)
        except FeelSyntaxError as error:
            self._reports.unparsable(text, error, wider=self._wider, parse=parse_expression)
            return NeverRun(error.position, f"Expected FEEL: {error}")

    def _tests(self, text: model.Text, sight: Vocabulary) -> Tests:
        try:
            return parse_unary_tests(text.text, vocabulary=sight, builtin=BUILTIN_NAMES)
        except FeelSyntaxError as error:
            self._reports.unparsable(text, error, wider=self._wider, parse=parse_unary_tests)
            # Nothing passes a test that nobody can read.
            return Tests(0, (ValueTest(0, NeverRun(error.position, f"Expected FEEL: {error}"), True),), False)

    def _type(self, typed: model.Boxed | model.InformationItem | model.OutputClause) -> Type | None:
        return asked_type(typed.type_ref, self._types)

    def _placed(self, node: Node, boxed: model.Boxed) -> Node:
        return Placed(0, node, boxed.where.en, "", self._type(boxed))

    def _context(self, boxed: model.Context, sight: Vocabulary) -> Node:
        entries: list[tuple[str, Node]] = []
        for entry in boxed.entries:
            if entry.variable is None:
                entries.append((_RESULT, self.tree(entry.value, sight)))
                continue
            name = entry.variable.name
            # A function sees itself, so that it can recurse (clause 10.3.2.13.2).
            inner = sight.with_names((name,))
            is_function = isinstance(entry.value, model.FunctionDefinition)
            value = self.tree(entry.value, inner if is_function else sight)
            type_ = self._type(entry.variable)
            if type_ is not None and not is_function:
                value = Placed(0, value, entry.where.en, "", type_)
            entries.append((name, value))
            sight = inner
        node = ContextOf(0, tuple(entries))
        return Path(0, node, _RESULT) if entries and entries[-1][0] == _RESULT else node

    def _invocation(self, boxed: model.Invocation, sight: Vocabulary) -> Node:
        function = (
            # Bare, so that the compiler sees the name of a built-in function.
            self._parsed(boxed.function.text, sight)
            if isinstance(boxed.function, model.LiteralExpression)
            else self.tree(boxed.function, sight)
        )
        named = []
        for binding in boxed.bindings:
            value = _NULL if binding.value is None else self.tree(binding.value, sight)
            type_ = self._type(binding.parameter)
            if type_ is not None:
                value = Placed(0, value, binding.parameter.where.en, "", type_)
            named.append((binding.parameter.name, value))
        return Call(0, function, (), tuple(named))

    def _relation(self, boxed: model.Relation, sight: Vocabulary) -> Node:
        rows = []
        for row in boxed.rows:
            cells = []
            for column, cell in zip(boxed.columns, row, strict=False):
                value = self.tree(cell, sight)
                type_ = self._type(column)
                if type_ is not None:
                    value = Placed(0, value, cell.where.en, "", type_)
                cells.append((column.name, value))
            rows.append(RowOf(0, tuple(cells)))
        return ListOf(0, tuple(rows))

    def _filter(self, boxed: model.Filter, sight: Vocabulary) -> Node:
        # Inside, the entries of items are names like any other.
        inner = sight.with_names(("item", *sight.entries))
        return FilterOf(0, self.tree(boxed.domain, sight), self.tree(boxed.match, inner))

    def _iterator(
        self, variable: model.InformationItem, domain: model.Boxed, sight: Vocabulary
    ) -> tuple[Iterator, Vocabulary]:
        iterator = Iterator(variable.name, self.tree(domain, sight), None)
        return iterator, sight.with_names((variable.name,))

    def _table(self, boxed: model.DecisionTable, sight: Vocabulary) -> TableOf:
        return TableOf(
            0,
            self._owner,
            boxed.where.en,
            boxed.hit_policy,
            boxed.aggregator,
            tuple(
                InputOf(
                    self._input(each.expression, sight),
                    self._tests(each.values, sight) if each.values is not None else None,
                    f"{each.where.en} ({each.label})" if each.label else each.where.en,
                )
                for each in boxed.inputs
            ),
            tuple(
                OutputOf(
                    each.name,
                    self._type(each),
                    self._tests(each.values, sight) if each.values is not None else None,
                    self.tree(each.default, sight) if each.default is not None else None,
                    each.where.en,
                )
                for each in boxed.outputs
            ),
            tuple(
                RuleOf(
                    rule.id,
                    rule.where.en,
                    tuple(self._tests(cell, sight) for cell in rule.tests),
                    tuple(self.tree(cell, sight) if cell is not None else None for cell in rule.outputs),
                )
                for rule in boxed.rules
            ),
        )
