"""What a reader must know of a panel of firms: prices, codes under one name, entry and exit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.firms.columns import column_label
from digimfg.firms.identity import alike
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["price_notes", "same_names", "turnover_notes", "without_logs"]


def price_notes(names: pd.Index, levels: Mapping[str, Floats], base_year: int | None) -> list[Text]:
    """Return which quantities are at constant and which at current prices."""
    priced = ("output", "value_added", "materials", "investment", "capital", "wages")
    current = [name for name in priced if name in names and name not in levels]
    deflated = [name for name in priced if name in names and name in levels]
    notes: list[Text] = []
    if deflated:
        notes.append(
            note_of("firms.prices", year=str(base_year), names=[column_label(name) for name in deflated])
        )
    if current:
        notes.append(note_of("firms.current_prices", names=[column_label(name) for name in current]))
    return notes


def without_logs(frame: pd.DataFrame) -> list[Text]:
    """Return which quantities of the sample are zero or less, so that they have no logarithm."""
    notes: list[Text] = []
    for name in (str(each).removeprefix("log_") for each in frame.columns if str(each).startswith("log_")):
        if name not in frame or not (low := frame[name] <= 0).any():
            continue
        notes.append(
            note_of(
                "firms.no_logarithm",
                what=column_label(name),
                n=int(low.sum()),
                total=len(frame),
                never=int(low.groupby(frame["firm"]).all().sum()),
            )
        )
    return notes


def same_names(whole: pd.DataFrame) -> list[Text]:
    """Return a note on codes that follow each other under one name: perhaps one firm."""
    if "firm_name" not in whole:
        return []
    held = whole.assign(name=alike(whole["firm_name"])).dropna(subset=["name"])
    ends = held.groupby(["name", "firm"])["year"].agg(["min", "max"]).reset_index()
    ends = ends.sort_values(["name", "min"])
    follows = (ends["name"] == ends["name"].shift()) & (ends["min"] > ends["max"].shift())
    before = ends["firm"].shift()
    pairs = [f"{before[row]} → {ends['firm'][row]}" for row in ends.index[follows]]
    if not pairs:
        return []
    return [note_of("firms.same_names", pairs=pairs[:5])]


def turnover_notes(runs: pd.DataFrame) -> list[Text]:
    """Return how many runs of years begin and end for reasons that the data do not tell."""
    begun, ended = int((runs["began"] == "not known").sum()), int((runs["ended"] == "not known").sum())
    gaps = int((runs["began"] == "gap").sum())
    notes: list[Text] = []
    if gaps:
        notes.append(note_of("firms.gaps", n=gaps))
    if begun or ended:
        notes.append(note_of("firms.turnover", begun=begun, ended=ended))
    return notes
