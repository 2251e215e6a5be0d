"""Every version of the standard is read; only the oldest writes some things otherwise."""

from __future__ import annotations

import pytest

from engine.dmn.reading import read_definitions

from ..drawing import decision, definitions, literal

DMN_1_1 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
BODY = (
    '<itemDefinition id="t" name="tFee"><typeRef>{feel}number</typeRef></itemDefinition>'
    '<inputData id="i" name="i"><variable name="i" typeRef="{feel}string"/></inputData>'
    '<decision id="d" name="d"><variable name="d" typeRef="{own}tFee"/>'
    '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    + literal("1")
    + "</decision>"
)


@pytest.mark.parametrize(
    "namespace",
    [
        DMN_1_1,
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_says_the_same(namespace: str) -> None:
    found, findings = read_definitions(definitions(BODY.format(feel="feel:", own=""), namespace=namespace))

    assert findings == []
    assert found is not None
    assert found.item_definitions[0].type_ref == "number"
    assert found.input_data[0].variable.type_ref == "string"
    assert found.decisions[0].variable.type_ref == "tFee"


def test_the_oldest_version_writes_types_as_xml_names() -> None:
    content = definitions(
        BODY.format(feel="f:", own="me:"),
        namespace=DMN_1_1,
        attributes='xmlns:f="http://www.omg.org/spec/FEEL/20140401" xmlns:me="urn:test"',
    )

    found, findings = read_definitions(content)

    assert findings == []
    assert found is not None
    assert found.item_definitions[0].type_ref == "number"
    assert found.decisions[0].variable.type_ref == "tFee"


def test_a_type_of_another_model_stays_as_it_is_written() -> None:
    content = definitions(
        BODY.format(feel="feel:", own="other:"), namespace=DMN_1_1, attributes='xmlns:other="urn:other"'
    )

    found, _findings = read_definitions(content)

    assert found is not None
    assert found.decisions[0].variable.type_ref == "other:tFee"


def test_later_versions_write_types_as_plain_text() -> None:
    content = definitions(BODY.format(feel="", own="me:"), attributes='xmlns:me="urn:test"')

    found, _findings = read_definitions(content)

    assert found is not None
    assert found.decisions[0].variable.type_ref == "me:tFee"


def test_imports_of_the_oldest_version_have_no_name_and_are_refused() -> None:
    content = definitions(
        f'<import namespace="urn:b" importType="{DMN_1_1}"/>' + decision(literal("1")), namespace=DMN_1_1
    )

    _found, findings = read_definitions(content)

    assert [(finding.rule, finding.is_error) for finding in findings] == [("missing-name", True)]
