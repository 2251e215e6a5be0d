from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.bpmn import reader
from engine.bpmn.rules import RULES, catalogue, deployment
from engine.bpmn.rules.catalogue import MEANINGS, WARNINGS
from engine.findings import Severity
from tests.unit.bpmn import (
    test_the_rules_on_activities,
    test_the_rules_on_events,
    test_the_rules_on_expressions_and_extensions,
    test_the_rules_on_gateways_and_conditions,
    test_the_rules_on_paths,
    test_the_rules_on_structure_and_starts,
)
from tests.unit.bpmn.drawing import findings_of
from tests.unit.bpmn.flaws import Flaw

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "findings.md"
FLAWS: list[Flaw] = [
    *test_the_rules_on_structure_and_starts.FLAWS,
    *test_the_rules_on_events.FLAWS,
    *test_the_rules_on_events.COMPENSATION_FLAWS,
    *test_the_rules_on_gateways_and_conditions.FLAWS,
    *test_the_rules_on_paths.FLAWS,
    *test_the_rules_on_activities.FLAWS,
    *test_the_rules_on_expressions_and_extensions.FLAWS,
]
OLD_IDS = frozenset(
    {
        "boundary-never-fires",
        "boundary-not-attached",
        "business-rule-without-decision",
        "called-element-missing",
        "called-process-start",
        "clock-kind",
        "condition-missing",
        "condition-on-default-flow",
        "condition-without-effect",
        "cycle-without-effect",
        "dangling-reference",
        "dead-end",
        "duplicate-error-boundary",
        "duplicate-id",
        "duplicate-mapping",
        "duplicate-message-start",
        "duplicate-process",
        "endless-loop",
        "error-boundary-not-interrupting",
        "error-without-code",
        "event-gateway-single-branch",
        "event-gateway-target",
        "extension-without-effect",
        "feel-syntax",
        "flow-crosses-border",
        "four-eyes",
        "incoming-to-start",
        "job-retries",
        "loop-without-wait",
        "message-name",
        "message-ref-missing",
        "nested-too-deep",
        "no-default-flow",
        "no-end-event",
        "no-executable-process",
        "outgoing-from-end",
        "script-missing",
        "service-task-without-job",
        "start-event",
        "starving-join",
        "sub-process-start",
        "timer-literal",
        "too-many-nodes",
        "unassigned-user-task",
        "unknown-decision",
        "unknown-form",
        "unknown-job-type",
        "unknown-ladder",
        "unknown-limit",
        "unknown-process",
        "unknown-role",
        "unreachable-node",
        "variable-name",
    }
)
"""Those of the first release: tools have learned them."""


def test_every_rule_has_a_flaw_that_breaks_it() -> None:
    assert {rule.id for rule in RULES} - {rule for rule, _ in FLAWS} == set()


def test_no_id_of_an_earlier_release_is_gone() -> None:
    assert OLD_IDS - {rule.id for rule in RULES} - set(deployment.RULE_IDS) == set()


def test_the_catalogue_says_what_every_finding_means() -> None:
    known = {*reader.RULE_IDS, *deployment.RULE_IDS, *(rule.id for rule in RULES)}

    assert set(MEANINGS) == known
    assert all(en and any(character >= "\u4e00" for character in zh) for zh, en in MEANINGS.values())


def test_the_catalogue_knows_what_is_only_a_warning() -> None:
    assert set(MEANINGS) >= WARNINGS
    for rule in RULES:
        assert (rule.id in WARNINGS) == (rule.severity is Severity.WARNING), rule.id


@pytest.mark.parametrize("rule", MEANINGS)
def test_the_page_says_the_same(rule: str) -> None:
    row = re.search(
        rf"^\| `{rule}` \| (.*?) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    mark = "**warning**: " if rule in WARNINGS else ""

    assert row is not None
    assert row.group(1) == mark + MEANINGS[rule][1]
    assert row.group(2), "how to mend it"


def test_no_meaning_is_given_twice() -> None:
    sections = [
        value for name, value in vars(catalogue).items() if name.isupper() and isinstance(value, dict)
    ]
    counted = [rule for section in sections if section is not MEANINGS for rule in section]

    assert len(counted) == len(set(counted)) == len(MEANINGS)


def test_every_finding_says_in_both_languages_what_and_how_to_mend() -> None:
    for _, content in FLAWS:
        for finding in findings_of(content):
            assert finding.file == "test.bpmn"
            assert finding.en and any(character >= "\u4e00" for character in finding.zh)
            assert bool(finding.mend_zh) == bool(finding.mend_en)
            assert finding.rule in MEANINGS
            assert finding.is_error or finding.rule in WARNINGS
