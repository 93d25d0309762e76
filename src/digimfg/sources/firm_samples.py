"""Two samples of manufacturing firms: Spain 1983-1990 and the United Kingdom 1976-1984."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``spain`` and ``united_kingdom``: one row per firm and year, as published.

    ``spain`` is balanced: logarithms of employment ``n``, real wages ``w``, real output ``y``, real
    intermediate inputs ``i`` and real capital ``k``, and real cash flow ``f``. ``united_kingdom``:
    ``sector``, thousand persons ``emp``, real wage ``wage``, real capital ``capital`` and output of the
    industry, not of the firm, ``output``. That a firm ends does not show that it left the market.
    """
    import pandas as pd

    return {name: pd.read_csv(folder / f"{name}.csv") for name in ("spain", "united_kingdom")}


SOURCE = Source(
    name="firm_samples",
    title=Text(
        "Samples of manufacturing firms, Spain and the United Kingdom", "制造业企业样本（西班牙、英国）"
    ),
    producer="Alonso-Borrego and Arellano; Arellano and Bond",
    licence=(
        "No terms of the authors were found. Taken from the R package plm, which is GPL-2 or later: kept "
        "under that licence. Not part of the installed package"
    ),
    citation=(
        "Alonso-Borrego, C. and Arellano, M. (1999). Symmetrically normalized instrumental-variable "
        "estimation using panel data. Journal of Business and Economic Statistics 17(1), 36-49 (Spain). "
        "Arellano, M. and Bond, S. (1991). Some tests of specification for panel data. Review of Economic "
        "Studies 58(2), 277-297 (United Kingdom). As collected in the R package plm, data sets Snmesp and "
        "EmplUK."
    ),
    url="https://cran.r-project.org/package=plm",
    vintage="plm 2.6-2",
    accessed="2026-11-29",
    files={
        "spain.csv": "36d872302733d9a350f2a402b9738815f7c3e1f27c35daef203a0c9a7f678e70",
        "united_kingdom.csv": "4d74b8061990d70f7eaebc3d0016ee68047406ecab2ad7ce15bb5a36b4f991a9",
    },
    extraction="scripts/extract_firm_samples.py",
    reader=read,
)
