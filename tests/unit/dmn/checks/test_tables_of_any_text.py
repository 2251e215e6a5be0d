"""Whatever stands in the cells: the checks have an answer, and never an exception."""

from __future__ import annotations

import random

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import HitPolicy

from .table_drawing import column, drawn, output

OPERANDS = (
    '1 | 2.5 | "a" | null | true | x | {a: 1} | date("x") | date(2020, 1, 1) | date(year: 2020, month: 1, day: 2)'
    ' | date() | duration("P1D") | time(10, 0, 0) | 1e6144 | -1e6144 | 1e-6143 | 9999999999999999999999999999999999'
    ' | @"P1D" | @"-P999999999D" | @"P999999999D" | @"P9999999999D" | @"P1M" | @"10:00:00" | @"00:00:00"'
    ' | @"23:59:59" | @"23:59:59.999999999" | @"0001-01-01" | @"9999-12-31" | @"-999999999-01-01"'
    ' | @"9999-12-31T23:59:59" | @"0001-01-01T00:00:00+14:00" | @"2020-01-01T00:00:00.000000001"'
    ' | @"2020-01-01T00:00:00@Asia/Shanghai" | @"999999999-12-31T00:00:00" | ( | [ | .. | not( | ? | and | ,'
)
FORMS = (
    "{0} | < {0} | >= {0} | [{0}..{1}] | ({0}..{1}) | not({0}, {1}) | {0}, {1} | ? > {0} | [{0}, {1}] | - {0}"
    " | ? between {0} and {1} | = {0} | != {0} | (= {0}) | {0} {1} | - | "
)
INPUTS = ("x", "y", "x.y", "x + 1", "((", "1", "")
TYPES = ("", "number", "date", "time", "dateTime", "dayTimeDuration", "string", "tUnknown")


@pytest.mark.parametrize("seed", range(8))
def test_no_table_is_too_strange(seed: int) -> None:
    chance = random.Random(seed)

    def cell() -> str:
        return chance.choice(FORMS.split(" | ")).format(
            chance.choice(OPERANDS.split(" | ")), chance.choice(OPERANDS.split(" | "))
        )

    def maybe() -> str:
        return cell() if chance.random() < 0.3 else ""

    for _ in range(150):
        inputs = [
            column(chance.choice(INPUTS), values=maybe(), type_ref=chance.choice(TYPES))
            for _ in range(chance.randrange(4))
        ]
        rows = [[cell() for _ in range(len(inputs) + 1)] for _ in range(chance.randrange(6))]
        results = [output(values=maybe(), default=maybe(), type_ref=chance.choice(TYPES))]
        table = drawn(inputs, rows, policy=chance.choice(list(HitPolicy)), outputs=results)

        findings = check_table(table)

        assert all(finding.zh and finding.en and finding.mend_zh and finding.mend_en for finding in findings)
