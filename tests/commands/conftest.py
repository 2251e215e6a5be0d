from __future__ import annotations

from collections.abc import Iterator

import pytest

UNFORESEEN = {"batch failed", "command failed"}


@pytest.fixture
def planted() -> None:
    """For tests that plant a mistake of ours on purpose."""


@pytest.fixture(autouse=True)
def nothing_unforeseen(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The door isolates what fails unforeseen, and thereby hides it from tests: so they ask the log."""
    yield
    if "planted" not in request.fixturenames:
        found = [record.message for record in caplog.get_records("call") if record.message in UNFORESEEN]
        assert found == []
