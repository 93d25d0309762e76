"""What can go wrong between here and a server: faults that may pass, faults of one address, faults of the
whole host.
"""

from __future__ import annotations

import email.utils
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digimfg.errors import Fault, SourceError
from digimfg.text import Text

if TYPE_CHECKING:
    import requests

__all__ = [
    "ABSENT",
    "ExhaustedError",
    "HostError",
    "RefusedError",
    "StoppedError",
    "UnusableError",
    "asked_pause",
    "bad_redirect",
    "connection_fault",
    "decoded",
    "status_fault",
    "too_large",
    "too_slow",
]

ABSENT = frozenset({404, 410})
"""Statuses by which most servers say that they have nothing under a name."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED = frozenset({401, 402, 403, 451})
_TOO_MUCH = frozenset({413, 414, 431})
_PROXY = Text(
    "correct HTTP_PROXY and HTTPS_PROXY (with name and password where the proxy asks for them), or put "
    "the host into NO_PROXY",
    "更正 HTTP_PROXY 与 HTTPS_PROXY（代理要求时含用户名与密码），或将该主机列入 NO_PROXY",
)


class UnusableError(Exception):
    """Say why an answer cannot be used, though asking again may help."""

    def __init__(self, fault: Fault, pause: float | None = None) -> None:
        self.fault = fault
        self.pause = pause
        super().__init__(fault)


class RefusedError(SourceError):
    """The publisher has nothing under this name."""


class ExhaustedError(SourceError):
    """Every attempt failed; it may work later."""


class HostError(SourceError):
    """The host cannot be asked for anything: its certificate, the proxy before it, or a long pause that it
    asks for.
    """


class StoppedError(Exception):
    """End a request because another part of the same fetch failed."""


def decoded(content: bytes) -> str:
    """Return an answer as text.

    Raises
    ------
    UnusableError
        If it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableError(Fault.of("answers.not_utf_8", start=error.start)) from error


def too_slow(seconds: float) -> Fault:
    """Return the fault of an answer that took longer than it may."""
    return Fault.of("answers.too_slow", seconds=seconds)


def status_fault(response: requests.Response, refused: bool) -> UnusableError | SourceError | None:
    """Return what an HTTP status says, ``None`` where it brings an answer.

    Parameters
    ----------
    response
        Its headers have come.
    refused
        Whether this server says by this status that it has nothing under the name.
    """
    status = f"HTTP {response.status_code} {response.reason}"
    if response.status_code in _PASSING:
        pause = asked_pause(response.headers.get("Retry-After"))
        if pause is None:
            return UnusableError(Fault.of("answers.busy", status=status))
        return UnusableError(Fault.of("answers.busy_for", status=status, pause=pause), pause=pause)
    if response.status_code < 300:
        return None
    if response.status_code == 407:
        return HostError.of("fetching.proxy_refuses", where=response.url, got=status[:300], remedy=_PROXY)
    family = RefusedError if refused else SourceError
    if response.status_code in _DENIED:
        return family.of("fetching.access_denied", where=response.url, status=status)
    if response.status_code in _TOO_MUCH:
        return family.of("fetching.request_too_large", where=response.url, status=status)
    return family.of("fetching.address_refused", where=response.url, status=status)


def connection_fault(
    url: str, error: requests.RequestException, seconds: float
) -> UnusableError | SourceError:
    """Return what kept an answer from coming, by whom it can be mended."""
    import requests  # takes longer to import than the panels whose sources know these faults

    host = url.partition("://")[2].partition("/")[0]
    if isinstance(
        error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL
    ) or "SOCKS" in str(error):
        return HostError.of(
            "fetching.proxy_not_reached",
            where=host,
            got=f"{type(error).__name__}: {_cause(error)}"[:300],
            remedy=_PROXY,
        )
    if isinstance(error, requests.exceptions.SSLError):
        return _encryption_fault(host, error)
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return UnusableError(too_slow(seconds))
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return UnusableError(Fault.of("answers.not_decompressed"))
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        text = str(error)
        if "Connection refused" in text or "NewConnectionError" in text or "NameResolutionError" in text:
            return UnusableError(Fault.of("answers.no_connection", host=host))
        return UnusableError(Fault.of("answers.connection_broken_off", host=host))
    return SourceError.of("fetching.not_an_address", where=url, got=f"{type(error).__name__}: {error}")


def asked_pause(header: str | None) -> float | None:
    """Return the seconds of a ``Retry-After`` header, a number or a date; ``None`` where it is neither.

    Examples
    --------
    >>> asked_pause("120"), asked_pause("soon"), asked_pause("Wed, 21 Oct 2015 07:28:00 GMT")
    (120.0, None, 0.0)
    """
    if header is None:
        return None
    digits = header.strip()
    if digits.isascii() and digits.isdigit():
        return float(digits)
    try:
        when = email.utils.parsedate_to_datetime(header)
        aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def too_large(where: str, largest: int) -> SourceError:
    """Return the error about an answer of more bytes than are allowed."""
    return SourceError.of("fetching.answer_too_large", where=where, largest=largest)


def bad_redirect(url: str, got: Text | str) -> SourceError:
    """Return the error about a redirect that is not followed."""
    return SourceError.of("fetching.redirect_refused", where=url, got=got)


def _encryption_fault(host: str, error: requests.exceptions.SSLError) -> UnusableError | SourceError:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | TimeoutError | ConnectionError):
        return UnusableError(Fault.of("answers.connection_broken_off", host=host))
    if isinstance(cause, ssl.SSLCertVerificationError):
        return HostError.of(
            "fetching.certificate_refused",
            where=host,
            got=f"{cause.verify_message or cause}"[:300],
            host=host,
        )
    return HostError.of("fetching.server_without_https", where=host, got=str(cause)[:300])


def _cause(error: BaseException) -> BaseException:
    """Return the first of the errors wrapped in one another."""
    seen = {id(error)}
    while True:
        inner = next(
            (
                each
                for each in (getattr(error, "reason", None), error.__cause__, error.__context__, *error.args)
                if isinstance(each, BaseException) and id(each) not in seen
            ),
            None,
        )
        if inner is None:
            return error
        seen.add(id(inner))
        error = inner
