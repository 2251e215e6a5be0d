"""Tokens to syntax tree, by precedence climbing. Source: DMN 1.5, clause 10.3.1.2, rules 1 to 26."""

from __future__ import annotations

from engine.feel.lexer import END, NUMBER, SIGN, WORD, Token
from engine.feel.names import NameBook
from engine.feel.operands import COMPARISONS, Operands
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Tests,
    ValueTest,
)
from engine.feel.type_parser import parse_type
from engine.feel.vocabulary import Vocabulary

# What can follow `]1..5[`: there the bracket closes the range instead of opening a filter.
_AFTER_RANGE_WORDS = frozenset(
    {"and", "or", "then", "else", "in", "return", "satisfies", "between", "instance"}
)
_LEVELS = (frozenset({"**"}), frozenset({"*", "/"}), frozenset({"+", "-"}))
"""Tightest first; all are left-associative."""
_ARITHMETIC = frozenset().union(*_LEVELS)
_AFTER_RANGE_SIGNS = frozenset({"..", ".", ")", "]", ",", "}", "=", "!=", "<", "<=", ">", ">="})


def parse_expression(text: str, *, vocabulary: Vocabulary, builtin: NameBook) -> Node:
    """The tree of a whole expression. Raises FeelSyntaxError and nothing else."""
    parser = _Parser(text, vocabulary=vocabulary, builtin=builtin)
    if parser.stream.at_sign("="):
        # By rule 7.a a range, but nobody means it: other tools write `=` before every expression.
        raise parser.stream.error("an expression")
    try:
        node = parser.expression()
        parser.finish()
    except RecursionError as error:
        raise parser.stream.error("an expression that is less deep", found="the end of the stack") from error
    return node


def parse_unary_tests(text: str, *, vocabulary: Vocabulary, builtin: NameBook) -> Tests:
    """The tree of a decision table cell. Raises FeelSyntaxError and nothing else."""
    parser = _Parser(text, vocabulary=vocabulary, builtin=builtin)
    try:
        tests = parser.negated_cell()
        if tests is None:
            parser = _Parser(text, vocabulary=vocabulary, builtin=builtin)
            tests = parser.cell()
        parser.finish()
    except RecursionError as error:
        raise parser.stream.error("a unary test that is less deep", found="the end of the stack") from error
    return tests


def _joined(word: str, at: int, terms: list[Node]) -> Node:
    return terms[0] if len(terms) == 1 else Logic(at, word, tuple(terms))


def _folded(
    operands: list[Node], operators: list[Token], level: frozenset[str]
) -> tuple[list[Node], list[Token]]:
    """Every run of operators of `level` becomes one operand; the other operators stay."""
    kept_operands: list[Node] = []
    kept_operators: list[Token] = []
    first = operands[0]
    rest: list[tuple[str, int, Node]] = []
    for token, operand in zip(operators, operands[1:], strict=True):
        if token.text in level:
            rest.append((token.text, token.at, operand))
            continue
        kept_operands.append(Arithmetic(first.at, first, tuple(rest)) if rest else first)
        kept_operators.append(token)
        first, rest = operand, []
    kept_operands.append(Arithmetic(first.at, first, tuple(rest)) if rest else first)
    return kept_operands, kept_operators


