"""Statements of firms as databases export them, joined under the dictionary's names with one row per firm
and year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.firms.identity import firm_codes, report_years, written_numbers
from digimfg.frames import plain_frame, whole_frame
from digimfg.frames.said import MARK, keep_said, say_of_joined
from digimfg.kinds import StoredFrame
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.statements import (
    statement_items,
    statement_keys,
    statement_source,
    statement_words,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Joined", "join_statements", "list_statement_items"]

Booleans = NDArray[np.bool_]

_UNITS = {"元": 1.0, "人民币元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8, "人": 1.0}
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_CONSOLIDATED = ("A", "合并报表", "合并", "1", "408001000")
_LABELS = ("没有单位", "证券代码", "股票代码", "上市公司代码", "公司代码")
_DATED = {"listing_date": "listing_year", "delisting_date": "delisting_year"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """Hold statements that are joined.

    Parameters
    ----------
    frame
        ``firm``, ``year``, then the dictionary's columns, then the user's own.
    columns
        One row per column found: ``variable``, ``column`` in the file, ``table`` (its place among those
        given), ``factor`` to yuan, ``values`` that are there.
    left_out
        Reason and number of rows that are no annual consolidated statement.
    """

    frame: pd.DataFrame
    columns: pd.DataFrame
    left_out: tuple[tuple[Text, int], ...]


def list_statement_items() -> pd.DataFrame:
    """List the items of firms' statements that are known by the codes and names that databases give them.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``variable`` of the dictionary; ``label_en label_zh table code names source``.

    Examples
    --------
    >>> list_statement_items().loc["pay_yuan", "code"]
    'C001020000'
    """
    import pandas as pd

    known = dictionary()
    rows = {
        item.variable: {
            "label_en": known[item.variable].label.en,
            "label_zh": known[item.variable].label.zh,
            "table": item.table,
            "code": item.code,
            "names": "、".join(item.names),
            "source": statement_source(),
        }
        for item in statement_items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("variable")


def join_statements(frames: Sequence[StoredFrame], code_changes: Mapping[str, str]) -> Joined:
    """Return statements joined by firm and year.

    Parameters
    ----------
    frames
        In the order given; one without dates is joined by firm.
    code_changes
        Former code → present code.

    Raises
    ------
    MeasureError
        If a table has no firm, no table has dates, a column is there twice with other values, keys repeat,
        or a value is no number.
    """
    import pandas as pd

    left_out: dict[Text, int] = {}
    found: list[tuple[pd.DataFrame, list[dict[str, Any]]]] = []
    for place, given in enumerate(map(plain_frame, map(whole_frame, frames)), start=1):
        table, columns = _named(given, place)
        table, gone = _annual(table, place)
        for reason, count in gone:
            left_out[reason] = left_out.get(reason, 0) + count
        found.append((_keyed(table, place, code_changes), columns))
    dated = [table for table, _ in found if "year" in table]
    if not dated:
        raise MeasureError.of("firms.no_date_column", names=[str(name) for name in frames[0].columns[:8]])
    whole = dated[0]
    for table in dated[1:]:
        whole = _joined(whole, table, ["firm", "year"])
    for table in (table for table, _ in found if "year" not in table):
        whole = _joined(whole, table, ["firm"])
    whole = whole.sort_values(["firm", "year"]).reset_index(drop=True)
    keep_said(whole, frames[0])
    for given in frames[1:]:
        say_of_joined(whole, given, [str(name) for name in given.columns])
    if MARK in whole:
        whole[MARK] = whole[MARK].fillna(0).astype("int64")
    rows = pd.DataFrame([row for _, columns in found for row in columns])
    return Joined(frame=whole, columns=rows, left_out=tuple(left_out.items()))


def _named(given: pd.DataFrame, place: int) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return a table under the dictionary's names, amounts in yuan, and what each column was."""
    import pandas as pd

    known, columns, rows = _known_names(), {}, []
    firm = [name for name in given.columns if known.get(_plain(name)) == "firm"]
    labels = _labels(given[firm[0]]) if firm else np.zeros(len(given), dtype=bool)
    held = given[~labels]
    for name in given.columns:
        variable = known.get(_plain(name), str(name))
        if variable in columns:
            raise MeasureError.of("firms.item_in_two_columns", place=place, variable=variable, name=str(name))
        factor = _factor(name) if variable.endswith("_yuan") else 1.0
        column = held[name]
        if variable in dictionary() and dictionary()[variable].dtype == "float":
            values = written_numbers(column, variable)
            if endless := int(np.isinf(values).sum()):
                raise MeasureError.of("firms.values_infinite", name=str(name), n=endless)
            column = pd.Series(values * (1.0 if factor is None else factor), index=held.index)
        columns[variable] = column
        rows.append(
            {
                "variable": variable,
                "column": str(name),
                "table": place,
                "factor": 1.0 if factor is None else factor,
                "values": int(column.notna().sum()),
            }
        )
    if "firm" not in columns:
        raise MeasureError.of(
            "firms.no_firm_column",
            place=place,
            names=statement_keys()["firm"],
            names_found=[str(name) for name in given.columns[:8]],
        )
    table = pd.DataFrame(columns)
    for dates, years in _DATED.items():
        if dates in table and years not in table:
            table[years] = report_years(table[dates], dates)[0]
    return table.drop(columns=[name for name in _DATED if name in table]), rows


