"""Sockets to departments: every byte under one deadline, every address checked.

httpx's timeouts count from byte to byte, so a department that sends one byte a second could hold
a worker for hours. Here each read and write gets only what is left until the call's deadline.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from engine.errors import Unavailable

MAX_CONNECTIONS = 64
KEEPALIVE_SECONDS = 2.0
"""Shorter than any server's, so that we seldom write into a connection it is just closing."""

_WRITE_BYTES = 65_536
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class ForbiddenAddress(Unavailable):
    """A department's host name leads to an address where no department can be."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Expected {host} to be a department's address, but it is unspecified, link-local or multicast.",
            mend="Correct the base URL, or the name server's entry.",
        )


@contextlib.contextmanager
def deadline_in(timeout: timedelta) -> Iterator[None]:
    """Every socket operation of this thread inside the block together takes at most `timeout`.

    Only the system's resolver is outside: it has its own limit.
    """
    token = _deadline.set(time.monotonic() + timeout.total_seconds())
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Until the deadline, never below 0; None outside `deadline_in`."""
    deadline = _deadline.get()
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def open_client(*, tls: ssl.SSLContext | None = None) -> httpx.Client:
    """A client for one department: no redirects, proxies, .netrc, cookies or logged URLs.

    `tls` verifies https servers; None means the certificate authorities httpx trusts.
    """
    logging.getLogger("httpx").addFilter(_is_free_of_urls)
    return httpx.Client(
        transport=_DeadlineTransport(tls or httpx.create_ssl_context(trust_env=False)),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
    )


def _is_free_of_urls(record: logging.LogRecord) -> bool:
    # httpx logs every URL at INFO, and a query string holds case variables.
    return record.levelno > logging.INFO


class _DeadlineTransport(httpx.HTTPTransport):
    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        # HTTPTransport offers no way to name the backend; a test notices if this stops working.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=_DeadlineBackend(),
        )


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolves once, checks every address and connects to exactly those (no second look-up to rebind)."""
        problem: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError("no address")
        give_up_at = None if timeout is None else time.monotonic() + timeout
        for address in _addresses_of(host, port):
            left = None if give_up_at is None else max(0.0, give_up_at - time.monotonic())
            try:
                stream = self._sockets.connect_tcp(
                    address, port, _within(left, httpcore.ConnectTimeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _DeadlineStream(stream)
        raise problem

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            piece = buffer[start : start + _WRITE_BYTES]
            self._stream.write(piece, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _within(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """The shorter of `timeout` and the time left; raises `error` if nothing is left."""
    left = seconds_left()
    limits = [limit for limit in (timeout, left) if limit is not None]
    if limits and min(limits) <= 0:
        # A socket timeout of 0 would mean "do not wait", not "too late".
        raise error("deadline passed")
    return min(limits) if limits else None


def _addresses_of(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    # dict: each address once, in the resolver's order.
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if _is_forbidden(address):
            raise ForbiddenAddress(host)
    return addresses


def _is_forbidden(address: str) -> bool:
    """Private and loopback addresses are where departments live; these others are never one.

    169.254.169.254, where clouds keep their credentials, is link-local.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_unspecified or ip.is_link_local or ip.is_multicast