class _Parser(Operands):
    def finish(self) -> None:
        if self.stream.token.type != END:
            raise self.stream.error("the end of the expression")

    # -- unary tests -------------------------------------------------------------------------

    def cell(self) -> Tests:
        s = self.stream
        at = s.token.at
        if s.at_sign("-") and s.ahead().type == END:
            s.advance()
            return Tests(at, (), False)
        return Tests(at, self._tests(), False)

    def negated_cell(self) -> Tests | None:
        """`not(1, > 5)`, if that is all (rule 15.b): more behind it makes it a call of the function."""
        s = self.stream
        if not s.at_word("not") or s.ahead().text != "(":
            return None
        at = s.token.at
        s.jump(2)
        tests = self._tests()
        s.expect_sign(")")
        return Tests(at, tests, True) if s.token.type == END else None

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.stream.take_sign(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Node:
        s = self.stream
        at = s.token.at
        if s.token.type == END:
            raise s.error("a unary test")
        if s.token.type == SIGN and s.token.text in COMPARISONS:
            operator = s.advance().text
            return CompareTest(at, operator, self.arithmetic())
        asked_before, self._asks = self._asks, False
        operand = self.expression()
        asks, self._asks = self._asks, asked_before or self._asks
        return ValueTest(at, operand, asks)

    # -- operators, loosest first ------------------------------------------------------------

    def expression(self) -> Node:
        # One method for both words, and one for all of arithmetic: every level of brackets passes
        # through here, so few calls per level leave room on Python's stack.
        s = self.stream
        s.deepen()
        at = s.token.at
        if s.token.type == SIGN and s.token.text in COMPARISONS:
            node = self.open_range()
            s.lift()
            return node
        alternatives: list[Node] = []
        terms = [self._comparison()]
        while s.token.type == WORD and s.token.text in ("and", "or"):
            if s.advance().text == "or":
                alternatives.append(_joined("and", at, terms))
                terms = []
            terms.append(self._comparison())
        s.lift()
        alternatives.append(_joined("and", at, terms))
        return _joined("or", at, alternatives)

    def _comparison(self) -> Node:
        s = self.stream
        node = self.arithmetic()
        links = 0
        while True:
            token = s.token
            if token.type == SIGN and token.text in COMPARISONS:
                s.advance()
                node = Comparison(token.at, token.text, node, self.arithmetic())
            elif token.type == WORD and token.text == "between":
                s.advance()
                low = self.arithmetic()
                s.expect_word("and")
                node = Between(token.at, node, low, self.arithmetic())
            elif token.type == WORD and token.text == "in":
                s.advance()
                node = In(token.at, node, self._in_tests())
            else:
                break
            links += 1
            s.deepen()
        for _ in range(links):
            s.lift()
        return node

    def _in_tests(self) -> Tests:
        s = self.stream
        at = s.token.at
        if not s.at_sign("("):
            return Tests(at, (self._in_test(),), False)
        s.advance()
        asked, range_ends = self._asks, self._range_ends
        self._range_ends = 0
        tests = self._tests()
        # `?` in these tests is the value left of `in`, and no question of the cell around.
        self._asks, self._range_ends = asked, range_ends
        if len(tests) == 1 and s.at_sign("..") and isinstance(tests[0], ValueTest):
            interval = self.range_tail(at, tests[0].operand, included=False)
            return Tests(at, (ValueTest(at, interval, False),), False)
        s.expect_sign(")")
        if len(tests) == 1 and isinstance(tests[0], ValueTest):
            operand = self._postfix(tests[0].operand)
            return Tests(at, (ValueTest(at, operand, tests[0].asks),), False)
        return Tests(at, tests, False)

    def _in_test(self) -> Node:
        token = self.stream.token
        if token.type == SIGN and token.text in COMPARISONS:
            return self._test()
        return ValueTest(token.at, self.arithmetic(), False)

    def arithmetic(self) -> Node:
        s = self.stream
        operands = [self._unary()]
        operators: list[Token] = []
        while s.token.type == SIGN and s.token.text in _ARITHMETIC:
            operators.append(s.advance())
            operands.append(self._unary())
        for level in _LEVELS:
            if operators:
                operands, operators = _folded(operands, operators, level)
        return operands[0]

    def _unary(self) -> Node:
        s = self.stream
        if s.at_sign("-"):
            if s.ahead().type == NUMBER:
                return self._postfix(self.negative_number())
            with s.nested():
                at = s.advance().at
                operand = self._unary()
            return Negation(at, operand)
        return self._postfix(self.primary())

    def _postfix(self, node: Node) -> Node:
        s = self.stream
        links = 0
        while True:
            token = s.token
            if token.type == SIGN and token.text == ".":
                s.advance()
                node = Path(token.at, node, s.property_name())
            elif token.type == SIGN and token.text == "[":
                if self._range_ends and self._closes_range():
                    break
                s.advance()
                node = Filter(token.at, node, self._filter_condition())
            elif token.type == SIGN and token.text == "(":
                node = self._call(node)
            elif token.type == WORD and token.text == "instance" and s.ahead().text == "of":
                s.jump(2)
                node = InstanceOf(token.at, node, parse_type(s))
            else:
                break
            links += 1
            s.deepen()
        for _ in range(links):
            s.lift()
        return node

    def _closes_range(self) -> bool:
        following = self.stream.ahead()
        if following.type == WORD:
            return following.text in _AFTER_RANGE_WORDS
        return following.type == END or (following.type == SIGN and following.text in _AFTER_RANGE_SIGNS)

    def _filter_condition(self) -> Node:
        range_ends, self._range_ends = self._range_ends, 0
        self.stream.filters += 1
        condition = self.expression()
        self.stream.filters -= 1
        self._range_ends = range_ends
        self.stream.expect_sign("]")
        return condition

    def _call(self, function: Node) -> Node:
        s = self.stream
        at = s.expect_sign("(").at
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        range_ends, self._range_ends = self._range_ends, 0
        while not s.at_sign(")"):
            start = s.token
            name = self._argument_name()
            if (name is None and named) or (name is not None and positional):
                raise s.error("only named or only positional arguments", at=start)
            if name is None:
                positional.append(self.expression())
            else:
                named.append((name, self.expression()))
            if not s.take_sign(","):
                break
            if s.at_sign(")"):
                raise s.error("an expression")
        s.expect_sign(")")
        self._range_ends = range_ends
        at = function.at if isinstance(function, Name) else at
        return Call(at, function, tuple(positional), tuple(named))

    def _argument_name(self) -> str | None:
        s = self.stream
        if s.token.type != WORD:
            return None
        ahead = 1
        while s.at_name_part(ahead):
            ahead += 1
        if s.ahead(ahead).text != ":" or s.ahead(ahead).type != SIGN:
            return None
        name = s.new_name(until=frozenset({":"}))
        s.advance()
        return name
