"""How fast FEEL is against plain Python that does the same: ratios within one run.

python -m bench.feel
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.dmn import Decision, read_decisions
from engine.feel import compile_expression

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CONDITION = 'amount > 1000 and applicant.kind = "enterprise"'
ROWS = 100
INPUTS = 5


def plain(context: dict[str, Any]) -> bool:
    amount, applicant = context["amount"], context["applicant"]
    return bool(amount > Decimal(1000) and applicant["kind"] == "enterprise")


def microseconds(work: Callable[[], object], *, calls: int, rounds: int = 7) -> float:
    """Median over the rounds, so that one disturbance does not decide."""
    durations = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        durations.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(durations)


def table_of(rows: int) -> bytes:
    """UNIQUE, two text and three number inputs; the last row is the one that matches."""
    inputs = "".join(
        f'<input id="i{n}"><inputExpression id="e{n}"><text>v{n}</text></inputExpression></input>'
        for n in range(INPUTS)
    )
    rules = []
    for row in range(rows):
        cells = (
            f'"kind {row % 10}"',
            f'"area {row % 7}", "all"',
            f"&gt;= {row}",
            f"[{row}..{row + 50}]",
            f"{row}",
        )
        entries = "".join(
            f'<inputEntry id="c{row}x{n}"><text>{cell}</text></inputEntry>' for n, cell in enumerate(cells)
        )
        rules.append(
            f'<rule id="r{row}">{entries}<outputEntry id="o{row}"><text>{row}</text></outputEntry></rule>'
        )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">'
        f'<decision id="t" name="t"><decisionTable id="dt">{inputs}<output id="out"/>{"".join(rules)}'
        "</decisionTable></decision></definitions>"
    ).encode()


def conditions(count: int) -> str:
    """`count` comparisons in one text, of which all have to be looked at."""
    return " and ".join(f"amount > {number}" for number in range(count))


def last_row_of(rows: int) -> tuple[Decision, dict[str, Any]]:
    model, _findings = read_decisions(table_of(rows))
    assert model is not None
    last = rows - 1
    values = {"v0": f"kind {last % 10}", "v1": f"area {last % 7}", "v2": last, "v3": last, "v4": last}
    decision = model.decisions["t"]
    assert decision.evaluate(values, now=NOW).value == last
    return decision, values


def main() -> None:
    context: dict[str, Any] = {"amount": Decimal("2000.50"), "applicant": {"kind": "enterprise"}}
    expression = compile_expression(CONDITION)
    python = microseconds(lambda: plain(context), calls=20_000)
    feel = microseconds(lambda: expression.value(context, now=NOW), calls=20_000)
    compiling = microseconds(lambda: compile_expression(CONDITION), calls=500)
    print(f"condition          {feel:8.2f} µs   {feel / python:6.1f} x plain Python ({python:.2f} µs)")
    print(f"compile condition  {compiling:8.1f} µs   {compiling / feel:6.1f} x one evaluation")

    few, many = (compile_expression(conditions(count)) for count in (10, 1_000))
    short = microseconds(lambda: few.value(context, now=NOW), calls=5_000)
    long = microseconds(lambda: many.value(context, now=NOW), calls=200)
    print(f"1,000 comparisons  {long:8.1f} µs   {long / short / 100:6.2f} x a hundred times 10 of them")

    decision, values = last_row_of(ROWS)
    table = microseconds(lambda: decision.evaluate(values, now=NOW), calls=2_000)
    numbers = {**values, "v0": None, "v1": None}
    misses = microseconds(lambda: decision.evaluate(numbers, now=NOW), calls=2_000)
    print(f"table {ROWS} x {INPUTS}      {table:8.1f} µs   {table / feel:6.1f} x one condition")
    print(f"table without hit  {misses:8.1f} µs")

    larger, its_values = last_row_of(10 * ROWS)
    slow = microseconds(lambda: larger.evaluate(its_values, now=NOW), calls=200)
    print(
        f"table {10 * ROWS} x {INPUTS}     {slow:8.1f} µs   {slow / table / 10:6.2f} x ten times {ROWS} rows"
    )
    checking = microseconds(lambda: read_decisions(table_of(ROWS)), calls=1, rounds=5)
    print(f"read and check     {checking / 1000:8.1f} ms of {ROWS} rows, with overlaps and gaps")


if __name__ == "__main__":
    main()
