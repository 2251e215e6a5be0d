"""办件编号: the one rule by which case numbers are made.

<area, 6 characters> <date of opening in the reckoning zone, yyyymmdd> <serial, 7 digits>
<check digit>: 310115202611240000042X. The check digit is ISO 7064 MOD 11-2 over the digits and
letters (A=10 ... Z=35), so that a mistyped number is not somebody else's.
Source: GB/T 39046-2020 table 5 (办件编号 an..50); GB 11643-1999 (the same check digit).
"""

from __future__ import annotations

import re
from datetime import datetime

from engine.clock import RECKONING_ZONE
from engine.errors import InvalidArgument

_NUMBER = re.compile(r"[0-9A-Z]{6}[0-9]{8}[0-9]{7,12}[0-9X]")


def case_number(*, area: str, opened_at: datetime, serial: int) -> str:
    """`area` is a division code of 6 to 12 digits, or a short word for areas without one."""
    prefix = re.sub(r"[^0-9A-Z]", "", area.upper())[:6].ljust(6, "0")
    day = opened_at.astimezone(RECKONING_ZONE).strftime("%Y%m%d")
    body = f"{prefix}{day}{serial:07d}"
    return body + _check_character(body)


def require_case_number(text: str) -> str:
    """The number in its written form. Raises InvalidArgument for a mistyped one."""
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number) or _check_character(number[:-1]) != number[-1]:
        raise InvalidArgument(f"Expected a case number (办件编号), but {text!r} is none: mistyped?")
    return number


def _check_character(body: str) -> str:
    remainder = 0
    for character in body:
        remainder = (remainder + int(character, 36)) * 2 % 11
    value = (12 - remainder) % 11
    return "X" if value == 10 else str(value)
