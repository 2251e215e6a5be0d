"""The syntax tree: one frozen class per construct; `at` is the offset of its first character.

Source: DMN 1.5, clause 10.3.1.2 (grammar). Chains of one operator family are flat (Arithmetic,
Logic, If), so that long texts do not make deep trees.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.type_names import TypeName
from engine.feel.types import Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`operator` is "=" or "!=" if so written: then both ends are the same node."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first` then each (operator, its offset, operand), from left to right."""

    first: Node
    rest: tuple[tuple[str, int, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`operator` is "and" or "or"."""

    operator: str
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in domain`, or `name in domain..end`."""

    name: str
    domain: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """Exactly one of `positional` and `named` is filled, or neither."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[tuple[str, TypeName | Type | None], ...]
    body: Node
    result_type: Type | None = None
    """Only boxed functions declare one."""


@dataclass(frozen=True, slots=True)
class External(Node):
    """The body of an external function: `mapping` says where it is. It is never run."""

    mapping: Node


@dataclass(frozen=True, slots=True)
class Placed(Node):
    """An expression with a text or a declared type of its own, as boxed expressions are made of.

    `place` names it in diagnostics; `text` is what offsets below count in; `type` None asks for none.
    """

    node: Node
    place: str
    text: str
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class CompareTest(Node):
    """`< 5` in a cell or after `in`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """Any expression as a test; `asks` if it reads `?`, and then it must be true."""

    operand: Node
    asks: bool


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """`-` is no test at all: `tests` is empty and everything passes."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: Tests
