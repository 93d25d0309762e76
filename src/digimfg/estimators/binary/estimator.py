"""Logit and probit: the probability of a binary outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, DriscollKraay, Unadjusted
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.binary.likelihood import BinaryFit, fit_binary
from digimfg.estimators.binary.outcomes import require_binary
from digimfg.estimators.limited.fit import fitted_result
from digimfg.estimators.limited.problem import Effects, errors_of_likelihood
from digimfg.estimators.limited.responses import averaged_share
from digimfg.estimators.limited.share_rows import shares_problem
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from digimfg.design import Design
    from digimfg.estimators.limited.responses import Response
    from digimfg.result import Result

    Floats = NDArray[np.float64]

__all__ = ["Logit", "Probit"]


@dataclass(frozen=True, slots=True)
class _Binary(Estimator):
    """What logit and probit share."""

    effects: Effects = "none"

    command: ClassVar[Literal["logit", "probit"]]
    """Stata's name of it."""

    def n_further(self, design: Design) -> int:
        """Return one for the spread of units' effects."""
        del design
        return int(self.effects == "random")

    def response(self, design: Design, scale: str, place: int | None) -> Callable[[Floats], Response] | None:
        """Return spread → the probability averaged over the effects of units; ``None`` without these."""
        del design, scale, place
        return averaged_share(self.command) if self.effects == "random" else None

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is that of Stata's likelihoods."""
        return errors_of_likelihood(covariance, self.command)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome is not 0 or 1, or effects are to be absorbed.
        EstimationError
            If the terms predict some rows perfectly, so that no estimate exists.
        """
        return _fit(design, self.command, self.effects)


@checked
@dataclass(frozen=True, slots=True)
class Logit(_Binary):
    r"""Logit by maximum likelihood: :math:`P(y=1\mid x)=1/(1+\exp(-x'\beta))`.

    The outcome is 0 or 1. Effects are not absorbed: with few rows per level their estimates would bias the
    slopes (Neyman and Scott 1948, doi:10.2307/1914288); a few levels enter as ``i(region)``.

    Parameters
    ----------
    effects
        ``"random"``: the index has a normal effect of each unit, integrated out by adaptive quadrature
        (Stata's ``xtlogit, re``); ``"/sigma_unit"`` is its standard deviation, predictions and margins are
        averages over it. Correlated with the terms it biases the slopes: see `CorrelatedRandomEffects`.

    Notes
    -----
    Errors are sandwiches of the scores with the normal distribution, by any covariance. Rule ``"stata"`` is
    that of Stata's ``logit``: G/(G-1) for clusters, N/(N-1) for robust errors; ``dm.Unadjusted()`` takes the
    inverse of the observed information. Weights are scaled to mean one. `dm.margins` gives average marginal
    effects on the probability.

    ``statistics``: ``log_likelihood``, ``r2_pseudo`` = 1 - ln L / ln L of a constant alone (McFadden),
    ``lr_statistic``, ``lr_p`` against that constant; with effects ``lr_units`` (``_p``, half of χ²(1))
    against none.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"adopts": [0, 0, 0, 1, 0, 1, 1, 1], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("adopts", "x", estimator=dm.Logit(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()  # log odds 1/3, ratio 9
    [-1.0986, 2.1972]
    """

    label: ClassVar[Text] = Text("Logit", "Logit")
    command: ClassVar[Literal["logit", "probit"]] = "logit"
    link: ClassVar[Link | None] = "logit"


@checked
@dataclass(frozen=True, slots=True)
class Probit(_Binary):
    r"""Probit by maximum likelihood: :math:`P(y=1\mid x)=\Phi(x'\beta)`; see `Logit`.

    Parameters
    ----------
    effects
        As there (Stata's ``xtprobit, re``).

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"adopts": [0, 0, 0, 1, 0, 1, 1, 1], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("adopts", "x", estimator=dm.Probit(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()
    [-0.6745, 1.349]
    """

    label: ClassVar[Text] = Text("Probit", "Probit")
    command: ClassVar[Literal["logit", "probit"]] = "probit"
    link: ClassVar[Link | None] = "probit"


def _fit(design: Design, link: Literal["logit", "probit"], effects: Effects) -> Result:
    from digimfg.design import INTERCEPT
    from digimfg.design.centre import with_intercept
    from digimfg.estimators.linear_result import linear_result
    from digimfg.inference.small_sample import require_rows

    _check(design, link)
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    k = len(design.terms)
    if effects == "random":
        return fitted_result(design, shares_problem(design, link, f"dm.{link.capitalize()}", effects))
    require_rows(design, k)
    found = fit_binary(design.outcome, design.near, mass, link)
    if not found.converged:
        raise EstimationError.of("binary.outcomes_separated", model="Logit" if link == "logit" else "Probit")
    covariance, counts, notes = _covariance(design, found)
    share = float(np.average(design.outcome, weights=mass))
    constant = float(mass.sum()) * (share * np.log(share) + (1 - share) * np.log(1 - share))
    from scipy import stats

    ratio = 2 * (found.log_likelihood - constant)
    statistics = {
        "n_obs": float(design.n_obs),
        "log_likelihood": found.log_likelihood,
        "r2_pseudo": 1 - found.log_likelihood / constant,
        "lr_statistic": ratio,
        "lr_p": float(stats.chi2.sf(ratio, k - 1)) if k > 1 else float("nan"),
        "iterations": float(found.iterations),
        "df_resid": float(design.n_obs - k),
        **counts,
    }
    if design.entity_values is not None:
        statistics["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        statistics["n_periods"] = float(len(design.time_values))
    estimates, covariance = with_intercept(INTERCEPT, design.shift, design.terms, found.estimates, covariance)
    return linear_result(
        design,
        names=design.terms,
        estimates=estimates,
        covariance=covariance,
        df=np.inf,
        statistics=statistics,
        notes=notes,
    )


def _check(design: Design, link: Literal["logit", "probit"]) -> None:
    specification = design.specification
    if design.effects:
        raise SpecificationError.of(
            "binary.absorbed_effects",
            where="dm.Logit" if link == "logit" else "dm.Probit",
            got=f"fixed_effects={specification.fixed_effects!r}",
        )
    require_binary(design)


def _covariance(
    design: Design, found: BinaryFit
) -> tuple[NDArray[np.float64], dict[str, float], tuple[Text, ...]]:
    from digimfg.inference.influence import slope_influence
    from digimfg.inference.sandwich import sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked = design.specification.covariance
    k = len(found.estimates)
    if isinstance(asked, Unadjusted):
        small_sample_adjustment(design, k, 0)
        return found.bread, {}, ()
    own = design.near @ found.bread
    rows = own * found.scores[:, None]
    own = own * np.sqrt(np.maximum(found.information, 0))[:, None]
    spread = sandwich(design, slope_influence(design.terms, design.regressors, rows, own))
    groups = spread.n_groups
    factor = small_sample_adjustment(design, k, groups).factor
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        factor = groups / (groups - 1) if grouped else design.n_obs / (design.n_obs - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes
