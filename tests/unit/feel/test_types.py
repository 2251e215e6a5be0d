"""When one type fits another. Source: DMN 1.5, clause 10.3.2.9.2 (conformance)."""

from __future__ import annotations

from engine.feel.run import Run
from engine.feel.types import BASIC_TYPES, ContextType, FunctionType, ListType, NamedType, coerced

from .asking import NOW

NUMBER, STRING = BASIC_TYPES["number"], BASIC_TYPES["string"]


def tree(name: str, **leaves: NamedType) -> NamedType:
    """A type with two entries of its own type, and `leaves`."""
    type_ = NamedType(name)
    type_.base = ContextType((("left", type_), ("right", type_), *leaves.items()))
    return type_


def test_types_that_name_themselves_are_compared_in_time_that_does_not_explode() -> None:
    assert tree("A").fits(tree("B"))
    assert not tree("A").fits(tree("B", more=tree("C")))
    assert tree("A", more=tree("C")).fits(tree("B"))


def test_a_context_with_more_entries_fits_one_with_fewer() -> None:
    small, large = ContextType((("a", NUMBER),)), ContextType((("a", NUMBER), ("b", STRING)))

    assert large.fits(small)
    assert not small.fits(large)
    assert ListType(large).fits(ListType(small))


def test_a_function_fits_the_other_way_round_in_its_parameters() -> None:
    small, large = ContextType((("a", NUMBER),)), ContextType((("a", NUMBER), ("b", STRING)))

    assert FunctionType((small,), large).fits(FunctionType((large,), small))
    assert not FunctionType((large,), small).fits(FunctionType((small,), small))
    assert not FunctionType((small,), small).fits(FunctionType((large,), large))


def test_what_does_not_fit_is_named_by_its_path() -> None:
    person = ContextType((("name", STRING), ("ages", ListType(NUMBER))))

    def complaint(value: object) -> str:
        run = Run({}, NOW, [])
        assert coerced(run, person, value, what="the input") is None
        assert run.diagnostics is not None
        return run.diagnostics[0].message.split("but ")[1]

    assert complaint({"ages": [1]}) == "name is missing."
    assert complaint({"name": "a", "ages": [1, "2"]}) == "ages[2] is a string."
    assert complaint("a") == "it is a string."


def test_a_list_of_one_becomes_its_item_or_a_list_of_lists() -> None:
    run = Run({}, NOW, [])

    assert coerced(run, NUMBER, [1], what="x") == 1
    assert coerced(run, ListType(ListType(NUMBER)), [1], what="x") == [[1]]
    assert coerced(run, ListType(NUMBER), 1, what="x") == [1]
