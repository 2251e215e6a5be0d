"""A cell as a question about one value, and its answers over the segments of an axis.

Only constants and `?` are understood. A cell with a variable or a function is left open: it may pass
or not, and nothing is claimed of it.
Source: DMN 1.5, clause 10.3.1.2, rules 7 to 17 (unary tests) and 10.3.2.13 (equality and order).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.dmn.checks.constants import literal_in
from engine.dmn.checks.segments import ORDERED_FAMILIES, ZONED, Axis, family_of
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.parser import parse_unary_tests
from engine.feel.syntax import (
    Between,
    CompareTest,
    Comparison,
    In,
    ListOf,
    Literal,
    Logic,
    Name,
    Node,
    RangeOf,
    Tests,
    ValueTest,
)
from engine.feel.values import DATE_AND_TIME, ORDERED, TIME, Value, kind
from engine.feel.vocabulary import Vocabulary

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Answer(NamedTuple):
    """Segments whose values all pass, all fail, or about which nothing is known.

    Those in none of the three answer null: they do not pass, and neither does their negation.
    """

    yes: int
    no: int
    open: int

    @property
    def maybe(self) -> int:
        return self.yes | self.open


Question = Callable[[Axis], Answer]


@dataclass(frozen=True, slots=True)
class Cell:
    """`constants` part the values of the column; `alternatives` are the constants that alone are asked for.

    `passes_all` is true of "-" only.
    """

    constants: tuple[Value, ...]
    alternatives: tuple[Value, ...]
    ask: Question
    passes_all: bool = False


def read_cell(text: str, *, vocabulary: Vocabulary) -> Cell:
    """Never raises: a text that is no FEEL is left open, since others say what is wrong with it."""
    try:
        tree = parse_unary_tests(text, vocabulary=vocabulary, builtin=BUILTIN_NAMES)
    except FeelSyntaxError:
        return Cell((), (), _open)
    reader = _Reader(vocabulary)
    question = reader.tests(tree)
    alternatives = tuple(_alternatives(tree, vocabulary=vocabulary)) if not tree.negated else ()
    return Cell(tuple(reader.constants), alternatives, question, passes_all=not tree.tests)


def _alternatives(tree: Tests, *, vocabulary: Vocabulary) -> Iterator[Value]:
    for test in tree.tests:
        if isinstance(test, ValueTest) and not test.asks:
            literal = literal_in(test.operand, vocabulary=vocabulary)
            if literal is not None and literal.value is not None:
                yield literal.value


class _Reader:
    """Turns syntax into questions and remembers the constants that these will look up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.constants: list[Value] = []

    def tests(self, tree: Tests) -> Question:
        if not tree.tests:
            return lambda axis: Answer(axis.all, 0, 0)
        questions = [self._test(test) for test in tree.tests]
        return _none_of(questions) if tree.negated else _any_of(questions)

    def _test(self, test: Node) -> Question:
        if isinstance(test, CompareTest):
            literal = self._literal(test.operand)
            return _open if literal is None else self._compared(test.operator, literal.value)
        if not isinstance(test, ValueTest):
            return _open
        if test.asks:
            return self._condition(test.operand)
        if isinstance(test.operand, RangeOf):
            return self._range(test.operand)
        if isinstance(test.operand, ListOf):
            return self._list(test.operand)
        literal = self._literal(test.operand)
        if literal is None:
            return _open
        return self._same(literal.value)

    def _condition(self, node: Node) -> Question:
        """Of an expression with `?`."""
        match node:
            case Comparison(operator=operator, left=left, right=right):
                if _is_question_mark(right):
                    left, right, operator = right, left, _MIRRORED[operator]
                literal = self._literal(right) if _is_question_mark(left) else None
                return _open if literal is None else self._compared(operator, literal.value)
            case Between(value=value, low=low, high=high) if _is_question_mark(value):
                return self._within(low, high, included=(True, True), backwards_fails=True)
            case In(value=value, tests=tests) if _is_question_mark(value):
                return self.tests(tests)
            case Logic(operator="and", terms=terms):
                return _all_of([self._condition(term) for term in terms])
            case Logic(terms=terms):
                return _any_of([self._condition(term) for term in terms])
        return _open

    def _literal(self, node: Node) -> Literal | None:
        return literal_in(node, vocabulary=self._vocabulary)

    def _compared(self, operator: str, value: Value) -> Question:
        if operator == "=":
            return self._same(value)
        if operator == "!=":
            return _negated(self._same(value))
        if kind(value) not in ORDERED:
            return _never
        if not self._keep(value, ordered=True):
            return _open
        included = len(operator) == 2

        def ordered(axis: Axis) -> Answer:
            line = axis.lines[_family(value)]
            side = line.below if operator[0] == "<" else line.above
            yes = side(value, included=included)
            return Answer(yes, line.mask & ~yes, _kin(axis, value))

        return ordered

    def _same(self, value: Value) -> Question:
        if value is None:
            return lambda axis: Answer(axis.null, axis.all & ~axis.null, 0)
        if not self._keep(value, ordered=False):
            return _open

        def same(axis: Axis) -> Answer:
            line = axis.lines[_family(value)]
            yes = line.at(value)
            return Answer(yes, (line.mask & ~yes) | axis.null, _kin(axis, value))

        return same

    def _range(self, node: RangeOf) -> Question:
        if node.operator:
            return _open
        return self._within(node.start, node.end, included=(node.start_included, node.end_included))

    def _within(
        self,
        start: Node | None,
        end: Node | None,
        *,
        included: tuple[bool, bool],
        backwards_fails: bool = False,
    ) -> Question:
        """`backwards_fails`: whether a start after the end answers false, or else null."""
        low = None if start is None else self._literal(start)
        high = None if end is None else self._literal(end)
        if (start is not None and low is None) or (end is not None and high is None):
            return _open
        values = [literal.value for literal in (low, high) if literal is not None]
        kinds = {kind(value) for value in values}
        if len(kinds) != 1 or not kinds <= ORDERED:
            return _never
        if len({family_of(value) for value in values}) != 1 or not all(
            self._keep(value, ordered=True) for value in values
        ):
            return _open
        if len(values) == 2 and values[0] > values[1] and not backwards_fails:
            return _never

        def within(axis: Axis) -> Answer:
            line = axis.lines[_family(values[0])]
            yes = line.mask
            if low is not None:
                yes &= line.above(low.value, included=included[0])
            if high is not None:
                yes &= line.below(high.value, included=included[1])
            return Answer(yes, line.mask & ~yes, _kin(axis, values[0]))

        return within

    def _list(self, node: ListOf) -> Question:
        """One of the items, or a list that equals this one: lists are among the other kinds."""
        questions: list[Question] = []
        for item in node.items:
            literal = self._literal(item)
            if isinstance(item, RangeOf):
                question = self._range(item)
                if question is _never:
                    return _open  # A null among the items, which null equals.
                questions.append(question)
            elif literal is not None:
                questions.append(self._same(literal.value))
            else:
                return _open
        any_item = _any_of(questions)

        def among(axis: Axis) -> Answer:
            answer = any_item(axis)
            undecided = (answer.open | axis.other) & ~answer.yes
            return Answer(answer.yes, axis.all & ~answer.yes & ~undecided, undecided)

        return among

    def _keep(self, value: Value, *, ordered: bool) -> bool:
        """Whether `value` can be a point of an axis, which it then will be."""
        family = family_of(value)
        if family is None or (ordered and family not in ORDERED_FAMILIES):
            return False
        self.constants.append(value)
        return True


