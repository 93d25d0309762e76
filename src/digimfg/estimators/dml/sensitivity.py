"""How strong a confounder that learners did not see must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.dml.scores import Split

__all__ = ["sensitivity"]

Floats = NDArray[np.float64]


def sensitivity(split: Split, confounding: tuple[float, float], df: Floats) -> pd.DataFrame:
    r"""Return bounds of each estimate under a confounder, and the strength that takes it away.

    :math:`|bias|\le S\sqrt{C_Y^2C_D^2/(1-C_D^2)}`, :math:`S^2=\sigma^2\nu^2`, with the shares
    of the outcome's residual variance and of the Riesz representer's that the confounder explains
    (Chernozhukov, Cinelli, Newey, Sharma and Syrgkanis 2022, doi:10.3386/w30302). Intervals are one-sided at
    95 per cent each.

    Returns
    -------
    pandas.DataFrame
        By term: ``lower upper`` (bounds of the estimate) and ``conf_low conf_high`` under `confounding`,
        ``robustness_value`` (both shares at which the estimate reaches zero) and
        ``robustness_value_significance`` (at which the interval does).
    """
    from scipy import stats

    from digimfg.inference.influence import Influence
    from digimfg.inference.linear_fit import linear_fit
    from digimfg.inference.sandwich import sandwich

    design, n = split.design, split.design.n_obs
    slopes = linear_fit(design).influence
    rows = {}
    for place, term in enumerate(design.terms):
        nu2 = float(split.nu2[place])
        estimate, error = split.result.coefficients[["estimate", "std_error"]].to_numpy(dtype=float)[place]
        size = np.sqrt(split.sigma2 * max(nu2, 0.0))
        own = split.sigma2 * (split.nu2_rows[:, place] - nu2) + nu2 * (split.sigma2_rows - split.sigma2)
        of_size = own / (2 * size * n) if size > 0 else np.zeros(n)
        both = np.column_stack([slopes[:, place], of_size])
        found = sandwich(design, Influence(names=(term,), rows=both, units=np.ones(2)))
        v = found.covariance * (error**2 / max(float(found.covariance[0, 0]), 1e-300))
        t = float(stats.t.ppf(0.95, df[place]))

        def reach(strength: float, side: float, size: float = size, v: Floats = v) -> tuple[float, float]:
            """Return the bias towards `side` and the error of the bound."""
            bias = side * strength * size
            variance = v[0, 0] + 2 * side * strength * v[0, 1] + strength**2 * v[1, 1]
            return bias, float(np.sqrt(max(variance, 0.0)))

        strength = _strength(*confounding)
        low, low_error = reach(strength, -1.0)
        high, high_error = reach(strength, 1.0)
        rows[term] = {
            "lower": estimate + low,
            "upper": estimate + high,
            "conf_low": estimate + low - t * low_error,
            "conf_high": estimate + high + t * high_error,
            "robustness_value": _where(
                lambda each, s=estimate, r=reach: abs(s) - abs(r(each, -np.sign(s))[0])
            ),
            "robustness_value_significance": _where(
                lambda each, s=estimate, r=reach, t=t: (
                    abs(s) - abs(r(each, -np.sign(s))[0]) - t * r(each, -np.sign(s))[1]
                )
            ),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "term"
    return table


def _strength(outcome: float, treatment: float) -> float:
    return float(np.sqrt(outcome * treatment / (1 - treatment)))


def _where(left: object) -> float:
    """Return the common share at which what is left of an estimate is zero."""
    from scipy import optimize

    assert callable(left)  # noqa: S101

    def at(share: float) -> float:
        return float(left(_strength(share, share)))

    if at(0.0) <= 0:
        return 0.0
    top = 1 - 1e-9
    return 1.0 if at(top) > 0 else float(optimize.brentq(at, 0.0, top, xtol=1e-10))
