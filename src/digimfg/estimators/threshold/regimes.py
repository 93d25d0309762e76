"""Slopes of the regimes once thresholds are found, with the errors the specification asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.threshold.covariance import panel_covariance
from digimfg.estimators.threshold.search import demean, orthonormal_basis
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digimfg.design import Design
    from digimfg.estimators.threshold.sequence import Panel

__all__ = ["Regimes", "fit_regimes"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Regimes:
    """Hold the estimates with thresholds given.

    Parameters
    ----------
    estimates, covariance
        Slopes regime by regime within each regime-dependent term, then the common regressors.
    n_slopes
        How many of them belong to regimes.
    sizes
        Rows of each regime.
    df_resid
        Of the t distribution.
    statistics, notes
        What the covariance adds: the number of clusters, warnings.
    """

    estimates: Floats
    covariance: Floats
    n_slopes: int
    sizes: tuple[int, ...]
    df_resid: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


def fit_regimes(
    panel: Panel,
    thresholds: tuple[float, ...],
    design: Design,
    order: Codes,
    *,
    names: Sequence[str],
    effects: dict[str, Codes],
) -> Regimes:
    """Return slopes by least squares on the demeaned columns of each regime.

    Parameters
    ----------
    order
        Rows of the design in the order of the panel.
    names
        Of the slopes; further common columns are indicators of periods.
    effects
        Name → codes of the effects removed.

    Raises
    ------
    EstimationError
        If the columns of the regimes depend on each other, the effects and the other regressors.
    """
    number = np.searchsorted(np.array(thresholds), panel.threshold, side="left")
    n_regimes = len(thresholds) + 1
    if panel.kink:
        gap = panel.threshold - thresholds[0]
        columns = np.column_stack([np.minimum(gap, 0.0), np.maximum(gap, 0.0)])
    else:
        columns = np.column_stack(
            [values * (number == regime) for values in panel.regime.T for regime in range(n_regimes)]
        )
    n_slopes = columns.shape[1]
    freed = demean(columns, panel.entity)
    _check_independent(freed, panel.common, tuple(effects))
    whole = np.hstack([freed, panel.common])
    size = np.linalg.norm(whole, axis=0)
    size[size == 0] = 1.0
    estimates = np.asarray(np.linalg.lstsq(whole / size, panel.outcome, rcond=None)[0] / size)
    residual = panel.outcome - whole @ estimates
    if panel.kink:
        change = (estimates[1] - estimates[0]) * (number == 0)
        whole = np.column_stack([whole, demean(change, panel.entity)])
    covariance, df_resid, statistics, notes = panel_covariance(
        design, whole, residual, order, names=names, effects=effects
    )
    count = len(estimates)
    return Regimes(
        estimates=estimates,
        covariance=covariance[:count, :count],
        n_slopes=n_slopes,
        sizes=tuple(int(np.sum(number == regime)) for regime in range(n_regimes)),
        df_resid=df_resid,
        statistics=statistics,
        notes=notes,
    )


def _check_independent(columns: Floats, common: Floats, effects: tuple[str, ...]) -> None:
    basis = orthonormal_basis(common)
    size = np.linalg.norm(columns, axis=0)
    if np.all(size > 0):
        left = (columns - basis @ (basis.T @ columns)) / size
        if np.linalg.svd(left, compute_uv=False)[-1] > 1e-7:
            return
    raise EstimationError.of("threshold.regimes_collinear", effects=effects)
