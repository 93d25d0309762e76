"""What a reader must know of a panel of firms: prices, codes under one name, entry and exit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.firms.columns import column_label
from digimfg.firms.identity import alike
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["price_notes", "same_names", "turnover_notes", "without_logs"]


def price_notes(names: pd.Index, levels: Mapping[str, Floats], base_year: int | None) -> list[Text]:
    """Return which quantities are at constant and which at current prices."""
    priced = ("output", "value_added", "materials", "investment", "capital", "wages")
    current = [name for name in priced if name in names and name not in levels]
    deflated = [name for name in priced if name in names and name in levels]
    notes: list[Text] = []
    if deflated:
        notes.append(
            say(
                "at prices of {year}: {names}",
                "以{year}年价格计：{names}",
                kind="prices",
                weight="how",
                year=str(base_year),
                names=[column_label(name) for name in deflated],
            )
        )
    if current:
        notes.append(
            say(
                "at current prices, for want of a deflator: {names}",
                "缺少平减指数，为当年价格：{names}",
                kind="current_prices",
                names=[column_label(name) for name in current],
            )
        )
    return notes


def without_logs(frame: pd.DataFrame) -> list[Text]:
    """Return which quantities of the sample are zero or less, so that they have no logarithm."""
    notes: list[Text] = []
    for name in (str(each).removeprefix("log_") for each in frame.columns if str(each).startswith("log_")):
        if name not in frame or not (low := frame[name] <= 0).any():
            continue
        notes.append(
            say(
                "{what} at or below zero on {n:,} of {total:,|row}, {never:,|firm} in all their years: no "
                "logarithm there, and no row in an equation that uses it; as a proxy take one that all firms "
                "have",
                "{what}在{total:,}行中有{n:,}行不大于零，其中{never:,}家企业各年均如此：无对数值，使用该列的方程不含这些行；"
                "代理变量宜选各企业均有者",
                kind="no_logarithm",
                what=column_label(name),
                n=int(low.sum()),
                total=len(frame),
                never=int(low.groupby(frame["firm"]).all().sum()),
            )
        )
    return notes


def same_names(whole: pd.DataFrame) -> list[Text]:
    """Return a note on codes that follow each other under one name: perhaps one firm."""
    if "firm_name" not in whole:
        return []
    held = whole.assign(name=alike(whole["firm_name"])).dropna(subset=["name"])
    ends = held.groupby(["name", "firm"])["year"].agg(["min", "max"]).reset_index()
    ends = ends.sort_values(["name", "min"])
    follows = (ends["name"] == ends["name"].shift()) & (ends["min"] > ends["max"].shift())
    before = ends["firm"].shift()
    pairs = [f"{before[row]} → {ends['firm'][row]}" for row in ends.index[follows]]
    if not pairs:
        return []
    return [
        say(
            "codes that follow each other under one name, treated as two firms: {pairs}; if they are one, "
            "say so with code_changes",
            "同一简称先后使用的代码按两家企业处理：{pairs}；若为同一企业，请在 code_changes 中说明",
            kind="same_names",
            pairs=pairs[:5],
        )
    ]


def turnover_notes(runs: pd.DataFrame) -> list[Text]:
    """Return how many runs of years begin and end for reasons that the data do not tell."""
    begun, ended = int((runs["began"] == "not known").sum()), int((runs["ended"] == "not known").sum())
    gaps = int((runs["began"] == "gap").sum())
    notes: list[Text] = []
    if gaps:
        notes.append(
            say(
                "{n:,|gap} within firms: missing, not exit",
                "企业内有{n:,}处间断：属缺失而非退出",
                kind="gaps",
                n=gaps,
            )
        )
    if begun or ended:
        notes.append(
            say(
                "of {begun:,|first year} and {ended:,|last year} the data do not tell entry or exit from "
                "missing statements",
                "{begun:,}个首年与{ended:,}个末年，数据不能区分进入、退出与报表缺失",
                kind="turnover",
                begun=begun,
                ended=ended,
            )
        )
    return notes
