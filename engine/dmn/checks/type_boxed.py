"""Boxed expressions: the type of each, and what cannot be what it is declared to be.

It says what `compiling` makes of them, so every rule here has its counterpart there.
"""

from __future__ import annotations

from engine.dmn import model
from engine.dmn.checks.type_scopes import Scope
from engine.dmn.checks.type_tables import Tables
from engine.dmn.checks.type_texts import Texts
from engine.dmn.checks.type_words import Words
from engine.feel.inference import ClosedContext, KnownFunction, unfit
from engine.feel.inference.misfit import CONDITION_TYPE, VALUE_TYPE
from engine.feel.inference.static_types import (
    BASIC,
    bare,
    disjoint,
    fields_of,
    item_of,
    joined,
    kind_of,
    list_of,
    never_becomes,
    type_en,
    type_zh,
)
from engine.feel.inference.walk import iterated
from engine.feel.syntax import Call, Name
from engine.feel.types import ANY, NULL, AnyType, ListType, Type
from engine.feel.values import BOOLEAN, DATE, DATE_AND_TIME, LIST
from engine.findings import Severity


class Boxes:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._texts = Texts(words)
        self._tables = Tables(words, self._texts)

    def type_of(self, boxed: model.Boxed, scope: Scope, *, target: Type = ANY) -> Type:
        """The type of what `boxed` answers, where it is wanted as a `target`."""
        declared = scope.type_named(boxed.type_ref)
        wanted = target if isinstance(declared, AnyType) else declared
        match boxed:
            case model.LiteralExpression():
                found = self._literal(boxed, scope, wanted)
            case model.DecisionTable():
                found = self._tables.type_of(boxed, scope, target=wanted)
                self._check(found, wanted, boxed.where)
            case model.FunctionDefinition():
                return self.function(boxed, scope)
            case model.Conditional():
                found = self._conditional(boxed, scope, wanted)
            case _:
                found = self._composed(boxed, scope, wanted)
                self._check(found, wanted, boxed.where)
        if isinstance(declared, AnyType):
            return found if isinstance(target, AnyType) else target
        self._check(declared, target, boxed.where)
        return declared

    def function(self, boxed: model.FunctionDefinition, scope: Scope, *, result: Type = ANY) -> KnownFunction:
        """`result` is what it is declared to answer."""
        names = tuple(parameter.name for parameter in boxed.parameters)
        types = tuple(scope.type_named(parameter.type_ref) for parameter in boxed.parameters)
        if boxed.kind is not model.FunctionKind.FEEL:
            return KnownFunction(types, result, names)
        inner = scope.with_names(dict(zip(names, types, strict=True)))
        return KnownFunction(types, self.type_of(boxed.body, inner, target=result), names)

    def _literal(self, boxed: model.LiteralExpression, scope: Scope, wanted: Type) -> Type:
        examination = self._texts.expression(boxed.text, scope)
        for misfit in examination.unfit_for(wanted):
            self._words.add_misfit(misfit, boxed.text)
        return examination.type

    def _composed(self, boxed: model.Boxed, scope: Scope, wanted: Type) -> Type:
        match boxed:
            case model.Context():
                return self._context(boxed, scope, wanted)
            case model.Invocation():
                return self._invocation(boxed, scope)
            case model.ListOf():
                return self._list(boxed, scope, wanted)
            case model.Relation():
                return self._relation(boxed, scope)
            case model.Filter():
                return self._filter(boxed, scope)
            case model.For():
                item = iterated(self.type_of(boxed.domain, scope))
                inner = scope.with_names({boxed.variable.name: item, "partial": BASIC[LIST]})
                return list_of(self.type_of(boxed.body, inner))
            case model.Quantified():
                item = iterated(self.type_of(boxed.domain, scope))
                self._condition(boxed.condition, scope.with_names({boxed.variable.name: item}))
                return BASIC[BOOLEAN]
        return ANY

    def _context(self, boxed: model.Context, scope: Scope, wanted: Type) -> Type:
        fields: dict[str, Type] = {}
        expected = fields_of(wanted) or {}
        for entry in boxed.entries:
            if entry.variable is None:
                return self.type_of(entry.value, scope, target=wanted)
            name = entry.variable.name
            if isinstance(entry.value, model.FunctionDefinition):
                types = tuple(scope.type_named(each.type_ref) for each in entry.value.parameters)
                itself = KnownFunction(types, ANY, tuple(each.name for each in entry.value.parameters))
                fields[name] = self.function(entry.value, scope.with_names({name: itself}))
            else:
                declared = scope.type_named(entry.variable.type_ref)
                fields[name] = self.type_of(entry.value, scope, target=declared)
            self._check_part(fields[name], expected.get(name, ANY), entry.where)
            scope = scope.with_names({name: fields[name]})
        return ClosedContext(tuple(fields.items()))

    def _invocation(self, boxed: model.Invocation, scope: Scope) -> Type:
        values = {
            # No expression can read these: they only carry types into the call.
            f"\0{number}": self._bound(binding, scope)
            for number, binding in enumerate(boxed.bindings)
        }
        arguments = tuple(
            (binding.parameter.name, Name(0, key))
            for binding, key in zip(boxed.bindings, values, strict=True)
        )
        if isinstance(boxed.function, model.LiteralExpression):
            text = boxed.function.text
            function = scope.expression(text)
            if function is None:
                return ANY
        else:
            text = model.Text("", boxed.where)
            values["\0"] = self.type_of(boxed.function, scope)
            function = Name(0, "\0")
        return self._texts.examined(Call(0, function, (), arguments), text, scope.with_names(values)).type

    def _bound(self, binding: model.Binding, scope: Scope) -> Type:
        if binding.value is None:
            return NULL
        return self.type_of(binding.value, scope, target=scope.type_named(binding.parameter.type_ref))

    def _list(self, boxed: model.ListOf, scope: Scope, wanted: Type) -> Type:
        plain = bare(wanted)
        expected = plain.item if isinstance(plain, ListType) else ANY
        items = []
        for item in boxed.items:
            items.append(self.type_of(item, scope))
            self._check_part(items[-1], expected, item.where)
        return list_of(joined(items))

    def _relation(self, boxed: model.Relation, scope: Scope) -> Type:
        columns = [(column.name, scope.type_named(column.type_ref)) for column in boxed.columns]
        rows = []
        for row in boxed.rows:
            cells = zip(columns, row, strict=False)
            rows.append(
                ClosedContext(
                    tuple((name, self.type_of(cell, scope, target=type_)) for (name, type_), cell in cells)
                )
            )
        return list_of(joined(rows))

    def _conditional(self, boxed: model.Conditional, scope: Scope, wanted: Type) -> Type:
        self._condition(boxed.condition, scope)
        return joined(
            [self.type_of(branch, scope, target=wanted) for branch in (boxed.then, boxed.otherwise)]
        )

    def _filter(self, boxed: model.Filter, scope: Scope) -> Type:
        item = item_of(self.type_of(boxed.domain, scope))
        match = self.type_of(boxed.match, scope.within_filter(item))
        if kind_of(match) not in (None, BOOLEAN):
            self._words.add(
                CONDITION_TYPE,
                Severity.WARNING,
                boxed.match.where,
                zh=f"过滤条件是{type_zh(match)}，不是布尔值，结果为 null",
                en=f"is a {type_en(match)} and no boolean, so that the filter answers null",
            )
        return list_of(item)

    def _condition(self, boxed: model.Boxed, scope: Scope) -> None:
        type_ = self.type_of(boxed, scope)
        if kind_of(type_) not in (None, BOOLEAN):
            self._words.add(
                CONDITION_TYPE,
                Severity.WARNING,
                boxed.where,
                zh=f"条件是{type_zh(type_)}，不是布尔值，永不成立",
                en=f"is a {type_en(type_)} and no boolean, so that it is never true",
            )

    def _check(self, found: Type, wanted: Type, where: model.Where) -> None:
        if never_becomes(found, wanted):
            misfit = unfit(found, wanted, at=0)
            self._words.add(VALUE_TYPE, Severity.WARNING, where, zh=misfit.zh, en=misfit.en)

    def _check_part(self, found: Type, wanted: Type, where: model.Where) -> None:
        """Parts are not converted; only because one may be null it is not certain that all fails."""
        if disjoint(found, wanted) and (kind_of(found), kind_of(wanted)) != (DATE, DATE_AND_TIME):
            misfit = unfit(found, wanted, at=0)
            self._words.add(VALUE_TYPE, Severity.WARNING, where, zh=misfit.zh, en=misfit.en)
