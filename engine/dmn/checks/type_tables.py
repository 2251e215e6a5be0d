"""Decision tables: cells against the types of their columns, and the type of the answer."""

from __future__ import annotations

from engine.dmn import model
from engine.dmn.checks.type_scopes import Scope
from engine.dmn.checks.type_texts import Texts
from engine.dmn.checks.type_words import INPUT_TYPE, Words
from engine.feel.inference import ClosedContext
from engine.feel.inference.static_types import BASIC, joined, kind_of, list_of, never_becomes
from engine.feel.types import ANY, AnyType, Type
from engine.feel.values import DAYS_AND_TIME, NUMBER, YEARS_AND_MONTHS

_LISTS = frozenset({model.HitPolicy.COLLECT, model.HitPolicy.RULE_ORDER, model.HitPolicy.OUTPUT_ORDER})
_ADDED = frozenset({NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS})


class Tables:
    def __init__(self, words: Words, texts: Texts) -> None:
        self._words = words
        self._texts = texts

    def type_of(self, table: model.DecisionTable, scope: Scope, *, target: Type) -> Type:
        """The type of the answer, where it is wanted as a `target`."""
        inputs = [self._input(clause, scope) for clause in table.inputs]
        for rule in table.rules:
            for cell, value in zip(rule.tests, inputs, strict=True):
                self._texts.cell(cell, value, scope)
        # The only output of a table without a type of its own becomes the answer as it is.
        answers_value = len(table.outputs) == 1 and table.hit_policy not in _LISTS
        outputs = [
            self._output(table, index, scope, ANY if not answers_value else target)
            for index in range(len(table.outputs))
        ]
        if len(outputs) == 1:
            single = outputs[0]
        else:
            single = ClosedContext(
                tuple((clause.name, type_) for clause, type_ in zip(table.outputs, outputs, strict=True))
            )
        return self._answer(table, single)

    def _answer(self, table: model.DecisionTable, single: Type) -> Type:
        if table.hit_policy not in _LISTS:
            return single
        match table.aggregator:
            case None:
                return list_of(single)
            case model.Aggregator.COUNT:
                return BASIC[NUMBER]
            case model.Aggregator.SUM:
                kind = kind_of(single)
                return BASIC[kind] if kind in _ADDED else ANY
        return single

    def _input(self, clause: model.InputClause, scope: Scope) -> Type:
        expression = clause.expression
        examination = self._texts.expression(expression.text, scope)
        declared = scope.type_named(expression.type_ref)
        for misfit in examination.unfit_for(declared):
            self._words.add_misfit(misfit, expression.text, rule=INPUT_TYPE)
        value = examination.type if isinstance(declared, AnyType) else declared
        if clause.values is not None:
            self._texts.allowed_values(clause.values, value, scope)
        return value

    def _output(self, table: model.DecisionTable, index: int, scope: Scope, target: Type) -> Type:
        """The type of one column: the declared one, or what its cells have in common."""
        clause = table.outputs[index]
        declared = scope.type_named(clause.type_ref)
        wanted = target if isinstance(declared, AnyType) else declared
        cells = [rule.outputs[index] for rule in table.rules]
        found = [self._cell(cell, scope, wanted) for cell in (*cells, clause.default) if cell is not None]
        if clause.values is not None:
            self._texts.allowed_values(clause.values, wanted, scope)
        return joined(found) if isinstance(declared, AnyType) else declared

    def _cell(self, cell: model.LiteralExpression, scope: Scope, wanted: Type) -> Type:
        examination = self._texts.expression(cell.text, scope)
        own = scope.type_named(cell.type_ref)
        type_ = examination.type if isinstance(own, AnyType) else own
        for each in (own, wanted):
            for misfit in examination.unfit_for(each):
                self._words.add_misfit(misfit, cell.text)
            if never_becomes(examination.type, each):
                return each
        return type_
