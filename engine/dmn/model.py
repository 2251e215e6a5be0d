"""A DMN file as data: frozen classes with the standard's names, and where each thing stands.

What belongs here: what is drawn. What does not: compiled code (`compiling`), what is wrong with the
drawing (`checks`). Boxed expressions nest; `Boxed` names all their kinds.
Source: DMN 1.5, clauses 6.3 (DRG), 7.3 (metamodel of expressions), 8.3 (decision tables), DMN15.xsd.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Where:
    """The place of one thing, for findings and diagnostics.

    `zh` and `en` name it as a reader of the drawing would: decision, table, row, column; `line` counts
    from 1 and is None if unknown; `file` is the path in the upload; `element_id` the nearest id.
    """

    zh: str
    en: str
    element_id: str | None = None
    line: int | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of FEEL; `where.line` is the line of its first character."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class InformationItem:
    """A named variable, parameter or column; `type_ref` is "" if none is given."""

    name: str
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    text: Text
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """`variable` is None for the entry that is the result of the context."""

    variable: InformationItem | None
    value: Boxed
    where: Where


@dataclass(frozen=True, slots=True)
class Context:
    entries: tuple[ContextEntry, ...]
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class Binding:
    """`value` is None for a parameter that gets nothing, which means null."""

    parameter: InformationItem
    value: Boxed | None


@dataclass(frozen=True, slots=True)
class Invocation:
    function: Boxed
    bindings: tuple[Binding, ...]
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Boxed, ...]
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of contexts; every row has one cell per column."""

    columns: tuple[InformationItem, ...]
    rows: tuple[tuple[Boxed, ...], ...]
    type_ref: str
    where: Where


class FunctionKind(StrEnum):
    FEEL = "FEEL"
    JAVA = "Java"
    PMML = "PMML"


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """`type_ref` is the type of the function; `body.type_ref` that of its result."""

    kind: FunctionKind
    parameters: tuple[InformationItem, ...]
    body: Boxed
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Boxed
    then: Boxed
    otherwise: Boxed
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class Filter:
    domain: Boxed
    match: Boxed
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class For:
    variable: InformationItem
    domain: Boxed
    body: Boxed
    type_ref: str
    where: Where


@dataclass(frozen=True, slots=True)
class Quantified:
    """`every` or `some`."""

    every: bool
    variable: InformationItem
    domain: Boxed
    condition: Boxed
    type_ref: str
    where: Where


class HitPolicy(StrEnum):
    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    ANY = "ANY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregator(StrEnum):
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True)
class InputClause:
    """`number` counts from 1; `values` are the input values, None if all are allowed."""

    number: int
    label: str
    expression: LiteralExpression
    values: Text | None
    where: Where


@dataclass(frozen=True, slots=True)
class OutputClause:
    """`name` is "" for the only output of a table; `values` in order of priority; `default` may be None."""

    number: int
    name: str
    type_ref: str
    values: Text | None
    default: LiteralExpression | None
    where: Where


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` counts from 1; an empty test is "-", an empty output None (null)."""

    id: str
    number: int
    tests: tuple[Text, ...]
    outputs: tuple[LiteralExpression | None, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class DecisionTable:
    hit_policy: HitPolicy
    aggregator: Aggregator | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    type_ref: str
    where: Where


Boxed = (
    LiteralExpression
    | Context
    | Invocation
    | ListOf
    | Relation
    | FunctionDefinition
    | Conditional
    | Filter
    | For
    | Quantified
    | DecisionTable
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the model. Exactly one of `type_ref`, `components` and `function` says what it is.

    `allowed_values` limit one item, also of a collection; `type_constraint` the whole collection.
    """

    name: str
    type_ref: str
    components: tuple[ItemDefinition, ...]
    function: FunctionItem | None
    is_collection: bool
    allowed_values: Text | None
    type_constraint: Text | None
    where: Where


@dataclass(frozen=True, slots=True)
class FunctionItem:
    parameters: tuple[InformationItem, ...]
    result_type_ref: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A requirement's target; `namespace` is that of its model, the file's own if not imported."""

    namespace: str
    id: str
    where: Where


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    variable: InformationItem
    where: Where


@dataclass(frozen=True, slots=True)
class Decision:
    """`variable` names the answer for others; `aliases` are further names of it (Camunda's id).

    `logic` is None only if a finding says that it is missing.
    """

    id: str
    name: str
    variable: InformationItem
    aliases: tuple[str, ...]
    required_decisions: tuple[Reference, ...]
    required_inputs: tuple[Reference, ...]
    required_knowledge: tuple[Reference, ...]
    logic: Boxed | None
    where: Where


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    """`logic` is its encapsulated logic; None only if a finding says that it is missing."""

    id: str
    name: str
    variable: InformationItem
    required_knowledge: tuple[Reference, ...]
    logic: FunctionDefinition | None
    where: Where


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Parameters are the input data, then the input decisions, in the order of the file."""

    id: str
    name: str
    variable: InformationItem
    output_decisions: tuple[Reference, ...]
    encapsulated_decisions: tuple[Reference, ...]
    input_decisions: tuple[Reference, ...]
    input_data: tuple[Reference, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Import:
    """Of another model: its elements are seen as entries of `name`, or as they are if `name` is ""."""

    namespace: str
    name: str
    where: Where


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file."""

    id: str
    name: str
    namespace: str
    imports: tuple[Import, ...]
    item_definitions: tuple[ItemDefinition, ...]
    input_data: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    knowledge_models: tuple[BusinessKnowledgeModel, ...]
    services: tuple[DecisionService, ...]
    where: Where


def parts(boxed: Boxed) -> Iterator[Boxed]:
    """The boxed expressions directly inside `boxed`; cells and columns of a table are not among them."""
    match boxed:
        case Context():
            yield from (entry.value for entry in boxed.entries)
        case Invocation():
            yield boxed.function
            yield from (binding.value for binding in boxed.bindings if binding.value is not None)
        case ListOf():
            yield from boxed.items
        case Relation():
            for row in boxed.rows:
                yield from row
        case FunctionDefinition():
            yield boxed.body
        case Conditional():
            yield from (boxed.condition, boxed.then, boxed.otherwise)
        case Filter():
            yield from (boxed.domain, boxed.match)
        case For():
            yield from (boxed.domain, boxed.body)
        case Quantified():
            yield from (boxed.domain, boxed.condition)


def tables(boxed: Boxed | None) -> Iterator[DecisionTable]:
    """Every decision table in `boxed`, itself included; iterative, because drawings may nest deep."""
    waiting = [boxed] if boxed is not None else []
    while waiting:
        current = waiting.pop()
        if isinstance(current, DecisionTable):
            yield current
        waiting.extend(parts(current))
