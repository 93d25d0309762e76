"""How much each predictor of a synthetic control counts: the weights that predict the outcome best in the
window of the fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.design.centre import centred
from digimfg.design.scaled import scaled_slopes
from digimfg.inference.simplex import simplex_least_squares

__all__ = ["fitted_importance"]

Floats = NDArray[np.float64]

_ALONE = 1e-2
_CORNERS = 10
_LONG, _SHORT, _FURTHER = 150, 60, 100
_CONTINUED, _ROUNDS = 2, 4


def fitted_importance(own: Floats, pool: Floats, goal: Floats, paths: Floats) -> Floats:
    """Return importances that add up to one and minimise the squared gap in the window, given their donor
    weights.

    Nelder–Mead on softmax weights, from equal importance, from the regression of outcomes on predictors (as
    R's Synth) and, more briefly, from each predictor in turn at a hundred times the others (the ten best of
    these), since the best importances often lie near a corner; the two best searches go on from where they
    ended for as long as that helps. The surface has flats and kinks: no search proves that it found the
    lowest point.

    Parameters
    ----------
    own, pool
        Standardised predictors of the treated unit and of donors, shapes (m,), (m, J).
    goal, paths
        Outcomes in the window, shapes (T,), (T, J).
    """
    from scipy.optimize import minimize

    count = len(own)
    size = max(float(np.var(goal)), 1e-300)

    def gap(logs: Floats) -> float:
        root = np.sqrt(_softmax(logs))
        weights = simplex_least_squares(own * root, pool * root[:, None])
        return float(np.mean((goal - paths @ weights) ** 2)) / size

    def search(start: Floats, evaluations: int) -> tuple[float, Floats]:
        found = minimize(
            gap, start, method="Nelder-Mead",
            options={"maxfev": evaluations * count, "xatol": 1e-4, "fatol": 1e-9, "adaptive": True},
        )  # fmt: skip
        return float(found.fun), np.asarray(found.x)

    alone = [np.log(np.where(np.arange(count) == place, 1.0, _ALONE)) for place in range(count)]
    alone.sort(key=gap)
    usual = [np.zeros(count), _regression(own, pool, goal, paths)]
    ended = [search(start, _LONG) for start in usual] + [search(start, _SHORT) for start in alone[:_CORNERS]]
    ended.sort(key=lambda pair: pair[0])
    lowest, best = ended[0]
    for level, point in ended[:_CONTINUED]:
        for _ in range(_ROUNDS):
            further, place = search(point, _FURTHER)
            gained = further < level * (1 - 1e-5)
            if further < level:
                level, point = further, place
            if not gained:
                break
        if level < lowest:
            best, lowest = point, level
    return _softmax(best)


def _regression(own: Floats, pool: Floats, goal: Floats, paths: Floats) -> Floats:
    predictors = centred(np.vstack([own, pool.T]), None)
    slopes = scaled_slopes(predictors, centred(np.vstack([goal, paths.T]), None))
    strength = (slopes**2).sum(axis=1)
    strength = np.maximum(strength / max(strength.sum(), 1e-300), 1e-6)
    return np.asarray(np.log(strength / strength.mean()))


def _softmax(logs: Floats) -> Floats:
    powers = np.exp(logs - logs.max())
    result: Floats = powers / powers.sum()
    return result
