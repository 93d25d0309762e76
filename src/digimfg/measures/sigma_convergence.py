"""σ convergence: does dispersion fall, with a test that it did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import Missing, numbers
from digimfg.measures.contract import PROBABILITY, Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.measures.unbroken_panel import unbroken_panel

__all__ = ["sigma_convergence"]


@measure(
    "frame",
    gaps="refused",
    gives={
        "std_log": Gives("log", 0, direction=1),
        "coefficient_of_variation": Gives("ratio", 0, direction=1),
        "p_value": PROBABILITY,
    },
)
@checked
@keeps_marks
def sigma_convergence(
    frame: pd.DataFrame, value: NumberColumn, entity: Key, time: Key, *, missing: Missing = "raise"
) -> Measurement:
    """Return the dispersion of every period and a test of its change.

    σ_t = standard deviation of ln y_it over i (divisor n − 1), CV_t = s_t / ȳ_t. The test of σ_1 = σ_T is
    Pitman's and Morgan's for correlated variances: r = corr(ln y_1 + ln y_T, ln y_1 − ln y_T), t = r √((n −
    2)/(1 − r²)) with n − 2 degrees of freedom.

    Parameters
    ----------
    frame
        One row per entity and period, the same entities in every period, so that entry and exit do not pass
        for convergence.
    value, entity, time
        Columns; `value` above zero.
    missing
        ``"raise"``, or ``"drop"``: entities with a gap are left out.

    Returns
    -------
    Measurement
        Frame ``<time> n mean std_log coefficient_of_variation``; statistics ``change`` = σ_T − σ_1, ``t``,
        ``p_value`` (two-sided) and ``df``; t above zero: dispersion fell.

    Raises
    ------
    MeasureError
        For a broken panel, a value that is not above zero, or fewer than three entities.

    References
    ----------
    Pitman, E. J. G. (1939). A note on normal correlation. Biometrika 31(1–2), 9–12.
    https://doi.org/10.1093/biomet/31.1-2.9

    Examples
    --------
    >>> frame = pd.DataFrame({"e": list("abcd") * 2, "t": [1] * 4 + [2] * 4, "y": [1, 2, 4, 8, 2, 2.5, 4,
    ...     5.0]})
    >>> found = sigma_convergence(frame, "y", "e", "t")
    >>> found.frame.std_log.round(4).tolist(), round(found.statistics["t"], 3)
    ([0.8948, 0.4204], 7.736)
    """
    from scipy.stats import t as student

    panel = unbroken_panel(frame, value, entity, time, missing)
    table = panel.values
    if len(table) < 3:
        raise MeasureError.of("measures.too_few_entities", got=str(len(table)))
    cells = pd.MultiIndex.from_product([table.index, table.columns])
    y = numbers(pd.Series(table.to_numpy().ravel(), cells), value, minimum=0.0, exclusive=True)
    y = y.reshape(table.shape)
    logs = np.log(y)
    first, last = logs[:, 0], logs[:, -1]
    n = len(y)
    total, difference = first + last, first - last
    scale = total.std() * difference.std()
    r = (
        float(((total - total.mean()) * (difference - difference.mean())).mean() / scale)
        if scale > 0
        else 0.0
    )
    with np.errstate(divide="ignore"):
        t = float(r * np.sqrt((n - 2) / np.maximum(1 - r * r, 0.0)))
    dispersion = pd.DataFrame(
        {
            time: table.columns,
            "n": n,
            "mean": y.mean(axis=0),
            "std_log": logs.std(axis=0, ddof=1),
            "coefficient_of_variation": y.std(axis=0, ddof=1) / y.mean(axis=0),
        }
    )
    statistics = {
        "change": float(dispersion["std_log"].iloc[-1] - dispersion["std_log"].iloc[0]),
        "t": t,
        "p_value": float(2 * student.sf(abs(t), n - 2)),
        "df": float(n - 2),
    }
    return Measurement(frame=dispersion, statistics=statistics, notes=panel.notes)
