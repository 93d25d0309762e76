"""Two samples of manufacturing firms in one panel: Spain 1983-1990, the United Kingdom 1976-1984."""

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

_SOURCE = "firm_samples"
_DIGITS = 3
_PUBLISHED = Text("as published", "照来源原值")
_FILES = {"ESP": "spain", "GBR": "united_kingdom"}
_SPAIN = {
    "log_real_output": "y",
    "log_persons": "n",
    "log_real_wage": "w",
    "log_real_inputs": "i",
    "log_real_capital": "k",
    "real_cash_flow": "f",
}
_BRITAIN = {
    "thousand_persons": "emp",
    "real_wage": "wage",
    "real_capital": "capital",
    "industry_output": "output",
}


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Put the two samples below each other, each with its own columns; values are as published."""
    import pandas as pd

    parts = []
    for country, name in _FILES.items():
        raw = sources[_SOURCE][name]
        columns = {code: column for column, code in {**_SPAIN, **_BRITAIN}.items() if code in raw}
        part = raw.rename(columns=columns).assign(
            sample_country=country, firm=country + raw["firm"].astype(str).str.zfill(_DIGITS)
        )
        if "sector" in raw:
            part = part.assign(british_industry=raw["sector"].astype(str))
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    return frame.astype(dict.fromkeys((*_SPAIN, *_BRITAIN), "float64"))[list(PANEL.variables)]


def _rule(
    columns: Mapping[str, str], how: Text = _PUBLISHED, make: Callable[[str, str], Value] | None = None
) -> Rule:
    """Return the rule of a column: the raw one of each country's file; firms of other countries have none."""
    origins = {country: Origin(_SOURCE, f"{_FILES[country]}.csv", raw) for country, raw in columns.items()}

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        country, number = str(key["firm"])[:3], int(str(key["firm"])[3:])
        if country not in origins:
            return Recomputed(value=None, steps=(Text("not in this sample", "该样本无此变量"),))
        origin = origins[country]
        row = {"firm": str(number), "year": str(key["year"])}
        cells = ledger.files.cells(origin.source, origin.file, origin.column, row)
        made = None if not cells else float(cells[0].text) if make is None else make(country, cells[0].text)
        return Recomputed(value=made, cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=tuple(origins.values()))


PANEL = Panel(
    name="firm_sample",
    title=Text(
        "Manufacturing firms: 738 of Spain 1983-1990, 140 of the United Kingdom 1976-1984",
        "制造业企业样本：西班牙738家（1983–1990年）、英国140家（1976–1984年）",
    ),
    keys=("firm", "year"),
    variables=("firm", "year", "sample_country", "british_industry", *_SPAIN, *_BRITAIN),
    sources=(_SOURCE,),
    build=build,
    in_package=False,
)

LINEAGE = Lineage(
    panel="firm_sample",
    rules={
        "firm": _rule(
            dict.fromkeys(_FILES, "firm"),
            Text("country and number", "国家与编号"),
            lambda country, text: country + text.zfill(_DIGITS),
        ),
        "year": _rule(dict.fromkeys(_FILES, "year"), make=lambda _, text: int(text)),
        "sample_country": _rule(
            dict.fromkeys(_FILES, "firm"),
            Text("country of the sample", "样本所属国家"),
            lambda country, _: country,
        ),
        "british_industry": _rule({"GBR": "sector"}, make=lambda _, text: text),
        **{name: _rule({"ESP": raw}) for name, raw in _SPAIN.items()},
        **{name: _rule({"GBR": raw}) for name, raw in _BRITAIN.items()},
    },
)
