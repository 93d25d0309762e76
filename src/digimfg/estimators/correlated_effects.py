"""Effects of units that are correlated with the terms through the terms' means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.limited.fractional import FractionalLogit, FractionalProbit
from digimfg.estimators.limited.negative_binomial import NegativeBinomial
from digimfg.estimators.limited.ordered import OrderedLogit, OrderedProbit
from digimfg.estimators.limited.tobit import Tobit
from digimfg.estimators.ppml.estimator import Poisson
from digimfg.estimators.random_effects import RandomEffects
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.specification import Estimator, Link, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result
    from digimfg.terms.evaluate import Evaluator

__all__ = ["CorrelatedRandomEffects"]

Floats = NDArray[np.float64]
Model = (
    Logit
    | Probit
    | FractionalLogit
    | FractionalProbit
    | OrderedLogit
    | OrderedProbit
    | Tobit
    | Poisson
    | NegativeBinomial
    | LeastSquares
    | RandomEffects
)

_WHERE = "dm.CorrelatedRandomEffects"
_MEAN = "unit_mean"


@checked
@dataclass(frozen=True, slots=True)
class CorrelatedRandomEffects(Estimator):
    r"""Let effects of units depend on the means of the terms: :math:`c_i=\psi+\bar x_i'\xi+a_i` (Mundlak
    1978, doi:10.2307/1913646; Chamberlain 1980, doi:10.2307/2297110).

    The means of every term over the unit's rows join the terms, and the model is estimated with them; with
    one that is linear the slopes are those of unit effects. In a model that is not, what fixed effects would
    bias in short panels stays consistent where the effects follow the means. On unbalanced panels the means
    are those of the rows estimated on (Wooldridge 2019, doi:10.1016/j.jeconom.2018.12.007).

    Parameters
    ----------
    model
        `Logit`, `Probit`, `FractionalLogit`, `FractionalProbit`, `OrderedLogit`, `OrderedProbit`, `Tobit`,
        `Poisson`, `NegativeBinomial`, `LeastSquares` or `RandomEffects`. Pooled, with errors clustered by
        unit, average effects do not need rows of a unit to be independent given its effect (Papke and
        Wooldridge 2008, doi:10.1016/j.jeconom.2008.05.009); with ``effects="random"`` they do.

    Notes
    -----
    `dm.margins` gives average effects over rows and the effects of units: means stay as they are where a term
    is moved. Slopes of a pooled probit are those of the model over :math:`\sqrt{1+\sigma_a^2}`; average
    effects are not affected. Terms that do not change within units have their slopes, which hold also what
    of the effects goes with them.

    Means stand below the terms and in tables only when asked for. ``statistics["means_chi2"]`` (``_p``,
    ``_df``) tests that they are zero, effects not correlated with the terms.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.CorrelatedRandomEffects(dm.LeastSquares()))
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()[1:3]
    [0.1101, 0.31]
    >>> within = spec.replace(estimator=dm.LeastSquares(), fixed_effects="firm")
    >>> dm.estimate(within, frame).coefficients["estimate"].round(4).tolist()
    [0.1101, 0.31]
    """

    model: Model

    absorbs_effects: ClassVar[bool] = False

    @property
    def label(self) -> Text:
        """Return the name for tables."""
        return note_of("estimators.correlated_effects_of", label=self.model.label)

    @property
    def link(self) -> Link | None:
        """Return that of the model."""
        return self.model.link

    @property
    def scales(self) -> tuple[str, ...]:
        """Return those of the model."""
        return self.model.scales

    @property
    def has_response(self) -> bool:
        """Return whether the model has one."""
        return self.model.has_response

    @property
    def detail_terms(self) -> tuple[str, ...]:
        """Return the means, and the families of the model."""
        return (_MEAN, *self.model.detail_terms)

    @property
    def needs_keys(self) -> bool:
        """Return whether the model needs one row for each unit and period."""
        return self.model.needs_keys

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Return the terms that a row of the model needs."""
        return self.model.required_terms

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the model describes its errors."""
        return self.model.errors_label(covariance)

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name no column: effects follow the means, they are not removed."""
        del specification
        return ()

    def estimation_sample(self, design: Design) -> Design:
        """Return the design with the means, of the rows that the model estimates on."""
        sample: Design = self.model.estimation_sample(_with_means(design))
        return sample

    def offset_of(self, evaluator: Evaluator) -> Any:
        """Return that of the model."""
        return self.model.offset_of(evaluator)

    def fitted(self, design: Design) -> Any:
        """Return that of the model."""
        return self.model.fitted(design)

    def n_further(self, design: Design) -> int:
        """Return how many coefficients the model has beside slopes."""
        return self.model.n_further(design)

    def categories(self, design: Design) -> tuple[Any, ...]:
        """Return those of the model."""
        return self.model.categories(design)

    def response(self, design: Design, scale: str, place: int | None) -> Any:
        """Return that of the model."""
        return self.model.response(design, scale, place)

    def further_columns(self, design: Design, frame: pd.DataFrame) -> Mapping[str, Floats]:
        """Return the means of the units of other rows; missing for units that the estimate does not know."""
        entity, values = design.entity, design.entity_values
        assert entity is not None  # noqa: S101
        assert values is not None  # noqa: S101
        first = np.full(len(values), -1)
        first[entity[::-1]] = np.arange(len(entity))[::-1]
        place = pd.Index(values).get_indexer(pd.Index(frame[str(design.specification.entity)]))
        known = place >= 0
        return {
            term: np.where(known, column[first[np.maximum(place, 0)]], np.nan)
            for term, column in zip(design.terms, design.regressors.T, strict=True)
            if term.startswith(f"{_MEAN}[")
        }

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If there is no entity, there are fixed effects, or the model refuses the design.
        EstimationError
            If no term changes within units, or the model has no estimate.
        """
        from digimfg.inference.wald import wald_test

        larger = _with_means(design)
        result: Result = self.model.fit(larger)
        means = tuple(str(term) for term in result.coefficients.index if str(term).startswith(f"{_MEAN}["))
        try:
            test = wald_test(result, means)
        except EstimationError:  # as many means as clusters: the note on few clusters says so
            return result
        found = {
            "means_chi2": test.statistic * (test.df_numerator if test.df_denominator is not None else 1.0),
            "means_chi2_df": test.df_numerator,
            "means_chi2_p": test.p_value,
        }
        return replace(result, statistics=dict(result.statistics) | found)


def _with_means(design: Design) -> Design:
    from digimfg.design import Absorbed
    from digimfg.design.collinearity import keep_independent

    specification, entity = design.specification, design.entity
    if entity is None or specification.fixed_effects:
        raise SpecificationError.of(
            "estimators.correlated_effects_not_plain",
            where=_WHERE,
            got=f"entity={specification.entity!r}, fixed_effects={specification.fixed_effects!r}",
        )
    near, size = design.near, np.bincount(entity).astype(np.float64)
    moving, columns = [], []
    for place, term in enumerate(design.terms):
        column = near[:, place]
        mean = (np.bincount(entity, column) / size)[entity]
        spread = float(np.abs(column - mean).max())
        if term != INTERCEPT and spread > 1e-9 * float(np.abs(column).max()):
            moving.append(term)
            columns.append(mean)
    if not moving:
        raise EstimationError.of("estimators.no_term_within_units", where=_WHERE)
    names = (*design.terms, *(f"{_MEAN}[{term}]" for term in moving))
    both = np.column_stack([near, *columns])
    notes: list[Text] = []
    kept, collinear = keep_independent(names, both, both, design.weights, notes, absorbing=False)
    kept = sorted({*range(len(design.terms)), *kept})  # a mean goes, never a term
    terms = tuple(names[place] for place in kept)
    shift = dict(design.shift) | {
        f"{_MEAN}[{term}]": design.shift[term] for term in moving if term in design.shift
    }
    off = np.array([shift.get(term, 0.0) for term in terms])
    if len(terms) == len(design.terms):
        raise EstimationError.of("estimators.means_all_alike", where=_WHERE)
    return replace(
        design,
        terms=terms,
        regressors=both[:, kept] + off,
        collinear={**design.collinear, **{name: why for name, why in collinear.items() if name not in terms}},
        notes=(
            *design.notes,
            note_of(
                "estimators.correlated_effects",
                terms=[term_label(term) for term in moving if f"{_MEAN}[{term}]" in terms],
            ),
        ),
        shift=shift,
        absorbed=Absorbed(
            outcome=design.outcome,
            regressors=both[:, kept],
            endogenous=design.endogenous,
            instruments=design.instruments,
        ),
    )
