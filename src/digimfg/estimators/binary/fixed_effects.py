"""Logit with effects of units, given how many of a unit's outcomes are one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.contracts import Dropped
from digimfg.covariance import Clustered, Covariance, Robust, Unadjusted
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.binary.conditional import ConditionalFit, fit_conditional
from digimfg.estimators.binary.outcomes import require_binary
from digimfg.estimators.panel_rows import effects_of, entity_and_declared
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["FixedEffectsLogit"]

_WHERE = "dm.FixedEffectsLogit"


@checked
@dataclass(frozen=True, slots=True)
class FixedEffectsLogit(Estimator):
    r"""Logit with an effect for each unit (Chamberlain 1980, doi:10.2307/2297110): conditional logit.

    :math:`P(y_{it}=1)=1/(1+\exp(-\alpha_i-x_{it}'\beta))`; given the unit's number of ones the effects drop
    out of the likelihood, so that a short panel does not bias the slopes. Units whose outcome never changes
    say nothing and are left out with their count. What does not change within units is left out with a
    note; periods enter as ``i(year)``.

    Notes
    -----
    ``dm.Unadjusted()`` takes the inverse of the information, ``dm.Robust()`` the scores of units, clustered
    errors their sums, with G/(G-1) under rule ``"stata"`` (Stata's ``clogit, vce(robust)``).
    There are no effects on probabilities: these need the effects of units, which are not estimated;
    ``exp(β)`` is an odds ratio.

    ``statistics``: ``log_likelihood``, ``r2_pseudo``, ``lr_statistic``, ``lr_p`` against slopes of zero.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"firm": [1, 1, 2, 2, 3, 3], "year": [1, 2] * 3, "adopts": [0, 1, 1, 0, 0, 1],
    ...     "x": [0, 1, 0, 1, 0, 1]})
    >>> spec = dm.Specification("adopts", "x", entity="firm", time="year", fixed_effects="firm",
    ...     covariance=dm.Unadjusted(), estimator=dm.FixedEffectsLogit())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()  # two of three follow x
    [0.6931]
    """

    label: ClassVar[Text] = Text("Fixed-effects logit", "固定效应Logit")
    absorbs_effects: ClassVar[bool] = False

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        name = covariance_phrase(covariance)
        if isinstance(covariance, Unadjusted):
            return Text("standard errors of the conditional likelihood", "条件似然的标准误")
        return note_of("binary.conditional_errors", name=name)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If there is no entity, other effects or weights, the outcome is not 0 or 1, or errors are neither
            unadjusted nor clustered by whole units.
        EstimationError
            If no unit changes its outcome, no term is left, or terms predict some rows perfectly.
        """
        from scipy import stats

        from digimfg.estimators.linear_result import linear_result
        from digimfg.inference.small_sample import require_rows

        _check(design)
        left = _changing(design)
        assert left.entity is not None  # noqa: S101
        k = len(left.terms)
        require_rows(left, k)
        found = fit_conditional(left.outcome, left.regressors, left.entity)
        if not found.converged:
            raise EstimationError.of("binary.units_separated", where=_WHERE)
        covariance, counts, notes = _covariance(left, found)
        ratio = 2 * (found.log_likelihood - found.log_likelihood_null)
        statistics = {
            "n_obs": float(left.n_obs),
            "n_entities": float(left.entity.max() + 1),
            "log_likelihood": found.log_likelihood,
            "r2_pseudo": 1 - found.log_likelihood / found.log_likelihood_null,
            "lr_statistic": ratio,
            "lr_p": float(stats.chi2.sf(ratio, k)),
            "iterations": float(found.iterations),
            **counts,
        }
        if left.time_values is not None:
            statistics["n_periods"] = float(len(left.time_values))
        return linear_result(
            left,
            names=left.terms,
            estimates=found.estimates,
            covariance=covariance,
            df=np.inf,
            statistics=statistics,
            notes=notes,
        )


