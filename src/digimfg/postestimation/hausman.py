"""Fixed or random effects: Hausman's test, its robust form, and Mundlak's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Unadjusted
from digimfg.distributions.student import quadratic_form
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.random_effects import RandomEffects, quasi_demeaned
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.equation import data_of, rebuilt
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["HausmanTest", "hausman"]

Floats = NDArray[np.float64]
Method = Literal["classical", "robust", "mundlak"]

_WHERE = "dm.hausman"


@checked
@shown(Text("Hausman test", "Hausman检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class HausmanTest:
    """The answer of `hausman`: chi-squared with `df`; a small p value speaks for fixed effects."""

    method: Method
    terms: tuple[str, ...]
    statistic: float
    df: float
    p_value: float
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
@one_thread
def hausman(
    fixed: Result, random: Result, *, method: Method = "classical", frame: StoredFrame | None = None
) -> HausmanTest:
    r"""Test that random effects are not correlated with the regressors.

    Parameters
    ----------
    fixed
        Of `LeastSquares` with the units' fixed effects.
    random
        Of `RandomEffects` on the same rows.
    method
        ``"classical"`` (Hausman 1978, doi:10.2307/1913827): :math:`(b_F-b_R)'(V_F-V_R)^{-1}(b_F-b_R)` over
        the slopes that both have; it needs errors for which random effects are efficient,
        ``dm.Unadjusted()`` in both. ``"robust"`` (Arellano 1993, doi:10.1016/0304-4076(93)90040-C; Stata's
        ``xtoverid``): the quasi-demeaned equation with the terms less their unit's means added, Wald's test
        of these, clustered by unit. ``"mundlak"`` (1978, doi:10.2307/1913646): random effects with the
        units' means added, Wald's test of these with the covariance of `random`.
    frame
        The data of both, for the last two; not needed in the session that estimated them.

    Raises
    ------
    SpecificationError
        If the results are not of these estimators, or of other equations or rows, or have other errors than
        the classical test needs.
    EstimationError
        If the difference of the covariances is not positive definite, which the classical test needs, or no
        term varies within units.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm", covariance=dm.Unadjusted())
    >>> random = spec.replace(fixed_effects=(), estimator=dm.RandomEffects())
    >>> found = dm.hausman(dm.estimate(spec, frame), dm.estimate(random, frame))
    >>> round(found.statistic, 4), found.df, round(found.p_value, 4)
    (2.3304, 2.0, 0.3119)
    """
    terms = _check(fixed, random)
    if method == "classical":
        return _classical(fixed, random, terms)
    design = rebuilt(random, data_of(random, frame, _WHERE), _WHERE)
    return _robust(design, terms) if method == "robust" else _mundlak(design, random, terms)


def _check(fixed: Result, random: Result) -> tuple[str, ...]:
    """Return the slopes that both results have."""
    one, other = fixed.specification, random.specification
    right = isinstance(one.estimator, LeastSquares) and one.fixed_effects == (one.entity,)
    if not (right and isinstance(other.estimator, RandomEffects)):
        raise SpecificationError.of(
            "postestimation.not_fixed_and_random",
            where=_WHERE,
            one=one.estimator.label,
            effects=repr(one.fixed_effects),
            other=other.estimator.label,
        )
    same = (one.outcome, one.entity, one.time) == (other.outcome, other.entity, other.time)
    if not same or fixed.statistics["n_obs"] != random.statistics["n_obs"]:
        raise SpecificationError.of(
            "postestimation.rows_differ",
            where=_WHERE,
            got=f"{one.outcome} ({fixed.statistics['n_obs']:.0f}), "
            f"{other.outcome} ({random.statistics['n_obs']:.0f})",
        )
    terms = tuple(str(term) for term in fixed.coefficients.index if term in random.coefficients.index)
    if not terms:
        raise EstimationError.of("postestimation.no_shared_term", where=_WHERE)
    return terms


def _classical(fixed: Result, random: Result, terms: tuple[str, ...]) -> HausmanTest:
    asked = [each.specification.covariance for each in (fixed, random)]
    if not all(isinstance(each, Unadjusted) for each in asked):
        raise SpecificationError.of(
            "postestimation.covariance_not_plain", got=", ".join(type(each).__name__ for each in asked)
        )
    names = list(terms)
    difference = (fixed.coefficients["estimate"] - random.coefficients["estimate"])[names].to_numpy()
    spread = (
        fixed.covariance_matrix.loc[names, names] - random.covariance_matrix.loc[names, names]
    ).to_numpy()
    size = np.sqrt(np.diag(fixed.covariance_matrix.loc[names, names].to_numpy()))
    lowest = float(np.linalg.eigvalsh(spread / np.outer(size, size)).min())
    if not lowest > 1e-12:
        raise EstimationError.of("postestimation.difference_not_definite", lowest=lowest)
    statistic = float(difference @ np.linalg.solve(spread, difference))
    return _answer("classical", terms, statistic)


def _robust(design: Design, terms: tuple[str, ...]) -> HausmanTest:
    entity, codes = design.specification.entity, design.entity
    assert entity is not None  # noqa: S101
    assert codes is not None  # noqa: S101
    quasi, _, _ = quasi_demeaned(design)
    within = _less_means(design, terms)
    names = tuple(f"within {term}" for term in terms)
    clustered = replace(
        quasi,
        specification=design.specification.replace(covariance=Clustered(entity, wild_bootstrap=None)),
        clusters={entity: codes},
    )
    return _added(clustered, within, names, terms, "robust", LeastSquares())


def _mundlak(design: Design, random: Result, terms: tuple[str, ...]) -> HausmanTest:
    means = np.column_stack([design.regressors[:, design.terms.index(term)] for term in terms]) - _less_means(
        design, terms
    )
    names = tuple(f"mean of {term}" for term in terms)
    return _added(design, means, names, terms, "mundlak", random.specification.estimator)


def _less_means(design: Design, terms: tuple[str, ...]) -> Floats:
    entity = design.entity
    assert entity is not None  # noqa: S101
    columns = np.column_stack([design.regressors[:, design.terms.index(term)] for term in terms])
    size = np.bincount(entity)
    means = np.column_stack([np.bincount(entity, column) for column in columns.T]) / size[:, None]
    return np.asarray(columns - means[entity])


def _added(
    design: Design,
    columns: Floats,
    names: tuple[str, ...],
    terms: tuple[str, ...],
    method: Method,
    estimator: Estimator,
) -> HausmanTest:
    """Return Wald's test of columns added to a design, those that are collinear left out."""
    from digimfg.design.collinearity import keep_independent

    notes: list[Text] = []
    whole = np.column_stack([design.absorbed.regressors, columns])
    kept, _ = keep_independent((*design.terms, *names), whole, whole, None, notes, absorbing=False)
    added = [place - len(design.terms) for place in kept if place >= len(design.terms)]
    if not added:
        raise EstimationError.of("postestimation.no_term_within_and_between", where=_WHERE)
    regressors = np.column_stack([design.regressors, columns[:, added]])
    larger = replace(
        design,
        terms=(*design.terms, *(names[place] for place in added)),
        regressors=regressors,
        absorbed=replace(
            design.absorbed, regressors=np.column_stack([design.absorbed.regressors, columns[:, added]])
        ),
    )
    result: Result = estimator.fit(larger)
    tested = [names[place] for place in added]
    b = result.coefficients.loc[tested, "estimate"].to_numpy(dtype=np.float64)
    covariance = result.covariance_matrix.loc[tested, tested].to_numpy(dtype=np.float64)
    statistic = quadratic_form(covariance, b, tolerance=1e-10)
    if np.isnan(statistic):
        raise EstimationError.of("postestimation.added_terms_singular", where=_WHERE, n=len(tested))
    said = []
    if len(added) < len(names):
        said.append(note_of("postestimation.collinear_means", count=len(names) - len(added)))
    return _answer(method, tuple(terms[place] for place in added), statistic, tuple(said))


def _answer(
    method: Method, terms: tuple[str, ...], statistic: float, notes: tuple[Text, ...] = ()
) -> HausmanTest:
    df = float(len(terms))
    return HausmanTest(
        method=method,
        terms=terms,
        statistic=statistic,
        df=df,
        p_value=float(scipy.stats.chi2.sf(statistic, df)),
        notes=notes,
    )