def _family(value: Value) -> str:
    family = family_of(value)
    assert family is not None  # noqa: S101 - `_keep` asked
    return family


def _kin(axis: Axis, value: Value) -> int:
    """Where values of the same kind may be that are on no line with `value`: with a zone, or without one."""
    family = family_of(value)
    if family not in (DATE_AND_TIME, ZONED, TIME):
        return 0
    other = axis.lines.get(ZONED if family == DATE_AND_TIME else DATE_AND_TIME)
    return axis.other | (other.mask if other is not None and family != TIME else 0)


def _is_question_mark(node: Node) -> bool:
    return isinstance(node, Name) and node.name == "?"


def _open(axis: Axis) -> Answer:
    return Answer(0, 0, axis.all)


def _never(axis: Axis) -> Answer:
    return Answer(0, 0, 0)


def _any_of(questions: Sequence[Question]) -> Question:
    if len(questions) == 1:
        return questions[0]

    def any_of(axis: Axis) -> Answer:
        yes, no, undecided = 0, axis.all, 0
        for question in questions:
            answer = question(axis)
            yes |= answer.yes
            no &= answer.no
            undecided |= answer.open
        return Answer(yes, no, undecided & ~yes)

    return any_of


def _all_of(questions: Sequence[Question]) -> Question:
    def all_of(axis: Axis) -> Answer:
        yes, no, maybe = axis.all, 0, axis.all
        for question in questions:
            answer = question(axis)
            yes &= answer.yes
            no |= answer.no
            maybe &= answer.maybe
        return Answer(yes, no, maybe & ~yes & ~no)

    return all_of


def _negated(question: Question) -> Question:
    def negated(axis: Axis) -> Answer:
        answer = question(axis)
        return Answer(answer.no, answer.yes, answer.open)

    return negated


def _none_of(questions: Sequence[Question]) -> Question:
    return _negated(_any_of(questions))
