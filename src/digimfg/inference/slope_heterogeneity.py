"""Slope heterogeneity between units: the delta tests of Pesaran and Yamagata (2008)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.scaled import scaled_rank
from digimfg.errors import EstimationError
from digimfg.inference.exact_series import only_rounding, refuse_exact
from digimfg.inference.panel_grid import panel_grid
from digimfg.kinds import ColumnOf, Entries, Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["SlopeHeterogeneity", "slope_heterogeneity"]

Floats = NDArray[np.float64]


@shown(Text("Slope heterogeneity", "斜率异质性检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class SlopeHeterogeneity:
    """Hold the test of the null that all units share their slopes.

    Parameters
    ----------
    statistic, p_value
        Adjusted delta and its two-sided normal p value.
    statistics
        ``delta delta_p delta_adjusted delta_adjusted_p swamy`` (Swamy's dispersion with its ``swamy_p``).
    notes
        What a reader must know.
    """

    statistic: float
    p_value: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def slope_heterogeneity(
    frame: pd.DataFrame,
    *,
    outcome: NumberColumn,
    regressors: Annotated[tuple[str, ...], ColumnOf("numbers"), Entries(1)],
    entity: Key,
    time: Key,
) -> SlopeHeterogeneity:
    r"""Test whether slopes differ between units.

    With :math:`\hat\beta_i` of each unit, the weighted fixed-effects estimate :math:`\tilde\beta_{WFE}` and
    :math:`\tilde\sigma_i^2` of the within residuals,

    .. math:: \tilde S = \sum_i (\hat\beta_i-\tilde\beta_{WFE})'\frac{X_i'MX_i}{\tilde\sigma_i^2}
       (\hat\beta_i-\tilde\beta_{WFE}), \quad
       \tilde\Delta = \sqrt N\,\frac{N^{-1}\tilde S-k}{\sqrt{2k}}, \quad
       \tilde\Delta_{adj} = \sqrt N\,\frac{N^{-1}\tilde S-k}{\sqrt{2k(\bar T-k-1)/(\bar T+1)}}

    Parameters
    ----------
    frame
        One row per entity and period; incomplete rows are left out and counted.
    outcome, regressors
        Columns; each unit has its own intercept.

    Returns
    -------
    SlopeHeterogeneity

    Raises
    ------
    EstimationError
        If a unit has fewer than k + 2 complete rows or regressors without variation.

    Examples
    --------
    >>> from statsmodels.datasets import grunfeld
    >>> data = grunfeld.load_pandas().data
    >>> slope_heterogeneity(data, outcome="invest", regressors=("value", "capital"), entity="firm",
    ...                     time="year").p_value < 0.001
    True
    """
    grid = panel_grid(frame, (outcome, *regressors), entity, time)
    y = grid.columns[outcome]
    x = np.stack([grid.columns[name] for name in regressors], axis=2)
    usable = np.isfinite(y) & np.all(np.isfinite(x), axis=2)
    k = x.shape[2]
    units = [_demeaned(y[i, rows], x[i, rows]) for i, rows in enumerate(usable)]
    bad = [
        str(name)
        for i, (name, (_, columns)) in enumerate(zip(grid.entities, units, strict=True))
        if len(columns) < k + 2
        or scaled_rank(columns) < k
        or any(map(only_rounding, columns.T, x[i, usable[i]].T))
    ]
    if bad:
        raise EstimationError.of("inference.too_few_rows_for_slopes", needed=k + 2, n=len(bad), bad=bad[:3])
    products = np.stack([columns.T @ columns for _, columns in units])
    scores = np.stack([columns.T @ values for values, columns in units])
    own = np.asarray(np.linalg.solve(products, scores[:, :, None])[:, :, 0], dtype=np.float64)
    within = np.linalg.solve(products.sum(axis=0), scores.sum(axis=0))
    periods = np.array([len(values) for values, _ in units], dtype=np.float64)
    variance = np.array([float(np.sum((values - columns @ within) ** 2)) for values, columns in units]) / (
        periods - 1
    )
    left = [values - columns @ b for (values, columns), b in zip(units, own, strict=True)]
    refuse_exact(
        grid.entities,
        (only_rounding(rest, y[i, usable[i]]) for i, rest in enumerate(left)),
        Text("test of slope heterogeneity", "斜率异质性检验"),
    )
    swamy_variance = np.array([float(rest @ rest) for rest in left]) / (periods - k - 1)
    dispersion = _dispersion(own, products, scores, variance)
    swamy = _dispersion(own, products, scores, swamy_variance)
    n, t_mean = len(units), float(periods.mean())
    delta = float(np.sqrt(n) * (dispersion / n - k) / np.sqrt(2 * k))
    adjusted = float(np.sqrt(n) * (dispersion / n - k) / np.sqrt(2 * k * (t_mean - k - 1) / (t_mean + 1)))
    left_out = int(np.sum(np.isfinite(y) & ~usable))
    notes = [note_of("inference.dropped", left_out=left_out) for _ in range(min(left_out, 1))]
    return SlopeHeterogeneity(
        statistic=adjusted,
        p_value=float(2 * scipy.stats.norm.sf(abs(adjusted))),
        statistics={
            "delta": delta,
            "delta_p": float(2 * scipy.stats.norm.sf(abs(delta))),
            "delta_adjusted": adjusted,
            "delta_adjusted_p": float(2 * scipy.stats.norm.sf(abs(adjusted))),
            "swamy": swamy,
            "swamy_df": float(k * (n - 1)),
            "swamy_p": float(scipy.stats.chi2.sf(swamy, k * (n - 1))),
            "n_entities": float(n),
            "n_obs": float(periods.sum()),
        },
        notes=tuple(notes),
    )


def _demeaned(values: Floats, columns: Floats) -> tuple[Floats, Floats]:
    if not len(values):
        return values, columns
    return values - values.mean(), columns - columns.mean(axis=0)


def _dispersion(own: Floats, products: Floats, scores: Floats, variance: Floats) -> float:
    weighted = products / variance[:, None, None]
    common = np.linalg.solve(weighted.sum(axis=0), (scores / variance[:, None]).sum(axis=0))
    gap = own - common
    return float(np.einsum("ni,nij,nj->", gap, weighted, gap))
