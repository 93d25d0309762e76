"""Phillips and Sul's log t test of whether relative transition paths come together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError
from digimfg.measures.choices import check_choice
from digimfg.measures.columns import Missing, numbers, unbroken_panel
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LogT", "LogTRegression", "LongRunVariance", "log_t_regression", "log_t_test", "transition_panel"]

LongRunVariance = Literal["phillips_sul", "andrews"]


@dataclass(frozen=True, kw_only=True)
class LogTRegression:
    """Hold one log t regression.

    Parameters
    ----------
    slope, std_error, t
        b, its error and their ratio; convergence is rejected at 5 % when t < −1.65.
    p_value
        One-sided, from the normal distribution: small means that convergence is rejected.
    speed
        α = b/2: the rate at which dispersion falls; b ≥ 2 is convergence in levels, 0 ≤ b < 2 in growth rates.
    n_units, n_periods
        Units, and periods used.
    """

    slope: float
    std_error: float
    t: float
    p_value: float
    speed: float
    n_units: int
    n_periods: int


@dataclass(frozen=True, kw_only=True, eq=False)
class LogT:
    """Hold the log t test of a panel.

    Parameters
    ----------
    regression
        The estimates.
    dispersion
        By period: ``H``, the cross-sectional variance of relative transition paths, and whether it was ``used``.
    paths
        Entities × periods: relative transition paths h_it, mean 1 in every period.
    notes
        Rules that were applied.
    """

    regression: LogTRegression
    dispersion: pd.DataFrame
    paths: pd.DataFrame
    notes: tuple[Text, ...]


def log_t_test(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    *,
    log: bool = False,
    hodrick_prescott: float | None = None,
    trim: float = 1 / 3,
    long_run_variance: LongRunVariance = "phillips_sul",
    missing: Missing = "raise",
) -> LogT:
    """Test whether all entities converge, by Phillips and Sul's log t regression.

    h_it = X_it / (N⁻¹ Σ_i X_it), H_t = N⁻¹ Σ_i (h_it − 1)²,
    log(H_1/H_t) − 2 log(log t) = a + b log t + u_t for t = round(rT) + 1, …, T;
    convergence is rejected when t_b < −1.65.

    Parameters
    ----------
    frame
        One row per entity and period, periods equally spaced.
    value, entity, time
        Columns; X is usually the logarithm of a positive level, its cycle taken out.
    log
        Take the logarithm of `value` first.
    hodrick_prescott
        Smoothing parameter of the Hodrick–Prescott filter whose trend is used (400 or 6.25 for years); by default no
        filter.
    trim
        r, the share of first periods left out; at least one period. Phillips and Sul advise 1/3 up to T = 50, 0.2 from 100.
    long_run_variance
        σ̂² of u behind the error of b, with the quadratic spectral kernel and Andrews' bandwidth from an AR(1):
        ``"phillips_sul"`` as the authors' program adds it up (divisor T_u − 1, products of the first T_u − 1 residuals),
        on which published results rest; ``"andrews"`` the textbook sum.
    missing
        ``"raise"``, or ``"drop"``: entities with a gap are left out.

    Raises
    ------
    MeasureError
        For a broken panel, a mean that is not above zero, identical paths, or fewer than five periods after trimming.

    References
    ----------
    Phillips, P. C. B. and Sul, D. (2007). Transition modeling and econometric convergence tests. Econometrica 75(6),
    1771–1855. https://doi.org/10.1111/j.1468-0262.2007.00811.x

    Andrews, D. W. K. (1991). Heteroskedasticity and autocorrelation consistent covariance matrix estimation.
    Econometrica 59(3), 817–858. https://doi.org/10.2307/2938229

    Examples
    --------
    >>> gap = {"a": 1.0, "b": -1.0, "c": 0.4}
    >>> rows = [(e, t, 10 + g / t + 0.01 * np.sin(t * g)) for e, g in gap.items() for t in range(1, 31)]
    >>> found = log_t_test(pd.DataFrame(rows, columns=["e", "t", "x"]), "x", "e", "t")
    >>> round(found.regression.slope, 2), found.regression.t > -1.65
    (1.44, True)
    """
    table, notes = transition_panel(frame, value, entity, time, log, hodrick_prescott, missing)
    X = table.to_numpy()
    found = log_t_regression(X, trim, long_run_variance)
    first = _first_period(X.shape[1], trim)
    dispersion = pd.DataFrame(
        {"H": _dispersion(X), "used": np.arange(X.shape[1]) >= first}, index=table.columns
    )
    return LogT(regression=found, dispersion=dispersion, paths=table / table.mean(axis=0), notes=notes)


def transition_panel(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    log: bool,
    hodrick_prescott: float | None,
    missing: Missing,
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return X, entities × periods, its logarithm and trend taken as asked, and notes.

    Raises
    ------
    MeasureError
        For a broken panel, logarithms of values that are not above zero, or a mean not above zero in some period.
    """
    table, notes = unbroken_panel(frame, value, entity, time, missing)
    if log:
        cells = pd.MultiIndex.from_product([table.index, table.columns])
        logs = np.log(numbers(pd.Series(table.to_numpy().ravel(), cells), value, minimum=0.0, exclusive=True))
        table = pd.DataFrame(logs.reshape(table.shape), index=table.index, columns=table.columns)
    if hodrick_prescott is not None:
        from statsmodels.tsa.filters.hp_filter import hpfilter

        trend = [hpfilter(row, hodrick_prescott)[1] for row in table.to_numpy()]
        table = pd.DataFrame(trend, index=table.index, columns=table.columns)
        notes += (
            Text(
                f"Hodrick–Prescott trend, λ = {hodrick_prescott:g}",
                f"Hodrick–Prescott 趋势，λ = {hodrick_prescott:g}",
            ),
        )
    means = table.mean(axis=0)
    if (means <= 0).any():
        raise MeasureError(
            where=Text(f"values '{value}'", f"变量“{value}”"),
            expected=Text("a mean above zero in every period", "各期均值大于零"),
            got=Text(f"{means.min():g} in {means.idxmin()}", f"{means.idxmin()} 期为 {means.min():g}"),
            remedy=Text(
                "relative paths divide by the mean: change the unit so that logarithms are above zero",
                "相对转移路径以均值为分母：更换单位使对数为正",
            ),
        )
    return table, notes


