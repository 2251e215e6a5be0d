"""A cursor over tokens that knows how deep it is and which names it may put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import END, SIGN, STRING, WORD, Token, tokens_of
from engine.feel.limits import MAX_NAME_WORDS, MAX_NESTING
from engine.feel.names import NameBook
from engine.feel.vocabulary import Vocabulary

RESERVED = frozenset(
    {
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "of", "function", "true", "false", "null", "external",
    }
)  # fmt: skip


class TokenStream:
    def __init__(self, text: str, *, vocabulary: Vocabulary, builtin: NameBook) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.index = 0
        self.token = self.tokens[0]
        self._builtin = builtin
        self._vocabulary = vocabulary
        self._declared = NameBook()
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
            if token.type == END:
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

    def declare(self, name: str) -> None:
        """From here on `name` is read as one name, however many words it has."""
        self._declared.add(name)

    def name(self) -> str:
        """A variable or function name at the cursor: the longest known one, or one word."""
        fit = self._longest(self._declared, self._vocabulary.name_book)
        if self.filters:
            fit = max(fit, self._longest(self._vocabulary.entry_book), key=_words)
        built_in = self._builtin.longest(self.tokens, self.index)
        # `date and time` could be two variables and an operator: only a call means the function.
        if (
            built_in is not None
            and self.ahead(built_in[0]).text == "("
            and (fit is None or built_in[0] > fit[0])
        ):
            fit = built_in
        if fit is not None:
            self.jump(fit[0])
            return fit[1]
        if self.token.type != WORD or self.token.text in RESERVED:
            raise self.error("a name")
        return self.advance().text

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
        """A name after a dot: any word, also a reserved one."""
        words = self._vocabulary
        fit = self._longest(self._declared, words.entry_book, words.name_book, self._builtin)
        if fit is not None:
            self.jump(fit[0])
            return fit[1]
        if self.token.type != WORD:
            raise self.error("a property name")
        return self.advance().text

    def new_name(self, *, until: frozenset[str], expected: str = "a name") -> str:
        """A name that is being declared: all words and signs up to one of `until`, blanks collapsed."""
        first = self.token
        if first.type != WORD:
            raise self.error(expected)
        last = self.advance()
        words = 1
        while self.token.type != END and self.token.text not in until:
            if self.token.type not in (WORD, SIGN, "number") or self.token.text in "()[]{}<>=,:;@":
                raise self.error(" or ".join(repr(sign) for sign in sorted(until)))
            last = self.advance()
            words += 1
            if words > MAX_NAME_WORDS:
                raise self.error(f"at most {MAX_NAME_WORDS} words in a name", found="one more")
        return " ".join(self.text[first.at : last.end].split())


def _words(fit: tuple[int, str] | None) -> int:
    return 0 if fit is None else fit[0]
