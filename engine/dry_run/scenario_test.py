"""Scenario tests: given, when, then, as a file of a package says it (see docs/reference/run.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.dry_run.deeds import Deed, Play, read_deed
from engine.dry_run.documents import read_document
from engine.dry_run.expectations import Expectation, read_expectation
from engine.dry_run.fields import Fields
from engine.dry_run.script import Script, script_from
from engine.errors import InvalidArgument

MAX_TESTS = 500
"""In one file."""


@dataclass(frozen=True, slots=True)
class ScenarioTest:
    file: str
    name: str
    given: Script
    when: tuple[Deed, ...]
    then: Expectation


def read_tests(content: bytes, *, file: str) -> list[ScenarioTest]:
    """One test, or several under `tests` that share what stands above them. Raises InvalidArgument."""
    document = read_document(content, file=file)
    fields = Fields(document, place=file)
    if "tests" not in fields:
        return [_test(fields, Script(), file)]
    shared = _given(fields)
    fields.maybe_text("name")
    found = fields.items("tests")
    fields.done()
    if not 0 < len(found) <= MAX_TESTS:
        raise InvalidArgument(f"Expected 1 to {MAX_TESTS} tests in {file}, but there are {len(found)}.")
    tests = [_test(Fields(item, place=f"{file} tests[{n}]"), shared, file) for n, item in enumerate(found)]
    names = [test.name for test in tests]
    for name in names:
        if names.count(name) > 1:
            raise InvalidArgument(f"Expected each test's name once in {file}, but {name!r} repeats.")
    return tests


def _test(fields: Fields, shared: Script, file: str) -> ScenarioTest:
    name = fields.text("name", file)
    given = shared.joined_by(_given(fields))
    # Without steps the case is played to its end.
    steps: list[Any] = fields.items("when")
    when = tuple(read_deed(item, place=f"when[{n}]") for n, item in enumerate(steps)) or (Play(),)
    if "then" not in fields:
        raise InvalidArgument(f"Expected 'then' in test {name!r} of {file}, but it is missing.")
    then = read_expectation(fields.take("then"), place="then")
    fields.done()
    return ScenarioTest(file, name, given, when, then)


def _given(fields: Fields) -> Script:
    process = fields.maybe_text("process")
    given = Fields(fields.take("given") or {}, place=f"{fields.place}.given")
    script = script_from(given)
    given.done()
    return replace(script, process=process) if process is not None else script
