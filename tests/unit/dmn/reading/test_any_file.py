"""No file makes the reader raise, and whatever it makes of one keeps what the model promises."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from lxml import etree

from engine.dmn.model import Boxed, DecisionTable, Definitions, Relation, parts
from engine.dmn.reading import read_definitions

from ..drawing import decision, definitions, literal, requires, table

NAMES = sorted(
    {"id", "name", "typeRef", "href", "hitPolicy", "aggregation", "kind", "iteratorVariable", "isCollection"}
    | {"namespace", "importType", "label", "expressionLanguage", "expression", "{urn:x}inputVariable"}
)
VALUES = [
    "",
    " ",
    "d",
    "#d",
    "#",
    "urn:test#e",
    "COLLECT",
    "SUM",
    "Java",
    "true",
    "a#b#c",
    "%zz",
    "“x”",
    "x" * 300,
]
GARBLED = ["", " ", "1 +", "<", "]]>", "\n\n", "null", "\U0001f600", "\u0301", "a" * 5_000]


def sample() -> bytes:
    """A file with something of everything."""
    one, entry = literal("1"), "<contextEntry><variable name='v'/>" + literal("2") + "</contextEntry>"
    boxed = [
        f"<context>{entry}<contextEntry>{one}</contextEntry></context>",
        f"<invocation>{one}<binding><parameter name='p'/>{one}</binding></invocation>",
        f"<list>{one}{one}</list>",
        f"<relation><column name='a'/><column name='b'/><row>{one}{one}</row></relation>",
        f"<functionDefinition kind='FEEL'><formalParameter name='a'/>{one}</functionDefinition>",
        f"<conditional><if>{one}</if><then>{one}</then><else>{one}</else></conditional>",
        f"<filter><in>{one}</in><match>{one}</match></filter>",
        f"<for iteratorVariable='i'><in>{one}</in><return>{one}</return></for>",
        f"<some iteratorVariable='i'><in>{one}</in><satisfies>{one}</satisfies></some>",
        table(
            ["x", "y"],
            ["a", "b"],
            [["1", "2", "3", "4"], ["-", "-", "5", "6"]],
            attributes='hitPolicy="FIRST"',
        ),
    ]
    return definitions(
        "<import name='m' namespace='urn:m' importType='https://www.omg.org/spec/DMN/20230324/MODEL/'/>"
        "<itemDefinition name='t'><itemComponent name='c'><typeRef>string</typeRef><allowedValues><text>1</text>"
        "</allowedValues></itemComponent></itemDefinition>"
        "<itemDefinition name='f'><functionItem outputTypeRef='t'><parameters name='p'/></functionItem>"
        "</itemDefinition>"
        "<inputData id='i' name='i'><variable name='i' typeRef='t'/></inputData>"
        + "".join(
            decision(each, id_=f"d{number}", extra=requires(f"d{number - 1}") if number else "")
            for number, each in enumerate(boxed)
        )
        + f"<businessKnowledgeModel id='b' name='b'><encapsulatedLogic>{one}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
        "<decisionService id='s' name='s'><outputDecision href='#d0'/><inputData href='#i'/></decisionService>"
    )


def mutate(root: etree._Element, chance: random.Random) -> None:
    """One thing that a broken tool or a hostile hand may do to a file."""
    elements = list(root.iter())
    element = chance.choice(elements)
    parent = element.getparent()
    act = chance.randrange(7)
    if act == 0 and parent is not None:
        parent.remove(element)
    elif act == 1:
        element.set(chance.choice(NAMES), chance.choice(VALUES))
    elif act == 2 and element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    elif act == 3:
        element.text = chance.choice(GARBLED)
    elif act == 4 and parent is not None:
        parent.append(chance.choice(elements[1:]) if element is root else element)
    elif act == 5:
        element.tag = chance.choice(elements).tag
    else:
        copied = etree.fromstring(etree.tostring(chance.choice(elements)))
        element.insert(chance.randrange(len(element) + 1), copied)


def boxed_of(found: Definitions) -> Iterator[Boxed]:
    waiting: list[Boxed] = [each.logic for each in found.decisions if each.logic is not None]
    waiting += [each.logic for each in found.knowledge_models if each.logic is not None]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(parts(current))


def assert_promises(found: Definitions) -> None:
    own = {each.id for each in found.decisions}
    for each in found.decisions:
        assert each.id and each.name and each.variable.name
        for reference in each.required_decisions:
            assert reference.namespace != found.namespace or reference.id in own
    for boxed in boxed_of(found):
        if isinstance(boxed, DecisionTable):
            assert boxed.outputs
            for rule in boxed.rules:
                assert (len(rule.tests), len(rule.outputs)) == (len(boxed.inputs), len(boxed.outputs))
                assert all(test.text.strip() for test in rule.tests)
        if isinstance(boxed, Relation):
            assert {len(row) for row in boxed.rows} <= {len(boxed.columns)}
        text = getattr(boxed, "text", None)
        assert text is None or text.text.strip()


def test_the_sample_is_sound() -> None:
    found, findings = read_definitions(sample())

    assert found is not None
    assert findings == []
    assert_promises(found)


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_is_read_without_raising(seed: int) -> None:
    chance = random.Random(seed)
    whole = sample()

    for _round in range(60):
        root = etree.fromstring(whole)
        for _step in range(chance.randrange(1, 6)):
            mutate(root, chance)
        found, findings = read_definitions(etree.tostring(root), file="x.dmn")
        assert found is not None or findings
        if found is not None:
            assert_promises(found)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


@pytest.mark.parametrize("garble", [_cut, _flip])
def test_garbled_bytes_are_read_without_raising(garble: Callable[[bytes, random.Random], bytes]) -> None:
    chance = random.Random(1)
    whole = sample()

    for _round in range(200):
        found, findings = read_definitions(garble(whole, chance))
        assert found is not None or findings
        if found is not None:
            assert_promises(found)
