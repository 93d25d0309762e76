"""The wild restricted efficient cluster bootstrap of two-stage least squares, for one term and for a
result's column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.instrumental.data import Instrumented, free_of, instrumented
from digimfg.estimators.instrumental.lewbel import as_estimated
from digimfg.inference.cluster_ways import cluster_ways
from digimfg.inference.effect_projection import EffectProjection, group_sums
from digimfg.inference.linear_fit import LinearFit
from digimfg.inference.terms_of_design import term_place
from digimfg.inference.wild_column import bootstrap_column
from digimfg.inference.wild_draws import Equation
from digimfg.inference.wild_instruments import InstrumentedEquation, instrumented_draws
from digimfg.inference.wild_p_values import WildModel, share_as_extreme
from digimfg.inference.wild_weights import choose_weights, enumerates, weight_blocks
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digimfg.covariance import WildBootstrap
    from digimfg.design import Design

__all__ = ["instrumented_equation", "instrumented_model", "wild_instrument_column"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MOST_SUMS = 6_000_000
_TITLE = Text(
    "Wild restricted efficient cluster bootstrap (Davidson & MacKinnon 2010)",
    "Wild restricted efficient cluster bootstrap（Davidson 与 MacKinnon，2010）",
)


def instrumented_equation(
    data: Instrumented, place: int, projection: EffectProjection | None = None
) -> InstrumentedEquation:
    """Return the equation in which one term is tested, freed of the exogenous terms that are not.

    An exogenous term under test stands among the endogenous ones and is its own instrument: estimates are
    the same.

    Parameters
    ----------
    place
        Among the endogenous terms, then the exogenous ones.
    projection
        On the effects, where it is there already.
    """
    design = data.design
    n_endogenous = data.endogenous.shape[1]
    weights = None if design.weights is None else design.weights / design.weights.mean()
    root = np.ones(design.n_obs) if weights is None else np.sqrt(weights)
    exogenous, endogenous = data.exogenous, data.endogenous
    instruments = design.absorbed.instruments * root[:, None]
    if place >= n_endogenous:
        tested = exogenous[:, [place - n_endogenous]]
        exogenous = np.delete(exogenous, place - n_endogenous, axis=1)
        endogenous = np.column_stack([endogenous, tested])
        instruments = np.column_stack([instruments, tested])
        place = n_endogenous
    free = free_of(np.column_stack([data.outcome, endogenous, instruments]), exogenous)
    freed = free[:, 1 + endogenous.shape[1] :]
    nothing = np.empty(0)
    fit = LinearFit(
        regressors=exogenous / root[:, None],
        bread=scaled_inverse(exogenous.T @ exogenous),
        estimates=nothing,
        residuals=nothing,
        weights=weights,
    )
    if projection is None:
        projection = EffectProjection(list(design.effects.values()), weights)
    return InstrumentedEquation(
        exogenous=Equation(
            fit=fit,
            projection=projection,
            ways=cluster_ways(design.clusters, design.specification.covariance.small_sample),
        ),
        outcome=free[:, 0],
        endogenous=free[:, 1 : 1 + endogenous.shape[1]],
        basis=np.linalg.qr(freed / np.linalg.norm(freed, axis=0))[0],
        place=place,
    )


def wild_instrument_column(data: Instrumented) -> tuple[dict[str, Floats], tuple[Text, ...]]:
    """Return the column of p values of endogenous terms and regressors, as `wild_column` does for least
    squares.
    """
    design = data.design
    spec = design.specification

    def p_values(options: WildBootstrap, groups: Codes, places: Sequence[int]) -> Floats | None:
        if _sums(data, groups) > _MOST_SUMS:
            return None
        weights = None if design.weights is None else design.weights / design.weights.mean()
        projection = EffectProjection(list(design.effects.values()), weights)
        equations = (instrumented_equation(data, place, projection) for place in places)
        return np.array([_p_value(equation, options, groups) for equation in equations])

    return bootstrap_column(
        design,
        (*design.endogenous_terms, *design.terms),
        (*spec.endogenous, *spec.regressors),
        p_values,
        _TITLE,
    )


def instrumented_model(
    design: Design, term: str, groups: Codes, blocks: Iterable[Floats], *, restricted: bool
) -> WildModel:
    """Return the draws of one coefficient of two-stage least squares.

    Parameters
    ----------
    term
        Endogenous or exogenous.
    groups
        The clusters that share a weight, codes 0..G-1.
    blocks
        Weight vectors, shape (draws, G) each.
    restricted
        Whether the null is imposed.
    """
    design = as_estimated(design)
    data = instrumented(design)
    names = (*design.endogenous_terms, *design.terms)
    equation = instrumented_equation(data, term_place(design, term, names))
    count = int(groups.max()) + 1
    return WildModel(
        estimate=float(equation.estimates[equation.place]),
        variance=equation.variance,
        n_slopes=len(names),
        variation=group_sums((equation.direction**2)[:, None], groups, count)[:, 0],
        statistics=instrumented_draws(
            equation, groups, count, list(blocks), restricted=restricted
        ).statistics,
    )


def _sums(data: Instrumented, groups: Codes) -> int:
    """Return how many sums by cluster the bootstrap of one term takes."""
    ways = cluster_ways(data.design.clusters, "none")
    n_instruments = data.basis.shape[1]
    columns = 1 + data.endogenous.shape[1] + n_instruments
    return int(n_instruments * columns * sum(way.count for way in ways) * (groups.max() + 1))


def _p_value(equation: InstrumentedEquation, options: WildBootstrap, groups: Codes) -> float:
    variance = equation.variance
    if variance <= 0:
        return float("nan")
    count = int(groups.max()) + 1
    chosen = choose_weights(options.weights, count)
    blocks = list(weight_blocks(chosen, options.draws, count, options.seed))
    statistic = float(equation.estimates[equation.place] / np.sqrt(variance))
    return share_as_extreme(
        instrumented_draws(equation, groups, count, blocks).statistics(0.0),
        statistic,
        "symmetric",
        sample_among=enumerates(chosen, options.draws, count),
    )
