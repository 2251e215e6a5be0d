"""A type as it is written, before anybody knows whether it exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypeName:
    """`name` with what stands in its angle brackets: list<number>, context<a: string>, function<..> -> t."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    fields: tuple[tuple[str, TypeName], ...] = ()
