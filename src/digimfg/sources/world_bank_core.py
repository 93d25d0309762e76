"""World Development Indicators: income, population and trade in goods of 210 economies, 1960-2024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``annual``: ``country year`` and the series under the World Bank's codes, in its units."""
    import pandas as pd

    return {"annual": pd.read_csv(folder / "wdi.csv")}


SOURCE = Source(
    name="world_bank_core",
    title=Text("World Development Indicators, core series", "世界发展指标（核心序列）"),
    producer="World Bank",
    licence="CC BY 4.0",
    citation="World Bank (2025). World Development Indicators. Washington, DC: World Bank.",
    url="https://databank.worldbank.org/source/world-development-indicators",
    vintage="2025",
    accessed="2026-11-23",
    files={"wdi.csv": "fe06a53c213ca527de46b7192603d5c87aa19bc12e12b88c617395eb1a5e8bd8"},
    extraction="scripts/extract_world_bank_core.py",
    reader=read,
)
