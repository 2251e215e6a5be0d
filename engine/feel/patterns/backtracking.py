r"""The few patterns that RE2 cannot run, by trying one way after another, every step of it charged.

These are back-references, and `^` of lines in a text that ends with a line end. What takes too long
ends with the evaluation's budget of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.feel.errors import Fault
from engine.feel.patterns.charsets import CharSet, holds, with_variants
from engine.feel.patterns.classes import resolved
from engine.feel.patterns.syntax import Again, Choice, End, Group, Node, OneOf, Repeat, Sequence, Start
from engine.feel.run import Run

_MAX_INSTRUCTIONS = 20_000
_MOVES_PER_CHARGE = 64
_STEPS_PER_CHARGE = 16

Marks = tuple[int, ...]
"""Start and end of each group, then where each loop last began; -1 for nowhere."""


@dataclass(slots=True)
class _State:
    at: int
    marks: Marks
    moves: int = 0


Move = Callable[[str, _State], bool]
"""Whether the text goes on as wanted; moves the state on."""


@dataclass(slots=True)
class _Split:
    first: int
    second: int


@dataclass(slots=True)
class _Jump:
    target: int


@dataclass(slots=True)
class _Loop:
    """Once more from `start`, unless the pass took no character: that would go on for ever."""

    mark: int
    start: int
    end: int


Instruction = Move | _Split | _Jump | _Loop | None
"""None is the end: a match."""


class Backtracker:
    """A compiled pattern; immutable and safe to share."""

    def __init__(self, node: Node, *, groups: int) -> None:
        self._program: list[Instruction] = []
        self._marks = 2 * groups + 2
        self._emit(node)
        self._program.append(None)

    def matches(self, run: Run, text: str) -> Iterator[Marks]:
        """Start and end of every match and its groups, from left to right."""
        at = 0
        state = _State(0, ())
        while at <= len(text):
            state.at, state.marks = at, (at, *([-1] * (self._marks - 1)))
            marks = self._match(run, text, state)
            if marks is None:
                at += 1
                continue
            yield marks
            at = marks[1] if marks[1] > at else at + 1

    def _match(self, run: Run, text: str, state: _State) -> Marks | None:
        waiting: list[tuple[int, int, Marks]] = []
        index = 0
        while True:
            state.moves += 1
            if state.moves % _MOVES_PER_CHARGE == 0:
                run.charge(_STEPS_PER_CHARGE)
            instruction = self._program[index]
            if instruction is None:
                return (state.marks[0], state.at, *state.marks[2:])
            if isinstance(instruction, _Jump):
                index = instruction.target
            elif isinstance(instruction, _Split):
                waiting.append((instruction.second, state.at, state.marks))
                index = instruction.first
            elif isinstance(instruction, _Loop):
                moved = state.marks[instruction.mark] != state.at
                index = instruction.start if moved else instruction.end
            elif instruction(text, state):
                index += 1
            elif waiting:
                index, state.at, state.marks = waiting.pop()
            else:
                return None

    def _emit(self, node: Node) -> None:
        match node:
            case OneOf():
                self._add(_one_of(resolved(node)))
            case Sequence(items):
                for item in items:
                    self._emit(item)
            case Choice(branches):
                self._emit_choice(branches)
            case Group(number, item):
                self._add(_mark(2 * number))
                self._emit(item)
                self._add(_mark(2 * number + 1))
            case Repeat():
                self._emit_repeat(node)
            case Start(of_line):
                self._add(_line_start if of_line else lambda text, state: state.at == 0)
            case End(of_line):
                self._add(_line_end if of_line else lambda text, state: state.at == len(text))
            case Again(group, ignores_case):
                self._add(_again(group, ignores_case))

    def _emit_choice(self, branches: tuple[Node, ...]) -> None:
        ends: list[_Jump] = []
        for branch in branches[:-1]:
            split = _Split(len(self._program) + 1, 0)
            self._add(split)
            self._emit(branch)
            ends.append(_Jump(0))
            self._add(ends[-1])
            split.second = len(self._program)
        self._emit(branches[-1])
        for jump in ends:
            jump.target = len(self._program)

    def _emit_repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self._emit(node.item)
        if node.most is None:
            self._emit_loop(node)
            return
        splits = []
        for _ in range(node.most - node.least):
            splits.append(self._add_split())
            self._emit(node.item)
        for split in splits:
            self._close(split, greedy=node.greedy)

    def _emit_loop(self, node: Repeat) -> None:
        mark = self._marks
        self._marks += 1
        split = self._add_split()
        start = len(self._program) - 1
        self._add(_mark(mark))
        self._emit(node.item)
        loop = _Loop(mark, start, 0)
        self._add(loop)
        loop.end = len(self._program)
        self._close(split, greedy=node.greedy)

    def _add_split(self) -> _Split:
        split = _Split(len(self._program) + 1, 0)
        self._add(split)
        return split

    def _close(self, split: _Split, *, greedy: bool) -> None:
        split.second = len(self._program)
        if not greedy:
            split.first, split.second = split.second, split.first

    def _add(self, instruction: Instruction) -> None:
        if len(self._program) >= _MAX_INSTRUCTIONS:
            raise Fault("Expected a smaller pattern, but it needs too much memory.")
        self._program.append(instruction)


def _one_of(characters: CharSet) -> Move:
    def move(text: str, state: _State) -> bool:
        if state.at < len(text) and holds(characters, ord(text[state.at])):
            state.at += 1
            return True
        return False

    return move


def _mark(index: int) -> Move:
    def move(text: str, state: _State) -> bool:
        state.marks = (*state.marks[:index], state.at, *state.marks[index + 1 :])
        return True

    return move


def _line_start(text: str, state: _State) -> bool:
    """Not behind a line end that is the last character. (XQuery functions 3.1, clause 5.6.1)"""
    return state.at == 0 or (state.at < len(text) and text[state.at - 1] == "\n")


def _line_end(text: str, state: _State) -> bool:
    return state.at == len(text) or text[state.at] == "\n"


def _again(group: int, ignores_case: bool) -> Move:
    def move(text: str, state: _State) -> bool:
        start, end = state.marks[2 * group : 2 * group + 2]
        # A group that took part in nothing is (-1, -1), which cuts out the empty string.
        wanted = text[start:end]
        found = text[state.at : state.at + len(wanted)]
        if found != wanted and not (ignores_case and _alike(found, wanted)):
            return False
        state.at += len(wanted)
        return True

    return move


def _alike(one: str, other: str) -> bool:
    return len(one) == len(other) and all(
        mine == its or holds(with_variants(((ord(mine), ord(mine)),)), ord(its))
        for mine, its in zip(one, other, strict=True)
    )
