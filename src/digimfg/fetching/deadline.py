"""An end to every wait on a server: connections that are cut when the time of their request is over."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

__all__ = ["Deadline", "timed_session"]

_CURRENT = threading.local()


class Deadline:
    """Cut the connection of this thread's request when its time is over, wherever it waits.

    A time limit of the sockets alone starts anew with every byte. Used around a request of a
    `timed_session`; when `expired` is true afterwards, whatever the request gave or raised counts for
    nothing.

    Parameters
    ----------
    seconds
        From now.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._over = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _CURRENT.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._over = True
        self._timer.cancel()
        _CURRENT.deadline = None

    def watch(self, connected: socket.socket) -> None:
        """Take the socket that the request uses from now on."""
        with self._lock:
            self._socket = connected
            if self.expired:
                _cut(connected)

    def _expire(self) -> None:
        with self._lock:
            if not self._over:
                self.expired = True
                if self._socket is not None:
                    _cut(self._socket)


def timed_session() -> requests.Session:
    """Return a session whose requests a `Deadline` can cut, and that leaves redirects to its user."""
    session = _Session()
    session.mount("http://", _TimedAdapter())
    session.mount("https://", _TimedAdapter())
    return session


def _cut(connected: socket.socket) -> None:
    # The plain socket below any encryption: a thread that waits on it wakes up.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _watch(connected: object) -> None:
    deadline: Deadline | None = getattr(_CURRENT, "deadline", None)
    if deadline is not None and isinstance(connected, socket.socket):
        deadline.watch(connected)


class _Timed(HTTPConnection):
    """A connection whose sockets the deadline of its thread watches."""

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        _watch(connected)
        return connected

    def connect(self) -> None:
        super().connect()
        _watch(self.sock)

    def putrequest(self, *arguments: Any, **options: Any) -> None:
        _watch(self.sock)  # of a connection that served another request before
        super().putrequest(*arguments, **options)


class _TimedSecure(_Timed, HTTPSConnection):
    pass


class _TimedPool(HTTPConnectionPool):
    ConnectionCls = _Timed


class _TimedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _TimedSecure


class _Session(requests.Session):
    def resolve_redirects(self, *arguments: Any, **options: Any) -> Generator[requests.Response, None, None]:
        """Follow none: the library would read the whole body of a redirect first, however long it is."""
        del arguments, options
        yield from ()


class _TimedAdapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _TimedPool, "https": _TimedSecurePool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = {"http": _TimedPool, "https": _TimedSecurePool}
        return manager
