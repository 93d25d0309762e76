"""How much each predictor of a synthetic control counts: the weights that predict the outcome best before treatment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.policy.simplex import simplex_least_squares

__all__ = ["fitted_importance"]

Floats = NDArray[np.float64]


def fitted_importance(own: Floats, pool: Floats, goal: Floats, paths: Floats) -> Floats:
    """Return importances that add up to one and minimise the squared gap before treatment, given their donor weights.

    Nelder–Mead on softmax weights from equal importance and from the regression of outcomes on predictors (as R's Synth
    starts); the better of the two. A local minimum: the surface has flats and kinks.

    Parameters
    ----------
    own, pool
        Standardised predictors of the treated unit and of donors, shapes (m,), (m, J).
    goal, paths
        Outcomes before treatment, shapes (T,), (T, J).
    """
    from scipy.optimize import minimize

    count = len(own)

    size = max(float(np.var(goal)), 1e-300)

    def gap(logs: Floats) -> float:
        root = np.sqrt(_softmax(logs))
        weights = simplex_least_squares(own * root, pool * root[:, None])
        return float(np.mean((goal - paths @ weights) ** 2)) / size

    everyone = np.column_stack([np.ones(len(pool.T) + 1), np.vstack([own, pool.T])])
    slopes = np.linalg.lstsq(everyone, np.vstack([goal, paths.T]), rcond=None)[0][1:]
    strength = (slopes**2).sum(axis=1)
    strength = np.maximum(strength / max(strength.sum(), 1e-300), 1e-6)
    starts = [np.zeros(count), np.log(strength / strength.mean())]
    best, lowest = starts[0], np.inf
    for start in starts:
        found = minimize(
            gap, start, method="Nelder-Mead",
            options={"maxfev": 150 * count, "xatol": 1e-4, "fatol": 1e-9, "adaptive": True},
        )  # fmt: skip
        if found.fun < lowest - 1e-12:
            best, lowest = found.x, float(found.fun)
    return _softmax(best)


def _softmax(logs: Floats) -> Floats:
    powers = np.exp(logs - logs.max())
    result: Floats = powers / powers.sum()
    return result
