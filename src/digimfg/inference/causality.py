"""Granger non-causality in heterogeneous panels (Dumitrescu and Hurlin 2012), unbalanced panels included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.centre import far_means
from digimfg.design.scaled import scaled_rank, scaled_slopes
from digimfg.errors import EstimationError
from digimfg.inference.exact_series import only_rounding, refuse_exact
from digimfg.inference.panel_grid import panel_grid, period_lags
from digimfg.kinds import Count, DrawsOrNone, Key, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DumitrescuHurlin", "dumitrescu_hurlin"]

Floats = NDArray[np.float64]


@shown(Text("Dumitrescu–Hurlin causality test", "Dumitrescu–Hurlin因果检验"), first="")
@dataclass(frozen=True, kw_only=True, eq=False)
class DumitrescuHurlin:
    """Hold the test of the null that the cause helps to predict the outcome in no unit.

    Parameters
    ----------
    statistic, p_value
        Z-tilde and its two-sided normal p value.
    statistics
        ``w_bar z_bar z_bar_p z_tilde z_tilde_p`` and, with replications, ``z_tilde_bootstrap_p``.
    by_entity
        Rows and Wald statistic of each unit.
    notes
        What a reader must know.
    """

    statistic: float
    p_value: float
    statistics: Mapping[str, float]
    by_entity: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def dumitrescu_hurlin(
    frame: pd.DataFrame,
    *,
    outcome: NumberColumn,
    cause: NumberColumn,
    entity: Key,
    time: Key,
    lags: Count = 1,
    replications: DrawsOrNone = 0,
    seed: Seed = 0,
) -> DumitrescuHurlin:
    r"""Test whether past values of one variable help to predict another in at least some units.

    .. math:: \bar W = \tfrac1N\sum_i W_i,\quad \bar Z = \sqrt{\tfrac{N}{2K}}(\bar W - K),\quad
       \tilde Z = \frac{\sqrt N\,[\bar W - N^{-1}\sum E(W_i)]}{\sqrt{N^{-1}\sum V(W_i)}}

    with :math:`E(W_i)=K\frac{T_i-2K-1}{T_i-2K-3}` and
    :math:`V(W_i)=2K\frac{(T_i-2K-1)^2(T_i-K-3)}{(T_i-2K-3)^2(T_i-2K-5)}`, :math:`T_i` the rows of the
    regression.

    Parameters
    ----------
    frame
        One row per entity and period; a row needs all of its lags.
    outcome, cause
        Columns; both should be stationary.
    lags
        K, for both.
    replications
        Bootstrap draws for a p value that allows units to be correlated: whole periods of residuals of the
        null model are drawn with replacement and outcomes rebuilt. Balanced panels only; 0 for none.
    seed
        Of the bootstrap.

    Returns
    -------
    DumitrescuHurlin

    Raises
    ------
    EstimationError
        If a unit has no more than 5 + 2K rows after lags, or no noise, or the bootstrap meets an unbalanced
        panel.

    Examples
    --------
    >>> from statsmodels.datasets import grunfeld
    >>> data = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> test = dumitrescu_hurlin(data, outcome="invest", cause="value", entity="firm", time="year")
    >>> round(test.statistic, 4)
    3.2896
    """
    grid = panel_grid(frame, (outcome, cause), entity, time)
    y, x = (_near_zero(grid.columns[name]) for name in (outcome, cause))
    with np.errstate(divide="ignore", invalid="ignore"):  # of units without noise, refused below
        walds, rows = _wald_statistics(y[None], x, lags)
    short = [str(name) for name, count in zip(grid.entities, rows, strict=True) if count <= 5 + 2 * lags]
    if short:
        raise EstimationError.of(
            "inference.too_few_rows_in_units", needed=5 + 2 * lags, n=len(short), short=short[:3]
        )
    refuse_exact(
        grid.entities,
        (
            only_rounding(_left(y[i], x[i], lags), values[np.isfinite(values)])
            for i, values in enumerate(grid.columns[outcome])
        ),
        Text("Dumitrescu–Hurlin causality test", "Dumitrescu–Hurlin因果检验"),
    )
    if not np.all(np.isfinite(walds)):
        stuck = [
            str(name) for name, value in zip(grid.entities, walds[0], strict=True) if not np.isfinite(value)
        ]
        raise EstimationError.of("inference.causality_without_variation", n=len(stuck), stuck=stuck[:3])
    summary = _standardise(walds, rows, lags)
    w_bar, z_bar, z_tilde = (float(value[0]) for value in summary)
    statistics = {
        "w_bar": w_bar,
        "z_bar": z_bar,
        "z_bar_p": float(2 * scipy.stats.norm.sf(abs(z_bar))),
        "z_tilde": z_tilde,
        "z_tilde_p": float(2 * scipy.stats.norm.sf(abs(z_tilde))),
        "n_entities": float(len(rows)),
        "n_obs": float(rows.sum()),
    }
    notes = [
        note_of("inference.causality_lags", lags=lags, low=int(rows.min()), high=int(rows.max())),
        *grid.step_note(),
    ]
    if replications:
        null = _bootstrap(y, x, lags, replications, np.random.default_rng(seed))
        statistics["z_tilde_bootstrap_p"] = float(
            (1 + np.sum(np.abs(null) >= abs(z_tilde))) / (1 + len(null))
        )
        notes.append(note_of("inference.causality_bootstrap", replications=replications))
    return DumitrescuHurlin(
        statistic=z_tilde,
        p_value=statistics["z_tilde_p"],
        statistics=statistics,
        by_entity=pd.DataFrame({"n_obs": rows, "wald": walds[0]}, index=pd.Index(grid.entities, name=entity)),
        notes=tuple(notes),
    )


def _left(y: Floats, x: Floats, lags: int) -> Floats:
    """Return what lags of a unit's outcome and cause leave of its outcome."""
    past = [period_lags(series, lag) for series in (y, x) for lag in range(1, lags + 1)]
    rows = np.isfinite(np.column_stack([y, *past])).all(axis=1)
    design = np.column_stack([np.ones(len(y)), *past])[rows]
    return np.asarray(y[rows] - design @ scaled_slopes(design, y[rows]))


