"""Average slopes over units, with errors from their spread, and put them into a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.panel_rows import finish
from digimfg.inference.cross_section_dependence import pair_correlations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.design import Design
    from digimfg.estimators.heterogeneous.unit_rows import UnitRows
    from digimfg.result import Result
    from digimfg.text import Text

__all__ = ["averaged", "averages_result", "dependence_left", "spread_of_mean"]

Floats = NDArray[np.float64]


def spread_of_mean(slopes: Floats) -> Floats:
    """Return the covariance of the mean of slopes, shape (N, k), from their spread over units."""
    apart = slopes - slopes.mean(axis=0)
    count = len(slopes)
    return np.asarray(apart.T @ apart / (count * (count - 1)))


def averaged(slopes: Floats) -> tuple[Floats, Floats]:
    """Return the mean of slopes and its covariance."""
    return slopes.mean(axis=0), spread_of_mean(slopes)


def dependence_left(residuals: Floats, rows: UnitRows) -> dict[str, float]:
    """Return Pesaran's CD of residuals, shape (N, T), its p value and the mean absolute correlation."""
    correlations, shared = pair_correlations(np.where(rows.used, residuals, np.nan))
    upper = np.triu_indices(len(residuals), 1)
    rho, periods = correlations[upper], shared[upper]
    usable = np.isfinite(rho)
    if not usable.any():
        return {}
    statistic = float(np.sum(np.sqrt(periods[usable]) * rho[usable]) / np.sqrt(usable.sum()))
    return {
        "residual_cd": statistic,
        "residual_cd_p": float(2 * scipy.stats.norm.sf(abs(statistic))),
        "residual_mean_absolute_correlation": float(np.abs(rho[usable]).mean()),
    }


def averages_result(
    design: Design,
    rows: UnitRows,
    *,
    estimates: Floats,
    covariance: Floats,
    slopes: Floats,
    residuals: Floats,
    statistics: Mapping[str, float],
    notes: tuple[Text, ...],
) -> Result:
    """Return the result: t with one degree of freedom less than units, slopes by unit in a table."""
    by_unit = pd.DataFrame(
        slopes, index=pd.Index(rows.units, name=str(design.specification.entity)), columns=list(rows.terms)
    )
    return finish(
        design,
        names=rows.terms,
        estimates=estimates,
        covariance=covariance,
        df_resid=len(rows.units) - 1.0,
        statistics={
            "n_obs": float(rows.n_rows.sum()),
            "n_entities": float(len(rows.units)),
            "n_periods": float(rows.n_periods),
            **statistics,
            **dependence_left(residuals, rows),
        },
        notes=notes,
        tables={"units": by_unit},
    )
