"""Marginal effects along a moderator and the Johnson-Neyman region."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.notes import note_of
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.result import Result

__all__ = ["johnson_neyman", "marginal_tables"]

Floats = NDArray[np.float64]

_FEW = 10
_HISTOGRAM = 20
_STEPS = 200


def marginal_tables(
    result: Result, treatment: str, product: str, moderator: Floats, mean: float, *, points: int
) -> tuple[dict[str, pd.DataFrame], dict[str, float], tuple[Text, ...]]:
    """Return the marginal effects, the Johnson-Neyman region and the moderator's distribution, with their
    notes.
    """
    b = result.coefficients.loc[[treatment, product], "estimate"].to_numpy()
    v = result.covariance_matrix.loc[[treatment, product], [treatment, product]].to_numpy()
    degrees = _degrees(result, treatment, product)
    low, high = float(moderator.min()), float(moderator.max())
    distinct = np.unique(moderator)
    grid = distinct if len(distinct) <= _FEW else np.linspace(low, high, points)
    effect, error = _effect(b, v, grid - mean)
    df = np.array([degrees(level) for level in grid - mean])
    critical = scipy.stats.t.ppf(0.975, df)
    table = pd.DataFrame(
        {
            "moderator": grid,
            "estimate": effect,
            "std_error": error,
            "p_value": 2 * scipy.stats.t.sf(np.abs(effect / error), df),
            "conf_low": effect - critical * error,
            "conf_high": effect + critical * error,
        }
    )
    bounds = johnson_neyman(b, v, lambda level: float(scipy.stats.t.ppf(0.975, degrees(level))))
    places = tuple(bound + mean for bound in bounds)
    cuts = [low, *(place for place in places if low < place < high), high]
    rows = []
    for start, end in pairwise(cuts):
        middle = (start + end) / 2 - mean
        middle_effect, middle_error = _effect(b, v, np.array([middle]))
        significant = abs(middle_effect[0]) > scipy.stats.t.ppf(0.975, degrees(middle)) * middle_error[0]
        inside = (moderator >= start) & ((moderator < end) | (end == high))
        rows.append(
            {
                "low": start,
                "high": end,
                "sign": int(np.sign(middle_effect[0])) if significant else 0,
                "n_obs": int(np.count_nonzero(inside)),
            }
        )
    regions = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="region"))
    share = float(regions.loc[regions["sign"] != 0, "n_obs"].sum() / len(moderator))
    counts, edges = np.histogram(moderator, bins=_HISTOGRAM)
    distribution = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n_obs": counts})
    statistics = {"share_significant": share}
    if places:
        statistics |= {"johnson_neyman_low": places[0], "johnson_neyman_high": places[-1]}
    notes = (
        note_of("mechanisms.centred", mean=mean),
        _region_note(regions),
    )
    tables = {"marginal_effects": table, "johnson_neyman": regions, "moderator_distribution": distribution}
    return tables, statistics, notes


def johnson_neyman(
    estimates: Floats, covariance: Floats, critical: float | Callable[[float], float]
) -> tuple[float, ...]:
    """Return the levels v of a moderator at which b₁ + b₃v is just significant, in ascending order, or none.

    Parameters
    ----------
    estimates, covariance
        Of the treatment and of its product with v, shapes (2,) and (2, 2).
    critical
        Quantile of t; or a function of v, where degrees of freedom vary with it.

    Examples
    --------
    >>> bounds = johnson_neyman(np.array([1.0, 1.0]), np.eye(2) * 0.01, 2.0)
    >>> [round(bound, 4) for bound in bounds]
    [-1.3333, -0.75]
    """
    if not callable(critical):
        return _roots(estimates, covariance, critical)
    found = [_settled(estimates, covariance, critical, side) for side in (0, 1)]
    return tuple(sorted({bound for bound in found if bound is not None}))


def _settled(
    estimates: Floats, covariance: Floats, critical: Callable[[float], float], side: int
) -> float | None:
    """Return one root at the quantile that it has itself."""
    value = critical(0.0)
    for _ in range(_STEPS):
        roots = _roots(estimates, covariance, value)
        if not roots:
            return None
        value, before = critical(roots[side]), value
        if abs(value - before) <= 1e-12 * before:
            return roots[side]
    return None


def _roots(estimates: Floats, covariance: Floats, critical: float) -> tuple[float, ...]:
    b1, b3 = (float(each) for each in estimates)
    square = critical**2
    a = b3**2 - square * float(covariance[1, 1])
    b = 2 * (b1 * b3 - square * float(covariance[0, 1]))
    c = b1**2 - square * float(covariance[0, 0])
    discriminant = b**2 - 4 * a * c
    if discriminant <= 0 or a == 0:
        return ()
    # The root without cancellation, and the other from their product.
    far = -(b + np.copysign(np.sqrt(discriminant), b)) / 2
    return tuple(float(root) for root in sorted((far / a, c / far)))


def _degrees(result: Result, treatment: str, product: str) -> Callable[[float], float]:
    """Return the degrees of freedom of the effect at a level of the moderator, measured from its mean."""
    distribution = result.distribution
    one, other = ((result.coefficients.index == name).astype(np.float64) for name in (treatment, product))

    def degrees(level: float) -> float:
        return distribution.degrees(one + level * other)

    return degrees


def _effect(b: Floats, v: Floats, level: Floats) -> tuple[Floats, Floats]:
    variance = v[0, 0] + 2 * level * v[0, 1] + level**2 * v[1, 1]
    return b[0] + b[1] * level, np.sqrt(np.maximum(variance, 0))


def _region_note(regions: pd.DataFrame) -> Text:
    signs = {1: Text("positive", "为正"), -1: Text("negative", "为负")}
    total = int(regions["n_obs"].sum())
    parts = []
    for row in regions.to_dict("records"):
        if row["sign"]:
            low, high = written_ends(row["low"], row["high"], 4)
            parts.append(
                note_of(
                    "mechanisms.region_of_sign",
                    sign=signs[row["sign"]],
                    low=low,
                    high=high,
                    share=row["n_obs"] / total,
                )
            )
    if not parts:
        return note_of("mechanisms.significant_nowhere")
    return note_of("mechanisms.significant_regions", parts=parts)
