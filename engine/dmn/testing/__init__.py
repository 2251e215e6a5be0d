"""Decision tests: what a decision should answer, read from YAML or from the compatibility kit's XML.

What belongs here: tests as data, running them against a model, comparing, counting, rule coverage. What
does not: files on disk and how results are printed (`terminal`).

Our own format is YAML. Values are what JSON can say; a text that begins with "=" is FEEL:

    decisions: fee.dmn                     # the model, relative to this file
    now: 2026-03-01T09:00:00+08:00         # optional: when to decide
    decide: fee                            # id or name; `service: ...` for a decision service
    given: { area: "310115" }              # optional: inputs of all tests; a test's own come on top

    tests:
      - name: 内资企业首次登记免费
        given: { applicant: { kind: enterprise, founded: = @"2026-01-01" } }
        expect: 0                          # exactly this; or `expect_error: true`: null and a diagnostic
        matched: 3                         # optional: exactly these rules, by number or id

      - name: 收费标准
        columns: [amount, applicant.kind, expect, matched]
        cases:                             # a test per row
          - [1200, enterprise, 0, 3]
          - [1200, person, 12.5, [1, surcharge]]

Further keys: `within` (how far a number may be off), `imported` (inputs of imported models, by
namespace), columns `expect.fee` (an entry of the answer) and `expect_error`. An unknown key is refused.
"""

from __future__ import annotations

from engine.dmn.testing.counting import Counts, Summary, counted, summarise
from engine.dmn.testing.coverage import RuleHits, TableCoverage, rule_coverage
from engine.dmn.testing.decision_test import DecisionTest, TestSuite
from engine.dmn.testing.running import TestOutcome, run_suite, run_test
from engine.dmn.testing.tck_tests import read_tck_tests
from engine.dmn.testing.yaml_tests import read_yaml_tests

__all__ = [
    "Counts",
    "DecisionTest",
    "RuleHits",
    "Summary",
    "TableCoverage",
    "TestOutcome",
    "TestSuite",
    "counted",
    "read_tck_tests",
    "read_yaml_tests",
    "rule_coverage",
    "run_suite",
    "run_test",
    "summarise",
]
