"""Shares between zero and one: fractional logit and probit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.covariance import Covariance, Unadjusted
from digimfg.errors import SpecificationError
from digimfg.estimators.limited.fit import fitted_result
from digimfg.estimators.limited.problem import errors_of_likelihood, no_absorbed_effects
from digimfg.estimators.limited.share_rows import shares_problem
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["FractionalLogit", "FractionalProbit"]


class _Fractional(Estimator):
    """What fractional logit and probit share."""

    __slots__ = ()
    shape: ClassVar[Literal["logit", "probit"]]
    """Of the mean."""

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is that of Stata's likelihoods."""
        return errors_of_likelihood(covariance, "fracreg")

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome lies outside zero to one, errors are unadjusted, or effects are to be absorbed.
        EstimationError
            If the likelihood has no maximum.
        """
        return _fit(design, self.shape)


@checked
@dataclass(frozen=True, slots=True)
class FractionalLogit(_Fractional):
    r"""Fractional logit: :math:`E[y\mid x]=1/(1+\exp(-x'\beta))` of a share, zeros and ones included (Papke
    and Wooldridge 1996, doi:10.1002/(SICI)1099-1255(199611)11:6<619::AID-JAE418>3.0.CO;2-1).

    Notes
    -----
    Only the mean needs to be right. The likelihood is Bernoulli's, whatever shares are, so that its own
    errors mean nothing: robust or clustered ones, with the normal distribution; rule ``"stata"`` is G/(G-1)
    for clusters, N/(N-1) for robust errors (Stata's ``fracreg``). `dm.margins` gives average effects on the
    share.

    ``statistics``: ``log_likelihood`` (quasi), ``r2_pseudo``.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"share": [0, 0.2, 0.1, 0.1, 0.5, 1, 0.3, 0.2], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("share", "x", estimator=dm.FractionalLogit(), covariance=dm.Robust())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()  # log odds of 0.1, 0.5
    [-2.1972, 2.1972]
    """

    label: ClassVar[Text] = Text("Fractional logit", "分数Logit")
    link: ClassVar[Link | None] = "logit"
    shape: ClassVar[Literal["logit", "probit"]] = "logit"


@checked
@dataclass(frozen=True, slots=True)
class FractionalProbit(_Fractional):
    r"""Fractional probit: :math:`E[y\mid x]=\Phi(x'\beta)` of a share; see `FractionalLogit`.

    With panels, ``dm.CorrelatedRandomEffects(dm.FractionalProbit())`` is that of Papke and Wooldridge (2008,
    doi:10.1016/j.jeconom.2008.05.009).

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"share": [0, 0.2, 0.1, 0.1, 0.5, 1, 0.3, 0.2], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("share", "x", estimator=dm.FractionalProbit(), covariance=dm.Robust())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(4).tolist()
    [-1.2816, 1.2816]
    """

    label: ClassVar[Text] = Text("Fractional probit", "分数Probit")
    link: ClassVar[Link | None] = "probit"
    shape: ClassVar[Literal["logit", "probit"]] = "probit"


def _fit(design: Design, link: Literal["logit", "probit"]) -> Result:
    where = f"dm.Fractional{link.capitalize()}"
    no_absorbed_effects(design, where)
    y = design.outcome
    beyond = (y < 0) | (y > 1)
    if beyond.any():
        values = ", ".join(f"{value:g}" for value in y[beyond][np.argsort(design.rows[beyond])][:3])
        raise SpecificationError.of(
            "limited.shares_outside_unit",
            outcome=design.specification.outcome,
            n=int(beyond.sum()),
            values=values,
        )
    if isinstance(design.specification.covariance, Unadjusted):
        raise SpecificationError.of("limited.plain_covariance", where=where)
    return fitted_result(design, shares_problem(design, link, where, "none"))
