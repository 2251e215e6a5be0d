"""Where the operator says a department is."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from engine.errors import InvalidArgument

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """Calls to this department go to this scheme, host and port only; `prefix` has no final '/'."""

    scheme: str
    host: str
    port: int
    prefix: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.prefix}"

    def url_for(self, path: str) -> httpx.URL:
        """The URL of `path`, which starts with '/' and is percent-encoded.

        Raises InvalidArgument if it would leave this department.
        """
        url = httpx.URL(f"{self}{path}")
        # httpx resolves dot segments but leaves encoded ones to the server.
        has_dots = any(segment in (".", "..") for segment in url.path.split("/"))
        place = (url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme))
        is_below = url.path.startswith(f"{self.prefix}/")
        if place != (self.scheme, self.host, self.port) or has_dots or not is_below:
            raise InvalidArgument(f"Expected a path below {self}, but it leads elsewhere.")
        return url


def parse_base_url(text: str) -> BaseUrl:
    """Raises InvalidArgument unless `text` is http(s)://host[:port][/prefix] and nothing more."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise InvalidArgument(f"Expected a base URL, but {text!r} is none: {error}.") from error
    if url.scheme not in _DEFAULT_PORTS or not url.host:
        raise InvalidArgument(f"Expected http://host or https://host, but got {text!r}.")
    if url.userinfo or url.query or url.fragment or "?" in text or "#" in text:
        # Said without the URL: it may hold a password.
        raise InvalidArgument(
            f"Expected no user, query or fragment in the base URL of {url.host}, but found one."
        )
    if "%" in text or "//" in url.path:
        raise InvalidArgument(f"Expected a plain path in the base URL, but got {text!r}.")
    port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    if not 0 < port < 65_536:
        raise InvalidArgument(f"Expected a port from 1 to 65535, but got {port} in {text!r}.")
    return BaseUrl(url.scheme, url.host, port, url.path.rstrip("/"))
