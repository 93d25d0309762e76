"""Ask a server politely: few requests at a time, patience with its faults, an end to every wait."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests

import digimfg
from digimfg.arguments import checked
from digimfg.errors import SourceError
from digimfg.kinds import AtLeast, AtMost, NonNegative, Positive
from digimfg.text import Text

__all__ = ["ABSENT", "Client", "Manners", "RefusedError", "StoppedError", "UnusableError"]

T = TypeVar("T")

ABSENT = frozenset({404, 410})
"""Statuses by which most servers say that they have nothing under a name."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 60.0
_LONGEST_ASKED_PAUSE = 300.0
_CHUNK = 1 << 16


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """Say how a server is asked.

    Parameters
    ----------
    timeout
        Seconds that one answer may take, from connecting to its last byte.
    attempts
        How often a request is made before giving up.
    workers
        Requests under way at the same time.
    first_pause
        Seconds before the second attempt; doubled after each, at most a minute. A pause that the server asks for
        (``Retry-After``) holds for all requests; one beyond five minutes ends the fetch.
    """

    timeout: Positive = 60.0
    attempts: Annotated[int, AtLeast(1), AtMost(100)] = 5
    workers: Annotated[int, AtLeast(1), AtMost(64)] = 4
    first_pause: NonNegative = 0.5


class UnusableError(Exception):
    """Say why an answer cannot be used, though asking again may help."""

    def __init__(self, reason: Text, pause: float | None = None) -> None:
        self.reason = reason
        self.pause = pause
        super().__init__(reason)


class RefusedError(SourceError):
    """The publisher has nothing under this name."""


class StoppedError(Exception):
    """End a request because another part of the same fetch failed."""


