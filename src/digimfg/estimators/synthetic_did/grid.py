"""The panel of a synthetic difference-in-differences as grids of units and periods, and its cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["Cohort", "Grid", "adjusted", "cohorts_of", "grid_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Hold a balanced panel.

    Parameters
    ----------
    outcome
        Shape (N, T).
    controls
        Shape (K, N, T).
    first
        First treated time by unit, infinity for never, shape (N,).
    times
        Shape (T,).
    """

    outcome: Floats
    controls: Floats
    first: Floats
    times: Floats

    @property
    def never(self) -> Truths:
        """Return which units are never treated: the donors."""
        return np.isinf(self.first)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Hold one adoption date.

    Parameters
    ----------
    first
        Its first treated period.
    units
        Its units, by their place.
    before, after
        Which periods lie before treatment (and its anticipation), and which after, shape (T,).
    unit_ridge, time_ridge
        ζ of the weights of units and of periods, in units of the outcome.
    noise
        Standard deviation of the donors' changes from period to period before treatment.
    """

    first: float
    units: Codes
    before: Truths
    after: Truths
    unit_ridge: float
    time_ridge: float
    noise: float


def grid_of(panel: StaggeredPanel) -> Grid:
    """Return the grids of a balanced panel."""
    shape = panel.n_units, len(panel.times)
    outcome = np.empty(shape)
    outcome[panel.unit, panel.period] = panel.outcome
    controls = np.empty((panel.controls.shape[1], *shape))
    for place, values in enumerate(controls):
        values[panel.unit, panel.period] = panel.controls[:, place]
    return Grid(outcome=outcome, controls=controls, first=panel.unit_first, times=panel.times)


def cohorts_of(grid: Grid, outcome: Floats, *, anticipation: int, ridge: bool, label: Text) -> list[Cohort]:
    r"""Return the cohorts with their ridges.

    With σ the standard deviation of the donors' changes before treatment, ζ of units is
    :math:`(N_{tr}T_{post})^{1/4}\sigma`, or :math:`10^{-6}\sigma` without `ridge`; that of periods is
    :math:`10^{-6}\sigma` (Arkhangelsky et al. 2021).

    Raises
    ------
    EstimationError
        If there are fewer than two donors, or a cohort has fewer than two periods before treatment.
    """
    donors = int(np.count_nonzero(grid.never))
    if donors < 2:
        raise EstimationError.of("synthetic_did.too_few_donors", where=label, donors=donors)
    made: list[Cohort] = []
    for g in np.unique(grid.first[~grid.never]):
        before, after = grid.times < g - anticipation, grid.times >= g
        if before.sum() < 2:
            raise EstimationError.of(
                "synthetic_did.too_few_periods_before", label=label, g=g, n=int(before.sum())
            )
        units = np.flatnonzero(grid.first == g)
        changes = np.diff(outcome[grid.never][:, before], axis=1)
        noise = float(changes.std(ddof=1)) if changes.size > 1 else 0.0
        scale = (len(units) * int(after.sum())) ** 0.25 if ridge else 1e-6
        made.append(
            Cohort(
                first=float(g),
                units=units,
                before=before,
                after=after,
                unit_ridge=scale * noise,
                time_ridge=1e-6 * noise,
                noise=noise,
            )
        )
    return made


def adjusted(grid: Grid, counts: Floats) -> Floats:
    r"""Return the outcome less :math:`x'\hat\beta`, with β from donors within units and periods.

    Parameters
    ----------
    counts
        How often each unit is in the sample, shape (N,).
    """
    if not len(grid.controls):
        return grid.outcome
    donors = np.flatnonzero(grid.never & (counts > 0))
    weight = counts[donors]

    def within(values: Floats) -> Floats:
        inner = values[donors] - values[donors].mean(axis=1, keepdims=True)
        centred: Floats = inner - (weight @ inner) / weight.sum()
        return (centred * np.sqrt(weight)[:, None]).ravel()

    columns = np.column_stack([within(values) for values in grid.controls])
    scale = np.sqrt((columns**2).sum(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    slopes = np.linalg.lstsq(columns / scale, within(grid.outcome), rcond=1e-10)[0] / scale
    return grid.outcome - np.tensordot(slopes, grid.controls, axes=1)
