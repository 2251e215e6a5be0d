"""DMN files in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from engine.dmn import DecisionModel, read_decisions
from engine.findings import Finding

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DMN_1_5 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str, *, namespace: str = DMN_1_5, attributes: str = "") -> bytes:
    return (
        f'<definitions xmlns="{namespace}" id="defs" name="分类" namespace="urn:test" {attributes}>\n'
        f"{body}\n</definitions>"
    ).encode()


def decision(logic: str, *, id_: str = "d", name: str = "", extra: str = "") -> str:
    return f'<decision id="{id_}" name="{name or id_}">{extra}{logic}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    attributes: str = "",
) -> str:
    """`rules` list the cells of each row, inputs first; an output is its name, or its whole element."""
    columns = "".join(
        f"<input><inputExpression><text>{escape(each)}</text></inputExpression></input>" for each in inputs
    )
    results = "".join(each if each.startswith("<") else f'<output name="{each}"/>' for each in outputs)
    rows = "".join(_rule(row, len(inputs)) for row in rules)
    return f"<decisionTable {attributes}>{columns}{results}{rows}</decisionTable>"


def _rule(cells: Sequence[str], input_count: int) -> str:
    entries = [
        f"<{name}><text>{escape(cell)}</text></{name}>"
        for name, cell in [
            *(("inputEntry", cell) for cell in cells[:input_count]),
            *(("outputEntry", cell) for cell in cells[input_count:]),
        ]
    ]
    return f"\n<rule>{''.join(entries)}</rule>"


def requires(*ids: str, kind: str = "Decision") -> str:
    return "".join(
        f'<informationRequirement><required{kind} href="#{id_}"/></informationRequirement>' for id_ in ids
    )


def model_of(body: str) -> DecisionModel:
    """The model of a file without errors; small tables for tests have gaps, and are told so."""
    model, findings = read_decisions(definitions(body))
    assert model is not None, findings
    return model


def findings_of(body: str) -> list[Finding]:
    """All findings of a file that must be refused."""
    model, findings = read_decisions(definitions(body), file="x.dmn")
    assert model is None
    return findings
