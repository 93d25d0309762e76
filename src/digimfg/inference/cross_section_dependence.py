"""Cross-section dependence: Pesaran's CD and the Breusch–Pagan family, on unbalanced panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.scaled import scaled_slopes
from digimfg.errors import EstimationError
from digimfg.inference.exact_series import only_rounding, refuse_exact
from digimfg.inference.panel_grid import panel_grid
from digimfg.kinds import ColumnOf, Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["CrossSectionDependence", "ResidualModel", "pair_correlations", "pesaran_cd"]

Floats = NDArray[np.float64]
ResidualModel = Literal["heterogeneous", "within", "pooled"]


@shown(Text("Cross-section dependence", "截面相关检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class CrossSectionDependence:
    """Hold tests of the null that units are not correlated with each other.

    Parameters
    ----------
    statistic, p_value
        Pesaran's CD, standard normal under the null.
    statistics
        ``cd``, the mean and mean absolute pairwise correlation, Breusch and Pagan's ``lm`` with its degrees
        of freedom, its ``scaled_lm``, and p values; ``n_pairs`` with at least three common periods.
    notes
        What a reader must know.
    """

    statistic: float
    p_value: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def pesaran_cd(
    frame: pd.DataFrame,
    column: NumberColumn,
    *,
    entity: Key,
    time: Key,
    regressors: Annotated[tuple[str, ...], ColumnOf("numbers")] = (),
    model: ResidualModel = "heterogeneous",
) -> CrossSectionDependence:
    r"""Test a variable, or the residuals of a regression, for correlation between units.

    .. math:: CD = \sqrt{\frac{2}{N(N-1)}}\sum_{i<j}\sqrt{T_{ij}}\,\hat\rho_{ij}

    with correlations over the :math:`T_{ij}` periods that both units share (Pesaran 2004, 2015).

    Parameters
    ----------
    frame
        One row per entity and period.
    column
        The variable, or the outcome where there are regressors.
    regressors
        Columns to regress it on first.
    model
        One regression per unit, one with unit effects, or one pooled.

    Returns
    -------
    CrossSectionDependence

    Raises
    ------
    EstimationError
        If no two units share three periods, or a unit is too short for its own regression.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> shock = np.random.default_rng(0).normal(size=20)
    >>> frame = pd.DataFrame({"unit": np.repeat(range(5), 20), "year": np.tile(range(20), 5),
    ...                       "x": np.tile(shock, 5) + np.random.default_rng(1).normal(size=100)})
    >>> pesaran_cd(frame, "x", entity="unit", time="year").p_value < 0.01
    True
    """
    grid = panel_grid(frame, (column, *regressors), entity, time)
    values = grid.columns[column]
    if regressors:
        columns = np.stack([grid.columns[name] for name in regressors], axis=2)
        left = _residuals(values, columns, model, grid.entities)
        pairs = zip(left, values, np.isfinite(left), strict=True)
        refuse_exact(
            grid.entities,
            (only_rounding(rest[rows], whole[rows]) for rest, whole, rows in pairs),
            note_of("inference.dependence_of_column", column=repr(column)),
        )
        values = left
    correlations, shared = pair_correlations(values)
    n_units = len(values)
    upper = np.triu_indices(n_units, 1)
    rho, periods = correlations[upper], shared[upper]
    usable = np.isfinite(rho)
    n_pairs = int(usable.sum())
    if n_pairs == 0:
        raise EstimationError.of("inference.too_few_common_periods", column=repr(column), n=len(rho))
    rho, periods = rho[usable], periods[usable]
    statistic = float(np.sum(np.sqrt(periods) * rho) / np.sqrt(n_pairs))
    squared = periods * rho**2
    lm, scaled = float(np.sum(squared)), float(np.sum(squared - 1) / np.sqrt(2 * n_pairs))
    notes = []
    if n_pairs < len(upper[0]):
        notes.append(note_of("inference.left_out", n_upper=len(upper[0]) - n_pairs, n_upper_2=len(upper[0])))
    return CrossSectionDependence(
        statistic=statistic,
        p_value=float(2 * scipy.stats.norm.sf(abs(statistic))),
        statistics={
            "cd": statistic,
            "cd_p": float(2 * scipy.stats.norm.sf(abs(statistic))),
            "mean_correlation": float(np.mean(rho)),
            "mean_absolute_correlation": float(np.mean(np.abs(rho))),
            "lm": lm,
            "lm_df": float(n_pairs),
            "lm_p": float(scipy.stats.chi2.sf(lm, n_pairs)),
            "scaled_lm": scaled,
            "scaled_lm_p": float(2 * scipy.stats.norm.sf(abs(scaled))),
            "n_pairs": float(n_pairs),
        },
        notes=tuple(notes),
    )


def pair_correlations(values: Floats) -> tuple[Floats, Floats]:
    """Return correlations over common periods and their number; NaN below three or without variation."""
    seen = np.isfinite(values).astype(np.float64)
    filled = np.where(seen > 0, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = filled.sum(axis=1, keepdims=True) / seen.sum(axis=1, keepdims=True)
    filled = np.where(seen > 0, filled - centre, 0.0)
    shared = seen @ seen.T
    own, other = filled @ seen.T, seen @ filled.T
    own_squares, other_squares = filled**2 @ seen.T, seen @ (filled**2).T
    count = np.maximum(shared, 1.0)
    covariance = filled @ filled.T - own * other / count
    spread = (own_squares - own**2 / count) * (other_squares - other**2 / count)
    valid = (shared >= 3) & (spread > 1e-24 * own_squares * other_squares)
    correlations = np.where(valid, covariance / np.sqrt(np.where(valid, spread, 1.0)), np.nan)
    return correlations, shared


def _residuals(
    outcome: Floats, columns: Floats, model: ResidualModel, entities: NDArray[np.generic]
) -> Floats:
    usable = np.isfinite(outcome) & np.all(np.isfinite(columns), axis=2)
    residuals = np.full_like(outcome, np.nan)
    if model == "heterogeneous":
        short = [str(entities[i]) for i in range(len(outcome)) if usable[i].sum() < columns.shape[2] + 2]
        if short:
            raise EstimationError.of(
                "inference.too_few_complete_periods",
                needed=columns.shape[2] + 2,
                n=len(short),
                short=short[:3],
            )
        for i, rows in enumerate(usable):
            design = np.column_stack([np.ones(rows.sum()), columns[i, rows]])
            residuals[i, rows] = _least_squares_residual(design, outcome[i, rows])
        return residuals
    unit, period = np.nonzero(usable)
    flat, design = outcome[unit, period], columns[unit, period]
    if model == "within":
        counts = np.bincount(unit, minlength=len(outcome)).astype(np.float64)
        counts[counts == 0] = 1.0
        flat = flat - (np.bincount(unit, weights=flat, minlength=len(outcome)) / counts)[unit]
        for j in range(design.shape[1]):
            sums = np.bincount(unit, weights=design[:, j], minlength=len(outcome))
            design[:, j] -= (sums / counts)[unit]
    else:
        design = np.column_stack([np.ones(len(flat)), design])
    residuals[unit, period] = _least_squares_residual(design, flat)
    return residuals


def _least_squares_residual(design: Floats, outcome: Floats) -> Floats:
    return np.asarray(outcome - design @ scaled_slopes(design, outcome))