class Client:
    """Make requests over HTTP with the given manners; used by several threads.

    Parameters
    ----------
    manners
        Timeouts, attempts and pauses.
    """

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._sessions = threading.local()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._not_before = 0.0

    def stop(self) -> None:
        """End all waits: every request under way raises `StoppedError` at its next step."""
        self._stopped.set()

    def get(
        self,
        url: str,
        parameters: Mapping[str, str | int],
        read: Callable[[bytes], T],
        accept: str = "*/*",
        absent: Collection[int] = ABSENT,
    ) -> T:
        """Return ``read(answer)``, asking again after faults that pass.

        Parameters
        ----------
        url, parameters
            Address and query; ``file:///folder/name`` reads a file that was downloaded by hand.
        read
            Turns the bytes into a value; raises `UnusableError` where they are not what was asked for.
        accept
            Media type asked for.
        absent
            Statuses by which this server says that it has nothing under this name.

        Raises
        ------
        RefusedError
            If the server has nothing under this name.
        SourceError
            If the server refuses, or every attempt failed; the last reason is given.
        """
        return self.repeat(lambda: read(self._once(url, parameters, accept, absent)), url)

    def repeat(self, action: Callable[[], T], where: str) -> T:
        """Return ``action()``, tried again with doubled pauses while it raises `UnusableError`.

        Raises
        ------
        SourceError
            If the last attempt is `UnusableError` too.
        """
        for attempt in range(1, self.manners.attempts + 1):
            try:
                return action()
            except UnusableError as fault:
                last = fault.reason
                if attempt == self.manners.attempts:
                    break
                if fault.pause is not None and fault.pause > _LONGEST_ASKED_PAUSE:
                    break
                own = min(self.manners.first_pause * 2.0 ** (attempt - 1), _LONGEST_PAUSE)
                self._wait(own if fault.pause is None else fault.pause, shared=fault.pause is not None)
        raise SourceError(
            where=where,
            expected=Text("a whole and right answer", "完整且正确的应答"),
            got=Text(f"{last.en} ({_times(attempt)})", f"{last.zh}（共请求 {attempt} 次）"),
            remedy=Text(
                "nothing that was there has changed; run the same command again later, it goes on where it stopped "
                "(`--timeout` waits longer, `--base-url` asks another server)",
                "已有数据未变；稍后再次运行同一命令即可从中断处继续（`--timeout` 可延长等待，`--base-url` 可换服务器）",
            ),
        )

    def _once(
        self, url: str, parameters: Mapping[str, str | int], accept: str, absent: Collection[int]
    ) -> bytes:
        self._wait(0.0, shared=False)
        if urlsplit(url).scheme == "file":
            return _local(url)
        started = time.monotonic()
        try:
            with self._session().get(
                url,
                params=dict(parameters),
                timeout=self.manners.timeout,
                headers={"Accept": accept},
                stream=True,
            ) as response:
                self._raise_for_status(response, absent)
                return self._body(response, started)
        except requests.Timeout as error:
            raise UnusableError(self._too_slow()) from error
        except requests.exceptions.ContentDecodingError as error:
            raise UnusableError(Text("a body that cannot be decompressed", "无法解压的应答正文")) from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            slow = "timed out" in str(error)
            raise UnusableError(self._too_slow() if slow else _dropped(url, error)) from error
        except requests.RequestException as error:
            raise _bad_address(url, error) from error

    def _body(self, response: requests.Response, started: float) -> bytes:
        chunks = []
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            if self._stopped.is_set():
                raise StoppedError
            if time.monotonic() - started > self.manners.timeout:
                raise UnusableError(self._too_slow())
        return b"".join(chunks)

    def _raise_for_status(self, response: requests.Response, absent: Collection[int]) -> None:
        status = f"HTTP {response.status_code} {response.reason}"
        if response.status_code in _PASSING:
            pause = _asked_pause(response.headers.get("Retry-After"))
            asked = "" if pause is None else f", Retry-After {pause:.0f} s"
            raise UnusableError(Text(status + asked, status + asked), pause=pause)
        if response.status_code in absent:
            next(response.iter_content(_CHUNK), b"")  # read, so that the connection serves the next request
        if response.status_code >= 400:
            raise (RefusedError if response.status_code in absent else SourceError)(
                where=response.url,
                expected="HTTP 200",
                got=status,
                remedy=Text(
                    "the publisher refuses this address: look whether it has moved, and give the new one with `--base-url`",
                    "发布者拒绝该地址：请查看是否已迁移，并用 `--base-url` 给出新地址",
                ),
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = requests.Session()
            session.headers["User-Agent"] = f"digimfg/{digimfg.__version__}"
            self._sessions.session = session
        return session

    def _wait(self, seconds: float, *, shared: bool) -> None:
        now = time.monotonic()
        with self._lock:
            if shared:
                self._not_before = max(self._not_before, now + seconds)
            until = max(now + seconds, self._not_before)
        if self._stopped.wait(max(0.0, until - now)):
            raise StoppedError

    def _too_slow(self) -> Text:
        return Text(
            f"no whole answer within {self.manners.timeout:g} s",
            f"{self.manners.timeout:g} 秒内未得到完整应答",
        )


def _local(url: str) -> bytes:
    path = Path(url2pathname(urlsplit(url).path))
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            where=str(path),
            expected=Text("the publisher's file, downloaded by hand", "手工下载的发布者文件"),
            got=f"{type(error).__name__}: {error.strerror or error}",
            remedy=Text(
                "put it there under this name, or correct `--base-url`",
                "以该文件名放入此处，或更正 `--base-url`",
            ),
        ) from error


def _times(count: int) -> str:
    return "asked once" if count == 1 else f"asked {count} times"


def _dropped(url: str, error: Exception) -> Text:
    host = urlsplit(url).netloc
    text = str(error)
    if "Connection refused" in text or "NewConnectionError" in text or "NameResolutionError" in text:
        return Text(f"no connection to {host}", f"无法连接 {host}")
    return Text(f"a connection to {host} that broke off", f"与 {host} 的连接中断")


def _bad_address(url: str, error: Exception) -> SourceError:
    return SourceError(
        where=url,
        expected=Text("an address such as https://host/path", "形如 https://host/path 的地址"),
        got=f"{type(error).__name__}: {error}",
        remedy=Text("correct `--base-url`", "更正 `--base-url`"),
    )


def _asked_pause(header: str | None) -> float | None:
    """Return the seconds of a ``Retry-After`` header: a number, or a date."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        when = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
