"""Productivity, markups and efficiency as the outcomes that the tests of claims on firms need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.column_names import names_fault
from digimfg.errors import MeasureError
from digimfg.frames import plain_frame
from digimfg.frames.said import declare_variable, keep_said, say_of_estimates
from digimfg.kinds import Key, StoredFrame
from digimfg.measures.columns import numbers
from digimfg.measures.markups import Markups
from digimfg.measures.unbroken_panel import check_keys
from digimfg.panels.formulas import positive_log
from digimfg.paper.packs.roles import role
from digimfg.result import Result
from digimfg.sheets import sheet_beside
from digimfg.text import Text
from digimfg.variables import Variable
from digimfg.variables.declared import plain_entry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["firm_outcomes"]

_LOG = Text("log points", "对数")
_UNITS = {"production_efficiency_pct": Text("%", "%"), "profitability": Text("ratio", "比率")}
_OF_PRODUCTIVITY = ("firm_evolution", "industry_evolution", "economy_evolution", "inertia_outcome", "fitness")
_HOW = sheet_beside(__file__, "outcomes", "how")


@checked
def firm_outcomes(
    frame: StoredFrame,
    productivity: Result,
    *,
    markups: Markups | None = None,
    efficiency: Result | None = None,
    industry: Key = "industry",
    province: Key = "province",
) -> pd.DataFrame:
    """Add to a panel of firms the outcomes by which `claim_pack` tests C07, C08, C09, C14, C16, C19 and C32.

    Parameters
    ----------
    frame
        Of `firm_panel`: ``output value_added wages materials`` and the keys of the estimates.
    productivity
        Of `ProductionFunction`: ``firm_evolution`` (C07) and ``inertia_outcome`` (C14) are log productivity;
        ``industry_evolution`` and ``economy_evolution`` that of the other firms of the industry and of the
        province (C07); ``fitness`` (C08) is taken relative to industry and year. ``market_growth`` (C08, C09)
        and ``growth_rate`` (C16) are of output; ``cost_advantage`` (C09) and
        ``cost_efficiency`` (C19) are output per yuan of pay and materials; ``profitability`` (C19) is
        operating profit per yuan of revenue, where the frame has both: a role without this column takes
        ``return_on_assets_ratio``.
    markups
        Of `markups`: ``quality_advantage`` (C09) and ``consumer_value`` (C19), what buyers pay above
        cost: a proxy, which market power moves too.
    efficiency
        Of `StochasticFrontier`: ``production_efficiency_pct`` (C32).
    industry, province
        Columns.

    Returns
    -------
    pandas.DataFrame
        The frame and these columns; missing where the estimate has no row, the year before is missing, or the
        firm is alone in its industry or province.

    Raises
    ------
    MeasureError
        If a result is of another estimator, or a column is not there already made or is missing.

    Notes
    -----
    Outcomes that are made of estimates say so in the notes of whatever uses them: its errors leave that out.

    Examples
    --------
    >>> import digimfg as dm
    >>> twin = dm.simulate_panel("firm", seed=1, units=40)
    >>> keys = ["firm", "year", "industry", "province"]
    >>> items = twin.columns.intersection([*keys, *dm.list_statement_items().index])
    >>> made = dm.firm_panel(twin[items]).frame
    >>> spec = dm.Specification(
    ...     "log_value_added", ("log_employees", "log_capital"), entity="firm", time="year",
    ...     estimator=dm.ProductionFunction(method="least_squares", state="log_capital", replications=2))
    >>> found = firm_outcomes(made, dm.estimate(spec, made))
    >>> bool(abs(found.groupby(["industry", "year"])["fitness"].mean()).max() < 1e-12)
    True
    """
    import pandas as pd

    needed = ["output", "value_added", "wages", "materials", industry, province]
    keys = [str(productivity.specification.entity), str(productivity.specification.time)]
    if fault := names_fault(frame):
        raise fault.error(MeasureError, where="dm.firm_outcomes")
    lacking = [name for name in [*needed, *keys] if name not in frame]
    there = [name for name in _HOW if name in frame]
    asked = (("productivity", productivity), ("efficiency", efficiency))
    wrong = [name for name, result in asked if result is not None and name not in result.tables]
    if lacking or there or wrong:
        raise MeasureError.of("paper.not_outcomes_of_firms", lacking=lacking, there=there, wrong=wrong)
    found = plain_frame(frame).reset_index(drop=True)
    keep_said(found, frame)
    check_keys(found, [*keys, industry, province])
    twice = int(found.duplicated(keys).sum())
    if twice:
        raise MeasureError.of("paper.firm_years_repeated", names=keys, n=twice)
    found[keys[1]] = numbers(found[keys[1]], keys[1])
    found[keys[1]] = found[keys[1]].astype(productivity.tables["productivity"][keys[1]].dtype)
    tfp = _of(found, keys, productivity.tables["productivity"], "productivity")
    weight = found["value_added"].where(found["value_added"] > 0)
    time = found[keys[1]]
    cells = [found[industry], time]
    output = positive_log(found["output"])
    growth = _growth(output, found[keys[0]], time)
    made: dict[str, pd.Series] = {
        "firm_evolution": tfp,
        "industry_evolution": _others(tfp, weight, cells),
        "economy_evolution": _others(tfp, weight, [found[province], time]),
        "inertia_outcome": tfp,
        "fitness": _relative(tfp, cells),
        "market_growth": _relative(growth, cells),
        "growth_rate": growth,
        "cost_advantage": _relative(output - positive_log(found["wages"] + found["materials"]), cells),
    }
    made["cost_efficiency"] = made["cost_advantage"]
    if {"operating_profit_yuan", "revenue_yuan"} <= set(found):
        profit, sold = (numbers(found[name], name) for name in ("operating_profit_yuan", "revenue_yuan"))
        made["profitability"] = _relative(
            pd.Series(profit / np.where(sold > 0, sold, np.nan), index=found.index), cells
        )
    if markups is not None:
        made["quality_advantage"] = _relative(positive_log(_of(found, keys, markups.values, "markup")), cells)
        made["consumer_value"] = made["quality_advantage"]
    if efficiency is not None:
        made["production_efficiency_pct"] = 100 * _of(
            found, keys, efficiency.tables["efficiency"], "efficiency"
        )
    result = pd.concat([found, pd.DataFrame(made)], axis=1)
    for name in made:
        unit = _UNITS.get(name, _LOG)
        entry = Variable(
            name=name,
            label=role(name).label,
            unit=unit,
            definition=_HOW[name],
            source="derived",
            source_code="",
        )
        declare_variable(result, name, plain_entry(entry))
    for table, columns in _made_from(productivity, markups, efficiency):
        say_of_estimates(result, table, [name for name in columns if name in made])
    return result


def _made_from(
    productivity: Result, markups: Markups | None, efficiency: Result | None
) -> list[tuple[pd.DataFrame, tuple[str, ...]]]:
    """Return tables of estimates with the outcomes that are made from each."""
    found: list[tuple[pd.DataFrame, tuple[str, ...]]] = [
        (productivity.tables["productivity"], _OF_PRODUCTIVITY)
    ]
    if markups is not None:
        found.append((markups.values, ("quality_advantage", "consumer_value")))
    if efficiency is not None:
        found.append((efficiency.tables["efficiency"], ("production_efficiency_pct",)))
    return found


def _of(frame: pd.DataFrame, keys: list[str], table: pd.DataFrame, column: str) -> pd.Series:
    import pandas as pd

    kinds = [[pd.api.types.is_numeric_dtype(each[key]) for key in keys] for each in (frame, table)]
    if kinds[0] != kinds[1]:
        raise MeasureError.of(
            "paper.keys_of_another_kind", got=", ".join(str(frame[key].dtype) for key in keys), names=keys
        )
    values = frame[keys].merge(table[[*keys, column]], on=keys, how="left", validate="m:1")[column]
    return values.set_axis(frame.index)


def _growth(values: pd.Series, firm: pd.Series, time: pd.Series) -> pd.Series:
    """Return the change since the year before; missing after a gap."""
    import pandas as pd

    table = pd.DataFrame({"firm": firm, "time": time, "value": values}).sort_values(["firm", "time"])
    change = table.groupby("firm", sort=False)[["time", "value"]].diff()
    return change["value"].where(change["time"] == 1).reindex(values.index)


def _relative(values: pd.Series, cells: list[pd.Series]) -> pd.Series:
    return values - values.groupby(cells).transform("mean")


def _others(values: pd.Series, weight: pd.Series, cells: list[pd.Series]) -> pd.Series:
    """Return the weighted mean of the other firms of a cell."""
    counted = weight.where(values.notna())
    whole = (values * counted).groupby(cells).transform("sum") - (values * counted).fillna(0)
    total = counted.groupby(cells).transform("sum") - counted.fillna(0)
    return whole / total.where(total > 0)
