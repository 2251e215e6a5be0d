"""Every word of every dialect, on every element where it means something and on one where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from lxml import etree

from engine.bpmn.dialects import translate
from engine.bpmn.dialects.construct import Construct
from engine.bpmn.dialects.vocabularies import ALL, DIALECTS
from engine.bpmn.dialects.workbench import namespace_of
from engine.bpmn.xsd import violations
from engine.hardened_xml import parse
from tests.unit.bpmn.dialects.drawing import BPMN

Case = tuple[str, str, str, str, Construct]
"""Prefix, place, name, the XML that uses it, its row."""
_INSIDE_EVENT = frozenset(
    {
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
    }
)
_EVENT_OF: Mapping[str, str] = {
    "errorEventDefinition": "endEvent",
    "conditionalEventDefinition": "intermediateCatchEvent",
}
_INNER = {"conditionalEventDefinition": "<condition/>"}
_ROOTS = frozenset({"message", "error"})


def cases() -> Iterator[Case]:
    for dialect in ALL:
        for prefix in dialect.prefixes.values():
            for name, row in dialect.attributes.items():
                for place in sorted(row.on or {"manualTask"}):
                    yield prefix, place, f"@{prefix}:{name}", attribute_on(place, f'{prefix}:{name}="x"'), row
            for name, row in dialect.elements.items():
                for place in sorted(row.on or {"manualTask"}):
                    inner = element(prefix, name, row)
                    yield prefix, place, f"{prefix}:{name}", extension_on(place, inner), row


def element(prefix: str, name: str, row: Construct) -> str:
    parts = row.parts if row.parts is not None else dict.fromkeys(row.absorbs, Construct(()))
    attributes = " ".join(f'{part[1:]}="x"' for part in parts if part.startswith("@"))
    children = "".join(
        element(prefix, part, each) for part, each in parts.items() if not part.startswith(("@", "text"))
    )
    text = "x" if "text()" in parts and not children else ""
    return f"<{prefix}:{name} {attributes}>{children}{text}</{prefix}:{name}>"


def attribute_on(place: str, attribute: str) -> str:
    return wrapped(place, attribute, "")


def extension_on(place: str, content: str) -> str:
    return wrapped(place, "", f"<extensionElements>{content}</extensionElements>")


def wrapped(place: str, attributes: str, content: str) -> str:
    if place == "process":
        return f'<process id="x" {attributes}>{content}</process>'
    if place in _ROOTS:
        return f'<{place} id="x" {attributes}>{content}</{place}><process id="p"/>'
    inner = _INNER.get(place, "")
    node = f'<{place} id="x" {attributes}>{content}{inner}</{place}>'
    if place in _INSIDE_EVENT:
        event = _EVENT_OF.get(place, "endEvent")
        node = f'<{event} id="e">{node}</{event}>'
    elif place.endswith("LoopCharacteristics"):
        node = f'<task id="t">{node}</task>'
    return f'<process id="p">{node}</process>'


def content_of(prefix: str, xml: str) -> bytes:
    namespace = next(uri for uri, dialect in DIALECTS.items() if dialect.prefixes[uri] == prefix)
    return (
        f'<definitions xmlns="{BPMN}" xmlns:{prefix}="{namespace}" targetNamespace="urn:test" id="file">'
        f"{xml}</definitions>"
    ).encode()


CASES = list(cases())


@pytest.mark.parametrize(
    ("prefix", "place", "name", "xml", "row"),
    CASES,
    ids=[f"{name}-on-{place}" for _, place, name, _, _ in CASES],
)
def test_every_word_is_reported_with_one_of_its_outcomes_and_taken_out(
    prefix: str, place: str, name: str, xml: str, row: Construct
) -> None:
    found = translate(content_of(prefix, xml), file="f.bpmn")

    mine = [each for each in found.entries if each.construct.startswith(name)]
    assert mine
    for entry in mine:
        known = row_of(row, entry.construct.removeprefix(name).strip("/"))
        assert entry.outcome in known.outcomes, entry
        assert entry.zh and entry.en
        assert entry.file == "f.bpmn" and entry.line == 1
    tree = parse(found.content or b"")
    assert not [
        each
        for each in tree.iter()
        if namespace_of(str(each.tag)) in DIALECTS
        or any(namespace_of(str(key)) in DIALECTS for key in each.attrib)
    ]


def row_of(row: Construct, path: str) -> Construct:
    for part in path.split("/") if path else ():
        row = (row.parts or {})[part]
    return row


@pytest.mark.parametrize(
    ("prefix", "place", "name", "xml", "row"),
    CASES,
    ids=[f"{name}-on-{place}" for _, place, name, _, _ in CASES],
)
def test_what_is_written_keeps_to_the_schema(
    prefix: str, place: str, name: str, xml: str, row: Construct
) -> None:
    before = violations(parse(content_of(prefix, xml)))

    after = violations(parse(translate(content_of(prefix, xml)).content or b""))

    assert len(after) <= len(before), after


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.key)
def test_every_refusal_says_how_to_mend_it(dialect: object) -> None:
    rows = [row for each in ALL if each is dialect for row in walk({**each.attributes, **each.elements})]

    assert rows
    for row in rows:
        if [outcome.value for outcome in row.outcomes] == ["refused"]:
            assert row.mend_zh and row.mend_en, row
        if row.handler is None and row.parts is None and row.outcomes[0].value != "translated":
            assert row.zh and row.en


def walk(rows: Mapping[str, Construct]) -> Iterator[Construct]:
    for row in rows.values():
        if row.parts is None:
            yield row
        else:
            yield from walk(row.parts)


@pytest.mark.parametrize("prefix", sorted(p for dialect in ALL for p in dialect.prefixes.values()))
def test_an_unknown_word_is_refused_wherever_it_stands(prefix: str) -> None:
    xml = (
        f'<process id="p" {prefix}:nobody="1"><documentation>a<{prefix}:nobody/>b</documentation>'
        f'<task id="x"><extensionElements {prefix}:nobody="1"><{prefix}:nobody a="1"><{prefix}:more/></{prefix}:nobody>'
        f"</extensionElements><{prefix}:nobody/></task></process>"
    )

    found = translate(content_of(prefix, xml))

    assert len(found.refused) == len(found.entries) == 5
    tree = parse(found.content or b"")
    assert etree.tostring(tree, method="text", encoding="unicode").strip() == "ab"
