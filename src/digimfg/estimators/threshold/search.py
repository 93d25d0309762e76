"""Search a threshold over every candidate at once: sums over the sorted threshold variable, no refit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.threshold.kink import Bends

__all__ = ["Scan", "Scanner", "below", "bend", "candidate_positions", "demean", "orthonormal_basis"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scan:
    """Hold the sums that turn residuals of the null model into the fit of every candidate.

    Parameters
    ----------
    candidates
        Thresholds tried, ascending, shape (c,).
    basis
        Orthonormal basis of what the null model explains, shape (n, p).
    whitener
        Per candidate a matrix that turns sums of the regime variables into scores on orthonormal added
        columns, shape (c, a, r).
    ends
        For each candidate the number of sorted rows at or below it, shape (c,).
    regime
        The regime-dependent variables in sorted order, shape (n, r).
    order
        Rows sorted by the threshold variable.
    bends
        Of a kink, what lets γ move between values; ``None`` for a jump, whose fit only changes at values.
    """

    candidates: Floats
    basis: Floats
    whitener: Floats
    ends: Codes
    regime: Floats
    order: Codes
    bends: Bends | None = None

    def best(self, residuals: Floats) -> tuple[Floats, Floats]:
        r"""Return the largest fall of the sum of squares and the threshold where it is, shape (m,) each.

        Parameters
        ----------
        residuals
            As for `gains`.
        """
        gain = self.gains(residuals)
        place = np.argmax(gain, axis=1)
        found, values = gain[np.arange(len(gain)), place], self.candidates[place]
        if self.bends is None:
            return found, values
        between, at = self.bends.best(self.sums(residuals))
        inside = between > found
        return np.where(inside, between, found), np.where(inside, at, values)

    def sums(self, residuals: Floats) -> Floats:
        """Return sums of the regime variables times residuals at or below every candidate, shape (r, m,
        c).
        """
        left = residuals - (residuals @ self.basis) @ self.basis.T
        left = left[:, self.order]
        sums = np.empty((self.regime.shape[1], len(residuals), len(self.candidates)))
        for j in range(len(sums)):
            running = np.cumsum(left * self.regime[:, j], axis=1)
            sums[j] = running[:, self.ends - 1]
        return sums

    def gains(self, residuals: Floats) -> Floats:
        r"""Return the fall of the sum of squares at every candidate.

        Parameters
        ----------
        residuals
            Demeaned outcomes, one per row, shape (m, n); what the null model explains is taken out here.

        Returns
        -------
        ndarray
            Shape (m, c).
        """
        n_regime = self.regime.shape[1]
        sums = self.sums(residuals)
        gain = np.zeros((len(residuals), len(self.candidates)))
        for i in range(self.whitener.shape[1]):
            score = np.zeros_like(gain)
            for j in range(n_regime):
                score += sums[j] * self.whitener[:, i, j]
            gain += score**2
        return gain


@dataclass(frozen=True, kw_only=True, eq=False)
class Scanner:
    r"""Hold a panel sorted by its threshold variable.

    Parameters
    ----------
    regime
        Regime-dependent variables in levels, shape (n, r).
    threshold
        Threshold variable, shape (n,).
    entity
        Entity of each row, 0..N-1.
    kink
        The added column is :math:`(q_{it}-\gamma)1(q_{it}\le\gamma)`, and `regime` is not used.
    """

    regime: Floats
    threshold: Floats
    entity: Codes
    kink: bool = False

    def scan(self, basis: Floats, candidates: Floats) -> Scan:
        r"""Prepare the search of one more threshold given what `basis` explains.

        The added columns are :math:`x_{it}1(q_{it}\le\gamma)` less their entity means. With
        :math:`s_i(\gamma)=\sum_t x_{it}1(q_{it}\le\gamma)`, their cross products are
        :math:`\sum x x'1(q\le\gamma) - \sum_i s_i s_i'/T_i`, which only needs running sums.
        Candidates that add no variation are left out.
        """
        order = np.argsort(self.threshold, kind="stable")
        centre = float(np.median(self.threshold))
        x = self.regime[order]
        if self.kink:
            x = np.column_stack([self.threshold[order] - centre, np.ones(len(order))])
        entity = self.entity[order]
        ends = np.searchsorted(self.threshold[order], candidates, side="right").astype(np.int64)
        before = _running_within(x, entity)
        after = before + x
        share = 1.0 / np.bincount(self.entity)[entity]
        n_regime = x.shape[1]
        sorted_basis = basis[order]
        projections = np.stack(
            [np.cumsum(sorted_basis * x[:, [j]], axis=0)[ends - 1] for j in range(n_regime)], axis=1
        )
        cross = np.empty((len(candidates), n_regime, n_regime))
        for i in range(n_regime):
            for j in range(i + 1):
                step = x[:, i] * x[:, j] - share * (after[:, i] * after[:, j] - before[:, i] * before[:, j])
                cross[:, i, j] = cross[:, j, i] = np.cumsum(step)[ends - 1]
        left = cross - projections @ projections.transpose(0, 2, 1)
        bends = None
        if self.kink:
            tilt = np.column_stack([np.ones(len(candidates)), centre - candidates])[:, None, :]
            spread = tilt @ left @ tilt.transpose(0, 2, 1)
            root, usable = _whiteners(spread, tilt @ cross @ tilt.transpose(0, 2, 1))
            whitener = root @ tilt
            values = np.unique(self.threshold)
            bends = Bends(
                low=candidates[usable],
                high=values[np.searchsorted(values, candidates[usable]) + 1],
                products=left[usable],
                centre=centre,
            )
        else:
            whitener, usable = _whiteners(left, cross)
        return Scan(
            bends=bends,
            candidates=candidates[usable],
            basis=basis,
            whitener=whitener[usable],
            ends=ends[usable],
            regime=x,
            order=order,
        )


def demean(values: Floats, entity: Codes) -> Floats:
    """Return values less the mean of their entity; shape as given."""
    counts = np.bincount(entity)
    if values.ndim == 1:
        return np.asarray(values - (np.bincount(entity, weights=values) / counts)[entity])
    means = np.zeros((len(counts), values.shape[1]))
    for j, column in enumerate(values.T):
        means[:, j] = np.bincount(entity, weights=column) / counts
    return np.asarray(values - means[entity])


def bend(threshold: Floats, value: float, entity: Codes) -> Floats:
    r"""Return :math:`(q_{it}-\gamma)1(q_{it}\le\gamma)` less entity means, shape (n, 1)."""
    return demean(np.minimum(threshold - value, 0.0), entity)[:, None]


def below(regime: Floats, threshold: Floats, value: float, entity: Codes) -> Floats:
    r"""Return :math:`x_{it}1(q_{it}\le\gamma)` less entity means."""
    return demean(regime * (threshold <= value)[:, None], entity)


def orthonormal_basis(columns: Floats) -> Floats:
    """Return an orthonormal basis of the span of the columns (collinear ones count once)."""
    if columns.shape[1] == 0:
        return np.zeros((len(columns), 0))
    norms = np.linalg.norm(columns, axis=0)
    scaled = columns[:, norms > 0] / norms[norms > 0]
    left, singular, _ = np.linalg.svd(scaled, full_matrices=False)
    return (
        np.asarray(left[:, singular > 1e-10 * singular[0]]) if len(singular) else np.zeros((len(columns), 0))
    )


def candidate_positions(
    threshold: Floats, trim: float, grid: int | None, fixed: tuple[float, ...] = ()
) -> Floats:
    """Return the thresholds to try: distinct values that leave a share `trim` of rows on either side.

    Parameters
    ----------
    grid
        Number of quantiles of the distinct values to try instead of every one.
    fixed
        Thresholds already found: the regimes next to them must keep the share too.
    """
    values = np.sort(threshold)
    n = len(values)
    minimum = trim * n
    candidates = np.unique(values)
    if grid is not None:
        places = np.floor(np.linspace(trim, 1 - trim, grid) * len(candidates)).astype(int) - 1
        candidates = candidates[np.unique(np.clip(places, 0, len(candidates) - 1))]
    at_or_below = np.searchsorted(values, candidates, side="right")
    usable = (at_or_below >= minimum) & (n - at_or_below >= minimum) & (at_or_below < n)
    for value in fixed:
        usable &= np.abs(at_or_below - np.searchsorted(values, value, side="right")) >= max(minimum, 1)
    return np.asarray(candidates[usable])


def _running_within(x: Floats, entity: Codes) -> Floats:
    """Return, for each sorted row, the sum of earlier rows of the same entity."""
    by_entity = np.argsort(entity, kind="stable")
    grouped = np.cumsum(x[by_entity], axis=0)
    codes = entity[by_entity]
    first = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    base = np.repeat(grouped[first] - x[by_entity][first], np.diff(np.append(first, len(codes))), axis=0)
    running = np.empty_like(x)
    running[by_entity] = grouped - base - x[by_entity]
    return running


def _whiteners(matrices: Floats, scale: Floats) -> tuple[Floats, Mask]:
    """Return inverse Cholesky factors and which matrices are regular against their own scale."""
    size = np.sqrt(np.maximum(np.diagonal(scale, axis1=1, axis2=2), np.finfo(float).tiny))
    scaled = matrices / (size[:, :, None] * size[:, None, :])
    smallest = np.linalg.eigvalsh(scaled)[:, 0]
    usable = smallest > 1e-9
    safe = np.where(usable[:, None, None], scaled, np.eye(scaled.shape[1]))
    factor = np.linalg.inv(np.linalg.cholesky(safe))
    return factor / size[:, None, :], usable
