"""Where the columns of the input-output panel come from: measures of a whole table, and cells of its
country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from digimfg.panels.common_lineage import BANK_KEYS, EARLY_SHARE, country_name
from digimfg.panels.formulas import positive_log
from digimfg.panels.lineage import Ledger, Lineage, Origin, Recomputed, Rule, raw_value
from digimfg.panels.raw_cells import RawCell
from digimfg.panels.world_input_output import LOGS_IN_YEAR, PANEL, TABLES, build
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.panels.lineage import Key
    from digimfg.panels.raw_cells import RawFiles

__all__ = ["LINEAGE"]

_TABLES = {table.name: table for table in TABLES}
_FILE = "table.npz"
_ORIGINS = tuple(Origin(source, _FILE, "flows") for source in (table.source for table in TABLES))


def _measured(name: str) -> Rule:
    formula = dictionary()[name].source_code
    how = Text(f"{formula}, from the whole table", f"{formula}，由整张表计算")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        row = (("country", str(key["country"])), ("sector", str(key["sector"])))
        source = _TABLES[str(key["table"])].source
        cell = RawCell(source=source, file=_FILE, line=0, row=row, column="flows", text="")
        value = ledger.files.remember(PANEL.name, _built).loc[
            tuple(key[column] for column in PANEL.keys), name
        ]
        return Recomputed(value=None if pd.isna(value) else value, cells=(cell,), steps=(how,))

    return Rule(how=how, derive=derive, origins=_ORIGINS)


def _built(files: RawFiles) -> pd.DataFrame:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return build({name: files.frames(name) for name in PANEL.sources}).set_index(list(PANEL.keys))


def _in_year_of_table(code: str, column: str) -> Rule:
    how = Text(
        f"natural log of {code} in the year of the table ({column})",
        f"表所属年份{code}的自然对数（{column}）",
    )
    raw = raw_value(
        Origin("world_bank_core", "wdi.csv", code),
        BANK_KEYS,
        convert=lambda text: float(positive_log(pd.Series([float(text)])).iloc[0]),
        how=how,
    )

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        return raw.derive(ledger, {**key, "year": _TABLES[str(key["table"])].year})

    return Rule(how=how, derive=derive, origins=raw.origins)


def _rules() -> dict[str, Rule]:
    special: dict[str, Rule] = {
        "country_name_en": country_name("name_en"),
        "country_name_zh": country_name("name_zh"),
        **{name: _in_year_of_table(*told) for name, told in LOGS_IN_YEAR.items()},
        "internet_users_share_2009": EARLY_SHARE,
    }
    keys: dict[str, Any] = {name: _key(name) for name in PANEL.keys}
    measured = {name: _measured(name) for name in PANEL.variables if name not in {*special, *keys}}
    return {name: {**keys, **measured, **special}[name] for name in PANEL.variables}


def _key(name: str) -> Rule:
    how = Text("key of the row", "该行的键")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        cells = ledger.column("output_musd", key).cells
        return Recomputed(value=key[name], cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=_ORIGINS)


LINEAGE = Lineage(panel=PANEL.name, rules=_rules())
