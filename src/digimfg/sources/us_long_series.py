"""US industrial production and consumer prices, 1860-1988."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``us``: by year, natural logarithms of production ``indprod`` and prices ``cpi``."""
    import pandas as pd

    return {"us": pd.read_csv(folder / "us.csv")}


SOURCE = Source(
    name="us_long_series",
    title=Text("US industrial production and prices, 1860-1988", "美国工业生产与物价，1860–1988年"),
    producer="Nelson and Plosser; extended by Schotman and van Dijk",
    licence=(
        "No terms of the authors were found. Taken from the R package urca, which is GPL-2 or later: kept "
        "under that licence. Not part of the installed package"
    ),
    citation=(
        "Nelson, C. R. and Plosser, C. I. (1982). Trends and random walks in macroeconomic time series. "
        "Journal of Monetary Economics 10(2), 139-162; extended in Schotman, P. and van Dijk, H. K. "
        "(1991). On Bayesian routes to unit roots. Journal of Applied Econometrics 6(4), 387-401. As "
        "collected in the R package urca, data set npext."
    ),
    url="https://cran.r-project.org/package=urca",
    vintage="urca 1.3-3",
    accessed="2026-11-29",
    files={"us.csv": "7bfb369cd6e5fa642c58c6ecc4f378a96e1a71e27448add6108d778273105b50"},
    extraction="scripts/extract_long_series.py",
    reader=read,
)
