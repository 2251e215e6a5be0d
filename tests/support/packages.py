"""Scenario packages to deploy: a small one around any BPMN text, and the real ones of the repository."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from engine.commands.deployments import Deployment, DeployPackage
from engine.errors import DefinitionRefused
from engine.facade import Engine

PROCESSES = Path(__file__).parents[2] / "processes"

SCENARIO = """
key = "probe"
version = "1.0.0"
name = { zh = "试验", en = "Probe" }
lead_department = "UMLE"
levels = ["区"]
channels = ["9"]
"""

LIMITS = """
[[ladders]]
key = "steps"
rungs = [
  { key = "half", at = "50%", level = "部门", recipients = ["clerk"], colour = "blue", actions = ["notify"] },
  { key = "due", at = "100%", level = "街镇", recipients = ["clerk"], colour = "yellow", actions = ["notify"] },
  { key = "late", at = "150%", level = "区", recipients = ["head"], colour = "red", actions = ["supervise"] },
]

[[limits]]
key = "quick"
name = { zh = "从速", en = "Quick" }
kind = "stage"
area = "310115"
value = 4
unit = "workhour"
legal_basis = "试验参数"
valid_from = 2013-10-01
ladder = "steps"

[[limits]]
key = "promise"
name = { zh = "承诺", en = "Promise" }
kind = "promise"
area = "310115"
value = 5
unit = "workday"
legal_basis = "试验参数"
valid_from = 2013-10-01
"""

ORGANISATION = """
[[departments]]
code = "UMLE"
name = { zh = "区城管执法局", en = "District Urban Management" }
level = "区"
area = "310115"

[[departments]]
code = "WATER"
name = { zh = "区水务局", en = "District Water Authority" }
level = "区"
area = "310115"

[[actors]]
id = "clerk1"
name = "经办一号"
department = "UMLE"
roles = ["clerk", "handler"]

[[actors]]
id = "clerk2"
name = "经办二号"
department = "UMLE"
roles = ["clerk"]

[[actors]]
id = "clerk3"
name = "水务经办"
department = "WATER"
roles = ["clerk"]

[[actors]]
id = "head"
name = "主任"
department = "UMLE"
roles = ["head", "department_head", "area_head"]

[[actors]]
id = "guest"
name = "旁人"
department = "WATER"
roles = ["guest"]
"""

ADAPTER = """
department = "UMLE"
name = { zh = "区城管执法局", en = "District Urban Management" }

[jobs.check]
method = "POST"
path = "/cases/{case_number}/check"
request = ["subject?"]
response = { receipt = "receipt" }
timeout = "3s"
errors = { "409:REFUSED" = "REFUSED" }

[jobs.report]
method = "POST"
path = "/cases/{case_number}/report"
request = ["subject?"]
response = { report_receipt = "receipt" }
timeout = "3s"
"""

FORM = {
    "type": "default",
    "id": "note",
    "components": [
        {"type": "textarea", "key": "note", "label": "Note", "validate": {"required": True, "minLength": 2}},
        {"type": "checkbox", "key": "fine", "label": "Fine"},
        {"type": "number", "key": "count", "label": "Count", "validate": {"min": 0, "max": 9}},
    ],
}


def package(*processes: bytes, key: str = "probe") -> dict[str, bytes]:
    """Files around BPMN texts: limits `quick` and `promise`, ladder `steps`, form `note`, job types
    `check` and `report`, and the actors clerk1, clerk2, clerk3, head and guest."""
    files = {f"process_{index}.bpmn": content for index, content in enumerate(processes, 1)}
    scenario = SCENARIO.replace('"probe"', f'"{key}"', 1) + LIMITS
    return files | {
        "scenario.toml": scenario.encode(),
        "organisation.toml": ORGANISATION.encode(),
        "forms/note.form.json": json.dumps(FORM).encode(),
        "adapters/umle.toml": ADAPTER.encode(),
    }


def deploy(engine: Engine, *processes: bytes, **changed: bytes) -> Deployment:
    """Fails the test with every finding if the package is refused."""
    try:
        return engine.deploy(DeployPackage(package(*processes) | changed))
    except DefinitionRefused as refusal:
        raise AssertionError([finding for finding in refusal.findings if finding.is_error]) from refusal


def files_of(scenario: str) -> Mapping[str, bytes]:
    """A real package of this repository."""
    root = PROCESSES / scenario
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
