"""Whether a model does the same on another engine: the same path, the same variables."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dry_run.engines import Machine
from engine.dry_run.result import Result, plain
from engine.dry_run.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Portability:
    """`lacks` are constructs that the other engine does not run, `differences` what it did otherwise."""

    engine: str
    lacks: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def is_portable(self) -> bool:
        return not self.lacks and not self.differences


def lacking(shelf: Shelf, machine: Machine) -> tuple[str, ...]:
    """Constructs of all processes on the shelf that `machine` does not run, each once."""
    numbers = range(1, len(shelf.processes) + 1)
    found = [text for number in numbers for text in machine.lacks(shelf.program(number))]
    return tuple(dict.fromkeys(found))


def compare(own: Result, other: Result, *, lacks: tuple[str, ...] = ()) -> Portability:
    """`other` measured by `own`. Keys of elements and scopes are the engines' own and not compared."""
    differences: list[str] = []
    for number, (here, there) in enumerate(zip(own.path, other.path, strict=False)):
        if here != there:
            differences.append(f"Expected {here!r} as step {number + 1} of the path, but it is {there!r}.")
            break
    else:
        if len(own.path) != len(other.path):
            more = own.path[len(other.path) :] or other.path[len(own.path) :]
            side = "only here" if len(own.path) > len(other.path) else "only there"
            differences.append(f"Expected the same path, but {more} came {side}.")
    if own.ended != other.ended:
        differences.append(f"Expected it to be {own.ended}, but it is {other.ended}.")
    here_data, there_data = plain(own.runs[0].variables), plain(other.runs[0].variables)
    for name in sorted({*here_data, *there_data}):
        if here_data.get(name) != there_data.get(name):
            differences.append(
                f"Expected {name} = {here_data.get(name)!r}, but it is {there_data.get(name)!r}."
            )
    return Portability(other.engine, lacks, tuple(differences))
