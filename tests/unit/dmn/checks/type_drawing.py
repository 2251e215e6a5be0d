"""Models for checks of types: inputs of several types, and a decision that requires them."""

from __future__ import annotations

from engine.dmn.checks.type_checks import check_types
from engine.dmn.reading import read_definitions
from engine.dmn.typing import component_names, types_of
from engine.findings import Finding, Severity

from ..drawing import decision, definitions, literal, requires

APPLICANT = """
<itemDefinition name="tApplicant" id="_tApplicant">
 <itemComponent name="kind" id="_kind"><typeRef>tKind</typeRef></itemComponent>
 <itemComponent name="age" id="_age"><typeRef>number</typeRef></itemComponent>
 <itemComponent name="born on" id="_born"><typeRef>date</typeRef></itemComponent>
</itemDefinition>
<itemDefinition name="tKind" id="_tKind"><typeRef>string</typeRef></itemDefinition>
<itemDefinition name="tAges" id="_tAges" isCollection="true"><typeRef>number</typeRef></itemDefinition>
"""
INPUTS = APPLICANT + "".join(
    f'<inputData id="{id_}" name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'
    for id_, name, type_ in [
        ("applicant", "applicant", "tApplicant"),
        ("amount", "amount", "number"),
        ("ages", "ages", "tAges"),
        ("free", "free", "Any"),
    ]
)
REQUIRED = requires("applicant", "amount", "ages", "free", kind="Input")


def found(body: str) -> list[Finding]:
    drawn, findings = read_definitions(definitions(body), file="x.dmn")
    assert drawn is not None
    assert [each for each in findings if each.is_error] == []
    types, unfit = types_of(drawn)
    assert unfit == []
    return check_types(drawn, types, entries=frozenset(component_names(drawn)))


def rules_of(body: str) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in found(body)]


def deciding(logic: str, type_ref: str = "") -> str:
    """The inputs, and a decision that requires them all."""
    variable = f'<variable name="d" typeRef="{type_ref}"/>' if type_ref else ""
    return INPUTS + decision(logic, extra=variable + REQUIRED)


def table(
    expression: str,
    cells: list[str],
    *,
    type_ref: str = "",
    output: str = "<output/>",
    results: list[str] | None = None,
) -> str:
    """One input, one output; the results are numbers unless given."""
    declared = f'typeRef="{type_ref}"' if type_ref else ""
    rows = "".join(
        f"<rule><inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"
        f"<outputEntry><text><![CDATA[{result}]]></text></outputEntry></rule>\n"
        for cell, result in zip(cells, results or ["1"] * len(cells), strict=True)
    )
    clause = f"<inputExpression {declared}><text>{expression}</text></inputExpression>"
    return f'<decisionTable hitPolicy="FIRST"><input>{clause}</input>{output}{rows}</decisionTable>'


def entry(name: str, logic: str, type_ref: str = "") -> str:
    declared = f'typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{name}" {declared}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def conditional(condition: str, then: str, otherwise: str) -> str:
    parts = zip(("if", "then", "else"), (condition, then, otherwise), strict=True)
    return f"<conditional>{''.join(f'<{tag}>{literal(text)}</{tag}>' for tag, text in parts)}</conditional>"


def iterator(kind: str, domain: str, body: str) -> str:
    """`kind` is for, some or every; the variable is x."""
    inner = "return" if kind == "for" else "satisfies"
    return (
        f'<{kind} iteratorVariable="x"><in>{literal(domain)}</in><{inner}>{literal(body)}</{inner}></{kind}>'
    )


def filtered(domain: str, match: str) -> str:
    """`domain` is a boxed expression."""
    return f"<filter><in>{domain}</in><match>{literal(match)}</match></filter>"


def typed(
    name: str, type_ref: str, values: str = "", *, tag: str = "allowedValues", collection: bool = False
) -> str:
    limits = f"<{tag}><text>{values}</text></{tag}>" if values else ""
    attribute = 'isCollection="true"' if collection else ""
    return (
        f'<itemDefinition name="{name}" id="_{name}" {attribute}><typeRef>{type_ref}</typeRef>{limits}'
        "</itemDefinition>"
    )


def component(name: str, type_ref: str, values: str) -> str:
    whole = typed(name, type_ref, values)
    return whole.replace("itemDefinition", "itemComponent")
