"""Ask a server politely: few requests at a time, patience with its faults, an end to every wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from digimfg.arguments import checked
from digimfg.errors import Fault, SourceError
from digimfg.fetching.deadline import Deadline, timed_session
from digimfg.fetching.faults import (
    ABSENT,
    ExhaustedError,
    HostError,
    RefusedError,
    StoppedError,
    UnusableError,
    bad_redirect,
    connection_fault,
    status_fault,
    too_large,
    too_slow,
)
from digimfg.fetching.local_answers import local_answer
from digimfg.kinds import AtLeast, AtMost, NonNegative, Positive
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.version import __version__

__all__ = ["LATER", "Client", "Manners", "RefusedError", "StoppedError", "UnusableError"]

T = TypeVar("T")

_LONGEST_PAUSE = 60.0
_LONGEST_ASKED_PAUSE = 300.0
_CHUNK = 1 << 16
_MOST_REDIRECTS = 5

LATER = Text(
    "nothing that was there has changed; run the same command again later, it goes on where it stopped "
    "(`--timeout` waits longer, `--base-url` asks another server)",
    "已有数据未变；稍后再次运行同一命令即可从中断处继续（`--timeout` 可延长等待，`--base-url` 可换服务器）",
)
"""What to do where a server did not give what it has."""


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
        Seconds before the second attempt; doubled after each, at most a minute. A pause that the server asks
        for (``Retry-After``) holds for all requests; one beyond five minutes ends the fetch.
    rounds
        How often a fetch comes back, after all others, to what used up its attempts; each time after a
        longer pause.
    largest
        Bytes that one answer may have, decompressed.
    """

    timeout: Positive = 60.0
    attempts: Annotated[int, AtLeast(1), AtMost(100)] = 5
    workers: Annotated[int, AtLeast(1), AtMost(64)] = 4
    first_pause: NonNegative = 0.5
    rounds: Annotated[int, AtLeast(1), AtMost(100)] = 3
    largest: Annotated[int, AtLeast(1)] = 1 << 28


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
        self._moved: dict[tuple[str, str], None] = {}
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
        ExhaustedError
            If every attempt failed; the last reason is given.
        HostError
            If the host cannot be asked for anything.
        SourceError
            If the server refuses, sends elsewhere, or answers more than is allowed.
        """
        return self.repeat(lambda: self._read(url, parameters, read, accept, absent), url)

    def repeat(self, action: Callable[[], T], where: str) -> T:
        """Return ``action()``, tried again with doubled pauses while it raises `UnusableError`.

        Raises
        ------
        ExhaustedError
            If the last attempt is `UnusableError` too.
        HostError
            If the server asks for a pause of more than five minutes.
        """
        for attempt in range(1, self.manners.attempts + 1):
            try:
                return action()
            except UnusableError as fault:
                last, long = fault.fault.got, (fault.pause or 0.0) > _LONGEST_ASKED_PAUSE
                if attempt == self.manners.attempts or long:
                    break
                own = min(self.manners.first_pause * 2.0 ** (attempt - 1), _LONGEST_PAUSE)
                self._wait(own if fault.pause is None else fault.pause, shared=fault.pause is not None)
        raise (HostError if long else ExhaustedError).of(
            "fetching.answer_not_whole",
            where=where,
            remedy=LATER,
            last=last,
            asked=Text(_times(attempt), f"共请求{attempt}次"),
        )

    def pause_before(self, round_: int) -> float:
        """Return the seconds to wait before a round of what failed in the rounds before: longer each time."""
        return min(self.manners.first_pause * 2.0 ** (self.manners.attempts - 3 + round_), _LONGEST_PAUSE)

    def pause(self, seconds: float) -> None:
        """Wait, unless the fetch is stopped.

        Raises
        ------
        StoppedError
            If it is.
        """
        self._wait(seconds, shared=False)

    def _read(
        self,
        url: str,
        parameters: Mapping[str, str | int],
        read: Callable[[bytes], T],
        accept: str,
        absent: Collection[int],
    ) -> T:
        self._wait(0.0, shared=False)
        if url.lower().startswith("file:"):
            return read(local_answer(url, self.manners.largest))
        content, host = self._asked(url, parameters, accept, absent)
        try:
            return read(content)
        except UnusableError as fault:
            if host == urlsplit(url).netloc:
                raise
            raise UnusableError(
                Fault.of("answers.from_elsewhere", reason=fault.fault.got, host=host)
            ) from fault

    def _asked(
        self, url: str, parameters: Mapping[str, str | int], accept: str, absent: Collection[int]
    ) -> tuple[bytes, str]:
        """Return the body of an answer and the host that gave it, all within the time that one answer may
        take.
        """
        with Deadline(self.manners.timeout) as deadline:
            try:
                answer = self._followed(url, parameters, accept, absent)
            except (requests.RequestException, UnusableError, SourceError) as error:
                if deadline.expired:
                    raise UnusableError(too_slow(self.manners.timeout)) from error
                if isinstance(error, requests.RequestException):
                    raise connection_fault(url, error, self.manners.timeout) from error
                raise
            if deadline.expired:
                raise UnusableError(too_slow(self.manners.timeout))
            return answer

    def _followed(
        self, url: str, parameters: Mapping[str, str | int], accept: str, absent: Collection[int]
    ) -> tuple[bytes, str]:
        address, session = url, self._session()
        for _ in range(_MOST_REDIRECTS + 1):
            with session.get(
                address,
                params=dict(parameters) if address == url else None,
                timeout=self.manners.timeout,
                headers={"Accept": accept, "Accept-Encoding": "gzip, deflate"},
                stream=True,
                allow_redirects=False,
            ) as response:
                location = session.get_redirect_target(response)
                if location is None:
                    self._check_status(response, absent)
                    return self._body(response), urlsplit(response.url).netloc
                address = self._redirected(url, response.url, location)
        raise bad_redirect(
            url,
            note_of("fetching.too_many_redirects", most_redirects=_MOST_REDIRECTS),
        )

    def _body(self, response: requests.Response) -> bytes:
        declared = response.headers.get("Content-Length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > self.manners.largest:
            raise too_large(response.url, self.manners.largest)
        chunks, size = [], 0
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if self._stopped.is_set():
                raise StoppedError
            if size > self.manners.largest:
                raise too_large(response.url, self.manners.largest)
        return b"".join(chunks)

    def _check_status(self, response: requests.Response, absent: Collection[int]) -> None:
        refused = response.status_code in absent
        fault = status_fault(response, refused)
        if fault is None:
            return
        if refused:
            next(response.iter_content(_CHUNK), b"")  # read, so that the connection serves the next request
        raise fault

    def _redirected(self, url: str, here: str, location: str) -> str:
        """Return where a redirect leads: within the host, or noted to another one, never out of encryption
        or the web.
        """
        try:
            address = urljoin(here, location)
            asked, sent = urlsplit(url), urlsplit(address)
            plain = asked.scheme == "https" and sent.scheme != "https"
            if plain or sent.scheme not in ("http", "https") or not sent.hostname or "@" in sent.netloc:
                raise ValueError(address)
        except ValueError as error:
            raise bad_redirect(url, f"→ {ascii(location)[1:200]}") from error
        if sent.netloc != asked.netloc:
            with self._lock:
                self._moved[asked.netloc, sent.netloc] = None
        return address

    @property
    def moved(self) -> tuple[Text, ...]:
        """Return a note for each other host that a server sent requests to."""
        with self._lock:
            moves = list(self._moved)
        return tuple(note_of("fetching.other_host", asked=asked, sent=sent) for asked, sent in sorted(moves))

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = timed_session()
            session.headers["User-Agent"] = f"digimfg/{__version__}"
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


def _times(count: int) -> str:
    return "asked once" if count == 1 else f"asked {count} times"
