"""Poisson pseudo-maximum likelihood with any number of absorbed effects (PPML)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, DriscollKraay, Unadjusted
from digimfg.errors import SpecificationError
from digimfg.estimators.offsets import Exposed
from digimfg.estimators.perfect_fit import perfect_fit_notes
from digimfg.estimators.ppml.iterations import PoissonFit, fit_poisson, log_likelihood
from digimfg.estimators.ppml.sample import leave_out, singletons
from digimfg.estimators.ppml.separation import separated_by_effects, separated_by_regressors
from digimfg.inference.linear_fit import nothing_left
from digimfg.notes import note_of
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Poisson"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Poisson(Exposed, Estimator):
    r"""Poisson pseudo-maximum likelihood with absorbed effects, for counts and other non-negative outcomes.

    .. math:: E[y\mid x]=\exp(x'\beta+\text{effects})

    Consistent whenever that mean is right: outcomes need not be counts, and zeros stay in the sample (Santos
    Silva and Tenreyro 2006, doi:10.1162/rest.88.4.641). A slope is a semi-elasticity, of a logged regressor
    an elasticity.

    Parameters
    ----------
    exposure
        Positive term whose logarithm enters with a slope of one.
    offset
        Term that enters with a slope of one.

    Notes
    -----
    Rows that are separated (their fitted value runs to zero, so that no estimate exists) are found as
    Correia, Guimarães and Zylkin (2019) do, left out, and counted in the notes; singletons of the effects go
    too, and terms that are then collinear.

    Errors are sandwiches of scores of the concentrated likelihood with the normal distribution. Rule
    ``"stata"`` is that of ppmlhdfe: G/(G-1) for clusters, N/(N-1) for robust errors; the other rules
    multiply as for least squares; ``dm.Unadjusted()`` takes the inverse information, which supposes variance
    = mean. Weights are scaled to mean one.

    ``statistics``: ``deviance``, ``log_likelihood``, ``r2_pseudo`` = 1 - ln L / ln L of a constant alone,
    ``n_separated``.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"patents": [2, 4, 3, 6, 0, 1], "x": [0, 1, 0, 1, 0, 1], "firm": [1, 1, 2, 2, 3,
    ...     3]})
    >>> spec = dm.Specification(
    ...     "patents", "x", entity="firm", fixed_effects="firm", estimator=dm.Poisson(), covariance=dm.Robust()
    ... )
    >>> float(np.exp(dm.estimate(spec, frame).coefficients.loc["x",
    ...     "estimate"]).round(3))  # (4 + 6 + 1) / (2 + 3 + 0)
    2.2
    """  # noqa: E501

    exposure: str | None = None
    offset: str | None = None

    label: ClassVar[Text] = Text("Poisson (PPML)", "泊松（PPML）")
    link: ClassVar[Link | None] = "log"

    def estimation_sample(self, design: Design) -> Design:
        """Return the design without separated rows."""
        return _with_answer(design)[0]

    def fitted(self, design: Design) -> Floats | None:
        """Return the mean of each row where effects enter it."""
        if not design.effects:
            return None
        mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
        return _found(design, mass, self.offset_rows(design)).mean

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is ppmlhdfe's, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        if covariance.small_sample != "stata" or isinstance(covariance, Unadjusted):
            return None
        name = covariance_phrase(covariance)
        return note_of("ppml.errors_of_command", name=name)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome is negative somewhere, or an exposure is not positive.
        EstimationError
            If nothing is left once separated rows are out, or the iterations do not converge.
        """
        _check(design)
        design, n_separated = _with_answer(design)
        offset = self.offset_rows(design)
        mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
        found = _found(design, mass, offset)
        covariance, df, counts, notes = _covariance(design, found, mass)
        from digimfg.design import INTERCEPT
        from digimfg.design.centre import with_intercept
        from digimfg.estimators.linear_result import linear_result

        estimates, covariance = with_intercept(
            INTERCEPT, design.shift, design.terms, found.estimates, covariance
        )
        return linear_result(
            design,
            names=design.terms,
            estimates=estimates,
            covariance=covariance,
            df=np.inf,
            statistics={**_statistics(design, found, mass, offset, n_separated), **counts, "df_resid": df},
            notes=(*perfect_fit_notes(design.outcome - found.mean, design.outcome), *notes),
        )


