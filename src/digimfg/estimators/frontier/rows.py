"""The rows of a stochastic frontier, from a design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.frontier.checks import PANEL_MODELS, collinear
from digimfg.estimators.frontier.likelihood import Distribution, FrontierModel, Rows
from digimfg.estimators.panel_rows import unit_and_period
from digimfg.terms.lags import whole_periods

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["frontier_rows"]


def frontier_rows(
    model: FrontierModel,
    distribution: Distribution,
    frontier: Literal["production", "cost"],
    determinants: tuple[str, ...],
    design: Design,
) -> tuple[Rows, tuple[str, ...], pd.DataFrame]:
    """Return the rows, the names of the coefficients, and the keys of the rows.

    Raises
    ------
    EstimationError
        If there are fewer rows than parameters.
    SpecificationError
        If determinants are sums of each other.
    """
    specification = design.specification
    n = design.n_obs
    kept = np.arange(len(design.terms))
    ahead = np.zeros(n)
    group = np.arange(n)
    keys = pd.DataFrame(index=pd.Index(design.rows, name="row"))
    if model in PANEL_MODELS:
        group, period, _, periods = unit_and_period(design)
        if np.bincount(group).max() < 2:
            raise EstimationError.of("frontier.one_period_each")
        years = whole_periods(pd.Series(periods), str(specification.time))[period]
        ahead = years - years.max()
    if design.entity_values is not None and design.entity is not None:
        keys[str(specification.entity)] = np.asarray(design.entity_values)[design.entity]
    if design.time_values is not None and design.time is not None:
        keys[str(specification.time)] = np.asarray(design.time_values)[design.time]
    if model == "true_fixed_effects":
        kept = np.array([place for place in kept if design.terms[place] != INTERCEPT], dtype=np.intp)
    z = np.empty((n, 0))
    names: tuple[str, ...] = tuple(design.terms[place] for place in kept)
    if model == "effects":
        columns = [design.evaluator(term) for term in determinants]
        z = np.column_stack([np.ones(n), *(column.values[design.rows] for column in columns)])
        if np.linalg.matrix_rank(z) < z.shape[1]:
            raise collinear(determinants)
        labels = [name for column in columns for name in column.names]
        names = (*names, f"inefficiency:{INTERCEPT}", *(f"inefficiency:{label}" for label in labels))
    regressors = design.near[:, kept]
    if not regressors.shape[1] or n <= regressors.shape[1] + 3:
        raise EstimationError.of("frontier.too_few_rows", n=n, k=regressors.shape[1])
    rows = Rows(
        outcome=design.outcome,
        regressors=regressors,
        group=np.asarray(group, dtype=np.int64),
        ahead=np.asarray(ahead, dtype=np.float64),
        determinants=z,
        sign=1.0 if frontier == "production" else -1.0,
        model=model,
        distribution=distribution,
    )
    return rows, names, keys
