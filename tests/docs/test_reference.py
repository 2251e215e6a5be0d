"""The reference pages leave nothing out, and no page leads nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.bpmn import dialects, reader, rules
from engine.bpmn.effects import IncidentType
from engine.bpmn.reading.vocabulary import GOV_ATTRIBUTE_PLACES, GOV_ELEMENT_ATTRIBUTES
from engine.bpmn.rules import deployment
from engine.commands import gate
from engine.dmn.checks import type_words
from engine.dry_run import filling
from engine.model.pauses import PauseReason
from engine.settings import Settings
from terminal.app import COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
MAKERS = {"error", "warning", "problem", "add", "Finding", "finding_at", "Bound", "_error", "_refused"}
"""Functions whose first argument is the rule of the finding they make."""
PREFIXES: Mapping[str, tuple[str, ...]] = {
    "toml_document.py": ("scenario-", "organisation-"),
    "scenario.py": ("scenario-",),
    "scenario_clocks.py": ("scenario-",),
    "organisation.py": ("organisation-",),
    "scenario_package.py": ("package-",),
}
"""Modules that leave a part of the rule's name to whoever calls them."""
COMPUTED = {
    f"{subject}-{rule}"
    for subject in ("scenario", "organisation")
    for rule in ("too-large", "not-utf-8", "not-toml", "too-many-findings")
} | {"scenario-without-kpis", "scenario-without-limits"}
"""Rules that the source does not spell out."""


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def rules_named_in(path: Path) -> Iterator[str]:
    """Every literal rule of a finding that the module makes, with the prefix it comes out with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        rule = node.args[0].value
        if called in MAKERS and isinstance(rule, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule):
            yield from (prefix + rule for prefix in PREFIXES.get(path.name, ("",)))


def catalogued() -> set[str]:
    """The rules that modules list themselves."""
    ids = {*reader.RULE_IDS, *deployment.RULE_IDS, *gate.RULE_IDS, *(rule.id for rule in rules.RULES)}
    return ids | dialects.RULE_IDS | type_words.RULE_IDS | {filling.LEFT_OPEN}


def test_every_finding_is_in_the_catalogue() -> None:
    known = catalogued()
    known |= {rule for path in sources("engine", "adapters") for rule in rules_named_in(path)}

    missing = {rule for rule in known | COMPUTED if f"| `{rule}` |" not in page("reference/findings.md")}

    assert len(known) > 130, "the sources are searched"
    assert missing == set()


def test_the_catalogue_names_no_finding_that_nobody_makes() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", page("reference/findings.md"), flags=re.MULTILINE)
    ids = catalogued()
    ids |= {rule for path in sources("engine", "adapters") for rule in rules_named_in(path)}

    assert set(listed) - ids - COMPUTED == set()
    assert len(listed) == len(set(listed)), "each once"


def test_every_extension_is_in_the_reference_with_its_attributes() -> None:
    text = page("reference/extensions.md")

    missing = [f"gov:{name}" for name in GOV_ATTRIBUTE_PLACES if f"| `gov:{name}` |" not in text]
    missing += [f"gov:{name}" for name in GOV_ELEMENT_ATTRIBUTES if f"`gov:{name}`" not in text]
    for name, (required, optional) in GOV_ELEMENT_ATTRIBUTES.items():
        missing += [f"gov:{name}/@{key}" for key in required | optional if f"`{key}`" not in text]

    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_reference_with_its_options(name: str) -> None:
    module = COMMANDS[name][0]
    text = page("reference/cli.md")
    command = typer.main.get_command(import_module(module).app)
    leaves: Mapping[str, Any] = getattr(command, "commands", {}) or {"": command}

    for leaf, found in leaves.items():
        full = f"yishi {name} {leaf}".strip()
        row = next((line for line in text.splitlines() if re.match(rf"\| `{full}[ `]", line)), "")
        assert row, f"{full} is missing"
        for parameter in found.params:
            options = [option for option in parameter.opts if option.startswith("--") and option != "--help"]
            assert not options or any(f"{option}" in row for option in options), f"{full} {options}"


def test_every_event_of_the_journal_is_in_the_reference() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources("engine/commands"))
    written = set(re.findall(r'record\(\s*"([A-Z_]+)"', code))
    written |= set(re.findall(r'_record\(work, row, "([A-Z_]+)"', code))
    written |= set(re.findall(r'fact="([A-Z_]+)"', code))
    written |= {"CASE_CLOSED", "CASE_CANCELED", "CLOCK_MET", "CLOCK_BREACHED", "CLOCK_CANCELED"}

    missing = {event for event in written if f"`{event}`" not in page("reference/events.md")}

    assert len(written) > 25, "the sources are searched"
    assert missing == set()


def test_every_setting_is_in_the_reference_and_in_the_readme() -> None:
    names = {
        str(field.validation_alias or f"YISHI_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert {name for name in names if f"`{name}`" not in page("reference/configuration.md")} == set()
    assert {name for name in names if f"`{name}`" not in readme} == set()


def test_every_kind_of_incident_and_every_pause_is_in_its_guide() -> None:
    assert [kind for kind in IncidentType if f"`{kind}`" not in page("howto/incidents.md")] == []
    assert [reason for reason in PauseReason if f"`{reason}`" not in page("howto/clocks.md")] == []


def anchors_of(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)

    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        goal = (path.parent / file).resolve() if file else path
        assert goal.exists(), target
        assert not anchor or anchor in anchors_of(goal), target


def test_every_test_that_a_promise_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page("explanation/guarantees.md"))

    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).exists() or f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]

    assert len(named) > 20, "promises name tests"
    assert missing == []
