"""How long a message waits for somebody who wants it."""

from __future__ import annotations

from datetime import timedelta

MESSAGE_TIME_TO_LIVE = timedelta(days=7)
