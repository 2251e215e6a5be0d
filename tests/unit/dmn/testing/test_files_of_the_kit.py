from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from engine.dmn.testing import DecisionTest, TestSuite, read_tck_tests
from engine.errors import DefinitionRefused
from engine.feel import Value, YearsMonths

FILE = "compliance-level-3/0001-x/0001-x-test-01.xml"


def suite(body: str, *, head: str = "<modelName>x.dmn</modelName>") -> TestSuite:
    text = f"""<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
      xmlns:tool="urn:tool">{head}{body}</testCases>"""
    return read_tck_tests(text.encode(), file=FILE)


def read(case: str, *, attributes: str = 'id="1"') -> tuple[DecisionTest, ...]:
    return suite(f"<testCase {attributes}>{case}</testCase>").tests


def expecting(value: str) -> DecisionTest:
    return read(f'<resultNode name="d"><expected>{value}</expected></resultNode>')[0]


def scalar(name: str, text: str) -> str:
    return f'<value xsi:type="xsd:{name}">{text}</value>'


def test_every_result_is_a_test_with_the_inputs_of_its_case() -> None:
    one, other = read(
        f"""<description> Two at once </description>
        <inputNode name="Full Name">{scalar("string", "A B")}</inputNode>
        <inputNode name="age" namespace="urn:other">{scalar("decimal", "7")}</inputNode>
        <resultNode name="first" type="decision"><expected>{scalar("string", "x")}</expected></resultNode>
        <resultNode name="second" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode>"""
    )

    assert (one.id, one.name, one.invocable, one.is_service) == ("1/first", "Two at once", "first", False)
    assert (one.expected, one.expects_error, one.expects_value) == ("x", False, True)
    assert (other.id, other.expected, other.expects_error, other.expects_value) == (
        "1/second",
        None,
        True,
        False,
    )
    assert one.inputs == other.inputs == {"Full Name": "A B"}
    assert one.imported == other.imported == {"urn:other": {"age": 7}}
    assert other.line == one.line + 1
    assert one.file == FILE


def test_a_single_result_has_the_id_of_its_case_and_a_case_without_id_its_number() -> None:
    result = '<resultNode name="d"/>'

    tests = suite(f'<testCase id="a">{result}</testCase><testCase>{result}</testCase>').tests

    assert [test.id for test in tests] == ["a", "2"]


def test_a_service_is_asked_for_the_output_that_the_result_names() -> None:
    results = '<resultNode name="out"/><resultNode name="s"/>'

    out, whole = read(results, attributes='id="1" type="decisionService" invocableName="s"')

    assert (out.invocable, out.is_service, out.output) == ("s", True, "out")
    assert (whole.invocable, whole.is_service, whole.output) == ("s", True, "")


def test_a_result_may_be_a_service_itself() -> None:
    test = read('<resultNode name="s" type="decisionService"/>')[0]

    assert (test.invocable, test.is_service, test.output) == ("s", True, "")


def test_business_knowledge_cannot_be_asked_directly() -> None:
    by_case = read('<resultNode name="f"/>', attributes='type="bkm" invocableName="f"')[0]
    by_result = read('<resultNode name="f" type="businessKnowledgeModel"/>')[0]

    assert "business knowledge" in by_case.problem
    assert "business knowledge" in by_result.problem


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("string", "  a\n b ", "  a\n b "),
        ("string", "", ""),
        ("string", "&lt;é&amp;", "<é&"),
        ("boolean", " true ", True),
        ("boolean", "0", False),
        ("boolean", "1", True),
        ("boolean", "false", False),
        ("decimal", " -1.50 ", Decimal("-1.50")),
        ("decimal", ".5", Decimal("0.5")),
        ("double", "1.5E3", Decimal(1500)),
        ("integer", "7", 7),
        ("date", " 2026-03-01 ", date(2026, 3, 1)),
        ("dateTime", "2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("time", "10:00:00+02:00", time(10, tzinfo=timezone(timedelta(hours=2)))),
        ("duration", "P1DT1H", timedelta(days=1, hours=1)),
        ("duration", "P1Y2M", YearsMonths(14)),
        ("yearMonthDuration", "P2M", YearsMonths(2)),
    ],
)
def test_a_value_is_what_its_type_says(name: str, text: str, value: Value) -> None:
    test = expecting(scalar(name, text))

    assert test.problem == ""
    assert test.expected == value
    assert type(test.expected) is type(value)


def test_a_value_without_a_type_is_a_string() -> None:
    assert expecting("<value>12</value>").expected == "12"


@pytest.mark.parametrize(("flag", "expected"), [("true", None), ("1", None), ("false", "x"), ("0", "x")])
def test_nil_says_true_or_one(flag: str, expected: Value) -> None:
    assert expecting(f'<value xsi:nil="{flag}">x</value>').expected == expected


