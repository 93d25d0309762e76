"""Pooled mean group: one long-run relation, dynamics of each unit's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError
from digimfg.estimators.heterogeneous.averages import averaged, dependence_left
from digimfg.estimators.heterogeneous.pooled_fit import LongRun, fit_long_run
from digimfg.estimators.heterogeneous.unit_rows import (
    UnitRows,
    freed,
    less_period_means,
    unit_rows,
    unit_slopes,
)
from digimfg.estimators.panel_rows import effects_of, entity_and_declared, finish
from digimfg.kinds import Count, Seed
from digimfg.known_sizes import size_notes
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["PooledMeanGroup"]

Floats = NDArray[np.float64]
ADJUSTMENT = "adjustment"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class PooledMeanGroup(Estimator):
    r"""Estimate a common long-run relation of heterogeneous error-correction models by maximum likelihood.

    The ARDL of each unit in error-correction form (Pesaran, Shin and Smith 1999, doi:10.2307/2670182):

    .. math:: \Delta y_{it}=\phi_i(y_{i,t-1}-\theta'x_{it})+\sum_{j=1}^{p-1}\lambda_{ij}\Delta y_{i,t-j}
       +\sum_{j=0}^{q-1}\delta_{ij}'\Delta x_{i,t-j}+\mu_i+\varepsilon_{it},\quad
       \varepsilon_{it}\sim N(0,\sigma_i^2)

    The specification's regressors are :math:`x_{it}`, in levels; their rows are :math:`\theta`, with errors
    from the information matrix. Row ``adjustment`` is the mean of :math:`\phi_i`, its error from the spread
    over units. With the time column in ``fixed_effects``, levels are first freed of their means by period.

    Parameters
    ----------
    outcome_lags, regressor_lags
        p and q: levels of the outcome and the regressors that the ARDL reaches back.
    trend
        Give each unit a linear trend.
    starts, seed
        The likelihood may have several maxima: it is climbed from the mean group's long-run slopes, from
        pooled ones, from zero and from random ones around these, and the highest is reported.

    Notes
    -----
    ``tables`` holds ``short_run`` (means over units), ``units`` and ``mean_group`` (long-run slopes averaged
    over units, each its own). Statistics: ``hausman`` compares the two, its null is one long-run relation;
    ``likelihood_ratio`` tests the same.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", "value", entity="firm", time="year",
    ...     estimator=dm.PooledMeanGroup())
    >>> dm.estimate(spec, frame).coefficients.index.tolist()
    ['value', 'adjustment']
    """

    outcome_lags: Count = 1
    regressor_lags: Count = 1
    trend: bool = False
    starts: Count = 5
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Pooled mean group", "混合均值组（PMG）")

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated: from the information matrix."""
        del covariance
        return Text(
            "standard errors from the information matrix, of the adjustment from its spread over units",
            "标准误来自信息矩阵，调整速度的标准误来自个体间离散程度",
        )

    def fit(self, design: Design) -> Result:
        """Estimate the long-run relation and the dynamics.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects of other columns.
        EstimationError
            If a unit has no more rows than parameters once lags are taken, terms without variation of their
            own, or the likelihood does not settle.
        """
        rows = unit_rows(design, self.label)
        if effects_of(design) in ("time", "twoways"):
            stacked = np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2)
            stacked = less_period_means(stacked, rows.used)
            rows = replace(rows, outcome=stacked[:, :, 0], regressors=stacked[:, :, 1:])
        levels, others, names = _error_correction(self, rows, str(design.specification.outcome))
        stacked = np.concatenate([levels.outcome[:, :, None], levels.regressors], axis=2)
        near, rank = freed(stacked, others, levels.used)
        own = unit_slopes(levels, near[:, :, 0], near[:, :, 1:], rank, self.label)
        found = fit_long_run(near, levels.n_rows, own, self.starts, self.seed)
        return _result(design, rows, levels, others, names, own, near, found)


