"""Whether boxes cover a box: the one hard question about tables, asked within a budget.

A box is a region per column. Covering is hard in general (it contains the satisfiability of boolean
formulas), so the search counts its steps and gives up; then nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.checks.layers import Layer, bits

_FEW_ROWS = 24
_MAX_DEPTH = 100
"""Columns that are split one inside the other: each takes a frame of Python's stack."""
_PARTS_TO_COMPARE = 48


class OutOfBudget(Exception):
    """The work that one table is worth is used up; never leaves `engine.dmn.checks`."""


class Budget:
    """Steps of about a microsecond: counted, so that the same table always has the same findings."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise OutOfBudget


class Cover:
    """`layers` have the regions of all rules, column by column."""

    def __init__(self, layers: Sequence[Layer], *, rules: int, budget: Budget) -> None:
        self._layers = layers
        self._budget = budget
        self._words = 1 + rules // 512

    def hole(self, box: Sequence[int], rows: int) -> list[int] | None:
        """A box inside `box` that none of the rules `rows` touches; None if they cover it all.

        Raises OutOfBudget.
        """
        for layer, region in zip(self._layers, box, strict=True):
            self._budget.spend(self._words * layer.price())
            rows &= layer.touching(region)
        search = _Search(self._layers, box, words=self._words, budget=self._budget)
        found = search.hole(rows, search.columns)
        if found is None:
            return None
        return [found.get(column, region) for column, region in enumerate(box)]


class _Search:
    def __init__(self, layers: Sequence[Layer], box: Sequence[int], *, words: int, budget: Budget) -> None:
        self._layers = layers
        self._box = box
        self._words = words
        self._budget = budget
        self._full = [layer.covering(region) for layer, region in zip(layers, box, strict=True)]
        self._covered: set[tuple[int, int]] = set()
        self.columns = (1 << len(layers)) - 1

    def hole(self, rows: int, columns: int, depth: int = 0) -> dict[int, int] | None:
        """`rows` have all of the regions chosen so far; `columns` are still to be looked at."""
        if not rows:
            return {}
        self._budget.spend(self._words * (columns.bit_count() + 1))
        column, constrained = -1, 0
        complete = rows
        for candidate in bits(columns):
            complete &= self._full[candidate]
            count = (rows & ~self._full[candidate]).bit_count()
            if count > constrained:
                column, constrained = candidate, count
            elif not count:
                columns ^= 1 << candidate
        if complete or (rows, columns) in self._covered:
            return None
        if depth > _MAX_DEPTH:
            raise OutOfBudget
        rest = columns ^ 1 << column
        for alive, region in self._parts(column, rows):
            found = self.hole(alive, rest, depth + 1)
            if found is not None:
                found[column] = region
                return found
        self._covered.add((rows, columns))
        return None

    def _parts(self, column: int, rows: int) -> list[tuple[int, int]]:
        """The column's region, parted by which of `rows` are there: (rules, region), fewest rules first.

        A part whose rules include those of another is left out: it is covered if the other is.
        """
        by_rows = self._few(column, rows) if rows.bit_count() <= _FEW_ROWS else self._many(column, rows)
        parts = sorted(by_rows.items(), key=lambda part: (part[0].bit_count(), part[1]))
        if len(parts) > _PARTS_TO_COMPARE:
            return parts
        minimal: list[tuple[int, int]] = []
        for alive, region in parts:
            if not any(smaller & ~alive == 0 for smaller, _region in minimal):
                minimal.append((alive, region))
        self._budget.spend(self._words * len(parts))
        return minimal

    def _few(self, column: int, rows: int) -> dict[int, int]:
        masks = self._layers[column].masks
        parts = {0: self._box[column]}
        for row in bits(rows):
            mask, row_bit = masks[row], 1 << row
            finer: dict[int, int] = {}
            for alive, region in parts.items():
                if inside := region & mask:
                    finer[alive | row_bit] = inside
                if outside := region & ~mask:
                    finer[alive] = outside
            parts = finer
            self._budget.spend(self._words * (1 + len(parts) // 4))
        return parts

    def _many(self, column: int, rows: int) -> dict[int, int]:
        parts: dict[int, int] = {}
        present = self._layers[column].rows
        for segment in bits(self._box[column]):
            alive = present[segment] & rows
            parts[alive] = parts.get(alive, 0) | 1 << segment
        self._budget.spend(self._words * (1 + self._box[column].bit_count() // 4))
        return parts
