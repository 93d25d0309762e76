"""Long series: carbon of the world from 1751, production and prices of the United States from 1860."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.panels import Panel
from digimfg.panels.lineage import Ledger, Lineage, Origin, Recomputed, Rule
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from digimfg.panels import Frames
    from digimfg.panels.lineage import Key, Value

__all__ = ["LINEAGE", "PANEL", "build"]

_WORLD = Origin("world_carbon", "carbon.csv", "carbon_emissions")
_STATES = {
    "log_industrial_production": Origin("us_long_series", "us.csv", "indprod"),
    "log_consumer_prices": Origin("us_long_series", "us.csv", "cpi"),
}
_PLACES = {"world": ("world_carbon", "carbon.csv"), "united_states": ("us_long_series", "us.csv")}


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Put the series below each other by place and year; values are as published."""
    import pandas as pd

    carbon = sources["world_carbon"]["carbon"].rename(columns={_WORLD.column: "carbon_emissions_mt"})
    states = sources["us_long_series"]["us"].rename(
        columns={origin.column: name for name, origin in _STATES.items()}
    )
    frame = pd.concat([carbon.assign(place="world"), states.assign(place="united_states")], ignore_index=True)
    return frame.astype(dict.fromkeys(PANEL.variables[2:], "float64"))[list(PANEL.variables)]


def _series(place: str, origin: Origin) -> Rule:
    how = Text("as published", "照来源原值")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        if key["place"] != place:
            return Recomputed(value=None, steps=(Text("not a series of this place", "非该地区的序列"),))
        cells = ledger.files.cells(origin.source, origin.file, origin.column, {"year": str(key["year"])})
        return Recomputed(value=float(cells[0].text) if cells else None, cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=(origin,))


def _key(how: Text, make: Callable[[Key, str], Value]) -> Rule:
    def derive(ledger: Ledger, key: Key) -> Recomputed:
        source, file = _PLACES[str(key["place"])]
        cells = ledger.files.cells(source, file, "year", {"year": str(key["year"])})
        return Recomputed(value=make(key, cells[0].text) if cells else None, cells=cells, steps=(how,))

    origins = tuple(Origin(source, file, "year") for source, file in _PLACES.values())
    return Rule(how=how, derive=derive, origins=origins)


PANEL = Panel(
    name="long_run",
    title=Text(
        "Long series: carbon of the world 1751-2014, production and prices of the United States 1860-1988",
        "长序列：全球碳排放（1751–2014年）与美国工业生产、物价（1860–1988年）",
    ),
    keys=("place", "year"),
    variables=("place", "year", "carbon_emissions_mt", *_STATES),
    sources=("world_carbon", "us_long_series"),
    build=build,
    in_package=False,
)

LINEAGE = Lineage(
    panel="long_run",
    rules={
        "place": _key(Text("place of the series", "序列所属地区"), lambda key, _: str(key["place"])),
        "year": _key(Text("as published", "照来源原值"), lambda _, text: int(text)),
        "carbon_emissions_mt": _series("world", _WORLD),
        **{name: _series("united_states", origin) for name, origin in _STATES.items()},
    },
)
