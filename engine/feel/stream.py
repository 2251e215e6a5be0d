"""A cursor over tokens that knows how deep it is and which names it may put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import END, SIGN, STRING, WORD, Token, lexemes, tokens_of
from engine.feel.limits import MAX_NAME_WORDS, MAX_NESTING

RESERVED = frozenset(
    {
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "of", "function", "true", "false", "null", "external",
    }
)  # fmt: skip


class _Branch:
    """The names that go on from here by their next word, and the name that ends here."""

    __slots__ = ("name", "next")

    def __init__(self) -> None:
        self.name: str | None = None
        self.next: dict[str, _Branch] = {}


class NameBook:
    """Names of several words, read word by word; the longest fit wins (clause 10.3.1.4)."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root = _Branch()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if name.isidentifier():
            return
        words = lexemes(name)
        if words is None or not 1 < len(words) <= MAX_NAME_WORDS:
            return
        branch = self._root
        for word in words:
            branch = branch.next.setdefault(word, _Branch())
        branch.name = name

    def longest(self, tokens: list[Token], index: int) -> tuple[int, str] | None:
        """How many tokens from `index` on are one known name, and which."""
        fit = None
        branch = self._root
        for count in range(1, len(tokens) - index):
            token = tokens[index + count - 1]
            following = branch.next.get(token.text) if token.type != STRING else None
            if following is None:
                break
            branch = following
            if branch.name is not None:
                fit = (count, branch.name)
        return fit


class TokenStream:
    def __init__(self, text: str, *, known: Iterable[str], builtin: NameBook) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.index = 0
        self.token = self.tokens[0]
        self._builtin = builtin
        self._known = NameBook(known)
        self._depth = 0

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
        self._known.add(name)

    def name(self) -> str:
        """A variable or function name at the cursor: the longest known one, or one word."""
        fit = self._known.longest(self.tokens, self.index)
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

    def property_name(self) -> str:
        """A name after a dot: any word, also a reserved one."""
        fit = self._known.longest(self.tokens, self.index) or self._builtin.longest(self.tokens, self.index)
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