def _found(design: Design, mass: Floats, offset: Floats) -> PoissonFit:
    if not design.terms:
        raise nothing_left(design)
    return fit_poisson(
        design.outcome, design.near, effects=list(design.effects.values()), weights=mass, offset=offset
    )


def _check(design: Design) -> None:
    specification = design.specification
    negative = design.outcome < 0
    if negative.any():
        first = ", ".join(str(row) for row in np.sort(design.rows[negative])[:3])
        raise SpecificationError.of(
            "ppml.outcome_negative", outcome=specification.outcome, n=int(negative.sum()), first=first
        )


def _with_answer(design: Design) -> tuple[Design, int]:
    """Leave out what has no finite estimate: all-zero categories, then separated rows, then new
    singletons.
    """
    codes = list(design.effects.values())
    keep = np.ones(design.n_obs, dtype=bool)
    by_effects = np.zeros(design.n_obs, dtype=bool)
    by_regressors = np.zeros(design.n_obs, dtype=bool)
    alone = np.zeros(design.n_obs, dtype=bool)
    settled = True
    while True:
        inside = np.where(keep, design.outcome, 0.0)
        zero = keep & separated_by_effects(inside, codes)
        by_effects |= zero
        keep &= ~zero
        single = singletons(codes, keep)
        alone |= single
        keep &= ~single
        if zero.any() or single.any():
            continue
        if not keep.any():
            break
        found = separated_by_regressors(design.outcome, design.near, codes, keep)
        settled = found.settled
        if not found.rows.any():
            break
        by_regressors |= found.rows
        keep &= ~found.rows
    reasons = [
        (by_effects, Text("separated: every outcome of a category is zero", "分离：类别内被解释变量全为零")),
        (
            by_regressors,
            Text("separated: the regressors predict zero perfectly", "分离：解释变量完全预测零值"),
        ),
        (alone, Text("singletons of the fixed effects", "固定效应的单例观测")),
    ]
    smaller = leave_out(design, reasons)
    if not settled:
        from dataclasses import replace

        note = note_of("ppml.separation")
        smaller = replace(smaller, notes=(*smaller.notes, note))
    return smaller, int(by_effects.sum() + by_regressors.sum())


def _covariance(
    design: Design, found: PoissonFit, mass: Floats
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    from digimfg.inference.influence import slope_influence
    from digimfg.inference.sandwich import sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked = design.specification.covariance
    n_slopes = len(found.estimates)
    if isinstance(asked, Unadjusted):
        adjustment = small_sample_adjustment(design, n_slopes, 0)
        return found.bread, design.n_obs - n_slopes - adjustment.df_absorbed, {}, ()
    own = np.asarray((found.bread.T @ found.freed.T).T)
    rows = own * (mass * (design.outcome - found.mean))[:, None]
    own = own * np.sqrt(mass * found.mean)[:, None]
    spread = sandwich(design, slope_influence(design.terms, design.regressors, rows, own))
    groups = spread.n_groups
    adjustment = small_sample_adjustment(design, n_slopes, groups)
    factor = adjustment.factor
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        factor = groups / (groups - 1) if grouped else design.n_obs / (design.n_obs - 1)
    df = float(design.n_obs - n_slopes - adjustment.df_absorbed)
    return spread.covariance * factor, df, dict(spread.counts), spread.notes


def _statistics(
    design: Design, found: PoissonFit, mass: Floats, offset: Floats, n_separated: int
) -> dict[str, float]:
    from digimfg.design.absorb import degrees_of_freedom

    y = design.outcome
    ratio = float(np.sum(mass * y) / np.sum(mass * np.exp(offset)))
    full = log_likelihood(y, found.mean, mass)
    constant = log_likelihood(y, ratio * np.exp(offset), mass)
    counts = {
        "n_obs": float(design.n_obs),
        "n_separated": float(n_separated),
        "deviance": found.deviance,
        "log_likelihood": full,
        "r2_pseudo": 1 - full / constant if constant != 0 else float("nan"),
        "iterations": float(found.iterations),
        "df_absorbed": float(degrees_of_freedom(design.effects)) if design.effects else 0.0,
    }
    if design.entity_values is not None:
        counts["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        counts["n_periods"] = float(len(design.time_values))
    return counts
