"""Names of several words: how they are found in a row of tokens."""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel.lexer import STRING, Token, lexemes
from engine.feel.limits import MAX_NAME_WORDS


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
