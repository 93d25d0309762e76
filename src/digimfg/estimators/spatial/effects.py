"""Direct, indirect and total effects of regressors in models with spatial lags, and their errors."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from digimfg.errors import EstimationError
from digimfg.estimators.spatial.data import one_row_sum, row_sums

if TYPE_CHECKING:
    from scipy import sparse

    from digimfg.estimators.spatial.determinant import Determinant

__all__ = ["EffectErrors", "EffectMap", "Multipliers", "effect_errors"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Multipliers:
    r"""Average the entries of :math:`S=(I-\sum\rho_jW_j)^{-1}(\beta I+\sum_j\theta_jW_j)`.

    Every average is linear in :math:`(\beta,\theta_1,\dots)`, so that a matrix of multipliers, a function of
    :math:`\rho` alone, serves all regressors: rows direct, indirect, total, then, if there are several
    matrices, the part of the indirect effect that leaves the unit along each; columns :math:`I, W_1, W_2,
    \dots` With :math:`M=(I-\sum\rho_jW_j)^{-1}`, :math:`S=\beta I+\sum_jMW_j(\rho_j\beta+\theta_j)`: these
    parts add up.
    """

    determinant: Determinant

    @property
    def matrices(self) -> tuple[sparse.csr_array, ...]:
        """Return the weight matrices."""
        return self.determinant.matrices

    @cached_property
    def _row_sums(self) -> Floats:
        return row_sums(self.matrices[0])

    @cached_property
    def _one_row_sum(self) -> bool:
        return one_row_sum(self.matrices[0])

    @property
    def cheap(self) -> bool:
        """Return whether a value more costs no factorisation."""
        return self.determinant.eigenvalues is not None and self._one_row_sum

    def at(self, rho: Floats) -> Floats:
        """Return the multipliers at many values of the coefficients.

        Parameters
        ----------
        rho
            Shape (d, m).

        Returns
        -------
        ndarray
            Shape (d, 3 or 3 + m, 1 + m).
        """
        return self._one_matrix(rho[:, 0]) if len(self.matrices) == 1 else self._several(rho)

    def _one_matrix(self, rho: Floats) -> Floats:
        """tr(A⁻¹)/N = 1 + ρ tr(WA⁻¹)/N, and likewise for sums."""
        trace = self._trace(rho) / self.determinant.n_units
        total = self._sum(rho) / self.determinant.n_units
        found = np.empty((len(rho), 3, 2))
        found[:, 0, 0], found[:, 0, 1] = 1.0 + rho * trace, trace
        found[:, 2, 0], found[:, 2, 1] = 1.0 + rho * total, total
        np.subtract(found[:, 2], found[:, 0], out=found[:, 1])
        return found

    def _trace(self, rho: Floats) -> Floats:
        eigenvalues = self.determinant.eigenvalues
        if eigenvalues is not None:
            upper = eigenvalues[eigenvalues.imag >= 0]  # of each conjugate pair one
            real, imaginary = upper.real, upper.imag
            distance = np.outer(rho, real)
            np.subtract(1.0, distance, out=distance)
            distance *= distance
            distance += np.outer(rho**2, imaginary**2)
            share = np.outer(-rho, real**2 + imaginary**2)
            share += real
            share /= distance
            return np.asarray(share @ np.where(imaginary > 0, 2.0, 1.0))
        if len(rho) <= 4:
            return np.array([self.determinant.traces(np.array([value]))[0] for value in rho])
        middle, width = 0.5 * (rho.max() + rho.min()), 0.5 * (rho.max() - rho.min())

        def exact(nodes: Floats) -> Floats:
            return np.array([self.determinant.value(np.array([middle + width * node])) for node in nodes])

        interpolant = np.polynomial.Chebyshev.interpolate(exact, 40)
        return np.asarray(-interpolant.deriv()((rho - middle) / width) / width)

    def _sum(self, rho: Floats) -> Floats:
        sums = self._row_sums
        if self._one_row_sum:
            return np.asarray(len(sums) * sums[0] / (1.0 - rho * sums[0]))
        found = np.empty(len(rho))
        for position, value in enumerate(rho):
            factor = splu(self.determinant.system(np.array([value])).tocsc())
            found[position] = float(np.sum(factor.solve(sums)))
        return found

    def _several(self, rho: Floats) -> Floats:
        n_units, n_matrices = self.determinant.n_units, len(self.matrices)
        dense = np.stack([matrix.toarray() for matrix in self.matrices])
        found = np.zeros((len(rho), 3 + n_matrices, 1 + n_matrices))
        identity = np.eye(n_units)
        for position, values in enumerate(rho):
            inverse = np.linalg.inv(identity - np.tensordot(values, dense, axes=1))
            traces, sums = [float(np.trace(inverse))], [float(np.sum(inverse))]
            columns = inverse.sum(axis=0)
            for matrix in dense:
                traces.append(float(np.sum(inverse * matrix.T)))
                sums.append(float(np.sum(columns @ matrix)))
            outside = np.array(sums) - np.array(traces)
            found[position, :3] = [traces, outside, sums]
            for j in range(n_matrices):
                found[position, 3 + j, [0, 1 + j]] = values[j] * outside[1 + j], outside[1 + j]
        return found / n_units


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectErrors:
    """Hold effects and their errors.

    Parameters
    ----------
    effects
        At the estimates, shape (effects, regressors).
    delta
        Standard errors by the delta method, shape (effects, regressors).
    drawn
        The draws, shape (draws, effects, regressors), or ``None``.
    n_rejected
        Draws outside the admissible region, drawn again.
    """

    effects: Floats
    delta: Floats
    drawn: Floats | None
    n_rejected: int


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectMap:
    """Say where the effects find their ingredients among the estimates.

    Parameters
    ----------
    multipliers
        Of the weight matrices.
    places
        Position of each regressor's coefficient and of those of its lags, -1 where zero by construction;
        shape (regressors, 1 + m).
    rho_places
        Positions of the coefficients of the lagged outcome, empty where it is not lagged.
    past_places
        Positions of the coefficients of the outcome's time lag and of its spatial lags, shape (1 + m,), for
        the long run; ``None`` for the short run.
    """

    multipliers: Multipliers
    places: Places
    rho_places: Places
    past_places: Places | None = None

    def at(self, sample: Floats) -> Floats:
        """Return the effects of many sets of estimates, shape (d, effects, regressors)."""
        rho, scale = self.spatial(sample)
        if self.multipliers.cheap:
            multipliers = self.multipliers.at(rho)
        else:
            values, where = np.unique(rho, axis=0, return_inverse=True)
            multipliers = self.multipliers.at(values)[where.ravel()]
        loadings = _pick(sample, self.places) / scale[:, None, None]
        # by matrix, since products of a thousand small ones take longer
        parts = [multipliers[:, :, None, j] * loadings[:, None, :, j] for j in range(multipliers.shape[2])]
        return np.asarray(sum(parts[1:], start=parts[0]))

    def spatial(self, sample: Floats) -> tuple[Floats, Floats]:
        r"""Return the spatial coefficients and what loadings are divided by.

        In the long run :math:`(\rho_j+\eta_j)/(1-\tau)` and :math:`1-\tau`.
        """
        n_matrices = len(self.multipliers.matrices)
        rho = sample[:, self.rho_places] if len(self.rho_places) else np.zeros((len(sample), n_matrices))
        if self.past_places is None:
            return rho, np.ones(len(sample))
        past = _pick(sample, self.past_places[None, :])[:, 0]
        scale = 1.0 - past[:, 0]
        return (rho + past[:, 1:]) / scale[:, None], scale

    def admissible(self, sample: Floats) -> NDArray[np.bool_]:
        """Return which sets of estimates keep the process stable in space (and in time, in the long run)."""
        rho, scale = self.spatial(sample)
        determinant = self.multipliers.determinant
        inside = scale > 0
        for column, (low, high) in zip(rho.T, determinant.bounds, strict=True):
            inside &= (column > low) & (column < high)
        if len(determinant.matrices) > 1:
            inside[inside] = [np.isfinite(determinant.value(values)) for values in rho[inside]]
        return np.asarray(inside)


def effect_errors(
    effects: EffectMap, estimates: Floats, covariance: Floats, *, draws: int, rng: np.random.Generator
) -> EffectErrors:
    r"""Return errors of the effects by the delta method and from draws of the estimates.

    Parameters
    ----------
    estimates, covariance
        Of all parameters that the effects depend on; sampling error is taken as normal.
    draws
        Number of draws; 0 leaves the delta method only.

    Raises
    ------
    EstimationError
        If most draws fall outside the admissible region, or an estimate has no variance.
    """
    half = _root(covariance)
    steps = 1e-4 * np.sqrt(np.diag(covariance))
    moved = np.concatenate([estimates[None], estimates + np.diag(steps), estimates - np.diag(steps)])
    found, *values = np.split(effects.at(moved), [1, 1 + len(estimates)])
    gradient = (values[0] - values[1]) / (2 * steps[:, None, None])
    variance = np.einsum("iek,ij,jek->ek", gradient, covariance, gradient)
    delta = np.sqrt(np.maximum(variance, 0.0))
    if draws == 0:
        return EffectErrors(effects=found[0], delta=delta, drawn=None, n_rejected=0)
    sample, n_rejected = _draw(effects, estimates, half, draws, rng)
    return EffectErrors(effects=found[0], delta=delta, drawn=effects.at(sample), n_rejected=n_rejected)


def _pick(sample: Floats, places: Places) -> Floats:
    return np.asarray(np.where(places >= 0, sample[:, np.maximum(places, 0)], 0.0))


def _root(covariance: Floats) -> Floats:
    """Return the triangular root, which is unique: eigenvectors change sign from one linear-algebra library
    to the next.
    """
    variance = np.diag(covariance)
    if np.all(variance > 0):
        scale = np.sqrt(variance)
        with contextlib.suppress(np.linalg.LinAlgError):
            return np.asarray(np.linalg.cholesky(covariance / np.outer(scale, scale)) * scale[:, None])
    raise EstimationError.of("spatial.effects_without_variance")


def _draw(
    effects: EffectMap, estimates: Floats, half: Floats, draws: int, rng: np.random.Generator
) -> tuple[Floats, int]:
    kept: list[Floats] = []
    n_kept = n_rejected = 0
    while n_kept < draws:
        sample = estimates + rng.standard_normal((draws, len(estimates))) @ half.T
        inside = effects.admissible(sample)
        if np.mean(inside) < 0.2:
            raise EstimationError.of("spatial.draws_outside_bounds", inside=np.mean(inside))
        accepted = np.flatnonzero(inside)[: draws - n_kept]
        n_rejected += int(np.sum(~inside[: accepted[-1] + 1]))
        kept.append(sample[accepted])
        n_kept += len(accepted)
    return np.concatenate(kept), n_rejected
