"""Publishers: where data comes from online, in which parts, and how an answer is checked and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.errors import SourceError
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.fetching.client import Client

__all__ = ["Part", "Publisher", "all_publishers", "check_part_names", "find_publisher"]

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Hold one checked answer of a publisher: an indicator, a data flow or a file.

    Parameters
    ----------
    name
        Code under which it is kept.
    file
        File name in the vintage's folder.
    content
        The bytes that are kept; the same content gives the same bytes.
    updated
        The publisher's own date (ISO) or edition of it; a vintage is named by the latest.
    group
        Parts of one group come from one database: they must carry the same date, or they are no vintage.
    details
        What else the publisher says: name, number of rows and values, the code asked for.
    """

    name: str
    file: str
    content: bytes
    updated: str
    group: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publisher:
    """Describe a publisher and how its data are fetched.

    Parameters
    ----------
    name
        Module name, and folder below the fetched data.
    title, producer, licence, citation, url
        What a data section must say. `url` is the publisher's page.
    address
        Base address of the service; every fetch can be pointed elsewhere.
    parts
        What a whole fetch brings; empty where the publisher is asked (`catalogue`).
    request
        ``(client, address, part name) -> Part``: asks, checks everything, and returns the part or raises.
    reader
        ``{part name: (details, bytes)} -> {frame name: frame}``: pure, in the publisher's units.
    renamed
        Codes that the publisher archived → the code that replaced each, used instead with a note.
    catalogue
        ``(client, address) -> (part names, notes)``: asks the publisher what a whole fetch brings, and says
        what it has beyond that.
    """

    name: str
    title: Text
    producer: str
    licence: str
    citation: str
    url: str
    address: str
    request: Callable[[Client, str, str], Part]
    reader: Callable[[Mapping[str, tuple[Mapping[str, str | int], bytes]]], Mapping[str, pd.DataFrame]]
    parts: tuple[str, ...] = ()
    renamed: Mapping[str, tuple[str, Text]] = field(default_factory=dict)
    catalogue: Callable[[Client, str], tuple[tuple[str, ...], tuple[Text, ...]]] | None = None


def all_publishers() -> dict[str, Publisher]:
    """Return every publisher by name; each file in ``sources/`` may add its ``PUBLISHER``.

    Examples
    --------
    >>> "world_bank" in all_publishers()
    True
    """
    return {publisher.name: publisher for publisher in instances("sources", "PUBLISHER").values()}


def find_publisher(name: str) -> Publisher:
    """Return a publisher.

    Raises
    ------
    SourceError
        If none has that name; the nearest are suggested.
    """
    known = all_publishers()
    if name not in known:
        raise SourceError.unknown(
            name,
            known,
            where=Text("looking for a publisher", "查找数据发布者"),
            more=Text(
                "`digimfg data fetch` without a name lists all", "`digimfg data fetch` 不给名称则列出全部"
            ),
        )
    return known[name]


def check_part_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without repetitions, in order.

    Raises
    ------
    SourceError
        If one cannot be a code: it names a file, so only letters, digits and ``_ . @ -`` are allowed.

    Examples
    --------
    >>> check_part_names(("IT.NET.USER.ZS", "NV.IND.MANF.ZS", "IT.NET.USER.ZS"))
    ('IT.NET.USER.ZS', 'NV.IND.MANF.ZS')
    """
    bad = [name for name in names if not _SAFE_NAME.fullmatch(name)]
    if bad or not names:
        raise SourceError.of(
            "fetching.codes_not_readable",
            found=", ".join(repr(name) for name in bad) or Text("nothing", "空"),
        )
    return tuple(dict.fromkeys(names))
