"""Item definitions mean types."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.dmn.reading import read_definitions
from engine.dmn.typing import type_named, types_of
from engine.feel import Run, Type, Value
from engine.feel.types import ANY, BASIC_TYPES, FunctionType, NamedType
from engine.findings import Finding

from .drawing import NOW, decision, definitions, literal

RUN = Run({}, NOW, None)


def read(body: str, **imported: Mapping[str, Type]) -> tuple[Mapping[str, Type], list[Finding]]:
    """Of a file with these item definitions and a decision that needs none."""
    drawn, _findings = read_definitions(definitions(body + decision(literal("1"))))
    assert drawn is not None
    return types_of(drawn, imported=imported)


def types_in(body: str, **imported: Mapping[str, Type]) -> Mapping[str, Type]:
    types, findings = read(body, **imported)
    assert findings == []
    return types


def item(name: str, inside: str, attributes: str = "", tag: str = "itemDefinition") -> str:
    return f'<{tag} id="_{name}" name="{name}" {attributes}>{inside}</{tag}>'


def component(name: str, inside: str, attributes: str = "") -> str:
    return item(name, inside, attributes, tag="itemComponent")


def ref(name: str) -> str:
    return f"<typeRef>{name}</typeRef>"


def values(text: str, tag: str = "allowedValues") -> str:
    return f"<{tag}><text>{text}</text></{tag}>"


def test_a_type_is_known_by_its_name_and_under_it() -> None:
    types = types_in(item("tAge", ref("number")))

    assert types["tAge"].name == "tAge"
    assert types["tAge"].has(3)
    assert not types["tAge"].has("3")


def test_components_make_a_context() -> None:
    types = types_in(item("tApplicant", component("kind", ref("string")) + component("age", ref("number"))))

    assert types["tApplicant"].has({"kind": "a", "age": 3, "more": True})
    assert not types["tApplicant"].has({"kind": "a"})
    assert not types["tApplicant"].has({"kind": 1, "age": 3})


def test_components_nest() -> None:
    types = types_in(item("tFile", component("owner", component("name", ref("string")))))

    assert types["tFile"].has({"owner": {"name": "x"}})
    assert not types["tFile"].has({"owner": "x"})


def test_a_collection_is_a_list_of_the_type() -> None:
    types = types_in(item("tAges", ref("number"), 'isCollection="true"'))

    assert types["tAges"].has([1, None, 2])
    assert not types["tAges"].has(1)
    assert not types["tAges"].has(["1"])


@pytest.mark.parametrize(("value", "allowed"), [("a", True), ("c", False), (None, True), (1, False)])
def test_allowed_values_limit_a_type(value: Value, allowed: bool) -> None:
    types = types_in(item("tKind", ref("string") + values('"a", "b"')))

    assert types["tKind"].allows(value, RUN) is allowed


def test_an_instance_need_not_be_an_allowed_value() -> None:
    types = types_in(item("tKind", ref("string") + values('"a", "b"')))

    assert types["tKind"].has("c")


def test_allowed_values_of_a_collection_limit_each_item() -> None:
    types = types_in(item("tKinds", ref("string") + values('"a", "b"'), 'isCollection="true"'))

    assert types["tKinds"].allows(["a", "b", "a"], RUN)
    assert types["tKinds"].allows([], RUN)
    assert not types["tKinds"].allows(["a", "c"], RUN)


def test_a_type_constraint_limits_the_whole_collection() -> None:
    constraint = values("count(?) &lt; 3", tag="typeConstraint")
    types = types_in(item("tKinds", ref("string") + values('"a"') + constraint, 'isCollection="true"'))

    assert types["tKinds"].allows(["a", "a"], RUN)
    assert not types["tKinds"].allows(["a", "a", "a"], RUN)
    assert not types["tKinds"].allows(["b"], RUN)


def test_allowed_values_of_a_name_for_a_list_type_limit_each_item() -> None:
    types = types_in(
        item("tAges", ref("number"), 'isCollection="true"')
        + item("tAdults", ref("tAges") + values("&gt;= 18"))
    )

    assert types["tAdults"].allows([18, 30], RUN)
    assert not types["tAdults"].allows([18, 3], RUN)


def test_allowed_values_may_speak_of_components_with_signs_in_their_names() -> None:
    types = types_in(
        item(
            "tCase",
            component("case-number", ref("number")) + values("?.case-number &gt; 0", tag="typeConstraint"),
        )
    )

    assert types["tCase"].allows({"case-number": 1}, RUN)
    assert not types["tCase"].allows({"case-number": 0}, RUN)


def test_allowed_values_inside_a_component_count() -> None:
    types = types_in(item("tCase", component("kind", ref("string") + values('"a"'))))

    assert types["tCase"].allows({"kind": "a"}, RUN)
    assert not types["tCase"].allows({"kind": "b"}, RUN)


def test_types_refer_to_each_other_in_any_order() -> None:
    types = types_in(
        item("tFirst", ref("tSecond"))
        + item("tSecond", component("x", ref("tThird")))
        + item("tThird", ref("number"))
    )

    assert types["tFirst"].has({"x": 1})
    assert not types["tFirst"].has({"x": "1"})


def test_a_type_may_contain_itself() -> None:
    types = types_in(
        item(
            "tTree",
            component("label", ref("string")) + component("kids", ref("tTree"), 'isCollection="true"'),
        )
    )

    assert types["tTree"].has({"label": "a", "kids": [{"label": "b", "kids": []}]})
    assert not types["tTree"].has({"label": "a", "kids": [{"label": 1, "kids": []}]})


def test_a_type_that_is_only_itself_is_any() -> None:
    types = types_in(item("tOne", ref("tOther")) + item("tOther", ref("tOne")))

    assert types["tOne"].has(1)
    assert types["tOther"].fits(ANY)


def test_a_list_of_itself_is_a_type() -> None:
    types = types_in(item("tNested", ref("tNested"), 'isCollection="true"'))

    assert types["tNested"].has([[], [[]]])
    assert not types["tNested"].has([1])


def test_a_function_item_is_a_type_of_functions() -> None:
    inside = '<functionItem outputTypeRef="number"><parameters name="a" typeRef="string"/></functionItem>'
    type_ = types_in(item("tFee", inside))["tFee"]

    assert isinstance(type_, NamedType)
    assert isinstance(type_.base, FunctionType)
    assert type_.base.name == "function<string> -> number"


def test_imported_types_are_known_under_the_name_of_the_import() -> None:
    types = types_in(item("tOld", ref("law.tAge")), law={"tAge": BASIC_TYPES["number"]})

    assert types["law.tAge"] is BASIC_TYPES["number"]
    assert types["tOld"].has(3)
    assert not types["tOld"].has("3")


def test_types_of_an_import_without_a_name_are_known_as_they_are() -> None:
    types, _findings = types_of_nameless({"tAge": BASIC_TYPES["number"]})

    assert types["tAge"] is BASIC_TYPES["number"]


def types_of_nameless(others: Mapping[str, Type]) -> tuple[Mapping[str, Type], list[Finding]]:
    drawn, _findings = read_definitions(definitions(decision(literal("1"))))
    assert drawn is not None
    return types_of(drawn, imported={"": others})


def test_feel_s_own_types_cannot_be_defined_anew() -> None:
    types = types_in(item("string", ref("number")) + item("tName", ref("string")))

    assert "string" not in types
    assert types["tName"].has("a")
    assert not types["tName"].has(1)


def test_an_unknown_type_is_found_where_it_is_named() -> None:
    types, (finding,) = read(item("tAge", ref("nummer")))

    assert finding.rule == "unknown-type"
    assert finding.element_id == "_tAge"
    assert finding.line == 2
    assert "nummer" in finding.zh
    assert "nummer" in finding.en
    assert types["tAge"].has("anything")


@pytest.mark.parametrize(
    "body",
    [
        '<inputData id="i" name="x"><variable name="x" typeRef="nummer"/></inputData>',
        decision(literal("1"), id_="e", extra='<variable name="e" typeRef="nummer"/>'),
        decision('<literalExpression typeRef="nummer"><text>1</text></literalExpression>', id_="e"),
        decision(
            '<context><contextEntry><variable name="a" typeRef="nummer"/><literalExpression><text>1</text>'
            "</literalExpression></contextEntry></context>",
            id_="e",
        ),
        decision(
            '<decisionTable><input><inputExpression typeRef="nummer"><text>x</text></inputExpression></input>'
            "<output/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
            "</decisionTable>",
            id_="e",
        ),
        decision(
            '<decisionTable><input><inputExpression><text>x</text></inputExpression></input><output typeRef="nummer"/>'
            "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
            "</decisionTable>",
            id_="e",
        ),
    ],
)
def test_unknown_types_are_found_everywhere_in_a_file(body: str) -> None:
    _types, findings = read(body)

    assert [finding.rule for finding in findings] == ["unknown-type"]


def test_allowed_values_that_are_no_feel_are_found_on_their_line() -> None:
    types, (finding,) = read(
        item("tAge", ref("number") + "<allowedValues>\n<text>1,\n2 +</text></allowedValues>")
    )

    assert finding.rule == "feel-syntax"
    assert finding.line == 4
    assert types["tAge"].has(3)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "Any"),
        ("Any", "Any"),
        ("feel:string", "string"),
        ("dateTime", "date and time"),
        ("date  and time", "date and time"),
        ("yearMonthDuration", "years and months duration"),
        ("tFile Number", "tFile Number"),
        ("list<tFile Number>", "list<tFile Number>"),
        ("function<number> -> string", "function<number> -> string"),
    ],
)
def test_a_type_reference_names_a_type(text: str, name: str) -> None:
    found = type_named(text, {"tFile Number": NamedType("tFile Number")})

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", ["tUnknown", "list<tUnknown>", "list<", "list<number> x", "String"])
def test_a_type_reference_to_nothing_names_none(text: str) -> None:
    assert type_named(text, {}) is None
