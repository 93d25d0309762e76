"""What the columns that are made of firms' statements are, for tables, figures and codebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from digimfg.firms.capital import PerpetualInventory
from digimfg.frames.said import declare_variable
from digimfg.sheets import sheet_beside
from digimfg.text import Text
from digimfg.variables import Variable, dictionary
from digimfg.variables.declared import plain_entry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column_label", "declare_columns"]

_LABELS = sheet_beside(__file__, "columns", "labels")
_OTHERS = {
    "leverage": (Text("Liabilities over assets", "资产负债率"), Text("ratio", "比率")),
    "years_listed": (Text("Years since listing", "上市年限"), Text("years", "年")),
    "entered": (Text("Listed in the year", "当年上市"), Text("0/1", "0/1")),
    "left": (Text("Delisted after the year", "次年退市"), Text("0/1", "0/1")),
}


def column_label(name: str) -> Text:
    """Return what a made column of quantities is called."""
    return _LABELS[name]


def declare_columns(
    frame: pd.DataFrame,
    base_year: int | None,
    levels: Mapping[str, Any],
    capital: str | PerpetualInventory,
) -> None:
    """Write into a panel what its made columns are: labels, units with the year of their prices."""
    known = dictionary()
    for name, label in _LABELS.items():
        how = capital.said() if name == "capital" and isinstance(capital, PerpetualInventory) else label
        unit = Text("persons", "人")
        if name != "employees":
            year = base_year if name in levels else None
            unit = Text("yuan", "元") if year is None else Text(f"yuan of {year}", f"元，{year}年价格")
        if name in frame and name not in known:
            _declare(frame, name, label, unit, how)
        log = f"log_{name}"
        if log in frame and log not in known:
            _declare(
                frame, log, Text(f"{label.en} (log)", f"{label.zh}（对数）"), Text("log points", "对数"), how
            )
    for name, (label, unit) in _OTHERS.items():
        if name in frame and name not in known:
            _declare(frame, name, label, unit, label)


def _declare(frame: pd.DataFrame, name: str, label: Text, unit: Text, how: Text) -> None:
    entry = Variable(name=name, label=label, unit=unit, definition=how, source="derived", source_code="")
    declare_variable(frame, name, plain_entry(entry))