def _check(design: Design) -> None:
    specification = design.specification
    entity = specification.entity
    if entity is None or effects_of(design) not in ("none", "entity") or design.weights is not None:
        raise SpecificationError.of(
            "binary.conditional_logit_not_plain",
            where=_WHERE,
            got=f"entity={entity!r}, fixed_effects={specification.fixed_effects!r}, "
            f"weights={specification.weights!r}",
        )
    require_binary(design)
    asked = specification.covariance
    if not isinstance(asked, Unadjusted | Robust | Clustered) or asked.small_sample in ("cr2", "cv3"):
        raise SpecificationError.of(
            "binary.conditional_logit_covariance",
            where=_WHERE,
            got=f"{type(asked).__name__}, {asked.small_sample}",
            entity=repr(entity),
        )


def _changing(design: Design) -> Design:
    """Return the rows of units whose outcome changes, and the terms that change within them."""
    from digimfg.design import INTERCEPT, Absorbed
    from digimfg.design.absorb import absorb
    from digimfg.design.collinearity import keep_independent
    from digimfg.design.rows import compress_codes
    from digimfg.inference.linear_fit import nothing_left

    entity = design.entity
    assert entity is not None and design.entity_values is not None  # noqa: S101, PT018
    share = np.bincount(entity, design.outcome) / np.bincount(entity)
    stays = (share == 0) | (share == 1)
    rows = np.flatnonzero(~stays[entity])
    if not len(rows):
        raise EstimationError.of("binary.no_unit_changes", where=_WHERE)
    units = np.unique(entity[rows], return_inverse=True)
    codes = units[1].astype(np.int64)
    places = [place for place, term in enumerate(design.terms) if term != INTERCEPT]
    terms = tuple(design.terms[place] for place in places)
    columns = design.near[rows][:, places]
    notes: list[Text] = []
    kept, collinear = keep_independent(
        terms, design.regressors[rows][:, places], absorb(columns, [codes]), None, notes, absorbing=True
    )
    lost: tuple[Dropped, ...] = ()
    if stays.any():
        lost = (
            Dropped(
                reason=note_of("binary.outcome_never_changes", n=int(stays.sum())),
                n_rows=design.n_obs - len(rows),
            ),
        )
    time = None if design.time is None else np.unique(design.time[rows], return_inverse=True)
    x, y, empty = columns[:, kept], design.outcome[rows], np.empty((len(rows), 0))
    found = replace(
        design,
        outcome=y,
        terms=tuple(terms[place] for place in kept),
        regressors=x,
        endogenous=empty,
        instruments=empty,
        clusters={name: compress_codes(code[rows]) for name, code in design.clusters.items()},
        entity=codes,
        entity_values=design.entity_values[units[0]],
        time=None if time is None else time[1].astype(np.int64),
        time_values=None if time is None or design.time_values is None else design.time_values[time[0]],
        rows=design.rows[rows],
        dropped=(*design.dropped, *lost),
        collinear={**design.collinear, **collinear},
        notes=(*design.notes, *(each.note for each in lost), *notes),
        absorbed=Absorbed(outcome=y, regressors=x, endogenous=empty, instruments=empty),
        shift={},
    )
    if not found.terms:
        raise nothing_left(found)
    return found


def _covariance(
    design: Design, found: ConditionalFit
) -> tuple[NDArray[np.float64], dict[str, float], tuple[Text, ...]]:
    from digimfg.design.absorb import absorb
    from digimfg.inference.influence import slope_influence
    from digimfg.inference.sandwich import sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked, codes = design.specification.covariance, design.entity
    assert codes is not None  # noqa: S101
    if isinstance(asked, Unadjusted):
        small_sample_adjustment(design, len(design.terms), 0)
        return found.bread, {}, ()
    for name, cluster in design.clusters.items():
        if len(np.unique(np.column_stack([codes, cluster]), axis=0)) > int(codes.max()) + 1:
            raise SpecificationError.of("binary.clusters_cut_units", where=_WHERE, name=name)
    first = np.unique(codes, return_index=True)[1]
    rows = np.zeros(design.regressors.shape)
    rows[first] = found.scores @ found.bread
    own = absorb(design.regressors, [codes]) @ found.bread
    spread = sandwich(design, slope_influence(design.terms, design.regressors, rows, own))
    factor = small_sample_adjustment(design, len(design.terms), spread.n_groups).factor
    if asked.small_sample == "stata":
        groups = spread.n_groups or int(codes.max()) + 1
        factor = groups / (groups - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes
