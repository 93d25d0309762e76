"""Count what a panel holds: per variable, how many values, for whom, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["coverage"]


def coverage(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Count non-missing values of every variable of a panel.

    Parameters
    ----------
    frame
        The panel's rows; columns that it lacks are left out.
    panel
        Its declaration: the first key is the unit counted, ``year`` or ``quarter`` (if there is one) dates
        the values.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``variable`` in the panel's order, keys left out; columns ``n`` (values), ``n_countries``
        (distinct units), ``first_year``, ``last_year`` (missing where the panel has no year), ``n_years``,
        ``share`` of the rows (0-1).

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> from digimfg.panels import find_panel
    >>> frame = pd.DataFrame({"country": ["DEU", "FRA"], "year": [2014, 2014], "log_tfp": [0.1, None]})
    >>> coverage(frame, find_panel("world"))[["n", "n_countries", "share"]].loc["log_tfp"].tolist()
    [1.0, 1.0, 0.5]
    """
    unit = panel.keys[0]
    years = _years(frame, panel)
    rows: dict[str, dict[str, float]] = {}
    for name in panel.variables:
        if name in panel.keys or name not in frame.columns:
            continue
        held = frame[name].notna()
        when = years[held] if years is not None else pd.Series(dtype="int64")
        rows[name] = {
            "n": int(held.sum()),
            "n_countries": frame.loc[held, unit].nunique(),
            "first_year": when.min() if len(when) else np.nan,
            "last_year": when.max() if len(when) else np.nan,
            "n_years": when.nunique(),
            "share": float(held.mean()) if len(frame) else 0.0,
        }
    columns = ["n", "n_countries", "first_year", "last_year", "n_years", "share"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("variable")
    return table.astype(
        {
            "n": "int64",
            "n_countries": "int64",
            "first_year": "Int64",
            "last_year": "Int64",
            "n_years": "int64",
            "share": "float64",
        }
    )


def _years(frame: pd.DataFrame, panel: Panel) -> pd.Series[int] | None:
    if "quarter" in panel.keys:
        return frame["quarter"] // 4
    return frame["year"] if "year" in panel.keys else None
