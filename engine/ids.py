"""Numbers for rows: 64-bit, handed out in blocks, so that a batch needs no round trip for them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

BLOCK_SIZE = 100


class IdSource:
    """Thread-safe. `next_block` returns the number of a block nobody else has; block n holds the
    ids n * BLOCK_SIZE up to the next block's first."""

    def __init__(self, next_block: Callable[[], int]) -> None:
        self._next_block = next_block
        self._lock = Lock()
        self._next = self._end = 0

    def take(self) -> int:
        with self._lock:
            if self._next == self._end:
                self._next = self._next_block() * BLOCK_SIZE
                self._end = self._next + BLOCK_SIZE
            taken = self._next
            self._next += 1
            return taken
