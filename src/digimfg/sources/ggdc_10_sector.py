"""GGDC 10-Sector Database: persons engaged and value added by sector, to 2013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]

_OTHER_CODES = {"MOR": "MAR"}
_WEST_GERMANY = "DEW"


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``manufacturing``: by ISO code and year, persons engaged (thousands) and value added (millions,
    local currency); and ``sectors``, the same for each of the ten sectors.

    Values are as published. West Germany, which ends in 1991, has no code and is left out.
    """
    import pandas as pd

    found = {}
    for name in ("manufacturing", "sectors"):
        frame = pd.read_csv(folder / f"{name}.csv")
        frame = frame[frame["country"] != _WEST_GERMANY]
        found[name] = frame.assign(country=frame["country"].replace(_OTHER_CODES)).reset_index(drop=True)
    return found


SOURCE = Source(
    name="ggdc_10_sector",
    title=Text("GGDC 10-Sector Database, 2014 edition", "GGDC十部门数据库，2014年版"),
    producer="Groningen Growth and Development Centre",
    licence=(
        "Free to use with citation, as its producers ask; no licence text was found. Taken from the R "
        "package collapse, which "
        "is GPL-2 or later. Not part of the installed package"
    ),
    citation=(
        "Timmer, M. P., de Vries, G. J. and de Vries, K. (2015). Patterns of structural change in "
        "developing countries. In "
        "J. Weiss and M. Tribe (eds.), Routledge Handbook of Industry and Development, 65-83. As "
        "collected in the R package "
        "collapse, data set GGDC10S."
    ),
    url="https://www.rug.nl/ggdc/productivity/10-sector/",
    vintage="2014",
    vintage_in_title=True,
    accessed="2026-11-29",
    files={
        "manufacturing.csv": "e80214781ac4a2085899d49918b98c56d978e31cd0a6d5919ab1ca32d6d3c391",
        "sectors.csv": "2cb8915abe14ba6f34c68d7119d81e204f68d04dd253d9f3123330e32214264c",
    },
    extraction="scripts/extract_ggdc_10_sector.py",
    reader=read,
)
