"""The scores of one split: residuals on residuals, or the doubly robust score of a binary treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design import Absorbed
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.dml.crossfit import cross_fitted, explained, require_left
from digimfg.estimators.dml.learners import fitting
from digimfg.labels import term_label

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.dml.crossfit import Folded
    from digimfg.estimators.dml.material import Material
    from digimfg.estimators.dml.options import DoubleOptions
    from digimfg.result import Result

__all__ = ["Split", "interactive", "partially_linear"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """Hold the answer of one split.

    Parameters
    ----------
    design
        Of residuals, or of the doubly robust score on a constant.
    result
        Its least squares, or two-stage least squares.
    explained
        Target → share of its variance that learners explain of rows they did not see.
    sigma2, sigma2_rows
        Mean square of what the outcome's model leaves, and the square of each row.
    nu2, nu2_rows
        By term: mean square of the Riesz representer, shape (k,), and what each row adds, shape (n, k);
        empty for instruments.
    n_trimmed
        Rows whose propensity was moved to the bound.
    warned
        What learners warned of, once for each time.
    """

    design: Design
    result: Result
    explained: Mapping[str, float]
    sigma2: float
    sigma2_rows: Floats
    nu2: Floats
    nu2_rows: Floats
    n_trimmed: int = 0
    warned: Sequence[str] = ()


def partially_linear(options: DoubleOptions, parts: Material, split: Folded) -> Split:
    """Return residuals of the outcome on those of treatments (and instruments)."""
    from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
    from digimfg.estimators.least_squares import LeastSquares
    from digimfg.inference.linear_fit import linear_fit

    design = parts.design
    of_outcome = fitting(options.learner, binary=False, tuning=options.tuning)
    of_others = fitting(options.treatment_learner or options.learner, binary=False, tuning=options.tuning)
    shares: dict[str, float] = {}

    def left(names: tuple[str, ...], columns: Floats, how: object) -> Floats:
        out = np.empty_like(columns)
        for place, name in enumerate(names):
            predicted = cross_fitted(split, columns[:, place], how)  # type: ignore[arg-type]
            shares[name] = explained(columns[:, place], predicted)
            out[:, place] = columns[:, place] - predicted
        return out

    y = left((design.specification.outcome,), parts.outcome[:, None], of_outcome)[:, 0]
    d = left(parts.names, parts.treatments, of_others)
    e = left(design.endogenous_terms, parts.endogenous, of_others)
    z = left(design.instrument_terms, parts.instruments, of_others)
    require_left(
        (*parts.names, *design.endogenous_terms),
        np.column_stack([parts.treatments, parts.endogenous]),
        np.column_stack([d, e]),
    )
    residual = _design_of(design, y, parts.names, d, e, z)
    if design.endogenous_terms:
        result = TwoStageLeastSquares().fit(residual)
        none = np.empty((len(y), 0))
        return Split(
            design=residual, result=result, explained=shares, sigma2=float("nan"), sigma2_rows=y,
            nu2=np.empty(0), nu2_rows=none, warned=split.warned,
        )  # fmt: skip
    fit = linear_fit(residual)
    own = fit.own * design.n_obs
    squares = fit.residuals**2
    nu2 = np.mean(own**2, axis=0)
    return Split(
        design=residual,
        result=LeastSquares().fit(residual),
        explained=shares,
        sigma2=float(squares.mean()),
        sigma2_rows=squares,
        nu2=nu2,
        nu2_rows=2 * nu2 - own**2,
        warned=split.warned,
    )


def interactive(options: DoubleOptions, parts: Material, split: Folded) -> Split:
    """Return the doubly robust score of the average effect on a constant."""
    from digimfg.estimators.least_squares import LeastSquares

    design, y = parts.design, parts.outcome
    treated = _binary(parts)
    of_outcome = fitting(options.learner, binary=False, tuning=options.tuning)
    of_treatment = fitting(options.treatment_learner or options.learner, binary=True, tuning=options.tuning)
    raw = cross_fitted(split, treated, of_treatment)
    m = np.clip(raw, options.trim, 1 - options.trim)
    trimmed = int(np.sum(raw != m))
    _check_overlap(parts.names[0], raw, options.trim)
    g0 = cross_fitted(split, y, of_outcome, treated == 0)
    g1 = cross_fitted(split, y, of_outcome, treated == 1)
    fitted = np.where(treated == 1, g1, g0)
    share = float(treated.mean())
    if options.estimand == "ate":
        score = g1 - g0 + treated * (y - g1) / m - (1 - treated) * (y - g0) / (1 - m)
        riesz = treated / m - (1 - treated) / (1 - m)
        about = 1 / m + 1 / (1 - m)
    else:
        raw_score = (treated - m * (1 - treated) / (1 - m)) * (y - g0) / share
        effect = float(raw_score.mean())
        score = raw_score - treated * effect / share + effect
        riesz = (treated - m * (1 - treated) / (1 - m)) / share
        about = treated / share * (m / share) * (1 / m + 1 / (1 - m))
    nu2_rows = 2 * about - riesz**2
    squares = (y - fitted) ** 2
    ones, none = np.ones((design.n_obs, 1)), np.empty((design.n_obs, 0))
    doubly_robust = _design_of(design, score, parts.names, ones, none, none)
    return Split(
        design=doubly_robust,
        result=LeastSquares().fit(doubly_robust),
        explained={
            design.specification.outcome: explained(y, fitted),
            parts.names[0]: explained(treated, raw),
        },
        sigma2=float(squares.mean()),
        sigma2_rows=squares,
        nu2=np.array([nu2_rows.mean()]),
        nu2_rows=nu2_rows[:, None],
        n_trimmed=trimmed,
        warned=split.warned,
    )


def _design_of(design: Design, y: Floats, names: tuple[str, ...], d: Floats, e: Floats, z: Floats) -> Design:
    reduced = design.specification.covariance.small_sample in ("cr2", "cv3")
    return replace(
        design,
        outcome=y,
        terms=names,
        regressors=d,
        endogenous=e,
        instruments=z,
        absorbed=Absorbed(outcome=y, regressors=d, endogenous=e, instruments=z),
        # The bias-reduced errors project on effects themselves; residuals have none.
        effects={} if reduced else design.effects,
        collinear={},
        notes=(),
        shift={},
    )


def _binary(parts: Material) -> Floats:
    design = parts.design
    where = "dm.DoubleMachineLearning(model='interactive')"
    if len(parts.names) != 1 or design.endogenous_terms or design.effects:
        raise SpecificationError.of(
            "dml.interactive_not_plain",
            where=where,
            got=f"regressors={design.specification.regressors!r}, "
            f"endogenous={design.specification.endogenous!r}, "
            f"fixed_effects={design.specification.fixed_effects!r}",
        )
    place = design.terms.index(parts.names[0])
    treated = design.regressors[:, place]
    values = np.unique(treated)
    if not np.array_equal(values, [0.0, 1.0]):
        raise SpecificationError.of(
            "dml.treatment_not_binary",
            where=where,
            got=", ".join(f"{value:g}" for value in values[:5]) + (" …" if len(values) > 5 else ""),
        )
    return treated


def _check_overlap(name: str, propensity: Floats, trim: float) -> None:
    outside = float(np.mean((propensity <= trim) | (propensity >= 1 - trim)))
    if outside > 0.5:
        raise EstimationError.of(
            "dml.no_overlap", name=term_label(name), outside=outside, low=trim, high=1 - trim
        )
