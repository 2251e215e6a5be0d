"""A cursor over tokens that knows how deep it is and which names it may put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import ASCII_TWINS, END, NUMBER, SIGN, STRING, TWIN, WORD, Token, tokens_of
from engine.feel.limits import MAX_NAME_WORDS, MAX_NESTING
from engine.feel.names import NameBook
from engine.feel.vocabulary import Vocabulary

RESERVED = frozenset(
    {
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "of", "function", "true", "false", "null",
    }
)  # fmt: skip
_AFTER_OPERAND = frozenset(
    {"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"}
)  # fmt: skip
"""Words that go on after a whole operand; no other word can follow one."""
_IN_NAMES = frozenset({".", "/", "-", "'", "’", "+", "*", "**", ".."})
"""Grammar rule 30; the last two are what the lexer makes of two of them."""
_BRACKETS_IN_NAMES = frozenset("（）【】《》")
"""As in 金额（元）: letters by grammar rule 28, and no slip for a sign where a name is declared."""


class TokenStream:
    def __init__(self, text: str, *, vocabulary: Vocabulary, builtin: NameBook) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.index = 0
        self.token = self.tokens[0]
        self._builtin = builtin
        self._vocabulary = vocabulary
        self._scopes: list[NameBook | None] = []
        """Names of several words that the open constructs declare; None where one has none."""
        self._keys = NameBook()
        """All keys that the text writes: what may follow a dot or stand in a filter."""
        self._depth = 0
        self.filters = 0
        """How many filters are open: inside them the entries of items are names."""

    def advance(self) -> Token:
        """The current token; the cursor moves on, but never beyond END."""
        token = self.token
        if token.type != END:
            self.index += 1
            self.token = self.tokens[self.index]
        return token

    def jump(self, count: int) -> None:
        self.index += count
        self.token = self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def at_sign(self, text: str) -> bool:
        return self.token.text == text and self.token.type == SIGN

    def at_word(self, text: str) -> bool:
        return self.token.text == text and self.token.type == WORD

    def take_sign(self, text: str) -> bool:
        if self.at_sign(text):
            self.advance()
            return True
        return False

    def take_word(self, text: str) -> bool:
        if self.at_word(text):
            self.advance()
            return True
        return False

    def expect_sign(self, text: str) -> Token:
        if not self.at_sign(text):
            raise self.error(f"{text!r}")
        return self.advance()

    def expect_word(self, text: str) -> Token:
        if not self.at_word(text):
            raise self.error(f"{text!r}")
        return self.advance()

    def error(self, expected: str, *, at: Token | None = None, found: str | None = None) -> FeelSyntaxError:
        token = at or self.token
        if found is None:
            if token.type == TWIN:
                expected, found = repr(ASCII_TWINS[token.text]), f"its full-width twin {token.text!r}"
            elif token.type == END:
                found = "the end of the text"
            elif token.type == STRING:
                found = "a string"
            else:
                found = repr(token.text if len(token.text) <= 40 else token.text[:40] + "…")
        return FeelSyntaxError(self.text, position=token.at, expected=expected, found=found)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper; too deep is a FeelSyntaxError long before Python's own stack ends."""
        self.deepen()
        try:
            yield
        finally:
            self._depth -= 1

    def deepen(self) -> None:
        if self._depth >= MAX_NESTING:
            raise self.error(f"at most {MAX_NESTING} nested levels", found="a deeper one")
        self._depth += 1

    def lift(self) -> None:
        self._depth -= 1

    def open_scope(self) -> None:
        self._scopes.append(None)

    def close_scope(self) -> None:
        self._scopes.pop()

    def declare(self, name: str) -> None:
        """Until the innermost scope closes `name` is read as one name, however many words it has."""
        if name.isidentifier():
            return
        book = self._scopes[-1]
        if book is None:
            book = self._scopes[-1] = NameBook()
        book.add(name)

    def declare_key(self, name: str) -> None:
        """As `declare`, and for good after a dot and inside a filter."""
        if not name.isidentifier():
            self._keys.add(name)
            self.declare(name)

    def known_name(self) -> tuple[int, str] | None:
        """The longest name of several words at the cursor, and how many tokens it has."""
        fit = self._vocabulary.name_book.longest(self.tokens, self.index)
        for book in self._scopes:
            if book is not None:
                inner = book.longest(self.tokens, self.index)
                if _words(inner) >= _words(fit):
                    fit = inner
        if self.filters:
            fit = max(fit, self._longest(self._keys, self._vocabulary.entry_book), key=_words)
        return fit

    def name(self) -> str:
        """A variable or function name at the cursor: the longest known one, or one word."""
        fit = self.known_name()
        built_in = self._builtin.longest(self.tokens, self.index)
        if built_in is not None and (fit is None or built_in[0] > fit[0]) and self._is_meant(built_in):
            fit = built_in
        if fit is not None:
            self.jump(fit[0])
            return fit[1]
        if self.token.type != WORD or self.token.text in RESERVED:
            raise self.error("a name")
        return self.advance().text

    def _is_meant(self, built_in: tuple[int, str]) -> bool:
        """`date and time` could be two variables and an operator: only a call means the function."""
        return self.ahead(built_in[0]).text == "(" or " and " not in built_in[1]

    def type_name(self) -> str | None:
        """The longest name of a type of the model at the cursor; None if there is none."""
        fit = self._longest(self._vocabulary.type_book)
        if fit is None:
            return None
        self.jump(fit[0])
        return fit[1]

    def _longest(self, *books: NameBook) -> tuple[int, str] | None:
        """Of all that fit; of the same length the first book's."""
        return max((book.longest(self.tokens, self.index) for book in books), key=_words)

    def property_name(self) -> str:
        """A name after a dot: the longest known one, or all words, of which the first may be reserved.

        Two words side by side cannot be anything else there, so entries that no type declares work too.
        """
        words = self._vocabulary
        fit = self._longest(self._keys, words.entry_book, words.name_book, self._builtin)
        if fit is not None:
            self.jump(fit[0])
            return fit[1]
        if self.token.type != WORD:
            raise self.error("a property name")
        name = [self.advance().text]
        while self.token.type == NUMBER or (
            self.token.type == WORD and self.token.text not in _AFTER_OPERAND
        ):
            name.append(self.advance().text)
            self._bound(len(name))
        return " ".join(name)

    def new_name(self, *, until: frozenset[str], expected: str = "a name") -> str:
        """A name that is being declared: all words and signs up to one of `until`, blanks collapsed.

        Source: DMN 1.5, grammar rules 25 to 30.
        """
        if self.token.type != WORD:
            raise self.error(expected)
        last = self.advance()
        name = [last.text]
        words = 1
        while self.token.type != END and self.token.text not in until:
            if not self.at_name_part():
                raise self.error(" or ".join(repr(sign) for sign in sorted(until)))
            if self.token.at > last.end:
                name.append(" ")
            last = self.advance()
            name.append(last.text)
            words += 1
            self._bound(words)
        return "".join(name)

    def starts_operand(self, ahead: int) -> bool:
        """Whether the token that far ahead can only begin an operand, and go on after none.

        It tells the list of `[]2..3], 4]` from the empty list.
        """
        token = self.ahead(ahead)
        return (
            token.type in (NUMBER, STRING)
            or (token.type == WORD and token.text not in _AFTER_OPERAND)
            or (token.type == SIGN and token.text in ("@", "{"))
        )

    def at_name_part(self, ahead: int = 0) -> bool:
        """Whether the token that far ahead may be part of a name, after its first word."""
        token = self.ahead(ahead)
        if token.type == TWIN:
            return token.text in _BRACKETS_IN_NAMES
        return token.type in (WORD, NUMBER) or (token.type == SIGN and token.text in _IN_NAMES)

    def _bound(self, words: int) -> None:
        if words > MAX_NAME_WORDS:
            raise self.error(f"at most {MAX_NAME_WORDS} words in a name", found="one more")


def _words(fit: tuple[int, str] | None) -> int:
    return 0 if fit is None else fit[0]