def _annual(table: pd.DataFrame, place: int) -> tuple[pd.DataFrame, list[tuple[Text, int]]]:
    """Return the rows of annual consolidated statements, and how many are others."""
    gone: list[tuple[Text, int]] = []
    if "statement" in table:
        own = table["statement"].astype("string").str.strip()
        other = ~(own.isin(_CONSOLIDATED) | own.str.startswith("合并")).fillna(value=False).to_numpy(
            dtype=bool
        )
        if other.any():
            gone.append((Text("statements of the parent company alone", "母公司报表"), int(other.sum())))
        table = table[~other].drop(columns="statement")
    if "year" in table:
        years, ends = report_years(table["year"], "year")
        other = ends != 12
        if other.any():
            gone.append((Text("interim reports", "非年度报告"), int(other.sum())))
        table = table.assign(year=years)[~other]
    if not len(table):
        raise MeasureError.of("firms.no_annual_statements", place=place)
    return table, gone


def _keyed(table: pd.DataFrame, place: int, code_changes: Mapping[str, str]) -> pd.DataFrame:
    table = table.assign(firm=firm_codes(table["firm"], code_changes))
    keys = ["firm", "year"] if "year" in table else ["firm"]
    twice = table.duplicated(keys, keep=False)
    if twice.any() or table[keys].isna().any(axis=None):
        pairs = table.loc[twice, keys].drop_duplicates().head(3).to_numpy().tolist()
        first = [" ".join(map(str, pair)) for pair in pairs]
        raise MeasureError.of(
            "firms.firm_years_not_unique",
            place=place,
            found=note_of("firms.repeated_rows", n=int(twice.sum()), first=first)
            if first
            else Text("rows without a firm or a year", "缺少企业或年份的行"),
        )
    return table.reset_index(drop=True)


def _joined(one: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    both = [name for name in other.columns if name in one.columns and name not in keys]
    joined = one.merge(other, on=keys, how="outer" if len(keys) == 2 else "left", suffixes=("", _AGAIN))
    for name in both:
        first, second = joined[name], joined.pop(f"{name}{_AGAIN}")
        differ = first.notna() & second.notna() & (first != second)
        if differ.any() and name not in ("firm_name", MARK):
            row = joined[differ].iloc[0]
            raise MeasureError.of(
                "firms.tables_disagree",
                name=name,
                n=int(differ.sum()),
                first=" ".join(str(row[key]) for key in keys),
            )
        joined[name] = first.where(first.notna(), second)
    return joined


_AGAIN = " in another table"


def _known_names() -> dict[str, str]:
    named = {"firm": "firm", "date": "year", "statement": "statement"}
    found = {_plain(word): named[key] for key, words in statement_keys().items() for word in words}
    found |= {_plain(word): name for name, words in statement_words().items() for word in words}
    for item in statement_items():
        found |= {_plain(word): item.variable for word in (item.variable, item.code, *item.names)}
    return found


def _plain(name: object) -> str:
    """Return a header as it is compared: without its unit, spaces, punctuation and case."""
    return re.sub(r"[\s、，,_]", "", _IN_BRACKETS.sub("", str(name))).casefold()


def _factor(name: object) -> float | None:
    """Return by what amounts under a header are multiplied for yuan; ``None`` where it names no unit."""
    units = [unit.strip() for unit in _IN_BRACKETS.findall(str(name))]
    known = [_UNITS[unit] for unit in units if unit in _UNITS]
    return known[0] if known else None


def _labels(firms: pd.Series[Any]) -> Booleans:
    """Return which rows repeat the header in words, as exports do below it."""
    labels: Booleans = firms.isin(_LABELS).to_numpy(dtype=bool)
    return labels
