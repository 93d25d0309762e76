"""Least squares on changes from one period to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["FirstDifference"]


@checked
@dataclass(frozen=True, slots=True)
class FirstDifference(Estimator):
    r"""First differences: :math:`\Delta y_{it}=\Delta x_{it}'\beta+\Delta u_{it}`, without a constant.

    The units' effects drop out, as within units; it is the efficient one of both where errors are a random
    walk (`dm.serial_correlation_test`). Terms are differenced as they stand: of ``x^2`` the change of the
    square. Differences are by the calendar: a gap has none. Enter periods as ``i(year)``. What does not
    change over time is left out with a note.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.FirstDifference())
    >>> changes = dm.Specification("D.invest", ("D.value", "D.capital"), entity="firm", time="year")
    >>> first, other = dm.estimate(spec, frame), dm.estimate(changes, frame)
    >>> first.statistics["n_obs"] == other.statistics["n_obs"]
    True
    """

    label: ClassVar[Text] = Text("First differences", "一阶差分")
    absorbs_effects: ClassVar[bool] = False
    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True

    errors_label = errors_of_covariance

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects differences remove: the units."""
        return () if specification.entity is None else (specification.entity,)

    def fit(self, design: Design) -> Result:
        """Estimate the slopes from changes.

        ``statistics["n_obs"]`` counts changes.

        Raises
        ------
        SpecificationError
            If there is no entity or time, or there are weights or fixed effects of other columns.
        EstimationError
            If no unit has two periods on end, or no term changes.
        """
        from digimfg.estimators.least_squares import LeastSquares

        return LeastSquares().fit(_changes(design))


def _changes(design: Design) -> Design:
    from digimfg.design import INTERCEPT
    from digimfg.design.changes import design_of_changes, rows_on_end
    from digimfg.design.collinearity import keep_independent
    from digimfg.inference.small_sample import require_rows

    specification, entity, time = design.specification, design.entity, design.time
    others = [name for name in specification.fixed_effects if name != specification.entity]
    if entity is None or time is None or design.time_values is None or others or design.weights is not None:
        raise SpecificationError.of(
            "estimators.first_difference_not_plain",
            got=f"entity={specification.entity!r}, time={specification.time!r}, "
            f"fixed_effects={specification.fixed_effects!r}, weights={specification.weights!r}",
        )
    after, before = rows_on_end(entity, time, design.time_values)
    if not len(after):
        raise EstimationError.of("estimators.no_unit_with_two_periods")
    slopes = [place for place, term in enumerate(design.terms) if term != INTERCEPT]
    near = design.near[after][:, slopes] - design.near[before][:, slopes]
    outcome = design.outcome[after] - design.outcome[before]
    terms = tuple(design.terms[place] for place in slopes)
    notes: list[Text] = []
    level = design.near[after][:, slopes]
    kept, collinear = keep_independent(terms, level, near, None, notes, absorbing=True)
    empty = np.empty((len(after), 0))
    changes = design_of_changes(
        design,
        after,
        outcome=outcome,
        terms=tuple(terms[place] for place in kept),
        regressors=near[:, kept],
        endogenous=empty,
        instruments=empty,
    )
    changes = replace(changes, collinear={**design.collinear, **collinear}, notes=(*changes.notes, *notes))
    if changes.terms:
        require_rows(changes, len(changes.terms))
    return changes
