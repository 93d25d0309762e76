"""The growth of one of two populations in a panel: unit means taken out, or orthogonal deviations with
instruments; by unit, so that units can be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.levels import GMMInstruments, Levels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SymbiosisEquation", "SymbiosisMethod", "deviation_equation", "within_equation"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
SymbiosisMethod = Literal["gmm", "within"]

_LAGS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class SymbiosisEquation:
    """Hold an equation's products by unit.

    Parameters
    ----------
    terms
        Of the coefficients, the first columns.
    cross
        Instruments by columns and growth, shape (N, l, k + 1).
    moments
        Of instruments by themselves, shape (N, l, l); ``None`` where the columns are their own.
    scale
        What coefficients are multiplied with, shape (number of terms,).
    """

    terms: list[str]
    cross: Floats
    moments: Floats | None
    scale: Floats

    @property
    def n_instruments(self) -> int:
        """Return l."""
        return int(self.cross.shape[1])

    def estimates(self, weights: Floats) -> Floats:
        """Return coefficients with each unit counted so many times, shapes (R, N) → (R, number of terms)."""
        cross = np.tensordot(weights, self.cross, axes=1)
        if self.moments is None:
            alone = [np.linalg.lstsq(each[:-1, :-1], each[:-1, -1], rcond=1e-12)[0] for each in cross]
            return np.asarray([each[: len(self.scale)] * self.scale for each in alone])
        inverse = np.linalg.pinv(np.tensordot(weights, self.moments, axes=1), rcond=1e-12, hermitian=True)
        normal = np.swapaxes(cross[..., :-1], 1, 2) @ inverse @ cross
        solved = np.linalg.pinv(normal[..., :-1], rcond=1e-12, hermitian=True) @ normal[..., -1:]
        return np.asarray(solved[:, : len(self.scale), 0] * self.scale)


def within_equation(
    steps: pd.DataFrame, codes: Codes, which: int, moderator: str | None, time_effects: bool
) -> SymbiosisEquation:
    """Return an equation after unit means are taken out.

    Raises
    ------
    MeasureError
        If the terms do not vary apart within units.
    """
    terms, columns = _columns(steps, which, moderator)
    design = np.column_stack([columns, _periods(steps, time_effects), _growth(steps, which)])
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    centred = design / scale
    n_units = int(codes.max()) + 1
    sums = np.zeros((n_units, design.shape[1]))
    np.add.at(sums, codes, centred)
    centred -= (sums / np.bincount(codes, minlength=n_units)[:, None])[codes]
    products = np.zeros((n_units, design.shape[1], design.shape[1]))
    np.add.at(products, codes, centred[:, :, None] * centred[:, None, :])
    keep = len(terms)
    if not np.linalg.cond(products.sum(axis=0)[:keep, :keep]) <= 1e12:
        raise _alike(terms)
    return SymbiosisEquation(terms=terms, cross=products, moments=None, scale=scale[-1] / scale[:keep])


def deviation_equation(
    steps: pd.DataFrame, codes: Codes, which: int, moderator: str | None, time_effects: bool
) -> SymbiosisEquation:
    """Return an equation in forward orthogonal deviations with levels as instruments, one for each lag.

    Raises
    ------
    MeasureError
        If the terms do not vary apart within units, or there are fewer instruments than terms.
    """
    terms, columns = _columns(steps, which, moderator)
    growth = _growth(steps, which)
    scale = np.maximum(np.abs(np.column_stack([columns, growth])).max(axis=0), 1e-300)
    columns, growth = columns / scale[:-1], growth / scale[-1]
    clock = steps["period"].to_numpy(dtype=np.float64)
    periods = np.rint((clock - clock.min()) / _step(clock)).astype(np.int64)
    order = np.lexsort((periods, codes))
    codes, periods = codes[order], periods[order]
    grids = {}
    for name, values in zip(terms, columns[order].T, strict=True):
        grids[name] = np.full((int(codes.max()) + 1, int(periods.max()) + 1), np.nan)
        grids[name][codes, periods] = values
    levels = Levels(
        outcome=growth[order],
        regressors=columns[order],
        names=tuple(terms),
        entity=codes,
        period=periods,
        grids=grids,
        exogenous={},
        level_instruments={},
        time_effects=time_effects,
    )
    assembly = assemble(
        levels,
        tuple(GMMInstruments(name, first=1, last=_LAGS) for name in terms),
        system=False,
        transformation="orthogonal",
        collapse=True,
        weighting="full",
        components=None,
    )
    system = assembly.system
    if assembly.n_reported < len(terms) or system.instruments.shape[1] < system.regressors.shape[1]:
        raise _alike(terms)
    both = np.column_stack([system.regressors, system.outcome])
    return SymbiosisEquation(
        terms=terms,
        cross=_by_unit(system.instruments, both, system.entity, int(codes.max()) + 1),
        moments=_by_unit(system.instruments, system.instruments, system.entity, int(codes.max()) + 1),
        scale=scale[-1] / scale[:-1],
    )


def _by_unit(left: Floats, right: Floats, unit: Codes, n_units: int) -> Floats:
    """Return products summed by unit, shape (N, l, k)."""
    starts = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
    found = np.zeros((n_units, left.shape[1], right.shape[1]))
    for place, name in enumerate(left.T):  # one column at a time: all products of all rows are large
        found[unit[starts], place] = np.add.reduceat(name[:, None] * right, starts)
    return found


def _columns(steps: pd.DataFrame, which: int, moderator: str | None) -> tuple[list[str], Floats]:
    own, other = (steps[f"x{each}"].to_numpy(dtype=np.float64) for each in (which, 1 - which))
    if moderator is None:
        return ["own", "other"], np.column_stack([own, other])
    held = steps["moderator"].to_numpy(dtype=np.float64)
    names = ["own", "other", f"other:{moderator}", moderator]
    return names, np.column_stack([own, other, other * held, held])


def _growth(steps: pd.DataFrame, which: int) -> Floats:
    return steps[f"growth_x{which}"].to_numpy(dtype=np.float64)


def _periods(steps: pd.DataFrame, time_effects: bool) -> Floats:
    if not time_effects:
        return np.empty((len(steps), 0))
    periods = np.unique(steps["period"].to_numpy(), return_inverse=True)[1]
    return np.asarray(periods[:, None] == np.arange(1, periods.max() + 1), dtype=np.float64)


def _step(clock: Floats) -> float:
    periods = np.unique(clock)
    return float(np.diff(periods).min()) if len(periods) > 1 else 1.0


def _alike(terms: list[str]) -> MeasureError:
    return MeasureError.of(
        "evolution.moderated_terms_without_variation"
        if len(terms) > 2
        else "evolution.terms_without_variation",
        names=terms,
    )
