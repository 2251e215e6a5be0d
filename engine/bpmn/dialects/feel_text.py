"""Writing FEEL: what the translations of other expression languages are put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from engine.errors import InvalidArgument
from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.model.variable_names import is_variable_name

MAX_CHARACTERS = 4_000
"""Of an expression to translate. A longer one is a program, not a condition."""
MAX_DEPTH = 40
"""Of nested operators and brackets in an expression to translate."""
MAX_RESULT_CHARACTERS = 20_000
"""Of the FEEL. Some operators need their operand twice, which would multiply with every nesting."""


class Note(NamedTuple):
    """A difference in meaning that remains after the translation."""

    zh: str
    en: str


class Untranslatable(InvalidArgument):
    """The expression has no exact counterpart in FEEL. `position` counts characters from 1."""

    def __init__(self, zh: str, en: str, *, position: int | None = None) -> None:
        where_zh = f"第 {position} 个字符：" if position is not None else ""
        where_en = f" at character {position}" if position is not None else ""
        super().__init__(f"{en}{where_en}")
        self.zh = f"{where_zh}{zh}"
        self.en = f"{en}{where_en}"
        self.position = position


class Level(IntEnum):
    """How tightly a piece of FEEL holds together. Source: DMN 1.5, clause 10.3.1.2, rules 2 to 7."""

    WHOLE = 0
    """`if … then … else …`"""
    OR = 1
    AND = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    POWER = 6
    SIGN = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Feel:
    """A piece of FEEL. `is_boolean`: it gives true, false or null and nothing else."""

    text: str
    level: Level = Level.ATOM
    is_boolean: bool = False
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if len(self.text) > MAX_RESULT_CHARACTERS:
            raise Untranslatable(
                f"转换后的 FEEL 超过 {MAX_RESULT_CHARACTERS} 个字符",
                f"The FEEL that results has over {MAX_RESULT_CHARACTERS} characters",
            )

    def within(self, level: Level) -> str:
        """The text as an operand of something that needs at least `level`."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Translated:
    """A whole expression or text. `literal` is not None if it has no expression inside."""

    feel: str
    literal: str | None = None
    notes: tuple[Note, ...] = ()
    names: frozenset[str] = frozenset()
    """Variables that the expression reads."""

    @property
    def value(self) -> str:
        """As a value of our attributes: text, or FEEL after "="."""
        if self.literal is None or self.literal.lstrip().startswith("="):
            return f"={self.feel}"
        return self.literal


def literal(text: str) -> Translated:
    return Translated(quoted(text), literal=text)


def quoted(text: str) -> str:
    """A FEEL string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def name(text: str, *, position: int | None = None) -> Feel:
    """A variable. Raises Untranslatable if FEEL could not read its name."""
    if not is_variable_name(text):
        raise Untranslatable(
            f"“{text}”不能作 FEEL 变量名",
            f'"{text}" cannot be the name of a FEEL variable',
            position=position,
        )
    return Feel(text)


def entry_of(whole: Feel, key: str) -> Feel:
    """`whole.key`, also for keys that are no names."""
    if is_variable_name(key):
        return Feel(f"{whole.within(Level.ATOM)}.{key}", notes=whole.notes)
    return call("get value", whole, Feel(quoted(key)))


def item_of(whole: Feel, index: int) -> Feel:
    """The item at `index`, which counts from 0 there and from 1 in FEEL; from the end if negative."""
    return Feel(f"{whole.within(Level.ATOM)}[{index + 1 if index >= 0 else index}]", notes=whole.notes)


def call(function: str, *arguments: Feel, is_boolean: bool = False) -> Feel:
    text = ", ".join(argument.text for argument in arguments)
    return Feel(f"{function}({text})", is_boolean=is_boolean, notes=notes_of(arguments))


def binary(left: Feel, sign: str, right: Feel, level: Level) -> Feel:
    """A left-associative operator; comparisons and powers are not chained without brackets."""
    chained = level not in (Level.COMPARISON, Level.POWER)
    inner = Level.ATOM if level is Level.POWER else Level(level + 1)
    text = f"{left.within(level if chained else inner)} {sign} {right.within(inner)}"
    is_boolean = level in (Level.COMPARISON, Level.AND, Level.OR)
    return Feel(text, level, is_boolean, notes_of((left, right)))


def negative(operand: Feel) -> Feel:
    return Feel(f"-{operand.within(Level.ATOM)}", Level.SIGN, notes=operand.notes)


def either(condition: Feel, then: Feel, otherwise: Feel) -> Feel:
    return Feel(
        f"if {condition.text} then {then.text} else {otherwise.within(Level.OR)}",
        Level.WHOLE,
        then.is_boolean and otherwise.is_boolean,
        notes_of((condition, then, otherwise)),
    )


def is_not_true(operand: Feel) -> Feel:
    """True also for null, as the other languages have it: in FEEL not(null) is null."""
    return call("not", binary(operand, "=", Feel("true"), Level.COMPARISON), is_boolean=True)


def joined_text(parts: Iterable[Feel | str]) -> Feel:
    """Texts and values in one text; null becomes an empty text."""
    pieces = [
        Feel(quoted(part))
        if isinstance(part, str)
        else Feel(f'(if {part.within(Level.SUM)} = null then "" else string({part.text}))', notes=part.notes)
        for part in parts
    ]
    whole = pieces[0] if pieces else Feel('""')
    for piece in pieces[1:]:
        whole = binary(whole, "+", piece, Level.SUM)
    return whole


def notes_of(parts: Iterable[Feel]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(note for part in parts for note in part.notes))


def notes_of_all(values: Iterable[Translated]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(note for value in values for note in value.notes))


def finished(piece: Feel) -> Translated:
    """The whole expression, once our own FEEL has read it. Raises Untranslatable if it cannot."""
    try:
        expression = compile_expression(piece.text)
    except FeelSyntaxError as error:
        raise Untranslatable(
            f"转换得到的 FEEL 无法读取（{error}）", f"The FEEL that results cannot be read ({error})"
        ) from error
    names = expression.names | expression.possible_names
    return Translated(piece.text, notes=piece.notes, names=names)


# --- FEEL in the other file ----------------------------------------------------------------------

_BRACKETS = re.compile(r"\[(.*)\]", re.DOTALL)


def constant_texts(expression: str) -> tuple[str, ...] | None:
    """The texts of a FEEL string or list of strings (without "="); None for any other expression."""
    text = expression.strip()
    match = _BRACKETS.fullmatch(text)
    inner = match[1].strip() if match else text
    if match and not inner:
        return ()
    try:
        found = compile_unary_tests(inner).strings
    except FeelSyntaxError:
        return None
    return found if found and (match or len(found) == 1) else None
