"""`python -m tests.coverage`: write docs/reference/coverage.md anew."""

from __future__ import annotations

from tests.coverage.page import PATH, page

PATH.write_text(page(), encoding="utf-8")
print(PATH)
