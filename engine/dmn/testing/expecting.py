"""What a YAML test expects: an answer, an error, the rules that match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.dmn.testing.decision_test import DecisionTest
from engine.dmn.testing.entries import Entries, described
from engine.dmn.testing.yaml_values import ValueReader
from engine.feel import Value
from engine.hardened_yaml import Node

Matched = Mapping[str, tuple[int | str, ...]]


@dataclass(frozen=True, slots=True)
class Expectation:
    """`is_stated` is False until an answer or an error is; `matched` is {} if any rules may match."""

    is_stated: bool
    value: Value
    is_error: bool
    matched: Matched

    def of(self, test: DecisionTest) -> DecisionTest:
        """`test` with this expectation."""
        return replace(
            test,
            expected=None if self.is_error else self.value,
            expects_error=self.is_error,
            matched=self.matched,
        )


def read_expectation(entries: Entries, values: ValueReader, *, invocable: str) -> Expectation:
    """`expect`, `expect_error` and `matched` of a test. `expect:` with nothing after it is null."""
    answer = entries.take_even_null("expect")
    is_error = entries.flag("expect_error")
    if answer is not None and is_error:
        entries.wrong("expect", answer, zh="空缺，因为期望的是错误", en="nothing beside `expect_error: true`")
    value = None if answer is None else values.read(answer, place=entries.at("expect"))
    node = entries.take("matched")
    matched = {} if node is None else read_matched(node, entries, name="matched", invocable=invocable)
    return Expectation(answer is not None or is_error, value, is_error, matched)


def read_matched(node: Node, entries: Entries, *, name: str, invocable: str) -> Matched:
    """A rule or a list of them, meaning the tested decision's; or decisions with theirs."""
    given = node.value if isinstance(node.value, dict) else {invocable: node}
    found: dict[str, tuple[int | str, ...]] = {}
    for decision, rules in given.items():
        items = rules.value if isinstance(rules.value, list) else [rules]
        numbers = [rule.value for rule in items if _is_rule(rule)]
        if len(numbers) < len(items):
            entries.complaints.wrong(
                entries.at(name),
                rules.line,
                zh="规则的编号（从 1 起）或 id",
                en="numbers (from 1) or ids of rules",
                found=described(rules),
            )
        found[decision] = tuple(each for each in numbers if isinstance(each, int | str))
    return found


def _is_rule(node: Node) -> bool:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value > 0
    return isinstance(node.value, str) and bool(node.value)
