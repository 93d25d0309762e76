"""Hadri's test: stationarity in every unit against a unit root in some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import scipy

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.inference.cointegration.series import UnitSeries, long_run, residual_of, unit_series
from digimfg.inference.dickey_fuller import deterministic_columns
from digimfg.inference.panel_grid import panel_grid
from digimfg.kinds import Finite, Key, NumberColumn, Probability, Whole
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PanelStationarity", "panel_stationarity"]

# Hadri (2000): mean and variance of the integrated square of the bridge.
_MOMENTS = {"constant": (1 / 6, 1 / 45), "trend": (1 / 15, 11 / 6300)}


@checked
@shown(Text("Panel stationarity", "面板平稳性检验"), first="")
@dataclass(frozen=True, kw_only=True, eq=False)
class PanelStationarity:
    """Hold Hadri's test; the null is stationarity in every unit.

    Parameters
    ----------
    statistic, p_value
        Standard normal under the null; large values speak for a unit root in some units.
    statistics
        ``lm``, the mean of the units' statistics, and counts.
    by_entity
        Rows, long-run variance and statistic of each unit.
    notes
        What a reader must know.
    """

    statistic: Finite
    p_value: Probability
    statistics: Mapping[str, float]
    by_entity: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def panel_stationarity(
    frame: pd.DataFrame,
    column: NumberColumn,
    *,
    entity: Key,
    time: Key,
    deterministic: Literal["constant", "trend"] = "constant",
    heteroskedastic: bool = True,
    df_correction: bool = False,
    kernel_lags: Whole = 0,
) -> PanelStationarity:
    r"""Test the null that a column is stationary in every unit (Hadri 2000, doi:10.1111/1368-423X.00043).

    With partial sums :math:`S_{it}` of residuals from a mean or a trend,

    .. math:: LM=\frac1N\sum_i\frac{T_i^{-2}\sum_tS_{it}^2}{\hat\omega_i^2},\qquad
       Z=\sqrt N\,\frac{LM-\mu}{\sigma}

    Parameters
    ----------
    frame
        One row per entity and period. Units may begin and end apart; a gap inside one is refused.
    column
        The variable.
    deterministic
        Stationary around a mean or around a trend.
    heteroskedastic
        Each unit its own variance; otherwise one for all.
    df_correction
        Divide by rows less deterministic terms; not with a kernel.
    kernel_lags
        Of Bartlett's kernel in long-run variances; 0 assumes errors without serial correlation, in which
        the test rejects far too often where they have it.

    Returns
    -------
    PanelStationarity

    Raises
    ------
    EstimationError
        If there is one unit, one is too short, has a gap or does not vary.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"unit": np.repeat(range(8), 40), "year": np.tile(range(40), 8),
    ...                       "walk": rng.normal(size=(8, 40)).cumsum(axis=1).ravel()})
    >>> panel_stationarity(frame, "walk", entity="unit", time="year").p_value < 0.001
    True
    """
    grid = panel_grid(frame, (column,), entity, time)
    fixed = 1 if deterministic == "constant" else 2
    units = unit_series(grid, column, (), max(fixed + 2, kernel_lags + 2))
    rows = pd.DataFrame(
        [_of_unit(unit, deterministic, fixed if df_correction else 0, kernel_lags) for unit in units],
        index=pd.Index(grid.entities, name=entity),
    )
    still = ~(rows["long_run_variance"] > 0)
    if still.any():
        raise EstimationError.of(
            "inference.units_without_variation",
            column=repr(column),
            n=int(still.sum()),
            units=[str(name) for name in rows.index[still][:3]],
        )
    variance = rows["long_run_variance"]
    if not heteroskedastic:
        weights = (rows["n_obs"] - (fixed if df_correction else 0)).to_numpy(dtype=np.float64)
        variance = pd.Series(np.average(variance.to_numpy(), weights=weights), index=rows.index)
    rows["statistic"] = rows.pop("squares") / variance
    rows["long_run_variance"] *= np.square(np.float64(units[0].scale))
    lm = float(rows["statistic"].mean())
    mean, spread = _MOMENTS[deterministic]
    statistic = float(np.sqrt(len(rows)) * (lm - mean) / np.sqrt(spread))
    notes = [*grid.step_note()]
    if not kernel_lags:
        notes.append(note_of("inference.serial_correlation"))
    return PanelStationarity(
        statistic=statistic,
        p_value=float(scipy.stats.norm.sf(statistic)),
        statistics={"lm": lm, "n_entities": float(len(rows)), "n_obs": float(rows["n_obs"].sum())},
        by_entity=rows,
        notes=tuple(notes),
    )


def _of_unit(
    unit: UnitSeries, deterministic: Literal["constant", "trend"], lost: int, kernel_lags: int
) -> dict[str, float]:
    values = unit.outcome - unit.outcome.mean()
    count = len(values)
    error = residual_of(values[:, None], deterministic_columns(count, deterministic))[:, 0]
    rounding = 1e-12 * float(np.abs(unit.outcome).max())
    error = np.where(np.abs(error) > rounding, error, 0.0)
    variance = float(long_run(error, kernel_lags)) if kernel_lags else float(error @ error) / (count - lost)
    return {
        "n_obs": float(count),
        "long_run_variance": variance,
        "squares": float((np.cumsum(error) ** 2).sum()) / count**2,
    }
