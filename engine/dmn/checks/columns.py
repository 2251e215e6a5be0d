"""The columns of a table, read: every cell as sets of segments, every column with its possible values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.dmn import model
from engine.dmn.checks.cells import Answer, Cell, read_cell
from engine.dmn.checks.segments import KIND_OF_FAMILY, Axis, Form, family_of
from engine.dmn.checks.subjects import Subject, pinned, subject_of
from engine.feel.types import BASIC_TYPES, BasicType, ConstrainedType, NamedType, Type
from engine.feel.values import NUMBER, Value
from engine.feel.vocabulary import Vocabulary

_MAX_TYPE_DEPTH = 32


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One input as it is drawn; `answers` has one per rule, over the axis of its `Column`."""

    clause: model.InputClause
    cells: tuple[Cell, ...]
    answers: tuple[Answer, ...]
    allowed: tuple[int, ...]
    """Segments that may be allowed, and `certain` those that certainly are: by the table's input values,
    and by those of the type."""
    certain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """All inputs that ask about one value. Every set is one of segments of `axis`.

    `must` and `may`, one per rule: where it certainly passes, and where it may. `possible`: the values
    that may arrive. `sure`: those that can arrive. `filled`: those of `sure` that a table should have an
    answer for, 0 if that cannot be said. `is_pinned`: the value depends on that of another column.
    """

    subject: Subject
    axis: Axis
    inputs: tuple[InputColumn, ...]
    must: tuple[int, ...]
    may: tuple[int, ...]
    possible: int
    sure: int
    filled: int
    is_pinned: bool

    @property
    def is_asked(self) -> bool:
        return any(not cell.passes_all for column in self.inputs for cell in column.cells)


class CellReader:
    """Reads every different text once: tables repeat themselves."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._known: dict[str, Cell] = {}

    def read(self, text: str) -> Cell:
        cell = self._known.get(text)
        if cell is None:
            cell = self._known[text] = read_cell(text, vocabulary=self.vocabulary)
        return cell


def read_columns(
    table: model.DecisionTable, *, reader: CellReader, allowed: Sequence[model.Text | None]
) -> list[Column]:
    """In the order of their first inputs; inputs with the same expression are one column."""
    subjects: dict[object, Subject] = {}
    members: dict[object, list[int]] = {}
    for index, clause in enumerate(table.inputs):
        subject = subject_of(clause, vocabulary=reader.vocabulary)
        subjects.setdefault(subject.key, subject)
        members.setdefault(subject.key, []).append(index)
    bound = pinned(list(subjects.values()))
    return [
        _column(table, subject, members[key], reader=reader, allowed=allowed, is_pinned=is_pinned)
        for (key, subject), is_pinned in zip(subjects.items(), bound, strict=True)
    ]


def kind_of_type(type_ref: str, *, vocabulary: Vocabulary) -> str | None:
    """The kind of value (`engine.feel.values`) behind a type's name; None if it is not one kind alone."""
    type_: Type | None = vocabulary.types.get(type_ref) or BASIC_TYPES.get(type_ref)
    for _ in range(_MAX_TYPE_DEPTH):
        if not isinstance(type_, NamedType | ConstrainedType):
            break
        type_ = type_.base
    return type_.name if isinstance(type_, BasicType) else None


def _column(
    table: model.DecisionTable,
    subject: Subject,
    members: Sequence[int],
    *,
    reader: CellReader,
    allowed: Sequence[model.Text | None],
    is_pinned: bool,
) -> Column:
    cells = {index: tuple(reader.read(rule.tests[index].text) for rule in table.rules) for index in members}
    limits = {
        index: tuple(reader.read(text.text) for text in (table.inputs[index].values, allowed[index]) if text)
        for index in members
    }
    kinds = {
        kind
        for index in members
        if (kind := kind_of_type(table.inputs[index].expression.type_ref, vocabulary=reader.vocabulary))
    }
    axis = Axis(_constants([*cells.values(), *limits.values()], kinds))
    inputs = tuple(_input(table.inputs[index], axis, cells[index], limits[index]) for index in members)
    must = [axis.all] * len(table.rules)
    may = [axis.all] * len(table.rules)
    for column in inputs:
        for row, answer in enumerate(column.answers):
            must[row] &= answer.yes
            may[row] &= answer.maybe
    possible, sure = _values(axis, inputs, kinds)
    if subject.path is None:
        sure = _plain(axis, sure)
    return Column(
        subject=subject,
        axis=axis,
        inputs=inputs,
        must=tuple(mask & possible for mask in must),
        may=tuple(mask & possible for mask in may),
        possible=possible,
        sure=sure,
        filled=0 if subject.path is None or is_pinned else _filled(axis, sure),
        is_pinned=is_pinned,
    )


def _constants(rows: Sequence[tuple[Cell, ...]], kinds: set[str]) -> dict[str, set[Value]]:
    constants: dict[str, set[Value]] = {kind: set() for kind in kinds if kind in KIND_OF_FAMILY}
    for cell in {id(cell): cell for cells in rows for cell in cells}.values():
        for value in cell.constants:
            family = family_of(value)
            if family is not None:
                constants.setdefault(family, set()).add(value)
    return constants


def _input(
    clause: model.InputClause, axis: Axis, cells: tuple[Cell, ...], limits: tuple[Cell, ...]
) -> InputColumn:
    asked: dict[int, Answer] = {}
    for cell in cells:
        if id(cell) not in asked:
            asked[id(cell)] = cell.ask(axis)
    bounds = [limit.ask(axis) for limit in limits]
    return InputColumn(
        clause,
        cells,
        tuple(asked[id(cell)] for cell in cells),
        allowed=tuple(answer.maybe for answer in bounds),
        certain=tuple(answer.yes for answer in bounds),
    )


def _values(axis: Axis, inputs: Sequence[InputColumn], kinds: set[str]) -> tuple[int, int]:
    """The values that may arrive and those that can. Null may always: nothing keeps a variable from it."""
    unseen = sum(
        1 << index
        for index, segment in enumerate(axis.segments)
        if segment.witness is None and segment.form is not Form.NULL
    )
    possible, sure = axis.all, axis.all & ~unseen
    for column in inputs:
        for allowed, certain in zip(column.allowed, column.certain, strict=True):
            possible &= allowed
            sure &= certain
    for kind in kinds:
        fitting = axis.null
        for family, line in axis.lines.items():
            if KIND_OF_FAMILY[family] == kind:
                fitting |= line.mask
        sure &= fitting
    return possible | axis.null, sure


def _plain(axis: Axis, sure: int) -> int:
    """Of a computed value: counts and lengths are never negative and never broken, so neither is claimed."""
    plain = 0
    for index, segment in enumerate(axis.segments):
        witness = segment.witness
        if segment.family != NUMBER or (type(witness) is int and witness >= 0):
            plain |= 1 << index
    return sure & plain


def _filled(axis: Axis, sure: int) -> int:
    """Null is nobody's case, and of a column with several kinds nobody knows which are meant."""
    filled = sure & ~axis.null
    families = {segment.family for segment in axis.chosen(filled) if segment.form is not Form.OTHER}
    return filled if len(families) == 1 else 0
