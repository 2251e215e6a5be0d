from __future__ import annotations

from tests.coverage.page import PATH, page


def test_every_element_does_at_every_position_what_the_page_says() -> None:
    written = PATH.read_text(encoding="utf-8")

    assert written == page(), "run `python -m tests.coverage` and look at what changed"
