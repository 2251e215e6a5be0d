"""Types arrive as they are written; what they mean is asked later."""

from __future__ import annotations

import pytest

from engine.findings import Severity

from .asking import clean, read, rules_of


def test_a_type_refers_to_another_with_limits() -> None:
    (found,) = clean(
        '<itemDefinition id="t" name="tKind" label="kind" isCollection="true"><typeRef>feel:string</typeRef>'
        '<allowedValues><text>"a", "b"</text></allowedValues>'
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    ).item_definitions

    assert (found.name, found.type_ref, found.is_collection, found.components, found.function) == (
        "tKind",
        "string",
        True,
        (),
        None,
    )
    assert found.allowed_values is not None and found.type_constraint is not None
    assert (found.allowed_values.text, found.type_constraint.text) == ('"a", "b"', "count(?) < 3")
    assert found.allowed_values.where.zh == "数据类型“tKind”的可选值"
    assert found.allowed_values.where.en == "Item definition 'tKind' values"


def test_a_type_has_components_inside_components() -> None:
    (found,) = clean(
        '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
        '<itemComponent name="address" isCollection="true">'
        '<itemComponent name="town"><typeRef>my import.tTown</typeRef></itemComponent></itemComponent>'
        "</itemDefinition>"
    ).item_definitions

    assert (found.type_ref, found.is_collection) == ("", False)
    name, address = found.components
    assert (name.name, name.type_ref) == ("name", "string")
    assert (address.is_collection, address.components[0].type_ref) == (True, "my import.tTown")
    assert (
        address.components[0].where.en == "Item definition 'tPerson', component 'address', component 'town'"
    )


def test_a_type_may_be_a_function() -> None:
    (found,) = clean(
        '<itemDefinition name="tF"><functionItem outputTypeRef="number"><parameters name="a" typeRef="string"/>'
        '<parameters name="b"/></functionItem></itemDefinition>'
    ).item_definitions

    assert found.function is not None
    assert found.type_ref == ""
    assert [(each.name, each.type_ref) for each in found.function.parameters] == [("a", "string"), ("b", "")]
    assert found.function.result_type_ref == "number"


def test_a_type_that_says_nothing_takes_any_value_with_a_warning() -> None:
    found, findings = read('<itemDefinition name="t"/>')

    assert found.item_definitions[0].type_ref == "Any"
    assert [(each.rule, each.severity) for each in findings] == [("empty-type", Severity.WARNING)]


def test_a_type_may_contain_itself_through_a_component() -> None:
    clean(
        '<itemDefinition name="t"><itemComponent name="next"><typeRef>t</typeRef></itemComponent></itemDefinition>'
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
            '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>',
            [("type-cycle", Severity.ERROR)] * 2,
        ),
        (
            '<itemDefinition name="a"><typeRef>string</typeRef></itemDefinition>' * 2,
            [("duplicate-name", Severity.ERROR)],
        ),
        (
            '<itemDefinition name="a"><itemComponent name="x"><typeRef>string</typeRef></itemComponent>'
            '<itemComponent name="x"><typeRef>string</typeRef></itemComponent></itemDefinition>',
            [("duplicate-name", Severity.ERROR)],
        ),
        (
            '<itemDefinition name="a"><functionItem><parameters name="x"/><parameters name="x"/></functionItem>'
            "</itemDefinition>",
            [("duplicate-name", Severity.ERROR)],
        ),
        (
            '<itemDefinition name="a"><typeRef>string</typeRef><itemComponent name="x"><typeRef>string</typeRef>'
            "</itemComponent></itemDefinition>",
            [("several-type-kinds", Severity.ERROR)],
        ),
        ("<itemDefinition><typeRef>string</typeRef></itemDefinition>", [("missing-name", Severity.ERROR)]),
        (
            '<itemDefinition name="a"><itemComponent><typeRef>string</typeRef></itemComponent>'
            '<itemComponent name="x"><typeRef>string</typeRef></itemComponent></itemDefinition>',
            [("missing-name", Severity.ERROR)],
        ),
        (
            '<itemDefinition name="string"><typeRef>number</typeRef></itemDefinition>',
            [("reserved-type-name", Severity.WARNING)],
        ),
    ],
)
def test_types_that_cannot_be_meant_are_found(body: str, expected: list[tuple[str, Severity]]) -> None:
    rest = '<inputData id="i" name="i"/>'

    assert rules_of(body + rest) == expected
