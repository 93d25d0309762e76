"""What a reader of grouped effects must know: sizes, how their number was chosen, starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.heterogeneous.grouped_fit import Grouped
    from digimfg.estimators.heterogeneous.unit_rows import UnitRows

__all__ = ["grouped_notes"]


def grouped_notes(rows: UnitRows, found: Grouped, *, most: int | None, known: bool) -> list[Text]:
    """Return the notes.

    Parameters
    ----------
    most
        Groups that the criterion could choose, ``None`` where it did not.
    known
        Whether errors take the groups as known.
    """
    count = len(found.paths)
    sizes = np.bincount(found.group, minlength=count)
    notes: list[Text] = [
        note_of(
            "heterogeneous.groups", listed=note_of("heterogeneous.group_map", map=map(str, sizes.tolist()))
        )
    ]
    if most is not None:
        notes.append(note_of("heterogeneous.n_groups", count=count, most=most))
        if count == most:
            notes.append(note_of("heterogeneous.groups_at_bound"))
    if int(sizes.min()) < max(2, 0.03 * len(rows.units)) and count > 1:
        notes.append(note_of("heterogeneous.small_group", n=int(sizes.min())))
    if known and rows.n_periods < 15 and count > 1:
        notes.append(note_of("heterogeneous.groups_known", periods=rows.n_periods))
    if found.agreeing < found.starts:
        notes.append(note_of("heterogeneous.starts_of_groups", agreeing=found.agreeing, starts=found.starts))
    return notes
