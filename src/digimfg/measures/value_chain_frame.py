"""Frames of value-chain measures: one row per country or per sector of a country, with their notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.measures.input_output import InputOutputTable

    Array = NDArray[np.float64]

__all__ = ["Level", "net_taxes_note", "no_exports_note", "share_of", "value_chain_frame"]

Level = Literal["country", "sector"]


def value_chain_frame(table: InputOutputTable, columns: dict[str, Array], level: Level) -> pd.DataFrame:
    """Return columns over the table's rows, or their sums by country, behind their keys."""
    import pandas as pd

    if level == "sector":
        return pd.DataFrame({**table.keys(), **columns})
    if level == "country":
        sums = {name: table.by_country_of_column(values) for name, values in columns.items()}
        return pd.DataFrame({"country": list(table.countries), **sums})
    raise MeasureError.of("measures.level_unknown", got=repr(level))


def share_of(part: pd.Series[float], whole: pd.Series[float]) -> pd.Series[float]:
    """Return part / whole, missing where the whole is zero."""
    return part / whole.where(whole != 0)


def net_taxes_note(table: InputOutputTable) -> tuple[Text, ...]:
    """Say that taxes shown apart are in neither part."""
    if not table.net_taxes.any():
        return ()
    return (note_of("measures.net_taxes"),)


def no_exports_note(frame: pd.DataFrame) -> tuple[Text, ...]:
    """Name the rows whose ratios are missing because nothing is exported."""
    idle = frame[frame["gross_exports"] == 0]
    if idle.empty:
        return ()
    names = ", ".join(
        " ".join(map(str, row)) for row in idle.filter(["country", "sector"]).head(5).to_numpy()
    )
    return (note_of("measures.no_exports", n_idle=len(idle), names=names),)
