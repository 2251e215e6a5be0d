"""A decision that is one FEEL expression."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.decision import Ask, TypeCheck
from engine.feel import Expression, Value


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    expression: Expression
    type: TypeCheck | None

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def answer(self, ask: Ask) -> Value:
        value = self.expression.value_in(ask.run)
        ask.collect("expression")
        return value if self.type is None else self.type.applied(value, ask, "expression")
