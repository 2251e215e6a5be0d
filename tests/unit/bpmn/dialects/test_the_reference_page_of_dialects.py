from __future__ import annotations

from tests.unit.bpmn.dialects.reference_page import PAGE, with_tables


def test_the_page_has_every_word_of_every_dialect() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == with_tables(page), "run python -m tests.unit.bpmn.dialects.reference_page"
