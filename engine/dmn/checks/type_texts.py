"""Types of single texts, and what in them cannot work."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn import model
from engine.dmn.checks.type_scopes import Scope
from engine.dmn.checks.type_words import ALLOWED_VALUE_TYPE, CELL_TYPE, Words, is_slip
from engine.feel.inference import Examination, Misfit, examined, examined_tests
from engine.feel.inference.misfit import NEVER_MATCHES, UNKNOWN_VARIABLE
from engine.feel.inference.static_types import bare
from engine.feel.syntax import Literal, Node
from engine.feel.types import ANY, ListType, Type
from engine.findings import Severity

MAX_GUESSES = 200
"""Unknown names of one model that are compared with known ones, where they may be given as well."""
NOTHING = Examination(Literal(0, None), ANY, (), None)
"""Of a text that is no FEEL."""


class Texts:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._guesses = MAX_GUESSES

    def expression(self, text: model.Text, scope: Scope) -> Examination:
        """The examination of a FEEL expression, with all of its misfits reported."""
        node = scope.expression(text)
        return NOTHING if node is None else self.examined(node, text, scope)

    def examined(self, node: Node, text: model.Text, scope: Scope) -> Examination:
        """As `expression`, of a tree whose offsets count in `text`."""
        examination = examined(node, scope.names, types=scope.vocabulary.types, items=scope.items)
        self._report(examination.misfits, text, scope)
        return examination

    def cell(self, text: model.Text, value: Type, scope: Scope) -> None:
        """An input cell. An error only if no value at all can pass it."""
        tests = scope.tests(text)
        if tests is None:
            return
        misfits = examined_tests(tests, value, scope.names, types=scope.vocabulary.types, items=scope.items)
        self._report((each for each in misfits if each.rule != NEVER_MATCHES), text, scope)
        for misfit in misfits:
            if misfit.rule == NEVER_MATCHES:
                severity = Severity.ERROR if misfit.certain else Severity.WARNING
                self._words.add_misfit(misfit, text, rule=CELL_TYPE, severity=severity)

    def allowed_values(self, text: model.Text, value: Type, scope: Scope) -> None:
        """Allowed values, input values or output values of a type that no `value` has.

        Those of a name for a list type may be meant for the whole list or for each item.
        """
        tests = scope.tests(text)
        if tests is None:
            return
        plain = bare(value)
        meant = (value, plain.item) if isinstance(plain, ListType) else (value,)
        types = scope.vocabulary.types
        hopeless = [
            [
                misfit
                for misfit in examined_tests(tests, each, scope.names, types=types, items=scope.items)
                if misfit.rule == NEVER_MATCHES
            ]
            for each in meant
        ]
        for misfit in min(hopeless, key=len):
            self._words.add_misfit(misfit, text, rule=ALLOWED_VALUE_TYPE, severity=Severity.ERROR)

    def _report(self, misfits: Iterable[Misfit], text: model.Text, scope: Scope) -> None:
        for misfit in misfits:
            if misfit.rule != UNKNOWN_VARIABLE or self._is_worth_saying(misfit, scope):
                self._words.add_misfit(misfit, text)

    def _is_worth_saying(self, misfit: Misfit, scope: Scope) -> bool:
        # That a requirement is missing is a finding of the compiler.
        if misfit.name in scope.hidden:
            return False
        if scope.open and self._guesses:
            self._guesses -= 1
            return is_slip(misfit)
        return not scope.open
