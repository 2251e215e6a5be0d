"""The face of the language: text in, compiled expression out.

Source: DMN 1.5, clause 10.3; an error inside an evaluation gives null and a diagnostic (10.3.2.13.1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.feel.builtins import BUILTIN_NAMES, BUILTINS
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.compiler.table import TABLE
from engine.feel.compiler.tests import constant_strings, emit_tests
from engine.feel.errors import Diagnostic, FeelSyntaxError
from engine.feel.limits import MAX_NESTING, FeelLimitExceeded
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.run import Code, Run, TestCode
from engine.feel.values import Value
from engine.feel.vocabulary import PLAIN, Vocabulary


@dataclass(frozen=True, slots=True)
class Evaluation:
    value: Value
    diagnostics: tuple[Diagnostic, ...]

    @property
    def limit_exceeded(self) -> bool:
        """True if `value` is null because a bound of `engine.feel.limits` was hit."""
        return any(diagnostic.limit for diagnostic in self.diagnostics)


class Expression:
    """A compiled expression; immutable and safe to share between threads.

    `names`: variables that it reads. `possible_names`: names inside filters that are either an entry
    of the filtered items or a variable.
    """

    __slots__ = ("_code", "names", "possible_names", "text")

    def __init__(
        self, text: str, *, code: Code, names: frozenset[str], possible_names: frozenset[str]
    ) -> None:
        self.text = text
        self._code = code
        self.names = names
        self.possible_names = possible_names

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, context: Mapping[str, object], *, now: datetime) -> Evaluation:
        """The value with everything that went wrong on the way. Never raises for a FEEL context.

        `context` has FEEL values (`engine.feel.values`); `now` is aware.
        """
        diagnostics: list[Diagnostic] = []
        value = evaluated(self._code, Run(context, now, diagnostics))
        return Evaluation(value, tuple(diagnostics))

    def value(self, context: Mapping[str, object], *, now: datetime) -> Value:
        """As `evaluate`, without the diagnostics."""
        return evaluated(self._code, Run(context, now, None))

    def value_in(self, run: Run) -> Value:
        """The value within an evaluation that is under way: its variables, budget and diagnostics.

        Raises FeelLimitExceeded, which the owner of `run` turns into its own result.
        """
        return self._code(run, None)


class UnaryTests:
    """A compiled decision table cell; immutable and safe to share between threads."""

    __slots__ = ("_code", "names", "passes_all", "possible_names", "strings", "text")

    def __init__(
        self,
        text: str,
        *,
        code: TestCode,
        names: frozenset[str],
        possible_names: frozenset[str],
        passes_all: bool,
        strings: tuple[str, ...] | None,
    ) -> None:
        self.text = text
        self._code = code
        self.names = names
        self.possible_names = possible_names
        self.passes_all = passes_all
        """True for `-`."""
        self.strings = strings
        """The constants of a cell like "a", "b"; None for any other cell. For indexes over rows."""

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"

    def matches(self, value: object, context: Mapping[str, object], *, now: datetime) -> bool:
        """Whether `value` passes. Errors, like comparing a string with a number, do not pass."""
        try:
            return self.matches_in(Run(context, now, None), value)
        except (FeelLimitExceeded, RecursionError, ArithmeticError):
            return False

    def matches_in(self, run: Run, value: Value) -> bool:
        """As `matches`, within an evaluation that is under way: its variables, budget and diagnostics.

        Raises FeelLimitExceeded, which the owner of `run` turns into its own result.
        """
        return self._code(run, [None, value], value) is True


def evaluated(code: Code, run: Run) -> Value:
    """The value, or null with a last diagnostic where a bound was hit."""
    try:
        return code(run, None)
    except FeelLimitExceeded as limit:
        return stopped(run, str(limit))
    except RecursionError:
        # Only from deeply nested functions on an already deep stack: the bounds come first otherwise.
        return stopped(run, "Expected fewer nested calls, but the stack ended.")
    except ArithmeticError:
        # NaN in the context: no FEEL number, but no reason to lose the evaluation either.
        return run.fault("Expected finite numbers, but got another.", 0)


def stopped(run: Run, message: str) -> None:
    if run.diagnostics is not None:
        run.diagnostics.append(Diagnostic(message, 0, limit=True))


def compile_expression(
    text: str, *, names: Collection[str] = (), vocabulary: Vocabulary | None = None
) -> Expression:
    """`names` are the known variables; only those of several words or with signs need to be given.

    `vocabulary`, if given, stands for `names` and says more: entries, types of a model.

    Raises FeelSyntaxError. Takes time linear in the text.
    """
    words = vocabulary or Vocabulary(names=names) if names or vocabulary else PLAIN
    tree = parse_expression(text, vocabulary=words, builtin=BUILTIN_NAMES)
    emitter = Emitter(TABLE, text, builtins=BUILTINS, vocabulary=words)
    try:
        code = emitter.emit(tree)
    except RecursionError as error:
        raise _too_deep(text) from error
    return Expression(
        text,
        code=code,
        names=frozenset(emitter.names),
        possible_names=frozenset(emitter.possible_names - emitter.names),
    )


def compile_unary_tests(
    text: str, *, names: Collection[str] = (), vocabulary: Vocabulary | None = None
) -> UnaryTests:
    """A decision table's input cell: `-`, `< 5`, `[1..5)`, `"a", "b"`, `not(...)`, expressions with `?`.

    Raises FeelSyntaxError. Takes time linear in the text.
    """
    words = vocabulary or Vocabulary(names=names) if names or vocabulary else PLAIN
    tree = parse_unary_tests(text, vocabulary=words, builtin=BUILTIN_NAMES)
    emitter = Emitter(TABLE, text, builtins=BUILTINS, vocabulary=words)
    with emitter.within(Scope(None, {"?": 1})):
        try:
            code = emit_tests(emitter, tree)
        except RecursionError as error:
            raise _too_deep(text) from error
    return UnaryTests(
        text,
        code=code,
        names=frozenset(emitter.names),
        possible_names=frozenset(emitter.possible_names - emitter.names),
        passes_all=not tree.tests,
        strings=constant_strings(tree),
    )


def _too_deep(text: str) -> FeelSyntaxError:
    return FeelSyntaxError(
        text, position=0, expected=f"at most {MAX_NESTING} nested levels", found="a deeper expression"
    )
