"""Whatever a file holds, an upload ends with findings, and a model that is not refused answers."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from engine.dmn import read_decisions
from engine.findings import has_errors

from .drawing import NOW, decision, definitions, literal, requires
from .reading.test_any_file import mutate, sample


@pytest.mark.parametrize("seed", range(6))
def test_a_mutated_file_is_compiled_and_checked_without_raising(seed: int) -> None:
    chance = random.Random(1_000 + seed)
    whole = sample()

    for _round in range(20):
        root = etree.fromstring(whole)
        for _step in range(chance.randrange(1, 6)):
            mutate(root, chance)
        content = etree.tostring(root)
        model, findings = read_decisions(content, file="x.dmn")
        lenient, _findings = read_decisions(content, file="x.dmn", tolerant=True)

        assert model is not None or has_errors(findings)
        for asked in lenient.invocables.values() if lenient is not None else ():
            asked.evaluate({"amount": 5, "kind": "a"}, now=NOW)


def test_elements_of_one_id_are_refused_and_do_not_mix() -> None:
    body = (
        '<inputData id="a" name="x"><variable name="x"/></inputData>'
        + decision(literal("x"), id_="a", name="d", extra=requires("a", kind="Input"))
        + '<businessKnowledgeModel id="a" name="k"><encapsulatedLogic>'
        + literal("1")
        + '</encapsulatedLogic></businessKnowledgeModel><decisionService id="a" name="s">'
        '<outputDecision href="#a"/></decisionService>'
    )

    model, findings = read_decisions(definitions(body))

    assert model is None
    assert [each.rule for each in findings if each.is_error] == ["duplicate-id"] * 3
