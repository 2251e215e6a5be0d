"""Test results as JUnit XML, the form that continuous integration reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.output import clean

Case = tuple[str, str, float, Sequence[str]]
"""File, name, seconds, problems (none: it passed)."""


def junit_xml(suites: Iterable[tuple[str, Sequence[Case]]]) -> bytes:
    """`suites` are (name, cases). UTF-8 with an XML declaration."""
    root = Element("testsuites")
    for suite_name, cases in suites:
        failures = sum(1 for case in cases if case[3])
        suite = SubElement(
            root,
            "testsuite",
            name=clean(suite_name),
            tests=str(len(cases)),
            failures=str(failures),
            errors="0",
            time=f"{sum(case[2] for case in cases):.3f}",
        )
        for file, name, seconds, problems in cases:
            case = SubElement(
                suite, "testcase", classname=clean(file), name=clean(name), time=f"{seconds:.3f}"
            )
            if problems:
                failure = SubElement(case, "failure", message=clean(problems[0]))
                failure.text = clean("\n".join(problems))
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content
