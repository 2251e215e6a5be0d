"""Our own decision tests: a YAML file to a TestSuite. The package's docstring shows the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.clock import RECKONING_ZONE
from engine.dmn.testing.cases import read_cases
from engine.dmn.testing.decision_test import DecisionTest, TestSuite
from engine.dmn.testing.entries import Complaints, Entries
from engine.dmn.testing.expecting import read_expectation
from engine.dmn.testing.yaml_values import ValueReader
from engine.errors import DefinitionRefused
from engine.feel import Value
from engine.feel.instants import date_and_time_from_text
from engine.feel.numbers import number_from_text
from engine.hardened_yaml import read_document


def read_yaml_tests(content: bytes, *, file: str) -> TestSuite:
    """The tests of one file; each row under `cases` is a test.

    Raises DefinitionRefused with everything that is wrong with it. Takes time linear in its size.
    """
    complaints = Complaints(file)
    top = Entries(read_document(content, file=file, number=number_from_text), place="", complaints=complaints)
    model_file = top.text("decisions")
    if model_file is None:
        top.missing("decisions", zh="DMN 文件", en="the DMN file")
    labels = tuple(str(item.value) for item in top.items("labels"))
    shared = _shared(top, _blank(file))
    nodes = top.items("tests")
    if not nodes:
        top.missing("tests", zh="至少一项测试", en="at least one test")
    top.done()
    tests: list[DecisionTest] = []
    lines: dict[str, int] = {}
    for number, node in enumerate(nodes, 1):
        entries = Entries(node, place=f"tests[{number}]", complaints=complaints)
        found = list(_tests(entries, replace(shared, id=str(number), line=node.line)))
        _check_name(entries, lines)
        tests += found
    if complaints.findings:
        raise DefinitionRefused(complaints.findings)
    return TestSuite(file, model_file or "", labels, tuple(tests))


def _blank(file: str) -> DecisionTest:
    return DecisionTest(
        id="", name="", file=file, line=1, invocable="", is_service=False, inputs={}, expected=None
    )


def _tests(entries: Entries, shared: DecisionTest) -> Iterator[DecisionTest]:
    name = entries.text("name")
    if name is None:
        entries.missing("name", zh="测试名称", en="the test's name")
    own = replace(_shared(entries, shared), name=name or "")
    if not own.invocable:
        entries.missing("decide", zh="决策（decide）或决策服务（service）", en="a decision, or a `service`")
    values = ValueReader(entries.complaints, now=own.now)
    expectation = read_expectation(entries, values, invocable=own.invocable)
    if "columns" in entries or "cases" in entries:
        yield from read_cases(entries, own, expectation, values)
    else:
        if not expectation.is_stated:
            entries.missing("expect", zh="期望的结果（或 expect_error）", en="a result, or `expect_error`")
        yield expectation.of(own)
    for also in ("columns", "cases"):
        entries.take(also)
    entries.done()


def _check_name(entries: Entries, lines: dict[str, int]) -> None:
    name = entries.text("name")
    if name is None:
        return
    if name in lines:
        entries.complaints.add(
            "duplicate-test",
            entries.line,
            zh=f"测试名称“{name}”与第 {lines[name]} 行的重复",
            en=f"The test in line {lines[name]} has the name {name!r} too",
            mend_zh="给每项测试一个不同的名称",
            mend_en="Give every test a name of its own",
        )
    lines.setdefault(name, entries.line)


def _shared(entries: Entries, outer: DecisionTest) -> DecisionTest:
    """What a file says for all its tests, or a test for all its cases, on top of `outer`."""
    now = _now(entries) or outer.now
    values = ValueReader(entries.complaints, now=now)
    invocable, is_service = _invocable(entries, outer)
    return replace(
        outer,
        invocable=invocable,
        is_service=is_service,
        inputs={**outer.inputs, **values.context(entries.take("given"), place=entries.at("given"))},
        imported=_imported(entries, outer, values),
        now=now,
        within=_within(entries, outer),
    )


def _invocable(entries: Entries, outer: DecisionTest) -> tuple[str, bool]:
    decision, service = entries.text("decide"), entries.text("service")
    if decision is not None and service is not None:
        entries.complaints.wrong(
            entries.at("decide"),
            entries.line,
            zh=" decide 与 service 之一",
            en="either `decide` or `service`",
            found="both",
        )
    if decision is None and service is None:
        return outer.invocable, outer.is_service
    return decision or service or "", decision is None


def _imported(
    entries: Entries, outer: DecisionTest, values: ValueReader
) -> Mapping[str, Mapping[str, Value]]:
    node = entries.take("imported")
    found = dict(outer.imported)
    if node is not None and not isinstance(node.value, dict):
        entries.wrong("imported", node, zh="命名空间和其中的输入", en="namespaces and their inputs")
    elif node is not None and isinstance(node.value, dict):
        for namespace, names in node.value.items():
            given = values.context(names, place=entries.at(f"imported.{namespace}"))
            found[namespace] = {**found.get(namespace, {}), **given}
    return found


def _within(entries: Entries, outer: DecisionTest) -> Decimal:
    node = entries.take("within")
    if node is None:
        return outer.within
    if isinstance(node.value, int | Decimal) and not isinstance(node.value, bool) and node.value >= 0:
        return Decimal(node.value)
    entries.wrong("within", node, zh="不小于 0 的数", en="a number from 0")
    return outer.within


def _now(entries: Entries) -> datetime | None:
    """As in scenario tests: without a zone it is read in Shanghai."""
    node = entries.take("now")
    if node is None:
        return None
    instant = date_and_time_from_text(node.value) if isinstance(node.value, str) else None
    if not isinstance(instant, datetime):
        entries.wrong(
            "now",
            node,
            zh="时刻，如 2026-03-02T09:00:00+08:00",
            en="an instant such as 2026-03-02T09:00:00+08:00",
        )
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=RECKONING_ZONE)