@pytest.mark.parametrize(
    ("flag", "is_error"), [(" true ", True), ("1", True), ("false", False), ("0", False)]
)
def test_an_error_is_expected_where_it_says_true_or_one(flag: str, is_error: bool) -> None:
    assert read(f'<resultNode name="d" errorResult="{flag}"/>')[0].expects_error is is_error


def test_the_prefix_of_a_type_does_not_matter() -> None:
    assert expecting('<value xsi:type="xs:decimal">12</value>').expected == 12


def test_lists_and_components_nest_and_nil_is_null_anywhere() -> None:
    test = expecting(
        f"""<component name="a"><list>
          <item>{scalar("decimal", "1")}</item>
          <item><value xsi:nil="true"/></item>
          <item><list/></item>
          <item><component name="b">{scalar("string", "x")}</component></item>
          <item xsi:nil="true"/>
        </list></component>
        <component name="c" xsi:nil="true"/>
        <component name="d"><list xsi:nil="true"/></component>
        <component name="e"/>"""
    )

    assert test.expected == {"a": [1, None, [], {"b": "x"}, None], "c": None, "d": None, "e": None}


def test_a_result_that_expects_nothing_expects_null() -> None:
    missing, empty = read('<resultNode name="d"/><resultNode name="d"><expected/></resultNode>')

    assert (missing.expected, missing.expects_error, missing.expects_value) == (None, False, False)
    assert empty.expected is None


def test_what_somebody_computed_and_what_tools_add_is_not_read() -> None:
    test = read(
        f"""<extensionElements><tool:note/></extensionElements><tool:note/>
        <inputNode name="x">{scalar("decimal", "1")}<extensionElements/></inputNode>
        <resultNode name="d"><computed>{scalar("decimal", "9")}</computed>
        <expected>{scalar("decimal", "1")}</expected></resultNode>"""
    )[0]

    assert (test.inputs, test.expected, test.problem) == ({"x": 1}, 1, "")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (scalar("decimal", "ten"), "Expected a decimal in line 3"),
        (scalar("boolean", "yes"), "Expected a boolean"),
        (scalar("double", "INF"), "Expected a double"),
        (scalar("date", "2026-02-30"), "Expected a date"),
        (scalar("anyURI", "urn:x"), "Expected a anyURI"),
        (scalar("string", "a") * 2, "there are several"),
        (f"<list/>{scalar('string', 'a')}", "there are several"),
        ("<component/>", "a name of its own"),
        ('<component name="a"/><component name="a"/>', "a name of its own"),
        ("<vlaue/>", "line 3 has vlaue"),
        ("<list><value/></list>", "line 3 has value"),
        (f"<value>{scalar('string', 'a')}</value>", "line 3 has value"),
    ],
)
def test_a_value_that_cannot_be_read_spoils_its_test_alone(value: str, problem: str) -> None:
    good = '<resultNode name="good"/>'

    bad, other = read(f'<resultNode name="d"><expected>{value}</expected></resultNode>{good}')

    assert problem in bad.problem
    assert other.problem == ""


def test_an_input_that_cannot_be_read_spoils_every_test_of_its_case() -> None:
    broken = f'<inputNode name="x">{scalar("time", "noon")}</inputNode><resultNode name="d"/>'
    sound = '<testCase><resultNode name="d"/></testCase>'

    tests = suite(f"<testCase>{broken}</testCase>{sound}").tests

    assert [bool(test.problem) for test in tests] == [True, False]


def test_a_misspelled_part_of_a_case_or_result_spoils_the_test() -> None:
    in_case = read('<inputNod name="x"/><resultNode name="d"/>')[0]
    in_result = read('<resultNode name="d"><expcted/></resultNode>')[0]

    assert "inputNod" in in_case.problem
    assert "expcted" in in_result.problem


def test_a_suite_knows_its_model_labels_and_level() -> None:
    head = (
        "<modelName> x.dmn\n</modelName><labels><label>Compliance Level 2</label><label> A </label></labels>"
    )

    own = suite("", head=head)
    elsewhere = read_tck_tests(
        f'<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase">{head}</testCases>'.encode(),
        file="elsewhere.xml",
    )

    assert (own.model_file, own.labels, own.tests) == ("x.dmn", ("Compliance Level 2", "A"), ())
    assert (own.level, elsewhere.level) == ("3", "2")


def test_numbers_of_the_kit_may_be_a_little_off_and_its_errors_need_no_diagnostic() -> None:
    test = expecting(scalar("decimal", "1"))

    assert (test.within, test.error_needs_diagnostic) == (Decimal("0.00000001"), False)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<definitions/>", "not-decision-tests"),
        (b"<testCases/>", "not-decision-tests"),
        (b"<testCases", "xml-not-well-formed"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><testCases/>', "xml-doctype"),
    ],
)
def test_a_file_that_is_not_the_kits_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        read_tck_tests(content, file="x.xml")

    assert [(finding.rule, finding.file) for finding in refused.value.findings] == [(rule, "x.xml")]
