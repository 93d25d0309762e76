"""Confidence sets under bounded violations of parallel trends: fixed-length intervals and the conditional
test.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = ["relative_magnitude_set", "smoothness_interval"]

Floats = NDArray[np.float64]

_GRID = 1_000
_REACH = 20.0
_WIDENINGS = 1_000


def smoothness_interval(
    estimate: Floats, covariance: Floats, n_before: int, target: Floats, bound: float, level: float
) -> tuple[float, float]:
    r"""Return the shortest fixed-length interval when slopes of the violation change by at most `bound` per
    period.

    An affine estimator :math:`\hat\theta=l'\hat\beta_{post}+v'\hat\beta_{pre}` without the linear part of a
    trend has the worst bias M Σ|c| with c its weights on second differences; v minimises
    :math:`s\,cv_\alpha(bias/s)`, cv the quantile of |N(bias/s, 1)|, a convex problem.

    Parameters
    ----------
    estimate, covariance
        Event-study effects in order of event time, the reference left out; shape (P + Q,).
    n_before
        P, those before the reference.
    target
        l, shape (Q,).
    """
    from scipy.optimize import minimize

    n_after = len(estimate) - n_before
    back = np.arange(n_before, 0, -1.0)
    ahead = np.arange(1, n_after + 1.0)
    fixed = sum(abs(float(target @ np.maximum(ahead - j, 0.0))) for j in range(n_after))
    # Weights before treatment in terms of the slope they must undo and their loads on earlier second
    # differences.
    loads = np.vstack([back, *[np.maximum(back - j, 0.0) for j in range(1, n_before)]])
    inverse = np.linalg.inv(loads)
    offset = inverse[:, 0] * float(target @ ahead)
    directions = inverse[:, 1:]

    def weights(loads_free: Floats) -> Floats:
        return np.concatenate([offset + directions @ loads_free, target])

    def length(halves: Floats) -> tuple[float, Floats]:
        loads_free = halves[: n_before - 1] - halves[n_before - 1 :]
        v = weights(loads_free)
        spread = covariance @ v
        s = float(np.sqrt(v @ spread))
        bias = bound * (fixed + float(halves.sum()))
        ratio = bias / s
        critical = _folded_quantile(ratio, level)
        slope = _folded_slope(ratio, critical)
        # d(s cv(b/s)) = cv' db + (cv - (b/s) cv') ds
        by_s = (directions.T @ spread[:n_before]) / s * (critical - ratio * slope)
        by_b = bound * slope
        return s * critical, np.concatenate([by_s + by_b, -by_s + by_b])

    scale = float(np.sqrt(np.diag(covariance).max()))
    if n_before > 1:
        start = np.zeros(2 * (n_before - 1))

        def scaled(halves: Floats) -> tuple[float, Floats]:
            value, slope = length(halves)
            return value / scale, slope / scale

        found = minimize(
            scaled, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start),
            options={"maxiter": 5_000, "ftol": 1e-15, "gtol": 1e-10},
        )  # fmt: skip
        half = length(found.x)[0]
        best = weights(found.x[: n_before - 1] - found.x[n_before - 1 :])
    else:
        half = length(np.empty(0))[0]
        best = weights(np.empty(0))
    centre = float(best @ estimate)
    return centre - half, centre + half


def relative_magnitude_set(
    estimate: Floats,
    covariance: Floats,
    n_before: int,
    target: Floats,
    bound: float,
    level: float,
    *,
    centre: float | None = None,
) -> tuple[float, float, bool]:
    r"""Return the hull of values that the conditional test of Andrews, Roth and Pakes does not reject.

    Violations after treatment may change between periods by at most `bound` times the largest change before
    it. This set is a union over the period and sign of the largest change, each a polyhedron
    :math:`A\delta\le0`; a value belongs to the confidence set if one of them does not reject it. Candidates
    lie as far apart as those of HonestDiD, 1,000 over 40 standard errors, around the estimate, so that the
    set moves with it; the search goes on from an end that is accepted.

    Parameters
    ----------
    centre
        Of the candidates: the estimate by default (HonestDiD takes zero, and stops after 20 standard errors).

    Returns
    -------
    low, high, open
        `open` where the set reaches the end of the search, 20,000 standard errors away; NaN where every
        value is rejected.
    """
    theta = float(target @ estimate[n_before:]) if centre is None else centre
    error = float(np.sqrt(target @ covariance[n_before:, n_before:] @ target))
    step = 2 * _REACH * error / (_GRID - 1)
    every = [
        _restrictions(n_before, len(estimate) - n_before, place, sign, bound)
        for place in range(n_before)
        for sign in (1.0, -1.0)
    ]

    def kept(steps: Floats) -> NDArray[np.bool_]:
        values = theta + step * steps
        tested = [_accepted(rows, estimate, covariance, target, values, level) for rows in every]
        return np.asarray(np.any(tested, axis=0))

    half = _GRID // 2
    steps = np.arange(-half, half, dtype=np.float64) + 0.5
    inside = steps[kept(steps)]
    if not len(inside):
        return np.nan, np.nan, False
    ends, reached = [float(inside[0]), float(inside[-1])], False
    for side, edge in enumerate((float(steps[0]), float(steps[-1]))):
        outward = float(np.sign(edge))
        for _ in range(_WIDENINGS):
            if ends[side] != edge:
                break
            further = edge + outward * np.arange(1, half + 1, dtype=np.float64)
            accepted = further[kept(further)]
            edge = float(further[-1])
            ends[side] = float(accepted[-1]) if len(accepted) else ends[side]
        else:
            reached = True
    return theta + step * ends[0], theta + step * ends[1], reached


def _restrictions(n_before: int, n_after: int, place: int, sign: float, bound: float) -> Floats:
    """Return A: each change after treatment, and its negative, less `bound` times the change at `place`.

    The restrictions that say which change before treatment is the largest do not involve the effect and are
    left out, as HonestDiD does.
    """
    changes = np.delete(np.diff(np.eye(n_before + n_after + 1), axis=0), n_before, axis=1)
    largest = sign * bound * changes[place]
    after = changes[n_before:]
    return np.vstack([after - largest, -after - largest])


def _accepted(
    rows: Floats,
    estimate: Floats,
    covariance: Floats,
    target: Floats,
    grid: Floats,
    level: float,
) -> NDArray[np.bool_]:
    r"""Return which values of the effect the conditional test does not reject.

    With y = A(β̂ - e θ) the statistic is the value of :math:`\min\{\eta: y-X\tau\le\eta\sigma\}`, X the
    other effects. Its dual has few vertices here: multipliers of each change and its negative differ by a
    multiple c of :math:`u_t=\sum_{s\ge t}l_s`, so that either c is zero and one pair is positive, or every
    pair has one zero.
    """
    n_after = len(target)
    matrix = rows @ covariance @ rows.T
    spread = np.sqrt(np.diag(matrix))
    tail = np.cumsum(target[::-1])[::-1]
    vertices = []
    for c in (1.0, -1.0):
        split = np.concatenate([np.maximum(c * tail, 0.0), np.maximum(-c * tail, 0.0)])
        vertices.append(split / (split @ spread))
    for t in range(n_after):
        pair = np.zeros(2 * n_after)
        pair[[t, n_after + t]] = 1.0
        vertices.append(pair / (pair @ spread))
    dual = np.array(vertices)
    # Only the multipliers' difference meets the effect: (λ⁺ - λ⁻)'D τ with (λ⁺ - λ⁻) = c u and D'u = l.
    by_effect = (dual[:, :n_after] - dual[:, n_after:]) @ np.diff(np.eye(n_after + 1), axis=0)[:, 1:]
    per_unit = by_effect @ target / float(target @ target)
    moments = dual @ (rows @ estimate)
    values = moments[:, None] - per_unit[:, None] * grid
    best = np.argmax(values, axis=0)
    kept = np.ones(len(grid), dtype=bool)
    for vertex in np.unique(best):
        places = np.flatnonzero((best == vertex) & (values[vertex] > 0))
        variance = float(dual[vertex] @ matrix @ dual[vertex])
        if not len(places) or variance <= 1e-300:
            kept[places] = False
            continue
        loads = dual @ (matrix @ dual[vertex]) / variance
        kept[places] = _not_rejected(values[:, places], vertex, loads, float(np.sqrt(variance)), level)
    return kept


def _not_rejected(
    values: Floats, vertex: int, loads: Floats, deviation: float, level: float
) -> NDArray[np.bool_]:
    """Compare the statistic with its normal, truncated to where the same vertex stays the best."""
    eta = values[vertex]
    low, high = np.full(len(eta), -np.inf), np.full(len(eta), np.inf)
    for other in range(len(values)):
        gap = 1.0 - loads[other]
        if other == vertex or abs(gap) < 1e-12:
            continue
        limit = (values[other] - loads[other] * eta) / gap
        if gap > 0:
            low = np.maximum(low, limit)
        else:
            high = np.minimum(high, limit)
    critical = _truncated_quantile(level, low / deviation, high / deviation)
    kept: NDArray[np.bool_] = eta / deviation <= np.maximum(0.0, critical)
    return kept


def _truncated_quantile(level: float, low: Floats, high: Floats) -> Floats:
    """Return quantiles of standard normals between two bounds, by the tail that holds digits."""
    lower = ndtr(low) + level * (ndtr(high) - ndtr(low))
    upper = ndtr(-low) - level * (ndtr(-low) - ndtr(-high))
    found: Floats = np.where(low > 0, -ndtri(upper), ndtri(lower))
    return np.clip(found, low, high)


@cache
def _folded_quantile(shift: float, level: float) -> float:
    """Return the quantile of |N(shift, 1)|."""
    from scipy.optimize import brentq

    def distance(x: float) -> float:
        # The upper tails hold digits where the distribution function is close to one.
        return float(ndtr(shift - x) + ndtr(-x - shift)) - (1 - level)

    return float(brentq(distance, 0.0, shift + 10.0, xtol=1e-13, rtol=1e-14))


def _folded_slope(shift: float, critical: float) -> float:
    near, far = (np.exp(-((critical - each) ** 2) / 2) for each in (shift, -shift))
    return float((near - far) / (near + far))
