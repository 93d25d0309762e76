"""Phillips and Sul's log t test of whether relative transition paths come together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, Below, Key, NumberColumn, Positive
from digimfg.marks import keeps_marks
from digimfg.measures.columns import Missing, numbers
from digimfg.measures.contract import Gives, measure
from digimfg.measures.unbroken_panel import UnbrokenPanel, unbroken_panel
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
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
        α = b/2: the rate at which dispersion falls; b ≥ 2 is convergence in levels, 0 ≤ b < 2 in growth
        rates.
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


@shown(Text("log t test", "log t检验"), first="regression")
@dataclass(frozen=True, kw_only=True, eq=False)
class LogT:
    """Hold the log t test of a panel.

    Parameters
    ----------
    regression
        The estimates.
    dispersion
        By period: ``H``, the cross-sectional variance of relative transition paths, and whether it was
        ``used``.
    paths
        Entities × periods: relative transition paths h_it, mean 1 in every period.
    notes
        Rules that were applied.
    """

    regression: LogTRegression
    dispersion: pd.DataFrame
    paths: pd.DataFrame
    notes: tuple[Text, ...]


Trim = Annotated[float, AtLeast(0), Below(1)]
"""Share of first periods left out."""


@measure("frame", gaps="refused", gives={"dispersion.H": Gives("ratio", 0)})
@checked
@keeps_marks
def log_t_test(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    *,
    log: bool = False,
    hodrick_prescott: Positive | None = None,
    trim: Trim = 1 / 3,
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
        One row per entity and period. t counts the calendar: periods that no entity has are left out of the
        regression and noted, and a filter over them is refused.
    value, entity, time
        Columns; X is usually the logarithm of a positive level, its cycle taken out.
    log
        Take the logarithm of `value` first.
    hodrick_prescott
        Smoothing parameter of the Hodrick–Prescott filter whose trend is used (400 or 6.25 for years); by
        default no filter.
    trim
        r, the share of first periods left out; at least one period. Phillips and Sul advise 1/3 up to T =
        50, 0.2 from 100.
    long_run_variance
        σ̂² of u behind the error of b, with the quadratic spectral kernel and Andrews' bandwidth from an
        AR(1): ``"phillips_sul"`` as the authors' program adds it up (divisor T_u − 1, products of the first
        T_u − 1 residuals), on which published results rest; ``"andrews"`` the textbook sum.
    missing
        ``"raise"``, or ``"drop"``: entities with a gap are left out.

    Raises
    ------
    MeasureError
        For a broken panel, a mean that is not above zero, identical paths, or fewer than five periods after
        trimming.

    References
    ----------
    Phillips, P. C. B. and Sul, D. (2007). Transition modeling and econometric convergence tests.
    Econometrica 75(6), 1771–1855. https://doi.org/10.1111/j.1468-0262.2007.00811.x

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
    panel = transition_panel(frame, value, entity, time, log, hodrick_prescott, missing)
    table, times = panel.values, panel.calendar.places + 1
    X = table.to_numpy()
    found = log_t_regression(X, times, trim, long_run_variance)
    dispersion = pd.DataFrame({"H": _dispersion(X), "used": _used(times, trim)}, index=table.columns)
    return LogT(regression=found, dispersion=dispersion, paths=table / table.mean(axis=0), notes=panel.notes)


def transition_panel(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    log: bool,
    hodrick_prescott: float | None,
    missing: Missing,
) -> UnbrokenPanel:
    """Return X by entity and period, its logarithm and trend taken as asked.

    Raises
    ------
    MeasureError
        For a broken panel, a filter over periods without data, logarithms of values that are not above zero,
        or a mean not above zero in some period.
    """
    panel = unbroken_panel(frame, value, entity, time, missing)
    table, notes = panel.values, (*panel.notes, *panel.calendar.gap_note())
    if log:
        cells = pd.MultiIndex.from_product([table.index, table.columns])
        logs = np.log(numbers(pd.Series(table.to_numpy().ravel(), cells), value, minimum=0.0, exclusive=True))
        table = pd.DataFrame(logs.reshape(table.shape), index=table.index, columns=table.columns)
    if hodrick_prescott is not None:
        from statsmodels.tsa.filters.hp_filter import hpfilter

        panel.require_every_period(note_of("measures.hodrick_prescott_filter"))
        trend = [hpfilter(row, hodrick_prescott)[1] for row in table.to_numpy()]
        table = pd.DataFrame(trend, index=table.index, columns=table.columns)
        notes += (note_of("measures.hodrick_prescott_trend", hodrick_prescott=hodrick_prescott),)
    means = table.mean(axis=0)
    if (means <= 0).any():
        raise MeasureError.of(
            "measures.period_mean_not_positive", value=value, min=means.min(), idxmin=means.idxmin()
        )
    return replace(panel, values=table, notes=notes)


def log_t_regression(
    X: Floats, times: Codes, trim: float, long_run_variance: LongRunVariance
) -> LogTRegression:
    """Return the log t regression of units × periods.

    Parameters
    ----------
    X
        Shape (N, periods with data).
    times
        t of each period on the calendar, 1 the first. Products of residuals behind the long-run variance are
        taken over distances on the calendar, a period without data adding none (Parzen 1963, Sankhyā A 25,
        383–392).

    Raises
    ------
    MeasureError
        For identical paths in some period used, or fewer than five periods after trimming.
    """
    from scipy.stats import norm

    used = _used(times, trim)
    H = _dispersion(X)
    # what rounding leaves of equal paths is about 1e-32
    if min(H[0], H[used].min()) < 1e-28:
        raise MeasureError.of("measures.paths_equal", n=int((H < 1e-28).sum()))
    log_t = np.log(times[used])
    y = np.log(H[0] / H[used]) - 2 * np.log(log_t)
    x = log_t - log_t.mean()
    slope = float((x * y).sum() / (x * x).sum())
    residuals = y - y.mean() - slope * x
    error = float(np.sqrt(_long_run_variance(residuals, times[used], long_run_variance) / (x * x).sum()))
    t = slope / error if error > 0 else float(np.sign(slope) * np.inf)
    return LogTRegression(
        slope=slope,
        std_error=error,
        t=t,
        p_value=float(norm.cdf(t)),
        speed=slope / 2,
        n_units=len(X),
        n_periods=len(y),
    )


def _used(times: Codes, trim: float) -> NDArray[np.bool_]:
    """Return which periods are used: those after the first share `trim` of the calendar."""
    periods = int(times[-1])
    first = round(periods * trim)
    used: NDArray[np.bool_] = times > first
    if first < 1 or used.sum() < 5:
        raise MeasureError.of("measures.periods_left_out", periods=periods, first=first, n=int(used.sum()))
    return used


def _dispersion(X: Floats) -> Floats:
    values: Floats = ((X / X.mean(axis=0) - 1) ** 2).mean(axis=0)
    return values


def _long_run_variance(residuals: Floats, times: Codes, rule: LongRunVariance) -> float:
    n, length = len(residuals), int(times[-1] - times[0]) + 1
    e = np.zeros(length)
    e[times - times[0]] = residuals
    seen = np.zeros(length, dtype=bool)
    seen[times - times[0]] = True
    before = (e[:-1][seen[1:]] ** 2).sum()
    rho = (e[:-1] * e[1:]).sum() / before if before > 0 else 0.0
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * n) ** 0.2
    last = int(rule == "phillips_sul")
    used = length - last
    lags = np.arange(1, used)
    products = np.array([(e[: used - lag] * e[lag:used]).sum() for lag in lags])
    total = (e * e).sum()
    if bandwidth > 0:
        z = 1.2 * np.pi * lags / bandwidth
        total += 2 * ((3 / z**2) * (np.sin(z) / z - np.cos(z)) * products).sum()
    return max(float(total / (n - last)), 0.0)
