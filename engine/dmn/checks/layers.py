"""One column seen as sets: which rules have something, or everything, of a region of its segments.

Regions are sets of segments and rows are sets of rules, both ints with one bit each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Layer:
    """`masks` has the region of every rule; `width` is the number of segments.

    Regions without a hole, as ranges are, are answered in a few operations on sets of rules, whatever
    their number; those with holes one by one.
    """

    def __init__(self, masks: Sequence[int], *, width: int) -> None:
        self.masks = masks
        self.width = width
        self._whole_rows = 0
        self._broken: list[tuple[int, int]] = []
        self._touching: dict[int, int] = {}
        self._covering: dict[int, int] = {}
        groups: dict[int, int] = {}
        for row, mask in enumerate(masks):
            groups[mask] = groups.get(mask, 0) | 1 << row
        self._sweep(groups)

    def _sweep(self, groups: dict[int, int]) -> None:
        """By segment: the rules that have it, and those without a hole that begin at it or before."""
        starts = [0] * self.width
        ends = [0] * (self.width + 1)
        whole_starts = [0] * self.width
        for mask, rows in groups.items():
            found = list(runs(mask))
            for low, high in found:
                starts[low] |= rows
                ends[high + 1] |= rows
            if len(found) == 1:
                whole_starts[found[0][0]] |= rows
                self._whole_rows |= rows
            elif found:
                self._broken.append((mask, rows))
        self.rows: list[int] = []
        self._begun: list[int] = []
        present = begun = 0
        for segment in range(self.width):
            present = (present & ~ends[segment]) | starts[segment]
            begun |= whole_starts[segment]
            self.rows.append(present)
            self._begun.append(begun)

    def touching(self, region: int) -> int:
        """The rules that have a segment of `region`."""
        found = self._touching.get(region)
        if found is None:
            found = 0
            for low, high in runs(region):
                found |= (self.rows[low] & self._whole_rows) | (self._begun[high] & ~self._begun[low])
            for mask, rows in self._broken:
                if mask & region:
                    found |= rows
            self._touching[region] = found
        return found

    def covering(self, region: int) -> int:
        """The rules that have all of `region`, which is not empty."""
        found = self._covering.get(region)
        if found is None:
            low, high = (region & -region).bit_length() - 1, region.bit_length() - 1
            found = self.rows[low] & self.rows[high] & self._whole_rows
            for mask, rows in self._broken:
                if not region & ~mask:
                    found |= rows
            self._covering[region] = found
        return found

    def price(self) -> int:
        """What one new question costs, in steps."""
        return 2 + len(self._broken) // 8


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The stretches of ones: (first bit, last bit), from low to high. No empty ones."""
    offset = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        length = (~mask & (mask + 1)).bit_length() - 1
        yield offset + skip, offset + skip + length - 1
        mask >>= length
        offset += skip + length


def bits(mask: int) -> Iterator[int]:
    """The positions of the ones, from low to high."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
