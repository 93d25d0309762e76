"""Least squares on the means of units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.covariance import Conley, DriscollKraay
from digimfg.errors import SpecificationError
from digimfg.notes import note_of
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["BetweenOLS"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, slots=True)
class BetweenOLS(Estimator):
    r"""Between estimator: :math:`\bar y_i=\alpha+\bar x_i'\beta+\bar u_i`, one mean for each unit (Stata's
    ``xtreg, be``).

    It uses what differs between units only; with effects that are correlated with the terms it is biased,
    which `dm.hausman` tests. Every unit counts once, however many rows it has.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.BetweenOLS(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(6).tolist()
    [-8.527114, 0.134646, 0.032031]
    """

    label: ClassVar[Text] = Text("Between", "组间估计")
    link: ClassVar[Link | None] = "identity"

    errors_label = errors_of_covariance

    def fit(self, design: Design) -> Result:
        """Estimate the slopes from the means of units.

        ``statistics["n_obs"]`` is the number of units, ``statistics["n_rows"]`` that of rows.

        Raises
        ------
        SpecificationError
            If there is no entity, there are fixed effects or weights, the covariance counts periods or
            places, or a cluster splits units.
        EstimationError
            If there are not more units than terms.
        """
        from digimfg.estimators.least_squares import LeastSquares

        means = _means(design)
        result = LeastSquares().fit(means)
        n_rows = {"n_rows": float(design.n_obs)}
        note = note_of("estimators.means_of_units", n=means.n_obs, rows=design.n_obs)
        return replace(result, statistics=dict(result.statistics) | n_rows, notes=(*result.notes, note))


def _means(design: Design) -> Design:
    from digimfg.design import Absorbed
    from digimfg.design.collinearity import keep_independent
    from digimfg.inference.small_sample import require_rows

    entity = design.entity
    asked = design.specification.covariance
    if entity is None or design.effects or design.weights is not None:
        raise SpecificationError.of(
            "estimators.between_not_plain",
            got=f"entity={design.specification.entity!r}, "
            f"fixed_effects={design.specification.fixed_effects!r}, weights={design.specification.weights!r}",
        )
    split = [
        name
        for name, codes in design.clusters.items()
        if len(np.unique(np.column_stack([entity, codes]), axis=0)) > int(entity.max()) + 1
    ]
    if isinstance(asked, DriscollKraay | Conley) or split:
        raise SpecificationError.of(
            "estimators.between_covariance", got=", ".join(split) or type(asked).__name__
        )
    size = np.bincount(entity).astype(np.float64)
    first = np.unique(entity, return_index=True)[1]

    def averaged(columns: Floats) -> Floats:
        if not columns.shape[1]:
            return np.empty((len(size), 0))
        return np.column_stack([np.bincount(entity, column) for column in columns.T]) / size[:, None]

    outcome = averaged(design.outcome[:, None])[:, 0]
    near = averaged(design.near)
    notes: list[Text] = []
    kept, collinear = keep_independent(design.terms, near, near, None, notes, absorbing=False)
    terms = tuple(design.terms[place] for place in kept)
    shift = np.array([design.shift.get(term, 0.0) for term in terms])
    means = replace(
        design,
        outcome=outcome,
        terms=terms,
        regressors=near[:, kept] + shift,
        endogenous=np.empty((len(size), 0)),
        instruments=np.empty((len(size), 0)),
        clusters={name: codes[first] for name, codes in design.clusters.items()},
        entity=np.arange(len(size)),
        time=None,
        time_values=None,
        rows=design.rows[first],
        collinear={**design.collinear, **collinear},
        notes=(*design.notes, *notes),
        absorbed=Absorbed(
            outcome=outcome,
            regressors=near[:, kept],
            endogenous=np.empty((len(size), 0)),
            instruments=np.empty((len(size), 0)),
        ),
    )
    require_rows(means, len(terms))
    return means
