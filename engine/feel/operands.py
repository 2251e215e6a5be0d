"""Operands: literals, names, brackets of all kinds, functions, if, for, some and every.

Source: DMN 1.5, clause 10.3.1.2, rules 25 to 66.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from engine.feel.lexer import NUMBER, SIGN, STRING, WORD
from engine.feel.limits import MAX_ITERATORS
from engine.feel.names import NameBook
from engine.feel.numbers import number_from_text
from engine.feel.stream import RESERVED, TokenStream
from engine.feel.syntax import (
    ContextOf,
    External,
    For,
    FunctionOf,
    If,
    Iterator,
    ListOf,
    Literal,
    Name,
    Node,
    Quantified,
    RangeOf,
)
from engine.feel.temporal_text import temporal_from_text
from engine.feel.type_parser import parse_type
from engine.feel.vocabulary import Vocabulary

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CONSTANTS = {"true": True, "false": False, "null": None}


class Operands(ABC):
    """The half of the parser that knows no operators; `expression` and `arithmetic` come from the other."""

    def __init__(self, text: str, *, vocabulary: Vocabulary, builtin: NameBook) -> None:
        self.stream = TokenStream(text, vocabulary=vocabulary, builtin=builtin)
        self._asks = False
        """Whether `?` was read since somebody last cleared this."""
        self._range_ends = 0
        """How many ranges wait for their closing bracket, which may be the `[` of `]1..5[`."""

    @abstractmethod
    def expression(self) -> Node: ...

    @abstractmethod
    def arithmetic(self) -> Node:
        """An expression without comparison, `and` or `or` outside brackets."""
        ...

    def primary(self) -> Node:
        s = self.stream
        token = s.token
        if token.type == NUMBER:
            return self._number(token.at, "")
        if token.type == STRING:
            s.advance()
            return Literal(token.at, token.text)
        if token.type == WORD:
            return self._word()
        if token.type == SIGN:
            match token.text:
                case "(":
                    return self._parenthesis()
                case "[":
                    return self._bracket()
                case "]":
                    s.advance()
                    return self.range_tail(token.at, self._range_start(), included=False)
                case "{":
                    return self._context()
                case "@":
                    return self._at_literal()
        raise s.error("an expression")

    def negative_number(self) -> Node:
        """The sign belongs to the literal (rule 35): `-1 instance of number` is no negated boolean."""
        return self._number(self.stream.advance().at, "-")

    def _number(self, at: int, sign: str) -> Node:
        s = self.stream
        number = number_from_text(sign + s.token.text)
        if number is None:
            raise s.error("a number within 34 digits and exponents -6143..6144")
        s.advance()
        return Literal(at, number)

    def _word(self) -> Node:
        s = self.stream
        token = s.token
        if token.text in RESERVED:
            fit = s.known_name()
            if fit is not None:
                s.jump(fit[0])
                return Name(token.at, fit[1])
        match token.text:
            case "true" | "false" | "null":
                s.advance()
                return Literal(token.at, _CONSTANTS[token.text])
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function" if s.ahead().text == "(":
                return self._function()
        if token.text in RESERVED:
            raise s.error("an expression")
        name = s.name()
        if name == "?":
            self._asks = True
        return Name(token.at, name)

    def _at_literal(self) -> Node:
        s = self.stream
        at = s.advance().at
        token = s.token
        if token.type != STRING:
            raise s.error("a valid temporal literal")
        value = temporal_from_text(token.text)
        if value is None:
            raise s.error("a valid temporal literal", found=repr(token.text[:40]))
        s.advance()
        return Literal(at, value)

    def _parenthesis(self) -> Node:
        s = self.stream
        at = s.advance().at
        range_ends, self._range_ends = self._range_ends, 0
        node = self.expression()
        self._range_ends = range_ends
        if s.at_sign(".."):
            return self.range_tail(at, node, included=False)
        s.expect_sign(")")
        return node

    def open_range(self) -> Node:
        """`< 5` as a value is a range without a start (rule 7.a; clause 10.3.2.7)."""
        at, operator = self.stream.token.at, self.stream.advance().text
        bound = self.arithmetic()
        match operator:
            case "<" | "<=":
                return RangeOf(at, None, bound, False, operator == "<=")
            case ">" | ">=":
                return RangeOf(at, bound, None, operator == ">=", False)
        same = operator == "="
        return RangeOf(at, bound, bound, same, same, operator)

    def _range_start(self) -> Node:
        range_ends, self._range_ends = self._range_ends, 0
        node = self.expression()
        self._range_ends = range_ends
        return node

    def range_tail(self, at: int, start: Node, *, included: bool) -> Node:
        s = self.stream
        s.expect_sign("..")
        self._range_ends += 1
        end = self.expression()
        self._range_ends -= 1
        if s.token.type != SIGN or s.token.text not in (")", "]", "["):
            raise s.error("')', ']' or '['")
        return RangeOf(at, start, end, included, s.advance().text == "]")

    def _bracket(self) -> Node:
        s = self.stream
        at = s.advance().at
        if s.at_sign("]") and not s.starts_operand(1):
            s.advance()
            return ListOf(at, ())
        range_ends, self._range_ends = self._range_ends, 0
        items = [self.expression()]
        if s.at_sign(".."):
            self._range_ends = range_ends
            return self.range_tail(at, items[0], included=True)
        while s.take_sign(","):
            items.append(self.expression())
        s.expect_sign("]")
        self._range_ends = range_ends
        return ListOf(at, tuple(items))

    def _context(self) -> Node:
        s = self.stream
        at = s.advance().at
        entries: dict[str, Node] = {}
        range_ends, self._range_ends = self._range_ends, 0
        s.open_scope()
        while not s.at_sign("}"):
            start = s.token
            if start.type == STRING:
                key = s.advance().text
            else:
                key = s.new_name(until=frozenset({":"}), expected="a context key")
            if key in entries:
                raise s.error("a key that is not used twice", at=start)
            s.expect_sign(":")
            s.declare_key(key)
            entries[key] = self.expression()
            if not s.take_sign(","):
                break
            if s.at_sign("}"):
                raise s.error("a context key")
        s.expect_sign("}")
        s.close_scope()
        self._range_ends = range_ends
        return ContextOf(at, tuple(entries.items()))

    def _function(self) -> Node:
        s = self.stream
        at = s.advance().at
        s.expect_sign("(")
        parameters: dict[str, object] = {}
        typed = []
        s.open_scope()
        while not s.at_sign(")"):
            start = s.token
            name = s.new_name(until=frozenset({":", ",", ")"}))
            if name in parameters:
                raise s.error("a parameter name that is not used twice", at=start)
            parameters[name] = None
            s.declare(name)
            typed.append((name, parse_type(s) if s.take_sign(":") else None))
            if not s.take_sign(","):
                break
        s.expect_sign(")")
        external = s.at_word("external") and s.ahead().text == "{"
        body: Node = External(s.advance().at, self._context()) if external else self.expression()
        s.close_scope()
        return FunctionOf(at, tuple(typed), body)

    def _if(self) -> Node:
        s = self.stream
        at = s.token.at
        branches = []
        while s.take_word("if"):
            condition = self.expression()
            s.expect_word("then")
            branches.append((condition, self.expression()))
            s.expect_word("else")
        return If(at, tuple(branches), self.expression())

    def _for(self) -> Node:
        s = self.stream
        at = s.advance().at
        s.open_scope()
        iterators = self._iterators()
        s.expect_word("return")
        body = self.expression()
        s.close_scope()
        return For(at, iterators, body)

    def _quantified(self) -> Node:
        s = self.stream
        token = s.advance()
        s.open_scope()
        iterators = self._iterators()
        s.expect_word("satisfies")
        condition = self.expression()
        s.close_scope()
        return Quantified(token.at, token.text == "every", iterators, condition)

    def _iterators(self) -> tuple[Iterator, ...]:
        s = self.stream
        iterators: list[Iterator] = []
        while True:
            name = s.new_name(until=frozenset({"in"}))
            s.expect_word("in")
            domain = self.expression()
            end = self.expression() if s.take_sign("..") else None
            iterators.append(Iterator(name, domain, end))
            s.declare(name)
            if not s.take_sign(","):
                return tuple(iterators)
            if len(iterators) == MAX_ITERATORS:
                raise s.error(f"at most {MAX_ITERATORS} iterators", found="one more")
