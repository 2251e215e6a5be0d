"""The headers of a department call: ours, and the few a designer may add.

Ours follow X-Road's idea that every call names the case it serves and can be proven afterwards
(X-Road: Message Protocol for REST 1.0, 4.3). Values outside printable ASCII are UTF-8, percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote

from adapters.unfit import UnfitRequest
from engine.ports import JobRequest

MAX_HEADERS = 20
MAX_VALUE_LENGTH = 1024

_ALLOWED = frozenset({"accept-language", "prefer"})
_RESERVED = frozenset({"x-case-number", "x-request-hash", "x-attempt", "x-host", "x-real-ip", "x-client-ip"})
_RESERVED_PREFIXES = (
    "x-forwarded",
    "x-original",
    "x-rewrite",
    "x-http-method",
    "x-method-override",
    "x-envoy",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
# Percent itself is encoded too, so that decoding always gives the value back.
_PLAIN = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


def headers_for(request: JobRequest, *, body: bytes) -> dict[str, str]:
    """All headers of the call.

    Raises UnfitRequest if a designer's header could change where the call goes, who seems to
    send it or how it is framed, or if a value has control characters.
    """
    return {
        **_designed(request.headers),
        "Accept": "application/json",
        # A compressed answer could unfold to any size.
        "Accept-Encoding": "identity",
        "User-Agent": "yishi",
        "Idempotency-Key": _value("Idempotency-Key", request.idempotency_key),
        "X-Case-Number": _value("X-Case-Number", request.case_number),
        "X-Request-Hash": hashlib.sha256(body).hexdigest(),
        "X-Attempt": str(request.attempt),
    }


def _designed(headers: Mapping[str, str]) -> dict[str, str]:
    if len(headers) > MAX_HEADERS:
        raise UnfitRequest(f"Expected at most {MAX_HEADERS} headers on the element, but got {len(headers)}.")
    checked: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        is_allowed = lower in _ALLOWED or (
            lower.startswith("x-") and lower not in _RESERVED and not lower.startswith(_RESERVED_PREFIXES)
        )
        if not _NAME.fullmatch(name) or not is_allowed:
            raise UnfitRequest(
                "Expected a header that starts with 'X-' and is not one of the engine's or of proxies, "
                f"but got {name!r}."
            )
        checked[name] = _value(name, value)
    return checked


def _value(name: str, value: str) -> str:
    if any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in value):
        raise UnfitRequest(f"Expected no control characters in header {name}, but found one.")
    try:
        encoded = quote(value.strip(), safe=_PLAIN)
    except UnicodeEncodeError as error:
        raise UnfitRequest(f"Expected whole characters in header {name}, but found half.") from error
    if len(encoded) > MAX_VALUE_LENGTH:
        raise UnfitRequest(
            f"Expected at most {MAX_VALUE_LENGTH} characters in header {name}, but got {len(encoded)}."
        )
    return encoded
