"""Type names: after `instance of` and in function parameters. Source: DMN 1.5, grammar rule 51 ff."""

from __future__ import annotations

from engine.feel.lexer import SIGN, WORD
from engine.feel.names import NameBook
from engine.feel.stream import TokenStream
from engine.feel.type_names import TypeName

_SEVERAL_WORDS = NameBook(
    ("date and time", "days and time duration", "years and months duration", "day time duration")
)


def parse_type(s: TokenStream) -> TypeName:
    """The type at the cursor: basic, list<T>, range<T>, context<a: T>, function<T, T> -> T, or a name.

    Which names exist is the compiler's question. Raises FeelSyntaxError.
    """
    with s.nested():
        name = _type_name(s)
        if name == "function" and s.at_sign("<"):
            return _function_type(s)
        if not s.at_sign("<") or name not in ("list", "range", "context"):
            return TypeName(name)
        s.advance()
        if name == "context":
            return _context_type(s)
        argument = parse_type(s)
        _close(s)
        return TypeName(name, (argument,))


def _type_name(s: TokenStream) -> str:
    fit = _SEVERAL_WORDS.longest(s.tokens, s.index)
    if fit is not None:
        s.jump(fit[0])
        return fit[1]
    known = s.type_name()
    if known is not None:
        return known
    if s.token.type != WORD:
        raise s.error("a type name")
    words = [s.advance().text]
    while s.at_sign(".") and s.ahead().type == WORD:
        s.advance()
        words.append(s.advance().text)
    return ".".join(words)


def _context_type(s: TokenStream) -> TypeName:
    fields = []
    while not s.at_sign(">"):
        name = s.new_name(until=frozenset({":"}))
        s.expect_sign(":")
        fields.append((name, parse_type(s)))
        if not s.take_sign(","):
            break
    _close(s)
    return TypeName("context", (), tuple(fields))


def _function_type(s: TokenStream) -> TypeName:
    s.advance()
    parameters = []
    while not s.at_sign(">"):
        parameters.append(parse_type(s))
        if not s.take_sign(","):
            break
    _close(s)
    s.expect_sign("->")
    return TypeName("function", (*parameters, parse_type(s)))


def _close(s: TokenStream) -> None:
    if not (s.token.type == SIGN and s.token.text == ">"):
        raise s.error("'>'")
    s.advance()