def _shifted(values: Floats, used: NDArray[np.bool_], lag: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return values, shape (N, T, m), a number of places earlier, and where there are any."""
    out, there = np.zeros_like(values), np.zeros_like(used)
    if lag < values.shape[1]:
        out[:, lag:] = values[:, : values.shape[1] - lag]
        there[:, lag:] = used[:, : used.shape[1] - lag]
    return out, there


def _error_correction(
    options: PooledMeanGroup, rows: UnitRows, outcome: str
) -> tuple[UnitRows, Floats, list[str]]:
    """Return changes of the outcome beside its lagged level and the regressors, and the other columns."""
    y, x = rows.outcome[:, :, None], rows.regressors
    p, q = options.outcome_lags, options.regressor_lags
    used = rows.used.copy()
    lagged_y: dict[int, Floats] = {}
    for lag in range(1, p + 1):
        lagged_y[lag], there = _shifted(y, rows.used, lag)
        used &= there
    lagged_x: dict[int, Floats] = {0: x}
    for lag in range(1, q + 1):
        lagged_x[lag], there = _shifted(x, rows.used, lag)
        used &= there
    columns: list[Floats] = []
    names: list[str] = []
    for lag in range(1, p):
        columns.append(lagged_y[lag] - lagged_y[lag + 1])
        names.append(f"L{lag if lag > 1 else ''}.D.{outcome}")
    for lag in range(q):
        columns.append(lagged_x[lag] - lagged_x[lag + 1])
        prefix = "" if not lag else f"L{lag if lag > 1 else ''}."
        names += [f"{prefix}D.{term}" for term in rows.terms]
    if options.trend:
        columns.append(np.broadcast_to(np.arange(y.shape[1], dtype=np.float64)[None, :, None], y.shape))
        names.append("trend")
    rest = np.concatenate(columns, axis=2) * used[:, :, None]
    if not used.any(axis=1).all():
        short = ~np.asarray(used.any(axis=1))
        raise EstimationError.of(
            "heterogeneous.units_too_short",
            where=options.label,
            least=max(p, q) + 1,
            n=int(short.sum()),
            units=rows.named(short),
        )
    levels = replace(
        rows,
        used=used,
        outcome=np.where(used, (y - lagged_y[1])[:, :, 0], 0.0),
        regressors=np.where(used[:, :, None], np.concatenate([lagged_y[1], x], axis=2), 0.0),
        terms=(f"L.{outcome}", *rows.terms),
    )
    return levels, rest, names


def _result(
    design: Design,
    rows: UnitRows,
    levels: UnitRows,
    others: Floats,
    names: list[str],
    own: Floats,
    near: Floats,
    found: LongRun,
) -> Result:
    n, k = len(rows.units), len(rows.terms)
    gap = near[:, :, 1] - near[:, :, 2:] @ found.slopes
    residuals = near[:, :, 0] - found.speeds[:, None] * gap
    mean_speed, spread = averaged(found.speeds[:, None])
    estimates = np.concatenate([found.slopes, mean_speed])
    covariance = np.zeros((k + 1, k + 1))
    covariance[:k, :k], covariance[k, k] = found.covariance, spread[0, 0]
    alone = -own[:, 1:] / own[:, :1]
    mean_group, mean_spread = averaged(alone)
    notes: list[Text] = []
    comparison = {"likelihood_ratio": 2 * (found.log_likelihood_own - found.log_likelihood)}
    comparison["likelihood_ratio_p"] = float(scipy.stats.chi2.sf(comparison["likelihood_ratio"], k * (n - 1)))
    apart = mean_spread - found.covariance
    scale = np.sqrt(np.diag(mean_spread))
    if np.linalg.eigvalsh(apart / np.outer(scale, scale)).min() > 1e-10:
        difference = mean_group - found.slopes
        comparison["hausman"] = float(difference @ np.linalg.solve(apart, difference))
        comparison["hausman_p"] = float(scipy.stats.chi2.sf(comparison["hausman"], k))
    else:
        notes.append(note_of("heterogeneous.no_hausman"))
    if lost := design.n_obs - int(levels.n_rows.sum()):
        notes.append(note_of("heterogeneous.lost_to_lags_of_pooled", lost=lost))
    if wrong := int((found.speeds >= 0).sum()):
        notes.append(note_of("heterogeneous.no_adjustment", wrong=wrong, n=n))
    if found.agreeing < found.starts:
        notes.append(
            note_of("heterogeneous.starts_of_likelihood", agreeing=found.agreeing, starts=found.starts)
        )
    notes += size_notes(
        {"pooled mean group": Text("the long-run slope", "长期斜率")},
        n,
        float(np.median(levels.n_rows)),
        Text(
            "the errors take the short run as known; compare the mean group",
            "标准误视短期参数为已知，请与组均值比较",
        ),
        intervals=True,
    )
    short = _short_run(levels, others, found)
    means, errors = averaged(short)
    index = pd.Index(rows.units, name=str(design.specification.entity))
    return finish(
        design,
        names=(*rows.terms, ADJUSTMENT),
        estimates=estimates,
        covariance=covariance,
        df_resid=None,
        statistics={
            "n_obs": float(levels.n_rows.sum()),
            "n_entities": float(n),
            "n_periods": float(levels.n_periods),
            "log_likelihood": found.log_likelihood,
            **comparison,
            "n_starts": float(found.starts),
            "starts_agreeing": float(found.agreeing),
            **dependence_left(residuals, levels),
        },
        notes=tuple(notes),
        tables={
            "short_run": pd.DataFrame(
                {"estimate": means, "std_error": np.sqrt(np.diag(errors))}, index=pd.Index(names, name="term")
            ),
            "units": pd.DataFrame(
                np.column_stack([found.speeds, found.variances, short]),
                index=index,
                columns=[ADJUSTMENT, "variance", *names],
            ),
            "mean_group": pd.DataFrame(
                {"estimate": mean_group, "std_error": np.sqrt(np.diag(mean_spread))},
                index=pd.Index(rows.terms, name="term"),
            ),
        },
    )


def _short_run(levels: UnitRows, others: Floats, found: LongRun) -> Floats:
    """Return slopes of the other columns by unit given the long run, shape (N, m)."""
    gap = levels.regressors[:, :, 0] - levels.regressors[:, :, 1:] @ found.slopes
    left = levels.outcome - found.speeds[:, None] * gap
    slopes = np.empty((len(left), others.shape[2]))
    for place, used in enumerate(levels.used):
        columns = others[place, used] - others[place, used].mean(axis=0)
        length = np.sqrt((columns**2).sum(axis=0))
        columns = columns / np.where(length > 0, length, 1.0)
        slopes[place] = np.linalg.lstsq(columns, left[place, used] - left[place, used].mean(), rcond=1e-10)[0]
        slopes[place] /= np.where(length > 0, length, 1.0)
    return slopes
