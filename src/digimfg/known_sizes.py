"""What simulated samples showed of tests and intervals, said where a sample is like those they failed in."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["KnownSize", "known_size", "share_words", "size_notes"]

_TABLE = Path(__file__).with_suffix(".csv")
_TOLERATED = 0.10
_ALIKE = 2.0
"""A sample has periods like those of a table where it has at most so many times more, or fewer."""


@dataclass(frozen=True, slots=True)
class KnownSize:
    """Hold how often a true hypothesis was rejected at 5 %, or an interval of 95 % missed the truth.

    Parameters
    ----------
    share
        Of the samples.
    units, periods, samples
        Of the study.
    """

    share: float
    units: int
    periods: int
    samples: int


def known_size(case: str, units: float, periods: float) -> KnownSize | None:
    """Return what samples of about as many units and periods showed, ``None`` where none were simulated.

    The table is that of docs/monte_carlo.md (``python -m benchmarks.known_sizes``). Of its rows those count
    whose periods are at most twice as many, or half; of these the nearest number of units, by its logarithm.

    Parameters
    ----------
    case
        Name of a test or an interval: ``"pedroni panel_t"``.

    Examples
    --------
    >>> known_size("pedroni panel_t", 40, 25).share > 0.4, known_size("pedroni panel_t", 40, 200)
    (True, None)
    """
    alike = [each for each in _table().get(case, ()) if 1 / _ALIKE <= periods / each.periods <= _ALIKE]
    if not alike or units <= 0:
        return None
    return min(alike, key=lambda each: (abs(np.log(units / each.units)), abs(np.log(periods / each.periods))))


def size_notes(
    cases: Mapping[str, Text], units: float, periods: float, instead: Text, *, intervals: bool = False
) -> tuple[Text, ...]:
    """Return a note where tests reject a true hypothesis in more than 10 % of such samples, or intervals miss
    the truth as often.

    Parameters
    ----------
    cases
        Name in the table → test, or interval.
    units, periods
        As `known_size`.
    instead
        What to read in their place.
    intervals
        Whether they are intervals.

    Examples
    --------
    >>> cases = {"pedroni panel_t": Text("panel t", "面板t"), "pedroni group_rho": Text("group rho", "组rho")}
    >>> [note.values["names"] for note in size_notes(cases, 31, 25, Text("see others", "请看其他"))]
    [(Text(en='panel t', zh='面板t'),)]
    """
    found = {name: known_size(case, units, periods) for case, name in cases.items()}
    failed = {name: each for name, each in found.items() if each is not None and each.share > _TOLERATED}
    if not failed:
        return ()
    shares = [each.share for each in failed.values()]
    study = next(iter(failed.values()))
    facts = {
        "names": tuple(failed),
        "share": share_words(min(shares), max(shares)),
        "samples": study.samples,
        "units": study.units,
        "periods": study.periods,
        "instead": instead,
    }
    if intervals:
        return (note_of("known_sizes.missed", **facts),)
    return (note_of("known_sizes.rejected", **facts),)


def share_words(low: float, high: float) -> str:
    """Return one share of a hundred, or the least and the most.

    Examples
    --------
    >>> share_words(0.26, 0.26), share_words(0.2, 0.52)
    ('26%', '20–52%')
    """
    return f"{high:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{100 * low:.0f}–{high:.0%}"


@cache
def _table() -> dict[str, list[KnownSize]]:
    found: dict[str, list[KnownSize]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["case"], []).append(
                KnownSize(float(row["share"]), int(row["units"]), int(row["periods"]), int(row["samples"]))
            )
    return found
