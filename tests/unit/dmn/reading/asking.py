"""What the reader makes of a few words of DMN."""

from __future__ import annotations

from engine.dmn.model import Boxed, Definitions
from engine.dmn.reading import read_definitions
from engine.findings import Finding, Severity

from ..drawing import decision, definitions

FILE = "x.dmn"


def read(body: str, *, attributes: str = "") -> tuple[Definitions, list[Finding]]:
    found, findings = read_definitions(definitions(body, attributes=attributes), file=FILE)
    assert found is not None
    return found, findings


def clean(body: str, *, attributes: str = "") -> Definitions:
    """The file, which must have no findings."""
    found, findings = read(body, attributes=attributes)
    assert findings == []
    return found


def logic(boxed: str) -> Boxed:
    """The logic of decision d, drawn as `boxed`."""
    (found,) = clean(decision(boxed)).decisions
    assert found.logic is not None
    return found.logic


def rules_of(body: str) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in read(body)[1]]
