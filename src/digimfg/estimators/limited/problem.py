"""What is maximised: the likelihood of a design's rows with its terms and further parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Covariance, Robust, Unadjusted
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.limited.rows import RowModel
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = [
    "SPREAD",
    "Effects",
    "Further",
    "Problem",
    "check_units",
    "errors_of_likelihood",
    "no_absorbed_effects",
    "no_maximum",
]

Floats = NDArray[np.float64]
Effects = Literal["none", "random"]

SPREAD = "/sigma_unit"
"""Name of the standard deviation of the effects of units."""


@dataclass(frozen=True, kw_only=True)
class Further:
    """Name a further parameter: its name in results, where its search starts, and how it follows from what
    is searched for: itself, or by the exponential.
    """

    name: str
    start: float
    positive: bool = False
    moves_with_index: bool = False
    unit: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Hold what is maximised.

    Parameters
    ----------
    where
        Whose words errors use: ``"dm.Tobit"``.
    model
        Of the rows.
    terms, columns
        Of the index, shape (n, k).
    start
        Slopes at which the search starts, shape (k,).
    further
        Parameters beside the slopes.
    offset
        Shape (n,).
    unit
        Of the index, as that of the outcome where it is in its units.
    densities
        Sum of the weights of rows whose likelihood is a density of the outcome.
    effects
        ``"random"`` for a normal effect of each unit in the index.
    statistics
        Of the estimator.
    notes
        Of the estimator.
    """

    where: str
    model: RowModel
    terms: tuple[str, ...]
    columns: Floats
    start: Floats
    further: Sequence[Further] = ()
    offset: Floats | None = None
    unit: float = 1.0
    densities: float = 0.0
    effects: Effects = "none"
    statistics: Mapping[str, float]
    notes: tuple[Text, ...] = ()


def errors_of_likelihood(covariance: Covariance, command: str) -> Text | None:
    """Return how errors of a likelihood are described where the rule is Stata's, for notes below tables."""
    from digimfg.display.covariance_names import covariance_phrase

    if isinstance(covariance, Unadjusted):
        return Text("standard errors from the inverse Hessian", "海塞矩阵逆的标准误")
    if covariance.small_sample != "stata":
        return None
    return note_of("limited.errors_of_command", name=covariance_phrase(covariance), command=command)


def no_absorbed_effects(design: Design, where: str) -> None:
    """Raise where effects are to be absorbed.

    Raises
    ------
    SpecificationError
        With what to write instead.
    """
    if not design.specification.fixed_effects:
        return
    raise SpecificationError.of(
        "limited.absorbed_effects", where=where, got=f"fixed_effects={design.specification.fixed_effects!r}"
    )


def check_units(design: Design, problem: Problem) -> None:
    """Raise where the effects of units lack what they need.

    Raises
    ------
    SpecificationError
        With what to write instead.
    """
    specification = design.specification
    asked = specification.covariance
    where = f"{problem.where}(effects='random')"
    if specification.entity is None or design.weights is not None:
        entity, weights = repr(specification.entity), repr(specification.weights)
        raise SpecificationError.of("limited.units_without_key", where=where, entity=entity, weights=weights)
    if not isinstance(asked, Unadjusted | Robust | Clustered) or asked.small_sample in ("cr2", "cv3"):
        raise SpecificationError.of(
            "limited.errors_of_units",
            where=where,
            covariance=type(asked).__name__,
            rule=str(asked.small_sample),
        )
    units = design.entity
    assert units is not None  # noqa: S101
    for codes in design.clusters.values():
        if len(np.unique(np.column_stack([units, codes]), axis=0)) > int(units.max()) + 1:
            raise SpecificationError.of(
                "limited.clusters_cut_units", where=where, clusters=list(design.clusters)
            )


def no_maximum(problem: Problem) -> EstimationError:
    """Return the error for a likelihood that rises without end."""
    return EstimationError.of("limited.likelihood_without_maximum", where=problem.where)
