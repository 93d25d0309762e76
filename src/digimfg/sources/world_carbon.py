"""Carbon emitted by the world's fossil fuels, cement and gas flaring, 1751-2014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``carbon``: by year, million tonnes of carbon ``carbon_emissions``."""
    import pandas as pd

    return {"carbon": pd.read_csv(folder / "carbon.csv")}


SOURCE = Source(
    name="world_carbon",
    title=Text("Global carbon emissions from fossil fuels, 1751-2014", "全球化石燃料碳排放，1751–2014年"),
    producer="Carbon Dioxide Information Analysis Center, United States Department of Energy",
    licence=(
        "No terms of the producer were found. Taken from the R package dslabs, Artistic License 2.0: kept "
        "under that licence. Not part of the installed package"
    ),
    citation=(
        "Boden, T. A., Marland, G. and Andres, R. J. (2017). Global, Regional, and National Fossil-Fuel CO2 "
        "Emissions. Carbon Dioxide Information Analysis Center, Oak Ridge National Laboratory. "
        "doi:10.3334/CDIAC/00001_V2017. As collected in the R package dslabs, data set temp_carbon."
    ),
    url="https://doi.org/10.3334/CDIAC/00001_V2017",
    vintage="2017",
    accessed="2026-11-29",
    files={"carbon.csv": "2479c8743c2c2c863d5a36aba6c3d94ea62d2714ee26ee08c729b5dc960143d3"},
    extraction="scripts/extract_long_series.py",
    reader=read,
)
