"""Find one to three thresholds in sequence, refine them, and test each against one fewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.threshold.search import (
    Scan,
    Scanner,
    below,
    bend,
    candidate_positions,
    demean,
    orthonormal_basis,
)

__all__ = ["Panel", "Profile", "Stage", "find_thresholds"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Hold the arrays of a threshold model.

    Parameters
    ----------
    outcome
        Demeaned by entity, shape (n,).
    common
        What every regime shares, demeaned (controls, time effects), shape (n, p).
    regime
        Regime-dependent variables in levels, shape (n, r).
    threshold
        Threshold variable, shape (n,).
    entity
        Entity codes 0..N-1.
    trims
        Least share of rows in a regime, for the search of the first, second, third threshold.
    grid
        Number of quantiles to search, ``None`` for every distinct value.
    kink
        The slope of the threshold variable changes at the threshold, the function does not jump.
    """

    outcome: Floats
    common: Floats
    regime: Floats
    threshold: Floats
    entity: Codes
    trims: tuple[float, ...]
    grid: int | None
    kink: bool = False

    @property
    def degrees(self) -> int:
        r"""Return :math:`\sum_i (T_i - 1)`, the divisor of the error variance."""
        return len(self.outcome) - int(self.entity.max()) - 1

    def basis(self, thresholds: tuple[float, ...]) -> Floats:
        """Return an orthonormal basis of the model with these thresholds."""
        linear = self.threshold[:, None] if self.kink else self.regime
        parts = [self.common, demean(linear, self.entity)]
        parts.extend(self.added(value) for value in thresholds)
        return orthonormal_basis(np.hstack(parts))

    def added(self, value: float) -> Floats:
        """Return the columns that one threshold adds, demeaned."""
        if self.kink:
            return bend(self.threshold, value, self.entity)
        return below(self.regime, self.threshold, value, self.entity)

    def sum_of_squares(self, thresholds: tuple[float, ...]) -> float:
        """Return the sum of squared residuals with these thresholds."""
        basis = self.basis(thresholds)
        residual = self.outcome - basis @ (basis.T @ self.outcome)
        return float(residual @ residual)

    def scan(self, fixed: tuple[float, ...], n_sought: int) -> Scan:
        """Prepare the search of one more threshold, `n_sought` in all.

        Raises
        ------
        EstimationError
            If no candidate leaves enough rows in every regime.
        """
        trim = self.trims[n_sought - 1]
        candidates = candidate_positions(self.threshold, trim, self.grid, fixed)
        scanner = Scanner(regime=self.regime, threshold=self.threshold, entity=self.entity, kink=self.kink)
        scan = scanner.scan(self.basis(fixed), candidates) if len(candidates) else None
        if scan is None or not len(scan.candidates):
            n_rows, n_values = len(self.threshold), len(np.unique(self.threshold))
            raise EstimationError.of(
                "threshold.no_threshold_found", n_sought=n_sought, trim=trim, n_values=n_values, n_rows=n_rows
            )
        return scan


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """Hold the likelihood ratio of one threshold at every candidate and at the estimate, others fixed.

    Parameters
    ----------
    candidates, likelihood_ratio
        In ascending order, shape (c,).
    between
        Of a kink: the interval of a critical value, ends between values included.
    """

    candidates: Floats
    likelihood_ratio: Floats
    between: Callable[[float], tuple[float, float]] | None = None

    def interval(self, cut: float) -> tuple[float, float]:
        """Return the smallest and largest threshold whose likelihood ratio is at most `cut`."""
        if self.between is not None:
            return self.between(cut)
        inside = self.candidates[self.likelihood_ratio <= cut]
        return float(inside.min()), float(inside.max())


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """Hold the model with k thresholds.

    Parameters
    ----------
    thresholds
        In ascending order, after refinement.
    added
        The threshold that this stage found.
    null_thresholds
        The thresholds of the stage before, which the test holds fixed.
    null_sum_of_squares, sum_of_squares
        S of the stage before, and of this stage after refinement.
    test_sum_of_squares
        S with the earlier thresholds held fixed: what the F statistic uses.
    profiles
        For each threshold in ascending order, its likelihood ratio given the others.
    """

    thresholds: tuple[float, ...]
    added: float
    null_thresholds: tuple[float, ...]
    null_sum_of_squares: float
    sum_of_squares: float
    test_sum_of_squares: float
    profiles: tuple[Profile, ...]


def find_thresholds(panel: Panel, n_thresholds: int) -> list[Stage]:
    """Return the stages with 1..n thresholds, each refined before the next (Hansen 1999; Bai 1997).

    Refinement searches each threshold again, as it was searched first but with the others fixed, until none
    moves. A kink is searched between values too, where its sum of squares goes on changing.
    """
    stages: list[Stage] = []
    found: tuple[float, ...] = ()
    searches: tuple[int, ...] = ()
    null_sum = panel.sum_of_squares(())
    for count in range(1, n_thresholds + 1):
        best, _ = _best(panel, found, count)
        test_sum = panel.sum_of_squares((*found, best))
        null = found
        found, profiles, searches = _refine(panel, (*found, best), (*searches, count))
        total = panel.sum_of_squares(found)
        stages.append(
            Stage(
                thresholds=found,
                added=best,
                null_thresholds=null,
                null_sum_of_squares=null_sum,
                sum_of_squares=total,
                test_sum_of_squares=test_sum,
                profiles=profiles,
            )
        )
        null_sum = total
    return stages


def _best(panel: Panel, fixed: tuple[float, ...], n_sought: int) -> tuple[float, Profile]:
    scan = panel.scan(fixed, n_sought)
    outcome = panel.outcome[None, :]
    gain = scan.gains(outcome)[0]
    largest, at = (float(each[0]) for each in scan.best(outcome))
    variance = panel.sum_of_squares((*fixed, at)) / panel.degrees
    ratio = np.maximum((largest - gain) / variance, 0.0)
    if scan.bends is None:
        return at, Profile(candidates=scan.candidates, likelihood_ratio=ratio)
    bends, sums = scan.bends, scan.sums(outcome)
    candidates, first = np.unique(np.append(at, scan.candidates), return_index=True)

    def between(cut: float) -> tuple[float, float]:
        low, high = bends.interval(sums, largest - cut * variance)
        return min(low, at), max(high, at)

    return at, Profile(candidates=candidates, likelihood_ratio=np.append(0.0, ratio)[first], between=between)


def _refine(
    panel: Panel, thresholds: tuple[float, ...], searches: tuple[int, ...]
) -> tuple[tuple[float, ...], tuple[Profile, ...], tuple[int, ...]]:
    """Return thresholds, their profiles and the search each came from, in ascending order."""
    current = list(thresholds)
    profiles: dict[int, Profile] = {}
    for _ in range(50):
        moved = False
        for position, search in enumerate(searches):
            fixed = tuple(current[:position] + current[position + 1 :])
            value, profiles[position] = _best(panel, fixed, search)
            if value != current[position]:
                moved = True
                current[position] = value
        if not moved or len(current) == 1:
            break
    ranked = sorted(range(len(current)), key=lambda position: current[position])
    return (
        tuple(current[i] for i in ranked),
        tuple(profiles[i] for i in ranked),
        tuple(searches[i] for i in ranked),
    )
