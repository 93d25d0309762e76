"""Quarterly value added of four countries: information and communication, manufacturing, all industries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.panels import Panel
from digimfg.panels.lineage import Lineage, Origin, raw_value
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.panels import Frames
    from digimfg.panels.lineage import Key, Value

__all__ = ["LINEAGE", "PANEL", "build"]

_SOURCE, _FILE = "oecd_quarterly_accounts", "quarterly.csv"
_INDUSTRIES = {"total": "va_total", "manufacturing": "va_mfg", "ict": "va_ict"}
_COLUMNS = {
    **{f"{name}_value_added_mlcu": raw for name, raw in _INDUSTRIES.items()},
    **{f"{name}_value_added_volume_mlcu": f"{raw}_real" for name, raw in _INDUSTRIES.items()},
}


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Name the columns of the accounts; nothing is changed."""
    raw = sources[_SOURCE]["quarterly"]
    frame = raw.rename(columns={code: name for name, code in _COLUMNS.items()})
    year = frame["quarter"] // 4
    name = year.astype(str) + "Q" + (frame["quarter"] % 4 + 1).astype(str)
    frame = frame.assign(quarter_year=year, quarter_name=name)
    return frame.astype(dict.fromkeys(_COLUMNS, "float64"))[list(PANEL.variables)]


def _place(key: Key) -> dict[str, str]:
    return {"country": str(key["country"]), "quarter": _first_day(int(key["quarter"]))}


def _first_day(quarter: int) -> str:
    return f"{quarter // 4}-{quarter % 4 * 3 + 1:02d}-01"


def _count(day: str) -> Value:
    return 4 * int(day[:4]) + int(day[5:7]) // 3


def _named(day: str) -> Value:
    return f"{day[:4]}Q{int(day[5:7]) // 3 + 1}"


def _origin(column: str) -> Origin:
    return Origin(_SOURCE, _FILE, column)


PANEL = Panel(
    name="national_quarterly",
    title=Text(
        "Quarters: value added of information and communication and of manufacturing, four countries, "
        "1995-2026",
        "季度：四国信息通信业与制造业增加值（1995–2026年）",
    ),
    keys=("country", "quarter"),
    variables=("country", "quarter", "quarter_name", "quarter_year", *_COLUMNS),
    sources=(_SOURCE,),
    build=build,
)

LINEAGE = Lineage(
    panel="national_quarterly",
    rules={
        "country": raw_value(_origin("country"), _place, convert=str),
        "quarter": raw_value(
            _origin("quarter"),
            _place,
            convert=_count,
            how=Text("4 × year + quarter - 1", "4 × 年份 + 季度 - 1"),
        ),
        "quarter_name": raw_value(
            _origin("quarter"),
            _place,
            convert=_named,
            how=Text("year and quarter of its first day", "首日所在年份与季度"),
        ),
        "quarter_year": raw_value(
            _origin("quarter"),
            _place,
            convert=lambda day: int(day[:4]),
            how=Text("year of its first day", "首日所在年份"),
        ),
        **{name: raw_value(_origin(raw), _place) for name, raw in _COLUMNS.items()},
    },
)