def _near_zero(values: Floats) -> Floats:
    """Return series less their means where these are large against their spread: the constant takes them."""
    means = [float(far_means(series[np.isfinite(series)][:, None])[0]) for series in values]
    return np.asarray(values - np.array(means)[:, None])


def _standardise(walds: Floats, rows: NDArray[np.int64], lags: int) -> tuple[Floats, Floats, Floats]:
    n = walds.shape[1]
    t = rows.astype(np.float64)
    expected = lags * (t - 2 * lags - 1) / (t - 2 * lags - 3)
    variance = (
        2 * lags * (t - 2 * lags - 1) ** 2 * (t - lags - 3) / ((t - 2 * lags - 3) ** 2 * (t - 2 * lags - 5))
    )
    w_bar = walds.mean(axis=1)
    z_bar = np.sqrt(n / (2 * lags)) * (w_bar - lags)
    return w_bar, z_bar, np.sqrt(n) * (w_bar - expected.mean()) / np.sqrt(variance.mean())


def _wald_statistics(y: Floats, x: Floats, lags: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return K times the F statistic of every unit for many outcomes, shapes (r, N) and (N,)."""
    n_draws, n_units, _n_periods = y.shape
    walds = np.full((n_draws, n_units), np.nan)
    rows = np.zeros(n_units, dtype=np.int64)
    for i in range(n_units):
        own = np.stack([period_lags(y[:, i], lag) for lag in range(1, lags + 1)], axis=2)
        other = np.stack([period_lags(x[i], lag) for lag in range(1, lags + 1)], axis=1)
        usable = (
            np.all(np.isfinite(own[0]), axis=1) & np.all(np.isfinite(other), axis=1) & np.isfinite(y[0, i])
        )
        rows[i] = int(usable.sum())
        if rows[i] <= 2 * lags + 1:
            continue
        constant = np.ones((n_draws, rows[i], 1))
        null = np.concatenate([constant, own[:, usable]], axis=2)
        full = np.concatenate([null, np.broadcast_to(other[usable], (n_draws, *other[usable].shape))], axis=2)
        if scaled_rank(full[0]) < full.shape[2]:
            continue
        outcome = y[:, i, usable]
        restricted, unrestricted = _sum_of_squares(null, outcome), _sum_of_squares(full, outcome)
        walds[:, i] = (restricted - unrestricted) / (unrestricted / (rows[i] - 2 * lags - 1))
    return walds, rows


def _sum_of_squares(design: Floats, outcome: Floats) -> Floats:
    basis = np.linalg.qr(design)[0]
    scores = np.einsum("rnq,rn->rq", basis, outcome)
    return np.asarray(np.einsum("rn,rn->r", outcome, outcome) - np.einsum("rq,rq->r", scores, scores))


def _bootstrap(y: Floats, x: Floats, lags: int, replications: int, rng: np.random.Generator) -> Floats:
    if not (np.all(np.isfinite(y)) and np.all(np.isfinite(x))):
        raise EstimationError.of("inference.bootstrap_needs_balanced", n=int(np.sum(~np.isfinite(y * x))))
    n_units, n_periods = y.shape
    n_rows = n_periods - lags
    residuals = np.empty((n_units, n_rows))
    slopes = np.empty((n_units, lags + 1))
    for i in range(n_units):
        design = np.column_stack(
            [np.ones(n_rows), *(y[i, lags - lag : n_periods - lag] for lag in range(1, lags + 1))]
        )
        slopes[i] = scaled_slopes(design, y[i, lags:])
        residuals[i] = y[i, lags:] - design @ slopes[i]
    chosen = rng.integers(0, n_rows, size=(replications, n_rows))
    starts = rng.integers(0, n_periods - lags + 1, size=replications)
    drawn = np.empty((replications, n_units, n_periods))
    for lag in range(lags):
        drawn[:, :, lag] = y[:, starts + lag].T
    for step in range(n_rows):
        level = slopes[:, 0] + residuals[:, chosen[:, step]].T
        for lag in range(1, lags + 1):
            level = level + slopes[:, lag] * drawn[:, :, lags + step - lag]
        drawn[:, :, lags + step] = level
    walds, rows = _wald_statistics(drawn, x, lags)
    return _standardise(walds, rows, lags)[2]
