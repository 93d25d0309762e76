"""Names of what a panel is made from: one name pins a vintage of every publisher that takes part."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.fetching.vintages import Vintage, find_vintage, list_vintages
from digimfg.panels.online import SHIPPED, Extension, find_extension

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["chosen_vintages", "name_before", "vintage_name"]

_LATEST = "latest"


def chosen_vintages(panel: Panel, vintage: str | None) -> dict[str, Vintage]:
    """Return the vintages to use for a panel by publisher, none for the shipped data.

    Parameters
    ----------
    panel
        The panel.
    vintage
        ``"shipped"``; ``"latest"``, the newest of every publisher that is there; or a name, as
        `vintage_name` gives it: ``"2026-10-08+un_egovernment=2024"``, where the vintage without a publisher
        is the first one's. Publishers that a name does not mention take no part. ``None`` asks the
        environment variable ``DIGIMFG_VINTAGE``, and means the shipped data where that is not set or nothing
        online renews the panel.

    Raises
    ------
    PanelError
        If a vintage is asked for by name and nothing online renews the panel, or the name is none.
    SourceError
        If a vintage is not there. It is never fetched on the way.
    """
    asked = os.environ.get("DIGIMFG_VINTAGE") or SHIPPED if vintage is None else vintage
    extension = find_extension(panel.name)
    if asked == SHIPPED or (extension is None and vintage is None):
        return {}
    if extension is None:
        raise PanelError.of("panels.panel_not_renewed", name=panel.name, vintage=vintage)
    return _find(extension, asked)


def vintage_name(panel: str, vintages: Mapping[str, str]) -> str:
    """Return the name that stands for vintages of several publishers, as `load_panel` takes it.

    Parameters
    ----------
    panel
        Name of the panel.
    vintages
        Publisher → name of its vintage, as a frame's ``attrs["vintages"]`` say; none is ``"shipped"``.

    Examples
    --------
    >>> vintage_name("world", {"world_bank": "2026-10-08", "un_egovernment": "2024"})
    '2026-10-08+un_egovernment=2024'
    """
    extension = find_extension(panel)
    if extension is None or not vintages:
        return SHIPPED
    first, *others = extension.publishers
    named = [f"{publisher}={vintages[publisher]}" for publisher in others if publisher in vintages]
    return "+".join([vintages[first], *named] if first in vintages else named)


def name_before(panel: Panel, vintage: str) -> str:
    """Return the name of what a panel was made from before the last fetch.

    Of the publishers that were fetched on the latest day, each steps back to its vintage before, or out
    where it has none; the others stay.
    """
    chosen = chosen_vintages(panel, vintage)
    last = max((each.accessed for each in chosen.values()), default="")
    names = {
        publisher: each.name if each.accessed < last else _name_before(each)
        for publisher, each in chosen.items()
    }
    return vintage_name(panel.name, {publisher: name for publisher, name in names.items() if name})


def _find(extension: Extension, asked: str) -> dict[str, Vintage]:
    first = extension.publishers[0]
    if asked == _LATEST:
        there = [publisher for publisher in extension.publishers if list_vintages(publisher)] or [first]
        return {publisher: find_vintage(publisher) for publisher in there}
    names: dict[str, str] = {}
    for piece in asked.split("+"):
        publisher, _, name = piece.rpartition("=")
        publisher = publisher or first
        if publisher not in extension.publishers or publisher in names or not name:
            raise _no_name(extension, asked, piece)
        names[publisher] = name
    return {
        publisher: find_vintage(publisher, names[publisher])
        for publisher in extension.publishers
        if publisher in names
    }


def _no_name(extension: Extension, asked: str, piece: str) -> PanelError:
    first, *others = extension.publishers
    example = "+".join(["2026-10-08", *(f"{publisher}=2024" for publisher in others[:1])])
    return PanelError.of(
        "panels.vintage_name",
        got=repr(piece),
        panel=extension.panel,
        asked=asked,
        example=example,
        first=first,
        publishers=extension.publishers,
    )


def _name_before(vintage: Vintage) -> str:
    names = [each.name for each in list_vintages(vintage.publisher)]
    place = names.index(vintage.name)
    return names[place - 1] if place else ""
