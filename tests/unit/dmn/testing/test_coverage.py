from __future__ import annotations

from engine.dmn import DecisionModel
from engine.dmn.testing import DecisionTest, TestOutcome, rule_coverage, run_test
from engine.feel import Value

from ..drawing import NOW, decision, model_of, table

RULES = [["> 10", "1"], ["< 0", "2"], ["> 100", "3"]]


def model() -> DecisionModel:
    plain = table(["x"], ["y"], RULES)
    inner = f"<context><contextEntry>{table(['x'], ['y'], RULES[:2])}</contextEntry></context>"
    called = (
        '<businessKnowledgeModel id="b" name="known"><encapsulatedLogic><formalParameter name="x"/>'
        f"{table(['x'], ['y'], RULES[1:])}</encapsulatedLogic></businessKnowledgeModel>"
    )
    calling = (
        '<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>'
        "<literalExpression><text>known(0 - x)</text></literalExpression>"
    )
    return model_of(
        decision(plain, id_="plain")
        + decision(inner, id_="inner")
        + called
        + decision(calling, id_="calling")
    )


def asked(of: DecisionModel, decision_id: str, *, x: int, expected: Value = None) -> TestOutcome:
    test = DecisionTest("1", "", "f", 1, decision_id, False, {"x": x}, expected)
    return run_test(of, test, now=NOW)


def test_every_table_tells_which_rules_matched_and_which_never_did() -> None:
    of = model()
    outcomes = [asked(of, "plain", x=20), asked(of, "plain", x=-1), asked(of, "inner", x=-1)]
    outcomes += [asked(of, "calling", x=5), asked(of, "plain", x=20, expected=9)]

    plain, inner, known = rule_coverage(of, outcomes)

    assert [each.decision_id for each in (plain, inner, known)] == ["plain", "inner", "b"]
    assert plain.where.en != ""
    assert [each.hits for each in plain.rules] == [2, 1, 0]
    assert [rule.number for rule in plain.hit] == [1, 2]
    assert [rule.number for rule in plain.never_hit] == [3]
    assert [rule.number for rule in inner.never_hit] == [1]
    assert [rule.number for rule in known.never_hit] == [2]


def test_without_tests_no_rule_is_hit() -> None:
    assert [len(each.never_hit) for each in rule_coverage(model(), [])] == [3, 2, 2]
