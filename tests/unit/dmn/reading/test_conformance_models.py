"""Every model of the public conformance tests (DMN TCK) is read without an error.

The tests stand beside the repository, not in it; without them this is skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.dmn.reading import read_definitions

MODELS = Path(__file__).parents[4].parent / "shared" / "dmn-tck"
WARNED = {
    "0076-feel-external-java.dmn": {"external-function"},
    "0087-chapter-11-example.dmn": {"missing-decision-logic"},
    "1120-feel-duration-function.dmn": {"empty-type"},
}


def test_the_models_of_the_conformance_tests_have_no_errors() -> None:
    files = sorted(MODELS.rglob("*.dmn"))
    if not files:
        pytest.skip(f"no conformance models in {MODELS}")

    decisions = 0
    found_rules: dict[str, set[str]] = {}
    for path in files:
        found, findings = read_definitions(path.read_bytes(), file=path.name)
        assert found is not None, path.name
        assert [finding.en for finding in findings if finding.is_error] == [], path.name
        decisions += len(found.decisions)
        if findings:
            found_rules[path.name] = {finding.rule for finding in findings}

    assert decisions > 1_500
    assert found_rules == WARNED
