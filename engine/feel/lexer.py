"""Text to tokens. Names come out word by word: only the parser knows which words belong together."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import MAX_TEXT_CHARACTERS

NUMBER, STRING, WORD, SIGN, TWIN, END = "number", "string", "word", "sign", "twin", "end"


class Token(NamedTuple):
    """`text` is the decoded string for STRING, the source otherwise; `at` and `end` are offsets."""

    type: str
    text: str
    at: int
    end: int


# DMN 1.5 grammar rules 28 and 29, without what rule 61 calls white space. The full-width twins of ASCII
# signs (U+FF08 and so on) are letters there; here they are tokens of their own, because a designer who
# types them with a Chinese keyboard means the sign, unless they stand in a name that is known.
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff"
    "\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\uff66-\uffdc\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_TOKEN = re.compile(
    rf"""(?P<space>[\s\u180e\u200b\ufeff]+|//[^\n\v\f\r]*|/\*.*?\*/)
    |(?P<open>/\*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![0-9]))
    |(?P<word>[{_START}][{_PART}]*)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<twin>[，（）：；＝＜＞＋－＊／．［］｛｝＂“”【】、。＠？《》×÷≤≥≠])
    |(?P<sign>\*\*|\.\.|!=|<=|>=|->|[-+*/=<>()\[\]{{}},.:@;'’])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
ASCII_TWINS = dict(
    zip(
        "，（）：；＝＜＞＋－＊／．［］｛｝＂“”【】、。＠？《》×÷",
        ',():;=<>+-*/.[]{}"""[],.@?<>*/',
        strict=True,
    )
) | {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}


def tokens_of(text: str) -> list[Token]:
    """All tokens of `text` and a last one of type END.

    Raises FeelSyntaxError for a character or string that is no token, and for a text over
    MAX_TEXT_CHARACTERS. Takes time linear in the text.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise FeelSyntaxError(
            text,
            position=MAX_TEXT_CHARACTERS,
            expected="the end of the text",
            found=f"{len(text)} characters where {MAX_TEXT_CHARACTERS} are allowed",
        )
    tokens: list[Token] = []
    at = 0
    scan = _TOKEN.match
    while at < len(text):
        match = scan(text, at)
        if match is None:
            raise _no_token(text, at)
        if match.lastgroup == "open":
            raise FeelSyntaxError(
                text, position=at, expected="a comment with a closing */", found="the end of the text"
            )
        end = match.end()
        type_ = match.lastgroup
        if type_ == STRING:
            tokens.append(Token(STRING, _unescaped(text, at, end), at, end))
        elif type_ != "space":
            tokens.append(Token(type_ or SIGN, match.group(), at, end))
        at = end
    tokens.append(Token(END, "", at, at))
    return tokens


def lexemes(name: str) -> tuple[str, ...] | None:
    """The words and signs of a name as the parser will meet them; None if it can never meet them."""
    try:
        found = tuple(token.text for token in tokens_of(name)[:-1])
    except FeelSyntaxError:
        return None
    return found or None


def _unescaped(text: str, at: int, end: int) -> str:
    body = text[at + 1 : end - 1]
    if "\\" in body:
        body = _ESCAPE.sub(_character, body)
    try:
        # A pair of \uD83D\uDC0E is one character; half a pair is none and cannot be stored.
        return body.encode("utf-16", "surrogatepass").decode("utf-16") if not body.isascii() else body
    except UnicodeDecodeError as error:
        raise FeelSyntaxError(
            text, position=at, expected="an escape of a Unicode character", found="half a surrogate pair"
        ) from error


def _character(match: re.Match[str]) -> str:
    short, long, plain = match.groups()
    if plain is not None:
        # Unknown escapes stay as written: regular expressions are full of them.
        return _PLAIN_ESCAPES.get(plain, match.group())
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ud800"


def _no_token(text: str, at: int) -> FeelSyntaxError:
    character = text[at]
    if character == '"':
        return FeelSyntaxError(
            text, position=at, expected="a string with a closing quote", found="the end of the text"
        )
    return FeelSyntaxError(text, position=at, expected="an expression", found=f"{character!r}")