def log_t_regression(X: Floats, trim: float, long_run_variance: LongRunVariance) -> LogTRegression:
    """Return the log t regression of units × periods.

    Raises
    ------
    MeasureError
        For identical paths in some period used, or fewer than five periods after trimming.
    """
    from scipy.stats import norm

    check_choice("long_run_variance", long_run_variance, ("phillips_sul", "andrews"))
    n_units, periods = X.shape
    first = _first_period(periods, trim)
    H = _dispersion(X)
    # what rounding leaves of equal paths is about 1e-32
    if min(H[0], H[first:].min()) < 1e-28:
        raise MeasureError(
            where=Text("log t regression", "log t 回归"),
            expected=Text("paths that differ in every period used", "所用各期路径互异"),
            got=Text(
                f"{int((H < 1e-28).sum())} periods with equal values", f"{int((H < 1e-28).sum())} 期取值全同"
            ),
            remedy=Text("equal paths have converged: nothing to test", "路径已相同，无需检验"),
        )
    log_t = np.log(np.arange(first + 1, periods + 1))
    y = np.log(H[0] / H[first:]) - 2 * np.log(log_t)
    x = log_t - log_t.mean()
    slope = float((x * y).sum() / (x * x).sum())
    residuals = y - y.mean() - slope * x
    error = float(np.sqrt(_long_run_variance(residuals, long_run_variance) / (x * x).sum()))
    t = slope / error if error > 0 else float(np.sign(slope) * np.inf)
    return LogTRegression(
        slope=slope,
        std_error=error,
        t=t,
        p_value=float(norm.cdf(t)),
        speed=slope / 2,
        n_units=n_units,
        n_periods=len(y),
    )


def _first_period(periods: int, trim: float) -> int:
    first = round(periods * trim)
    if not 1 <= first <= periods - 5:
        raise MeasureError(
            where=Text("option 'trim'", "选项“trim”"),
            expected=Text("one period or more left out, five or more used", "至少舍去一期并保留五期"),
            got=Text(f"{periods} periods, {first} left out", f"{periods} 期，舍去 {first} 期"),
            remedy=Text("choose another share, or give more periods", "更换比例或提供更多时期"),
        )
    return first


def _dispersion(X: Floats) -> Floats:
    values: Floats = ((X / X.mean(axis=0) - 1) ** 2).mean(axis=0)
    return values


def _long_run_variance(e: Floats, rule: LongRunVariance) -> float:
    n = len(e)
    rho = (e[:-1] * e[1:]).sum() / (e[:-1] ** 2).sum() if (e[:-1] ** 2).sum() > 0 else 0.0
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * n) ** 0.2
    used = n - 1 if rule == "phillips_sul" else n
    lags = np.arange(1, used)
    products = np.array([(e[: used - lag] * e[lag:used]).sum() for lag in lags])
    total = (e * e).sum()
    if bandwidth > 0:
        z = 1.2 * np.pi * lags / bandwidth
        total += 2 * ((3 / z**2) * (np.sin(z) / z - np.cos(z)) * products).sum()
    return max(float(total / used), 0.0)
