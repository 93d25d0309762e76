"""Non-linear least squares with several starts and profile intervals, where parameters may be
unidentified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["LeastSquaresFit", "least_squares_fit", "positive_parameter", "profile_interval"]

Floats = NDArray[np.float64]
Residuals = Callable[[Floats], Floats]

_FURTHEST = 60
_APART = 1e-20
"""Squared share of a parameter in a direction below which the two have nothing in common but rounding."""
_REACH = float(np.log(1e6))  # a millionfold: further out an end counts as open


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class LeastSquaresFit:
    """Hold the lowest sum of squares that several starts reached.

    Parameters
    ----------
    estimates
        Shape (k,).
    std_errors
        From the Jacobian: :math:`s^2(J'J)^{-1}`; infinite where it is singular.
    rss
        Sum of squared residuals.
    n_obs
        Number of residuals.
    n_optima
        Distinct sums of squares (to a millionth) at which starts ended.
    settled
        Whether the best start ended by itself, and not at the last round allowed.
    """

    estimates: Floats
    std_errors: Floats
    rss: float
    n_obs: int
    n_optima: int
    settled: bool


def least_squares_fit(
    residuals: Residuals,
    starts: Sequence[Floats],
    *,
    slopes: Residuals | None = None,
    tolerance: float = 1e-15,
    most: int = 2_000,
) -> LeastSquaresFit | None:
    """Return the best of the fits that start at several points; None where none ends.

    Parameters
    ----------
    residuals
        Parameters → residuals; parameters are scaled by their size at each start.
    starts
        Points of shape (k,).
    slopes
        Parameters → derivatives of the residuals, shape (n, k); by differences without.
    tolerance, most
        Of the search: relative gain, step and slope at which it ends, and rounds at most.
    """
    from scipy.optimize import least_squares

    found = []
    for start in starts:
        try:
            end = least_squares(
                residuals,
                start,
                jac="2-point" if slopes is None else slopes,
                method="trf",
                x_scale="jac",
                ftol=tolerance,
                xtol=tolerance,
                gtol=tolerance,
                max_nfev=most,
            )
        except (ValueError, np.linalg.LinAlgError):
            continue
        if np.isfinite(end.cost):
            found.append(end)
    if not found:
        return None
    best = min(found, key=lambda end: end.cost)
    rss, n_obs = 2 * float(best.cost), len(best.fun)
    exact = float(np.sum(residuals(starts[0]) ** 2)) * 1e-18  # below it an optimum is a perfect fit
    levels = {round(float(np.log(2 * max(end.cost, exact) + 1e-300)), 6) for end in found if end.status > 0}
    spread = rss / max(n_obs - len(best.x), 1)
    _, values, vectors = np.linalg.svd(np.asarray(best.jac, dtype=np.float64), full_matrices=False)
    with np.errstate(divide="ignore"):
        inverse = np.where(values > values.max() * 1e-14, 1 / values**2, np.inf)
    part = np.square(vectors)
    with np.errstate(invalid="ignore"):  # a direction in which nothing is seen, and a parameter apart from it
        variances = np.where(part < _APART, 0.0, part * inverse[:, None]).sum(axis=0)
    known = np.isfinite(variances)
    return LeastSquaresFit(
        estimates=np.asarray(best.x, dtype=np.float64),
        std_errors=np.sqrt(np.where(known, spread * np.where(known, variances, 0.0), np.inf)),
        rss=rss,
        n_obs=n_obs,
        n_optima=max(len(levels), 1),
        settled=best.status > 0,
    )


def profile_interval(
    residuals: Residuals, fit: LeastSquaresFit, place: int, *, level: float, bounds: tuple[float, float]
) -> tuple[float, float]:
    r"""Return the interval of one parameter whose profile does not exceed the F quantile.

    Values c with :math:`(RSS(c)-RSS)/(RSS/(n-k))\le F_{1,n-k}` where RSS(c) is minimal over the other
    parameters (Bates & Watts 1988, doi:10.1002/9780470316757, ch. 6). An end that is never reached is
    infinite: the parameter is not identified there.

    Parameters
    ----------
    residuals, fit
        The model and its fit.
    place
        Position of the parameter.
    level
        Of confidence.
    bounds
        Between which it makes sense; an end there is the bound.
    """
    from scipy import optimize, stats

    n_free = fit.n_obs - len(fit.estimates)
    limit = fit.rss * (1 + float(stats.f.ppf(level, 1, n_free)) / n_free)
    others = np.delete(np.arange(len(fit.estimates)), place)
    centre, error = float(fit.estimates[place]), float(fit.std_errors[place])
    step = error if np.isfinite(error) and error > 0 else max(abs(centre), 1.0) * 0.1

    def end(sign: int) -> float:
        warm = fit.estimates[others]

        @cache  # a second search from elsewhere may end lower: each value has one answer
        def excess(value: float) -> float:
            nonlocal warm

            def held(rest: Floats) -> Floats:
                return residuals(np.insert(rest, place, value))

            if not len(others):
                return float(np.sum(held(np.empty(0)) ** 2)) - limit
            best = np.inf
            for start in (warm, fit.estimates[others]):
                found = optimize.least_squares(held, start, x_scale="jac", ftol=1e-12, xtol=1e-12, gtol=1e-12)
                if 2 * float(found.cost) < best:
                    warm, best = found.x, 2 * float(found.cost)
                if best <= limit:
                    break
            return best - limit

        inside, reach = centre, step
        bound = bounds[0] if sign < 0 else bounds[1]
        for _ in range(_FURTHEST):
            outside = centre + sign * reach
            if sign * (outside - bound) >= 0:
                return bound if not np.isfinite(bound) or excess(bound) < 0 else _root(excess, inside, bound)
            if excess(outside) > 0:
                return _root(excess, inside, outside)
            inside, reach = outside, reach * 1.6
        return sign * np.inf

    return end(-1), end(1)


def positive_parameter(
    residuals: Residuals, fit: LeastSquaresFit, place: int, *, level: float, scale: float = 1.0
) -> tuple[float, float, float, float]:
    """Return estimate, standard error and profile interval of a parameter fitted by its logarithm.

    The interval goes down to 0, or up to infinity, where its end lies beyond a millionth or a millionfold.

    Parameters
    ----------
    residuals, fit, place, level
        As in `profile_interval`.
    scale
        Unit of the answer.
    """
    centre = float(fit.estimates[place])
    low, high = profile_interval(
        residuals, fit, place, level=level, bounds=(centre - _REACH, centre + _REACH)
    )
    estimate = float(np.exp(centre)) * scale
    return (
        estimate,
        estimate * float(fit.std_errors[place]),
        0.0 if low <= centre - _REACH else float(np.exp(low)) * scale,
        np.inf if high >= centre + _REACH else float(np.exp(high)) * scale,
    )


def _root(excess: Callable[[float], float], inside: float, outside: float) -> float:
    from scipy.optimize import brentq

    if excess(inside) >= 0:
        return inside
    return float(brentq(excess, inside, outside, rtol=1e-10, xtol=1e-12 * max(abs(outside), 1e-12)))
