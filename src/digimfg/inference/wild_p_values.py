"""P values of wild bootstrap draws, and the ends of the intervals that invert them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import WildWeights
from digimfg.errors import EstimationError
from digimfg.inference.cluster_ways import cluster_ways
from digimfg.inference.effect_projection import EffectProjection, group_sums
from digimfg.inference.linear_fit import LinearFit, linear_fit
from digimfg.inference.terms_of_design import term_place
from digimfg.inference.wild_draws import Equation, sample_variance, signs_as_extreme, wild_draws
from digimfg.inference.wild_weights import choose_weights, enumerates, known_signs, weight_blocks
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = [
    "PValueKind",
    "WildModel",
    "interval_end",
    "share_as_extreme",
    "standard_error",
    "wild_equation",
    "wild_model",
    "wild_p_values",
]

Floats = NDArray[np.float64]
PValueKind = Literal["symmetric", "equal_tailed"]

_TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class WildModel:
    """Hold what a bootstrap test of one coefficient needs, whatever the estimator.

    Parameters
    ----------
    estimate
        Of the sample.
    variance
        Clustered, without a factor for small samples.
    n_slopes
        Of the equation.
    variation
        Of the term, freed of all others, by cluster, shape (G,).
    statistics
        Null → t of every draw.
    """

    estimate: float
    variance: float
    n_slopes: int
    variation: Floats
    statistics: Callable[[float], Floats]


def wild_equation(design: Design, fit: LinearFit | None = None) -> Equation:
    """Return the fitted equation of a design with the terms of its clustered variance."""
    fit = linear_fit(design) if fit is None else fit
    return Equation(
        fit=fit,
        projection=EffectProjection(list(design.effects.values()), fit.weights),
        ways=cluster_ways(design.clusters, design.specification.covariance.small_sample),
    )


def wild_model(
    design: Design, term: str, groups: NDArray[np.int64], blocks: Iterable[Floats], *, restricted: bool
) -> WildModel:
    """Return the draws of one coefficient of least squares.

    Parameters
    ----------
    groups
        The clusters that share a weight, codes 0..G-1.
    blocks
        Weight vectors, shape (draws, G) each.
    restricted
        Whether the null is imposed.
    """
    equation = wild_equation(design)
    place = term_place(design, term)
    count = int(groups.max()) + 1
    direction = equation.direction(place)
    return WildModel(
        estimate=float(equation.fit.estimates[place]),
        variance=sample_variance(equation, place),
        n_slopes=len(design.terms),
        variation=group_sums((equation.fit.weighted(direction) * direction)[:, None], groups, count)[:, 0],
        statistics=wild_draws(equation, place, groups, count, blocks, restricted=restricted).statistics,
    )


def wild_p_values(
    equation: Equation,
    places: Sequence[int],
    groups: NDArray[np.int64],
    weights: WildWeights | None,
    draws: int,
    seed: int,
) -> Floats:
    """Return the symmetric p values of zero coefficients, the null imposed on each in turn; NaN where the
    variance of the sample is not positive.
    """
    count = int(groups.max()) + 1
    chosen = choose_weights(weights, count)
    statistics: dict[int, float] = {}
    for place in places:
        variance = sample_variance(equation, place)
        if variance > 0:
            statistics[place] = float(equation.fit.estimates[place] / np.sqrt(variance))
    among = enumerates(chosen, draws, count)
    found: dict[int, float] = {}
    signs = known_signs(chosen, draws, count, seed) if statistics else None
    if signs is not None:
        (block,) = weight_blocks(chosen, draws, count, seed)
        least = {place: abs(each) - _slack(each) for place, each in statistics.items()}
        counts = signs_as_extreme(equation, least, groups, block, signs)
        found = {place: _share(*each, among=among) for place, each in zip(least, counts, strict=True)}
    else:
        for place, statistic in statistics.items():
            blocks = weight_blocks(chosen, draws, count, seed)
            drawn = wild_draws(equation, place, groups, count, blocks, every_null=False).statistics(0.0)
            found[place] = share_as_extreme(drawn, statistic, "symmetric", sample_among=among)
    return np.array([found.get(place, np.nan) for place in places])


def standard_error(variance: float, term: str) -> float:
    """Return the root of a clustered variance.

    Raises
    ------
    EstimationError
        If it is negative, as clustering in several ways may leave it, or the scores cancel within every
        cluster.
    """
    if variance > 0:
        return float(np.sqrt(variance))
    raise EstimationError.of(
        "inference.variance_not_positive",
        term=term,
        variance=note_of("inference.variance_found", variance=variance)
        if variance
        else Text("scores that cancel within every cluster", "得分在每个聚类内相互抵消"),
    )


def share_as_extreme(statistics: Floats, statistic: float, kind: PValueKind, *, sample_among: bool) -> float:
    """Return the p value of a statistic among draws; the sample counts as one of them, if it is not there
    already.
    """
    usable = statistics[np.isfinite(statistics)]
    slack = _slack(statistic)
    if kind == "symmetric":
        extreme = int(np.count_nonzero(np.abs(usable) >= abs(statistic) - slack))
        return _share(extreme, len(usable), among=sample_among)
    above = int(np.count_nonzero(usable >= statistic - slack))
    below = int(np.count_nonzero(usable <= statistic + slack))
    return min(1.0, 2 * _share(min(above, below), len(usable), among=sample_among))


def _slack(statistic: float) -> float:
    return _TIE * max(abs(statistic), 1e-12)


def _share(extreme: int, usable: int, *, among: bool) -> float:
    own = 0 if among else 1
    return (extreme + own) / (usable + own)


def interval_end(p: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """Return where p falls to alpha on one side of an estimate, infinity if not within 10,000 standard
    errors.
    """
    inside, outside = estimate, estimate + step
    for _ in range(36):
        if p(outside) <= alpha:
            break
        inside, outside = outside, estimate + (outside - estimate) * 1.3
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p(middle) <= alpha else (middle, outside)
    return float(outside)
