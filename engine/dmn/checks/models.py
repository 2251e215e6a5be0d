"""All checks of a model that neither the reader nor the compiler makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.dmn import model
from engine.dmn.checks.allowed import AllowedValues
from engine.dmn.checks.tables import check_table
from engine.dmn.checks.type_checks import check_types
from engine.feel.types import Type
from engine.feel.vocabulary import Vocabulary
from engine.findings import Finding

Imported = Sequence[tuple[model.Import, model.Definitions, Mapping[str, Type]]]
"""Each import with the model that it means, and that model's types."""


def check_model(
    definitions: model.Definitions,
    types: Mapping[str, Type],
    *,
    entries: Collection[str],
    imported: Imported,
) -> list[Finding]:
    """What is certain to fail or of no use: types, names, overlaps, gaps, rules and inputs without effect.

    `types` and `entries` are those of the compiled model. Texts that are no FEEL are not reported here.
    """
    findings = check_types(definitions, types, entries=entries, imported=imported)
    vocabulary = Vocabulary(entries=entries, types=types)
    items = {
        f"{prefix}.{item.name}" if prefix else item.name: item
        for prefix, other in (("", definitions), *((each.name, other) for each, other, _types in imported))
        for item in other.item_definitions
    }
    for variables, table in _tables(definitions):
        allowed = AllowedValues(items, variables)
        findings += check_table(
            table,
            vocabulary=vocabulary,
            allowed=[allowed.of_input(each) for each in table.inputs],
            output_allowed=[allowed.of_type(each.type_ref) for each in table.outputs],
        )
    return findings


def _tables(definitions: model.Definitions) -> Iterator[tuple[Mapping[str, str], model.DecisionTable]]:
    """Every table, with the declared types of the variables around it by name."""
    named = [each.variable for each in definitions.input_data]
    named += [each.variable for each in definitions.decisions]
    variables = {each.name: each.type_ref for each in named}
    for decision in definitions.decisions:
        for table in model.tables(decision.logic):
            yield variables, table
    for knowledge in definitions.knowledge_models:
        if knowledge.logic is not None:
            parameters = {each.name: each.type_ref for each in knowledge.logic.parameters}
            for table in model.tables(knowledge.logic):
                yield parameters, table
