"""docs/reference/feel.md says what the language does: every example on it is run, every signature compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from engine.feel import compile_expression, compile_unary_tests, equal, limits
from engine.feel.builtins import BUILTINS

PAGE = Path(__file__).parents[2] / "docs/reference/feel.md"
ARROW = "  →  "
NOW = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
"""2026-03-02 04:30 in Shanghai, as the page says."""
FAMILY = "## Functions: "


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[tuple[str, str]]:
    found = []
    for line in "".join(blocks(language, page())).splitlines():
        asked, arrow, expected = line.rpartition(ARROW)
        assert arrow, f"{line!r} has no arrow"
        found.append((asked, expected))
    return found


@cache
def entries() -> Mapping[str, str]:
    """The text below the heading of each function."""
    families = "".join(
        part for part in re.split(r"^(?=## )", page(), flags=re.MULTILINE) if part.startswith(FAMILY)
    )
    found = re.split(r"^### `(.+)`$", families, flags=re.MULTILINE)
    assert len(found[1::2]) == len(set(found[1::2])), "each function once"
    return dict(zip(found[1::2], found[2::2], strict=True))


@cache
def variables() -> Mapping[str, object]:
    (written,) = blocks("feel-variables", page())
    context = compile_expression(written).value({}, now=NOW)
    assert isinstance(context, dict)
    return context


@pytest.mark.parametrize(("asked", "expected"), examples("feel"))
def test_an_example_gives_what_the_page_says(asked: str, expected: str) -> None:
    evaluation = compile_expression(asked, names=tuple(variables())).evaluate(variables(), now=NOW)
    promised = compile_expression(expected).evaluate({}, now=NOW)

    assert promised.diagnostics == ()
    assert equal(evaluation.value, promised.value) is True
    assert evaluation.value is None or evaluation.diagnostics == ()


@pytest.mark.parametrize(("asked", "expected"), examples("unary-tests"))
def test_a_cell_passes_as_the_page_says(asked: str, expected: str) -> None:
    written, _, cell = asked.partition(" : ")
    value = compile_expression(written).value({}, now=NOW)

    passed = compile_unary_tests(cell, names=tuple(variables())).matches(value, variables(), now=NOW)

    assert str(passed).lower() == expected


def test_the_page_has_every_function_and_no_other() -> None:
    assert set(entries()) == set(BUILTINS)


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_an_entry_has_the_declared_signatures_and_an_example(name: str) -> None:
    signatures = blocks("feel-signature", entries()[name])
    shown = [block for block in blocks("feel", entries()[name]) if f"{name}(" in block]

    assert signatures == ["".join(f"{signature.text()}\n" for signature in BUILTINS[name].signatures)]
    assert shown, "an example calls it"


def test_every_function_of_the_standard_shows_when_it_is_null() -> None:
    without = {"now", "today", "is", "index of", "string", *_ADDITIONS}

    silent = [
        name
        for name, entry in entries().items()
        if not any(f"{ARROW}null" in block for block in blocks("feel", entry))
    ]

    assert set(silent) - without - _RANGES == set()


_ADDITIONS = frozenset(
    {"get or else", "is defined", "trim", "extract", "duplicate values", "last day of month"}
)
_RANGES = frozenset(
    {"met by", "overlaps", "overlaps before", "overlaps after", "finishes", "finished by"}
    | {"during", "starts", "started by"}
)
"""One or two of the relations show for all what values without an order give."""


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("characters of an expression", limits.MAX_TEXT_CHARACTERS),
        ("nested levels", limits.MAX_NESTING),
        ("steps of an evaluation", limits.MAX_STEPS),
        ("seconds of an evaluation", limits.MAX_SECONDS),
        ("functions of one's own inside one another", limits.MAX_CALL_DEPTH),
        ("iterators", limits.MAX_ITERATORS),
        ("items of a list", limits.MAX_LIST_ITEMS),
        ("characters of a string", limits.MAX_STRING_CHARACTERS),
        ("characters of a pattern", limits.MAX_PATTERN_CHARACTERS),
        ("diagnostics kept", limits.MAX_DIAGNOSTICS),
    ],
)
def test_a_limit_on_the_page_is_the_one_that_holds(words: str, limit: int) -> None:
    (row,) = re.findall(rf"^\| {words}.*\| (.+) \|$", page(), flags=re.MULTILINE)

    assert row == f"{limit:,}"
