"""The Anderson-Rubin test and its confidence set, exact by a quadratic eigenvalue problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import linalg, optimize

from digimfg.distributions.student import quadratic_form

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.first_stage import ReducedForm

__all__ = ["anderson_rubin_f", "anderson_rubin_set"]

Floats = NDArray[np.float64]

_EXACT = 1e-18


def anderson_rubin_f(reduced: ReducedForm, effects: Floats) -> float:
    """Return the F that the instruments do not move the outcome beyond `effects` times the endogenous terms.

    AR(β) = δ(β)'V(β)⁻¹δ(β)/l with δ(β) = γ_y - γ_d β and V(β) its covariance, with the small-sample factor.

    Parameters
    ----------
    effects
        Hypothetical coefficients of the endogenous terms, shape (m,).
    """
    weights = np.concatenate([[1.0], -np.asarray(effects)])
    difference = reduced.outcome - reduced.endogenous @ effects
    value = quadratic_form(reduced.combined(weights), difference)
    return value / reduced.n_instruments / reduced.adjustment.factor


def anderson_rubin_set(
    reduced: ReducedForm, centre: float, level: float = 0.95
) -> tuple[tuple[float, float], ...]:
    """Return the effects of one endogenous term that the Anderson-Rubin test does not reject.

    AR(β) ≤ c where the matrix [[c l V(β), δ(β)], [δ(β)', 1]] is positive semi-definite. Its entries are
    quadratic in β, so the ends of the set are real eigenvalues of a quadratic pencil: no grid, no interval
    missed.

    Parameters
    ----------
    centre
        Any value near the set, as the point estimate.

    Returns
    -------
    tuple of (low, high)
        Disjoint segments from left to right; ends may be infinite; empty where every value is rejected; one
        point where the equation fits exactly.
    """
    n_instruments = reduced.n_instruments
    bound = float(scipy.stats.f.ppf(level, n_instruments, reduced.adjustment.df))
    spread = np.trace(reduced.combined(np.array([1.0, -centre])))
    unit = np.trace(reduced.combined(np.array([0.0, 1.0])))
    if unit <= 0:
        # Several ways of clustering left no variance: nothing can be rejected.
        return ((-np.inf, np.inf),)
    if spread <= _EXACT * (np.trace(reduced.combined(np.array([1.0, 0.0]))) + centre**2 * unit):
        return ((centre, centre),)
    scale = float(np.sqrt(spread / unit))

    def excess(step: float) -> float:
        value = anderson_rubin_f(reduced, np.array([centre + scale * step]))
        # Where the covariance vanishes nothing is rejected.
        return -bound if np.isnan(value) else value - bound

    roots = _candidates(reduced, centre, scale, bound * n_instruments * reduced.adjustment.factor)
    between = (roots[1:] + roots[:-1]) / 2
    probes = (
        np.concatenate([[roots[0] - 1 - abs(roots[0])], between, [roots[-1] + 1 + abs(roots[-1])]])
        if len(roots)
        else np.zeros(1)
    )
    inside = [excess(step) <= 0 for step in probes]
    ends: list[float] = [-np.inf]
    for place in range(len(roots)):
        if inside[place] != inside[place + 1]:
            ends.append(
                float(optimize.brentq(excess, probes[place], probes[place + 1], xtol=1e-13, rtol=1e-13))
            )
        else:
            ends.append(np.nan)
    segments: list[tuple[float, float]] = []
    start: float | None = -np.inf if inside[0] else None
    for place, end in enumerate(ends[1:]):
        if np.isnan(end):
            continue
        if inside[place + 1]:
            start = centre + scale * end
        elif start is not None:
            segments.append((start, centre + scale * end))
            start = None
    if start is not None:
        segments.append((start, np.inf))
    return tuple(segments)


def _candidates(reduced: ReducedForm, centre: float, scale: float, bound: float) -> Floats:
    n_instruments = reduced.n_instruments
    # In steps t from the centre, β = centre + scale t: outcome - β d = (outcome - centre d) - t (scale d).
    blocks = reduced.moments.covariance.reshape(2, n_instruments, 2, n_instruments)
    at = np.array([1.0, -centre])
    along = np.array([0.0, -scale])
    constant = np.einsum("a,aibj,b->ij", at, blocks, at)
    linear = np.einsum("a,aibj,b->ij", at, blocks, along)
    linear = linear + linear.T
    square = np.einsum("a,aibj,b->ij", along, blocks, along)
    size = np.trace(constant) / n_instruments
    difference = (reduced.outcome - centre * reduced.endogenous[:, 0]) / np.sqrt(size)
    step = -scale * reduced.endogenous[:, 0] / np.sqrt(size)
    first = np.block([[bound * constant / size, difference[:, None]], [difference[None, :], np.ones((1, 1))]])
    second = np.block([[bound * linear / size, step[:, None]], [step[None, :], np.zeros((1, 1))]])
    third = np.zeros((n_instruments + 1, n_instruments + 1))
    third[:n_instruments, :n_instruments] = bound * square / size
    identity, nothing = np.eye(n_instruments + 1), np.zeros((n_instruments + 1, n_instruments + 1))
    left = np.block([[nothing, identity], [-first, -second]])
    right = np.block([[identity, nothing], [nothing, third]])
    top, bottom = linalg.eig(left, right, right=False, homogeneous_eigvals=True)
    finite = np.abs(bottom) > 1e-12 * np.maximum(np.abs(top), 1)
    values = top[finite] / bottom[finite]
    real = np.abs(values.imag) <= 1e-6 * (1 + np.abs(values))
    return np.sort(values[real].real)
