"""The series of a panel on end, and their long-run variances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.inference.panel_grid import PanelGrid
from digimfg.text import Text

__all__ = ["UnitSeries", "kernel_rule", "long_run", "one_sided", "residual_of", "unit_series"]

Floats = NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitSeries:
    """Hold one unit: the outcome, shape (T,), and the regressors, shape (T, k), in units of their largest
    distance from a unit's mean, `scale` for the outcome; `first` is the place on the calendar.
    """

    outcome: Floats
    regressors: Floats
    first: int
    scale: float


def unit_series(grid: PanelGrid, outcome: str, regressors: tuple[str, ...], least: int) -> list[UnitSeries]:
    """Return the complete periods of each unit.

    Raises
    ------
    EstimationError
        If there is one unit, a unit has a gap, or fewer than `least` periods; units are named.
    """
    where = Text("panel cointegration test", "面板协整检验")
    values = np.stack([grid.columns[name] for name in (outcome, *regressors)], axis=2)
    known = np.asarray(np.isfinite(values).all(axis=2))
    if len(known) < 2:
        raise EstimationError.of("inference.one_unit", where=where)
    counts = known.sum(axis=1)
    short = counts < least
    if short.any():
        raise EstimationError.of(
            "inference.too_few_periods_in_units",
            where=where,
            least=least,
            n=int(short.sum()),
            periods=int(counts.min()),
            units=[str(name) for name in grid.entities[short][:3]],
        )
    first = known.argmax(axis=1)
    last = known.shape[1] - known[:, ::-1].argmax(axis=1)
    gaps = last - first != counts
    if gaps.any():
        raise EstimationError.of(
            "inference.gaps_in_units",
            where=where,
            n=int(gaps.sum()),
            units=[str(name) for name in grid.entities[gaps][:3]],
        )
    centred = np.where(known[:, :, None], values, np.nan)
    level = np.nanmax(np.abs(centred), axis=1)
    centred = centred - np.nanmean(centred, axis=1, keepdims=True)
    spread = np.nanmax(np.abs(centred), axis=1)
    _check_variation(grid, (outcome, *regressors), spread <= _ROUNDING * level, where)
    # one scale for all units moves no statistic, and squares of what is left neither vanish nor overflow
    values = values / spread.max(axis=0)
    return [
        UnitSeries(
            outcome=rows[a:b, 0], regressors=rows[a:b, 1:], first=int(a), scale=float(spread[:, 0].max())
        )
        for rows, a, b in zip(values, first, last, strict=True)
    ]


def _check_variation(
    grid: PanelGrid, columns: tuple[str, ...], still: NDArray[np.bool_], where: Text
) -> None:
    if not still.any():
        return
    units = still.any(axis=1)
    raise EstimationError.of(
        "inference.columns_constant_in_units",
        where=where,
        columns=[column for column, flags in zip(columns, still.T, strict=True) if flags.any()],
        n=int(units.sum()),
        units=[str(name) for name in grid.entities[units][:3]],
    )


def kernel_rule(periods: float) -> int:
    """Return Newey and West's (1994) lags of a Bartlett kernel: 4 (T/100)^(2/9), rounded."""
    return int(np.rint(4 * (periods / 100) ** (2 / 9)))


def one_sided(series: Floats, lags: int) -> Floats:
    """Return Bartlett-weighted autocovariances of series along their last axis, from lag 1 on."""
    count = series.shape[-1]
    total: Floats = np.zeros(series.shape[:-1])
    for lag in range(1, min(lags, count - 1) + 1):
        product = (series[..., lag:] * series[..., : count - lag]).sum(axis=-1)
        total = total + (1 - lag / (lags + 1)) * product
    return np.asarray(total / count)


def long_run(series: Floats, lags: int) -> Floats:
    """Return long-run variances of series of mean zero along their last axis, by Bartlett's kernel."""
    return np.asarray((series**2).mean(axis=-1) + 2 * one_sided(series, lags))


def residual_of(values: Floats, columns: Floats) -> Floats:
    """Return values, shape (..., T, m), less what columns, shape (..., T, q), explain."""
    if not columns.shape[-1]:
        return values
    length = np.sqrt((columns**2).sum(axis=-2, keepdims=True))
    basis, _ = np.linalg.qr(columns / np.where(length > 0, length, 1.0))
    near = values
    for _ in range(2):
        near = near - np.asarray(basis @ (np.swapaxes(basis, -1, -2) @ near))
    return np.asarray(near)
