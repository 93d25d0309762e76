"""Occupations of US metropolitan areas, May 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.panels import Panel
from digimfg.panels.lineage import Lineage, Origin, raw_value
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.panels import Frames

__all__ = ["LINEAGE", "PANEL", "build"]

_SOURCE, _FILE = "bls_occupations", "metropolitan.csv"
_WORDS = {"metro_area": "area", "metro_area_name": "area_name"}
_NUMBERS = {
    "persons_employed": "employment",
    **{
        f"{name}_occupations_employed": f"{name}_employment"
        for name in ("computer", "engineering", "science", "production")
    },
}


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Name the columns of the survey; nothing is changed."""
    named = {raw: name for name, raw in {**_WORDS, **_NUMBERS}.items()}
    frame = sources[_SOURCE]["metropolitan"].rename(columns=named)
    return frame.astype(dict.fromkeys(_NUMBERS, "float64"))[list(PANEL.variables)]


PANEL = Panel(
    name="us_metro",
    title=Text("Occupations of US metropolitan areas, May 2025", "美国都市区的职业构成（2025年5月）"),
    keys=("metro_area",),
    variables=(*_WORDS, *_NUMBERS),
    sources=(_SOURCE,),
    build=build,
)

LINEAGE = Lineage(
    panel="us_metro",
    rules={
        name: raw_value(
            Origin(_SOURCE, _FILE, raw), {"area": "metro_area"}, convert=str if name in _WORDS else float
        )
        for name, raw in {**_WORDS, **_NUMBERS}.items()
    },
)
