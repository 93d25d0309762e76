"""OECD quarterly national accounts: value added of information and communication and of manufacturing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``quarterly``: by country and quarter, value added in million national currency.

    Quarters are counted, 4 × year + 0 to 3: 7981 is the second of 1995. ``va_total va_mfg va_ict`` are at
    current prices, ``…_real`` chained volumes, all seasonally adjusted.
    """
    import pandas as pd

    frame = pd.read_csv(folder / "quarterly.csv")
    first = pd.to_datetime(frame["quarter"]).dt
    return {"quarterly": frame.assign(quarter=4 * first.year.astype(int) + first.quarter - 1)}


SOURCE = Source(
    name="oecd_quarterly_accounts",
    title=Text("OECD Quarterly National Accounts, edition of 2026", "经合组织季度国民核算，2026年版"),
    producer="OECD",
    licence="OECD terms and conditions: any use, with credit to the OECD",
    citation=(
        "OECD (2026). Quarterly National Accounts: value added by activity, seasonally adjusted. As "
        "collected in the Python package puremacro 5.7.1."
    ),
    url="https://www.oecd.org/en/data/datasets/gdp-and-non-financial-accounts.html",
    vintage="2026",
    vintage_in_title=True,
    accessed="2026-11-29",
    files={"quarterly.csv": "2ba53f4c6cf1e943942031a1cc8cd6ab18a107e768410a330a7061970a159f26"},
    extraction="scripts/extract_oecd_quarterly_accounts.py",
    reader=read,
)
