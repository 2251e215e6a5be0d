"""Tab completion and line editing, where Python has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

try:
    import readline
except ImportError:  # pragma: no cover - Windows has none
    readline = None  # type: ignore[assignment]

_ENDS = "\n+-*/=<>()[]{},;@\"'"
"""Signs between which a name stands; a blank is none, since names have blanks."""


def completions(typed: str, words: Iterable[str]) -> list[str]:
    """What `typed` may become: its longest end that begins a word, completed."""
    known = list(words)
    pieces = typed.split(" ")
    for number in range(len(pieces)):
        before, end = pieces[:number], " ".join(pieces[number:])
        if end and (found := sorted(word for word in known if word.startswith(end))):
            return [" ".join([*before, word]) for word in found]
    return []


def offer_completion(words: Callable[[], Iterable[str]]) -> None:
    """From now on Tab completes `words()`, as far as `input` can do that here."""
    if readline is None:  # pragma: no cover - Windows has none
        return

    def complete(typed: str, state: int) -> str | None:
        found = completions(typed, words())
        return found[state] if state < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(_ENDS)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
