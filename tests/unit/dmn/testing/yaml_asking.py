"""Decision tests in YAML, read in a few words."""

from __future__ import annotations

import pytest

from engine.dmn.testing import DecisionTest, TestSuite, read_yaml_tests
from engine.errors import DefinitionRefused
from engine.findings import Finding


def suite(text: str) -> TestSuite:
    return read_yaml_tests(text.encode(), file="fee.yaml")


def only(text: str) -> DecisionTest:
    (test,) = suite(text).tests
    return test


def findings(text: str) -> list[Finding]:
    with pytest.raises(DefinitionRefused) as refused:
        suite(text)
    return list(refused.value.findings)
