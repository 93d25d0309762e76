"""Counts that vary more than Poisson's: negative binomial regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.limited.counts import CountRows
from digimfg.estimators.limited.fit import fitted_result
from digimfg.estimators.limited.problem import Further, Problem, errors_of_likelihood, no_absorbed_effects
from digimfg.estimators.offsets import Exposed
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["NegativeBinomial"]

Floats = NDArray[np.float64]

_WHERE = "dm.NegativeBinomial"
_NAMES = {"mean": "/alpha", "constant": "/delta"}


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class NegativeBinomial(Exposed, Estimator):
    r"""Negative binomial regression of counts: :math:`E[y\mid x]=\mu=\exp(x'\beta)`, with more variance than
    Poisson's (Cameron and Trivedi 1986, doi:10.1002/jae.3950010104).

    Parameters
    ----------
    dispersion
        ``"mean"``: variance :math:`\mu(1+\alpha\mu)` (NB2; Stata's ``nbreg``, R's ``MASS::glm.nb``);
        ``"constant"``: :math:`\mu(1+\delta)` (NB1).
    exposure
        Positive term whose logarithm enters with a slope of one.
    offset
        Term that enters with a slope of one.

    Notes
    -----
    ``"/alpha"`` or ``"/delta"`` stands below the slopes; ``statistics["lr_poisson"]`` (``_p``, half of χ²(1):
    the border of the parameter space) tests it against zero. Effects are not absorbed. `dm.Poisson` needs
    only the mean to be right; here slopes of ``"constant"`` need the variance too.

    Errors are the inverse of the observed information (``dm.Unadjusted()``) or sandwiches of scores with the
    normal distribution; rule ``"stata"`` is G/(G-1) for clusters, N/(N-1) for robust errors.

    ``statistics``: ``log_likelihood``, ``r2_pseudo``, ``lr_statistic``, ``lr_p`` against a constant alone.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"patents": [0, 1, 7, 0, 2, 3, 12, 1], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("patents", "x", estimator=dm.NegativeBinomial(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()  # log 2, log(4.5 / 2)
    [0.6931, 0.8109, 1.0987]
    """

    dispersion: Literal["mean", "constant"] = "mean"
    exposure: str | None = None
    offset: str | None = None

    label: ClassVar[Text] = Text("Negative binomial", "负二项回归")
    link: ClassVar[Link | None] = "log"

    def n_further(self, design: Design) -> int:  # noqa: ARG002
        """Return one, for the dispersion."""
        return 1

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is that of Stata's likelihoods."""
        return errors_of_likelihood(covariance, "nbreg")

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome is no count, an exposure is not positive, or effects are to be absorbed.
        EstimationError
            If counts vary no more than Poisson's, or the likelihood has no maximum.
        """
        no_absorbed_effects(design, _WHERE)
        _check(design)
        offset = self.offset_rows(design)
        mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
        poisson, mean = _poisson(design, offset, mass)
        result = fitted_result(
            design,
            Problem(
                where=_WHERE,
                model=CountRows(outcome=design.outcome, dispersion=self.dispersion),
                terms=design.terms,
                columns=design.near,
                start=_start(design, offset),
                further=(
                    Further(
                        name=_NAMES[self.dispersion], start=self._dispersed(design, mean, mass), positive=True
                    ),
                ),
                offset=offset,
                statistics={"log_likelihood_poisson": poisson},
            ),
        )
        ratio = 2 * (result.statistics["log_likelihood"] - poisson)
        test = {"lr_poisson": ratio, "lr_poisson_p": 0.5 * float(scipy.stats.chi2.sf(ratio, 1))}
        return replace(result, statistics=dict(result.statistics) | test)

    def _dispersed(self, design: Design, mean: Floats, mass: Floats) -> float:
        """Return the logarithm of the dispersion by the residuals of Poisson.

        Raises
        ------
        EstimationError
            If these show none.
        """
        excess = (design.outcome - mean) ** 2 - design.outcome
        power = 2.0 if self.dispersion == "mean" else 1.0
        if mass @ (excess * mean ** (power - 2)) <= 0:  # the likelihood falls from a dispersion of zero on
            raise EstimationError.of("limited.counts_not_dispersed", where=_WHERE)
        found = float(mass @ excess / (mass @ mean**power))
        return float(np.log(min(max(found, 0.05), 20.0)))


def _check(design: Design) -> None:
    y = design.outcome
    bad = (y < 0) | (y != np.round(y))
    if not bad.any():
        return
    first = ", ".join(f"{value:g}" for value in y[bad][np.argsort(design.rows[bad])][:3])
    raise SpecificationError.of(
        "limited.outcome_not_counts", outcome=design.specification.outcome, n=int(bad.sum()), first=first
    )


def _start(design: Design, offset: Floats) -> Floats:
    start = np.zeros(len(design.terms))
    if INTERCEPT in design.terms:
        level = np.log(design.outcome.sum()) - np.log(np.exp(offset).sum())
        start[design.terms.index(INTERCEPT)] = level
    return start


def _poisson(design: Design, offset: Floats, mass: Floats) -> tuple[float, Floats]:
    """Return the log likelihood of Poisson, and its means."""
    from digimfg.estimators.ppml.iterations import fit_poisson, log_likelihood

    found = fit_poisson(design.outcome, design.near, effects=[], weights=mass, offset=offset)
    return log_likelihood(design.outcome, found.mean, mass), found.mean
