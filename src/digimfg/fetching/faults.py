"""What can go wrong between here and a server: faults that may pass, faults of one address, faults of the
whole host.
"""

from __future__ import annotations

import email.utils
import ssl
from datetime import UTC, datetime

import requests

from digimfg.errors import SourceError
from digimfg.say import say
from digimfg.text import Text

__all__ = [
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

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED = Text(
    "the publisher denies access: look at its page for terms, a key or a limit on requests",
    "发布者拒绝访问：请查看其网页上的使用条款、密钥或请求次数限制",
)
_TOO_MUCH = Text(
    "the server finds the request too large: ask for fewer codes at a time (`--indicators`)",
    "服务器认为请求过大：请减少一次请求的代码数（`--indicators`）",
)
_MOVED = Text(
    "the publisher refuses this address: look whether it has moved, and give the new one with `--base-url`",
    "发布者拒绝该地址：请查看是否已迁移，并用 `--base-url` 给出新地址",
)
_REMEDIES = {
    401: _DENIED,
    402: _DENIED,
    403: _DENIED,
    451: _DENIED,
    413: _TOO_MUCH,
    414: _TOO_MUCH,
    431: _TOO_MUCH,
}
_PROXY = Text(
    "correct HTTP_PROXY and HTTPS_PROXY (with name and password where the proxy asks for them), or put "
    "the host into NO_PROXY",
    "更正 HTTP_PROXY 与 HTTPS_PROXY（代理要求时含用户名与密码），或将该主机列入 NO_PROXY",
)


class UnusableError(Exception):
    """Say why an answer cannot be used, though asking again may help."""

    def __init__(self, reason: Text, pause: float | None = None) -> None:
        self.reason = reason
        self.pause = pause
        super().__init__(reason)


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
        raise UnusableError(
            say(
                "bytes that are not UTF-8 (at {start})",
                "字节不是 UTF-8编码（位置{start}）",
                start=error.start,
            )
        ) from error


def too_slow(seconds: float) -> Text:
    """Say that an answer took longer than it may."""
    return Text(f"no whole answer within {seconds:g} s", f"{seconds:g}秒内未得到完整应答")


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
        asked = "" if pause is None else f", Retry-After {pause:.0f} s"
        return UnusableError(Text(status + asked, status + asked), pause=pause)
    if response.status_code < 300:
        return None
    if response.status_code == 407:
        return HostError.of("fetching.proxy_refuses", where=response.url, got=status[:300], remedy=_PROXY)
    return (RefusedError if refused else SourceError).of(
        "fetching.status_not_ok",
        where=response.url,
        got=status,
        remedy=_REMEDIES.get(response.status_code, _MOVED),
    )


def connection_fault(
    url: str, error: requests.RequestException, seconds: float
) -> UnusableError | SourceError:
    """Return what kept an answer from coming, by whom it can be mended."""
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
        return UnusableError(Text("a body that cannot be decompressed", "无法解压的应答正文"))
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        text = str(error)
        if "Connection refused" in text or "NewConnectionError" in text or "NameResolutionError" in text:
            return UnusableError(say("no connection to {host}", "无法连接{host}", host=host))
        return UnusableError(say("a connection to {host} that broke off", "与{host}的连接中断", host=host))
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
        return UnusableError(say("a connection to {host} that broke off", "与{host}的连接中断", host=host))
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
