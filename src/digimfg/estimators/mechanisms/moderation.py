"""Moderation: the effect of a treatment at every level of a moderator, where it is significant, whether it
is linear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import AtLeast, AtMost, Or
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Moderation"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True)
class Moderation(Estimator):
    r"""Let the effect of a treatment vary with a moderator.

    .. math:: y = \beta_1 (x-\bar x) + \beta_2 (w-\bar w) + \beta_3 (x-\bar x)(w-\bar w) + \gamma'z +
        \text{effects} + e

    The marginal effect is :math:`\partial y/\partial x = \beta_1+\beta_3(w-\bar w)`, so that the coefficient
    of the treatment is its effect at the mean of the moderator. The Johnson-Neyman bounds solve
    :math:`(\beta_1+\beta_3 v)^2 = t^2(V_{11}+2vV_{13}+v^2V_{33})`; they are pointwise. The check of
    linearity estimates the effect within bins of the moderator and tests the linear form against it
    (Hainmueller, Mummolo & Xu 2019, Political Analysis 27(2), 163-192).

    Parameters
    ----------
    moderator
        A term of one column; its own coefficient need not be asked for, and goes where the effects absorb it.
    treatment
        A regressor; the first one by default.
    bins
        Number of bins of the moderator, of equal numbers of rows; 0 for no check.
    points
        Levels of the moderator at which the marginal effect is given, over its range.

    Notes
    -----
    ``result.coefficients`` has ``x``, ``w``, ``x:w`` and the other terms. ``result.tables``:
    ``marginal_effects``, ``johnson_neyman`` (the parts of the observed range in which the effect is
    positive, 1, negative, -1, or not significant at 5 per cent, 0), ``bins``, ``moderator_distribution``.
    ``result.statistics`` adds ``johnson_neyman_low`` and ``johnson_neyman_high`` where bounds exist,
    ``share_significant`` of rows, ``linearity_f`` and ``linearity_p``.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification(
    ...     "invest", "value", entity="firm", time="year", fixed_effects=("firm", "year"),
    ...     estimator=dm.Moderation(moderator="capital", bins=0),
    ... )
    >>> result = dm.estimate(spec, grunfeld.load_pandas().data)
    >>> list(result.coefficients.index)
    ['value', 'capital', 'value:capital']
    """

    moderator: str
    treatment: str | None = None
    bins: Annotated[int, AtLeast(2), AtMost(10), Or(0)] = 3
    points: Annotated[int, AtLeast(2), AtMost(100_000)] = 51

    label: ClassVar[Text] = Text("Moderation", "调节效应")

    errors_label = errors_of_covariance

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return (self.moderator,)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the treatment is no regressor, or the moderator is the treatment or has several columns.
        EstimationError
            If the product of treatment and moderator cannot be told apart from the other terms and the
            effects.
        """
        from digimfg.estimators.least_squares import LeastSquares
        from digimfg.estimators.mechanisms.bins import bin_check
        from digimfg.estimators.mechanisms.extended import Columns, extended
        from digimfg.estimators.mechanisms.marginal import marginal_tables
        from digimfg.estimators.mechanisms.preparation import (
            extended_hash,
            one_column,
            treatment_of,
        )

        treatment = treatment_of(self.treatment, design)
        product = f"{treatment}:{self.moderator}"
        _check_names(self, design, treatment, product)
        x = design.regressors[:, design.terms.index(treatment)]
        w = one_column(design, self.moderator, Text("moderator", "调节变量"))
        mean_x, mean_w = (float(np.average(each, weights=design.weights)) for each in (x, w))
        added = {self.moderator: w - mean_w, product: (x - mean_x) * (w - mean_w)}
        full = extended(
            design, Columns(first={treatment: x - mean_x, **added}, without=(treatment, self.moderator))
        )
        if product not in full.terms:
            raise _not_identified(self, design, w, full.collinear[product])
        full = replace(full, data_hash=extended_hash(design, w))
        result = LeastSquares().fit(full)
        tables, statistics, notes = marginal_tables(result, treatment, product, w, mean_w, points=self.points)
        if self.bins:
            found, test, said = bin_check(design, treatment, x, self.moderator, w, self.bins)
            tables, statistics, notes = tables | found, statistics | test, (*notes, *said)
        return replace(
            result,
            statistics={**result.statistics, "moderator_mean": mean_w, **statistics},
            notes=(*result.notes, *notes),
            tables={**result.tables, **tables},
        )


def _check_names(options: Moderation, design: Design, treatment: str, product: str) -> None:
    if options.moderator == treatment:
        raise SpecificationError.of(
            "mechanisms.moderator_is_treatment", got=repr(treatment), treatment=treatment
        )
    specification = design.specification
    if options.moderator == specification.outcome:
        raise SpecificationError.of(
            "mechanisms.moderator_is_outcome", got=repr(options.moderator), moderator=options.moderator
        )
    swapped = f"{options.moderator}:{treatment}"
    for term in (*specification.regressors, *specification.controls):
        if term in (product, swapped):
            raise SpecificationError.of("mechanisms.product_among_regressors", got=repr(term))


def _not_identified(options: Moderation, design: Design, w: Floats, reason: Text) -> EstimationError:
    constant = float(np.ptp(w)) == 0
    effects = ", ".join(design.effects)
    return EstimationError.of(
        "mechanisms.product_absorbed" if effects else "mechanisms.product_not_identified",
        moderator=options.moderator,
        found=Text("a constant", "常数")
        if constant
        else note_of("mechanisms.product_collinear", reason=reason),
        effects=effects,
    )
