from __future__ import annotations

import pytest

from engine.model.calendars import WorkCalendar


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return WorkCalendar(version="test")
