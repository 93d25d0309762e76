"""What bounds on omitted variables need of a design: outcome, one regressor, and the rest, freed of the
effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT, build_design
from digimfg.errors import SpecificationError
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["Partialled", "chosen_term", "partialled", "residuals_on"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Partialled:
    """Columns times the root of the weights, freed of effects and intercept.

    Shapes (n,), (n,), (n, k): outcome, the regressor of interest, the others with their `names`. `df_resid`
    is that of the whole regression.
    """

    design: Design
    term: str
    outcome: Floats
    regressor: Floats
    others: Floats
    names: tuple[str, ...]
    df_resid: int


def partialled(specification: Specification, frame: pd.DataFrame, term: str | None, where: str) -> Partialled:
    """Return the parts of a least-squares specification.

    Raises
    ------
    SpecificationError
        If the estimator is not least squares, or the term is not among the regressors.
    """
    from digimfg.design.absorb import degrees_of_freedom
    from digimfg.estimators.least_squares import LeastSquares

    if not isinstance(specification.estimator, LeastSquares):
        raise SpecificationError.of(
            "robustness.not_least_squares", where=where, got=type(specification.estimator).__name__
        )
    design = build_design(specification, frame)
    name = chosen_term(term, specification, design.terms, where)
    root = (
        np.ones(design.n_obs) if design.weights is None else np.sqrt(design.weights / design.weights.mean())
    )
    columns = np.column_stack([design.absorbed.outcome, design.absorbed.regressors]) * root[:, None]
    names = ("", *design.terms)
    if INTERCEPT in design.terms:
        constant = columns[:, [names.index(INTERCEPT)]]
        columns = residuals_on(columns, constant)
    place = names.index(name)
    kept = [j for j in range(1, len(names)) if j != place and names[j] != INTERCEPT]
    absorbed = degrees_of_freedom(design.effects) if design.effects else 0
    return Partialled(
        design=design,
        term=name,
        outcome=columns[:, 0],
        regressor=columns[:, place],
        others=columns[:, kept],
        names=tuple(names[j] for j in kept),
        df_resid=design.n_obs - len(design.terms) - absorbed,
    )


def residuals_on(columns: Floats, others: Floats) -> Floats:
    """Return the residuals of columns on others (none of which need differ)."""
    if others.shape[1] == 0:
        return columns
    size = np.linalg.norm(others, axis=0)
    slopes = np.linalg.lstsq(others / np.where(size > 0, size, 1), columns, rcond=None)[0]
    found: Floats = columns - (others / np.where(size > 0, size, 1)) @ slopes
    return found


def chosen_term(term: str | None, specification: Specification, terms: Sequence[str], where: str) -> str:
    """Return the term asked for, by default the first endogenous one, else the first regressor.

    Raises
    ------
    SpecificationError
        If it is not among the terms estimated (the nearest are named).
    """
    name = term or next(iter((*specification.endogenous, *specification.regressors)), "")
    if name not in terms or name == INTERCEPT:
        raise SpecificationError.unknown(
            name, terms, where=where, expected=Text("a term of the regression", "回归中的一项"), of="terms"
        )
    return name
