"""Rules that several registers share: dates, order, copies, duplicates, values that others give."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from digimfg.notes import note_of
from digimfg.paper.definition import Finding
from digimfg.records import records
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["copied", "derived", "duplicates", "impossible_dates", "shown", "unordered"]


def impossible_dates(frame: pd.DataFrame, key: str, column: str, first: str, last: str) -> list[Finding]:
    """Find dates that no calendar has or that lie outside what the paper covers."""
    found = []
    for row, value in zip(frame[key], frame[column], strict=True):
        if not isinstance(value, str):
            continue
        if not _is_date(value):
            expected = Text("a date of the calendar", "历法中存在的日期")
        elif value > last or value < first[: len(value)]:
            expected = note_of("paper.date_between", first=first, last=last)
        else:
            continue
        found.append(
            Finding(kind="impossible_date", row=str(row), column=column, got=value, expected=expected)
        )
    return found


def unordered(frame: pd.DataFrame, key: str, column: str) -> list[Finding]:
    """Find the fewest dates that would have to move for the rows to be in order of time.

    Rows stand in the order given; partial dates compare by what both have (2015 and 2015-06 are in order
    either way).
    """
    dated = [
        (str(row), value)
        for row, value in zip(frame[key], frame[column], strict=True)
        if isinstance(value, str)
    ]
    kept = _longest_ordered([value for _, value in dated])
    found = []
    for position, (row, value) in enumerate(dated):
        if position in kept:
            continue
        before = max((dated[each][1] for each in kept if each < position), default=None)
        after = min((dated[each][1] for each in kept if each > position), default=None)
        found.append(
            Finding(
                kind="unordered_date",
                row=row,
                column=column,
                got=value,
                expected=note_of("paper.in_order_of_time", before=before or "…", after=after or "…"),
                proposal=_repaired_year(value, before, after),
            )
        )
    return found


def copied(frame: pd.DataFrame, key: str, column: str, cell: str, kind: str) -> list[Finding]:
    """Find values that several rows share where each row should have its own."""
    groups = frame.dropna(subset=[column]).groupby(column, sort=False)[key].agg(list)
    return [
        Finding(
            kind=kind,
            row=str(row),
            column=cell,
            got=str(value),
            expected=Text(
                f"a value of its own; {', '.join(str(other) for other in rows if other != row)} has the same",
                f"应与他行不同；与{'、'.join(str(other) for other in rows if other != row)}相同",
            ),
        )
        for value, rows in groups.items()
        if len(rows) > 1
        for row in rows
    ]


def duplicates(frame: pd.DataFrame, key: str, columns: tuple[str, ...], kind: str) -> list[Finding]:
    """Find rows that name the same thing as an earlier row, brackets and blanks aside."""
    seen: dict[str, str] = {}
    found = []
    for record in records(frame):
        names = {
            re.sub(r"[《》“”()（）\s]", "", str(record[column]))
            for column in columns
            if isinstance(record[column], str)
        }
        earlier = next((seen[name] for name in sorted(names) if name in seen), None)
        for name in names:
            seen.setdefault(name, str(record[key]))
        if earlier is not None:
            found.append(
                Finding(
                    kind=kind,
                    row=str(record[key]),
                    column=columns[0].removesuffix("_zh"),
                    got=str(record[columns[0]]),
                    expected=note_of("paper.same_thing_twice", earlier=earlier),
                    proposal="",
                )
            )
    return found


def derived(frame: pd.DataFrame, key: str, column: str, values: pd.Series) -> list[Finding]:
    """Find numbers that are not what the words of the row give."""
    given, computed = frame[column].to_numpy(float), values.to_numpy(float)
    apart = ~np.isclose(given, computed, rtol=1e-9, atol=1e-9, equal_nan=True)
    return [
        Finding(
            kind="derived_value",
            row=str(frame[key].iloc[position]),
            column=column,
            got=shown(given[position]),
            expected=note_of("paper.as_words_give", shown=shown(computed[position])),
            proposal=shown(computed[position]),
        )
        for position in np.flatnonzero(apart)
    ]


def shown(value: float) -> str:
    """Return a number in its shortest form."""
    return f"{value:.10g}"


def _is_date(value: str) -> bool:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", value)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    lengths = (
        31,
        29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    )
    return 1 <= month <= 12 and 1 <= day <= lengths[month - 1]


def _longest_ordered(values: list[str]) -> set[int]:
    best: list[tuple[int, int]] = []
    for position, value in enumerate(values):
        length, previous = max(
            ((best[each][0] + 1, each) for each in range(position) if _not_after(values[each], value)),
            default=(1, -1),
        )
        best.append((length, previous))
    chain: set[int] = set()
    position = max(range(len(best)), key=lambda each: (best[each][0], -each), default=-1)
    while position >= 0:
        chain.add(position)
        position = best[position][1]
    return chain


def _not_after(first: str, second: str) -> bool:
    shared = min(len(first), len(second))
    return first[:shared] <= second[:shared]


def _repaired_year(value: str, before: str | None, after: str | None) -> str:
    """Return the date with two digits of its year swapped, if that alone puts it in order."""
    digits = list(value)
    for first, second in ((2, 3), (1, 2)):
        swapped = digits.copy()
        swapped[first], swapped[second] = swapped[second], swapped[first]
        candidate = "".join(swapped)
        if (
            candidate != value
            and (before is None or before <= candidate)
            and (after is None or candidate <= after)
        ):
            return candidate
    return ""
