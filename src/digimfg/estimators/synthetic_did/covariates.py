"""Slopes of controls found beside the weights: Arkhangelsky et al.'s own treatment of covariates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.synthetic_did.effects import CohortWeights, Weigh, Weighting, kept_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.estimators.synthetic_did.grid import Cohort, Grid

__all__ = ["ControlSlopes", "optimized_weights", "slopes_beside_weights"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
ControlSlopes = Literal["projected", "optimized"]

_GAIN = 1e-5
_MOST_STEPS = 10_000


def optimized_weights(grid: Grid, weighting: Weighting) -> Weigh:
    r"""Return the rule that finds weights and slopes of controls together, for each cohort its own.

    With outcomes of donors by period before treatment and, in the last place, their mean after it, and of the
    treated likewise, all less :math:`x'\beta`, it goes down on

    .. math:: \tfrac1{N_0}\|e_\lambda\|^2+\zeta_\lambda^2\|\lambda\|^2+
       \tfrac1{T_0}\|e_\omega\|^2+\zeta_\omega^2\|\omega\|^2

    by a step of Frank and Wolfe in λ and ω and one of the gradient in β, of length 1/t in the t-th round,
    until a round gains no more than :math:`(10^{-5}\sigma)^2` (Arkhangelsky et al. 2021; the steps of their
    software and of Stata's sdid, controls in standard deviations as there).
    """
    spread = grid.controls.std(axis=(1, 2), ddof=1)
    scale = np.where(spread > 0, spread, 1.0)
    controls = grid.controls / scale[:, None, None]

    def weigh(outcome: Floats, cohort: Cohort, units: Codes, counts: Floats) -> CohortWeights:
        donors = np.repeat(np.flatnonzero(counts > 0), counts[counts > 0].astype(np.int64))
        found = _Rounds(
            outcome=_collapsed(outcome[None], cohort, donors, units)[0],
            controls=_collapsed(controls, cohort, donors, units),
            cohort=cohort,
            weighting=weighting,
        ).run()
        of_units = np.zeros(len(outcome))
        np.add.at(of_units, donors, found.units)
        return CohortWeights(units=of_units, periods=found.periods, slopes=found.slopes / scale)

    return weigh


def slopes_beside_weights(grid: Grid, cohorts: Sequence[Cohort], weights: Sequence[CohortWeights]) -> Weigh:
    """Return the rule that keeps weights and gives the slopes that are best beside them, exactly."""
    kept = kept_weights(cohorts, weights)

    def weigh(outcome: Floats, cohort: Cohort, units: Codes, counts: Floats) -> CohortWeights:
        found = kept(outcome, cohort, units, counts)
        donors = np.flatnonzero(counts > 0)

        def left(grids: Floats) -> Floats:
            both = _collapsed(grids, cohort, donors, units)
            across = _centred(both[:, :-1]) @ np.append(found.periods, -1.0)
            along = _centred(np.swapaxes(both[:, :, :-1], 1, 2)) @ np.append(found.units[donors], -1.0)
            return np.concatenate([across / np.sqrt(len(donors)), along / np.sqrt(along.shape[1])], axis=1)

        slopes = np.linalg.lstsq(left(grid.controls).T, left(outcome[None])[0], rcond=1e-10)[0]
        return replace(found, slopes=slopes)

    return weigh


def _collapsed(grids: Floats, cohort: Cohort, donors: Codes, units: Codes) -> Floats:
    """Return grids, shape (K, N, T), as (K, N₀ + 1, T₀ + 1): the treated as one row, what follows as one
    column.
    """
    rows = np.concatenate([grids[:, donors], grids[:, units].mean(axis=1, keepdims=True)], axis=1)
    later = rows[:, :, cohort.after].mean(axis=2, keepdims=True)
    return np.concatenate([rows[:, :, cohort.before], later], axis=2)


def _centred(grids: Floats) -> Floats:
    return np.asarray(grids - grids.mean(axis=-2, keepdims=True))


class _Rounds:
    """Go down on λ, ω and β in turn."""

    def __init__(self, *, outcome: Floats, controls: Floats, cohort: Cohort, weighting: Weighting) -> None:
        donors, periods = outcome.shape[0] - 1, outcome.shape[1] - 1
        grids = np.concatenate([outcome[None], controls])
        # the outcome and each control across donors, and along the periods before treatment
        across, along = _centred(grids[:, :-1]), np.swapaxes(grids[:, :, :-1], 1, 2)
        free = weighting != "synthetic_control"
        self.least = (_GAIN * cohort.noise) ** 2
        self.slopes = np.zeros(len(controls))
        self.across = _Side(
            across, np.full(periods, 1 / periods if free else 0.0), donors * cohort.time_ridge**2,
            moves=weighting == "synthetic_did",
        )  # fmt: skip
        self.along = _Side(
            _centred(along) if free else along, np.full(donors, 1 / donors), periods * cohort.unit_ridge**2,
            moves=weighting != "did",
        )  # fmt: skip

    def run(self) -> CohortWeights:
        sides = self.across, self.along
        for side in sides:
            side.step(self.slopes)
        last = np.inf
        for count in range(1, _MOST_STEPS + 1):
            self.slopes = self.slopes + sum(side.downhill(self.slopes) for side in sides) / count
            for side in sides:
                side.step(self.slopes)
            value = sum(side.value(self.slopes) for side in sides)
            if count > 1 and not last - value > self.least:
                break
            last = value
        return CohortWeights(units=self.along.weights, periods=self.across.weights, slopes=self.slopes)


class _Side:
    """Hold one set of weights, and each grid's sum by them less its last column, kept up to date."""

    def __init__(self, grids: Floats, weights: Floats, penalty: float, *, moves: bool) -> None:
        self.columns, self.last = np.ascontiguousarray(grids[:, :, :-1]), grids[:, :, -1]
        self.weights, self.penalty, self.moves = weights, penalty, moves
        self.left = self.columns @ weights - self.last

    def step(self, slopes: Floats) -> None:
        """Move the weights by a step of Frank and Wolfe with exact line search."""
        if not self.moves:
            return
        signs = np.concatenate([[1.0], -slopes])
        rest = signs @ self.left
        gradient = signs @ (rest @ self.columns) + self.penalty * self.weights
        enter = int(gradient.argmin())
        towards = self.columns[:, :, enter] - self.last - self.left
        along = signs @ towards
        # squares of the move from the weights to a corner: |w|² - 2 w_i + 1
        size = float(self.weights @ self.weights) - 2 * float(self.weights[enter]) + 1
        curve = float(along @ along) + self.penalty * size
        gain = float(gradient @ self.weights) - float(gradient[enter])
        if curve > 0:
            step = min(1.0, max(0.0, gain / curve))
            self.weights = self.weights * (1 - step)
            self.weights[enter] += step
            self.left = self.left + step * towards

    def downhill(self, slopes: Floats) -> Floats:
        """Return where the mean square falls as the slopes rise, halved."""
        rest = np.concatenate([[1.0], -slopes]) @ self.left
        return np.asarray(self.left[1:] @ rest / len(rest))

    def value(self, slopes: Floats) -> float:
        """Return the mean square and what the ridge adds."""
        rest = np.concatenate([[1.0], -slopes]) @ self.left
        return float(rest @ rest + self.penalty * (self.weights @ self.weights)) / len(rest)
