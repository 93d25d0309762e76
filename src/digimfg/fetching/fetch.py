"""Fetch a publisher's data: parts side by side, each checked and kept, a vintage when all are there."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from digimfg.arguments import checked
from digimfg.display.terminal import Progress
from digimfg.errors import SourceError
from digimfg.fetching import Part, Publisher, check_part_names, find_publisher
from digimfg.fetching.client import Client, Manners
from digimfg.fetching.faults import RefusedError
from digimfg.fetching.rounds import ask
from digimfg.fetching.staging import Staging
from digimfg.fetching.vintages import Vintage, fetched_folder, list_vintages, store_vintage
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["Fetched", "fetch"]


@checked
@shown(Text("Data fetched", "获取的数据"), first="")
@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """Tell what a fetch brought.

    Parameters
    ----------
    vintage
        The vintage that holds it.
    asked, kept
        Number of parts asked for now, and of parts taken up from a fetch that was cut short.
    notes
        What the publisher has beyond the catalogue, codes that were replaced by their successors, each with
        what changed, other hosts that gave the answers, and codes of the catalogue that the publisher has
        nothing under, together where the reason is one; of those, again, what the newest vintage here still
        has.
    """

    vintage: Vintage
    asked: int
    kept: int
    notes: tuple[Text, ...]


@checked
def fetch(
    publisher: str,
    *,
    parts: Iterable[str] = (),
    address: str | None = None,
    manners: Manners | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Fetch a publisher's present data and keep them as a vintage.

    Every answer is checked before it counts. Nothing that is there changes until all parts are whole; a
    fetch that was cut short goes on where it stopped, with the parts that came within the last day. A part
    that fails does not keep the others waiting: it is asked for again in rounds with growing pauses.

    Parameters
    ----------
    publisher
        Name of the publisher; ``digimfg data fetch`` lists them.
    parts
        Codes to fetch; by default the publisher's catalogue, of which a code that the publisher no longer
        has is left out with a note, while one that is asked for by name is an error. Archived codes are
        replaced by their successors, with a note.
    address
        Base address instead of the publisher's.
    manners
        Timeout, attempts, requests at a time.
    folder
        Folder of fetched data; by default the project's ``data/fetched``, else the user's (`fetched_folder`).
    progress
        Called with the number of the part that has come, the number of parts, and its name.

    Returns
    -------
    Fetched
        The vintage, and how much of it was asked for now.

    Raises
    ------
    SourceError
        If the server cannot be reached, refuses, or does not give whole and right answers: what is still
        missing is listed; the earlier vintages stay.
    """
    source = find_publisher(publisher)
    base = (address or source.address).rstrip("/")
    home = fetched_folder() if folder is None else Path(folder)
    wanted = tuple(parts)
    client = Client(Manners() if manners is None else manners)
    listed, notes = (source.parts, ()) if wanted else _catalogue(source, base, client)
    names, replaced = _successors(source, check_part_names(wanted or listed))
    notes += replaced
    staging = Staging(home / source.name / ".staging", base)
    found = {name: part for name in names if (part := staging.find(name)) is not None}
    kept = len(found)
    refused: dict[str, RefusedError] = {}
    missing = [name for name in names if name not in found]
    asked = len(missing)
    for _ in range(2):
        came = ask(source, base, client, missing, staging, progress, len(names))
        if came.refused and (wanted or not (found or came.found)):
            raise next(iter(came.refused.values()))
        refused |= came.refused
        found |= came.found
        missing = _outdated(found)
        if not missing:
            break
        asked += len(missing)
        kept = max(0, len(names) - asked)
    if missing:
        raise SourceError.of("fetching.dates_of_update_differ", where=base, got=_dates(found))
    notes += client.moved + _left_out(refused) + _lost(refused, list_vintages(source.name, home))
    vintage = store_vintage(source, base, time.strftime("%Y-%m-%d", time.gmtime()), found.values(), home)
    staging.clear()
    return Fetched(vintage=vintage, asked=asked, kept=kept, notes=notes)


def _catalogue(source: Publisher, base: str, client: Client) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    return (source.parts, ()) if source.catalogue is None else source.catalogue(client, base)


def _successors(source: Publisher, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    used, notes = [], []
    for name in names:
        successor, why = source.renamed.get(name, (name, Text("", "")))
        used.append(successor)
        if successor != name:
            notes.append(note_of("fetching.archived", name=name, successor=successor, why=why))
    return tuple(dict.fromkeys(used)), tuple(notes)


def _left_out(refused: Mapping[str, RefusedError]) -> tuple[Text, ...]:
    """Return one note a reason, with all names that it concerns."""
    reasons: dict[Text, list[str]] = defaultdict(list)
    for name, refusal in refused.items():
        reasons[refusal.got].append(name)
    return tuple(
        note_of(
            "fetching.part_left_out" if len(names) == 1 else "fetching.parts_left_out",
            names=", ".join(names),
            reason=reason,
        )
        for reason, names in reasons.items()
    )


def _lost(refused: Mapping[str, RefusedError], before: tuple[Vintage, ...]) -> tuple[Text, ...]:
    """Return a note of what is refused now though the newest vintage has it, none where it has nothing of
    that.
    """
    names = [name for name in refused if before and name in before[-1].parts]
    if not names:
        return ()
    listed, vintage = ", ".join(names), before[-1].name
    return (note_of("fetching.lost_since_vintage", vintage=vintage, listed=listed),)


def _outdated(found: Mapping[str, Part]) -> list[str]:
    """Return the parts that are older than another part of their database."""
    newest: dict[str, str] = defaultdict(str)
    for part in found.values():
        newest[part.group] = max(newest[part.group], part.updated)
    return [name for name, part in found.items() if part.updated < newest[part.group]]


def _dates(found: Mapping[str, Part]) -> str:
    outdated = set(_outdated(found))
    return ", ".join(f"{name} {part.updated}" for name, part in found.items() if name in outdated)
