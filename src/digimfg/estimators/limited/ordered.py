"""Ordered categories: ordered logit and probit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.errors import SpecificationError
from digimfg.estimators.limited.fit import fitted_result
from digimfg.estimators.limited.ordered_rows import OrderedRows
from digimfg.estimators.limited.problem import (
    Effects,
    Further,
    Problem,
    errors_of_likelihood,
    no_absorbed_effects,
)
from digimfg.estimators.limited.responses import AveragedShare, CategoryShare, Response
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["OrderedLogit", "OrderedProbit"]

Floats = NDArray[np.float64]
_MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ordered(Estimator):
    """What ordered logit and probit share."""

    effects: Effects = "none"

    shape: ClassVar[Literal["logit", "probit"]]
    """Of the distribution of the latent error."""
    absorbs_effects: ClassVar[bool] = False
    detail_terms: ClassVar[tuple[str, ...]] = ("/cut",)
    has_response: ClassVar[bool] = True

    def n_further(self, design: Design) -> int:
        """Return the number of cut points, and one for the spread of units' effects."""
        return _n_further(design, self.effects)

    def categories(self, design: Design) -> tuple[float, ...]:
        """Return the values of the outcome in order."""
        return _categories(design)

    def response(self, design: Design, scale: str, place: int | None) -> Callable[[Floats], Response]:
        """Return cut points → the probability of the category at a place."""
        del scale
        return _response(design, self.shape, self.effects, place)

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is that of Stata's likelihoods."""
        return errors_of_likelihood(covariance, f"o{self.shape}")

    def removed_effects(self, specification: object) -> tuple[str, ...]:
        """Name no column: effects are not removed."""
        del specification
        return ()

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome has fewer than two or more than 50 values, or effects are to be absorbed.
        EstimationError
            If the terms tell categories apart, so that no estimate exists.
        """
        return _fit(design, self.shape, self.effects)


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedLogit(_Ordered):
    r"""Ordered logit by maximum likelihood: :math:`P(y\le j\mid x)=1/(1+\exp(-(\kappa_j-x'\beta)))`.

    The outcome is a number that says the order; only the order counts (McCullagh 1980,
    doi:10.1111/j.2517-6161.1980.tb01109.x; Stata's ``ologit``, R's ``MASS::polr``).

    Parameters
    ----------
    effects
        ``"random"``: the index has a normal effect of each unit, integrated out by adaptive quadrature
        (Stata's ``xtologit``); ``"/sigma_unit"`` is its standard deviation. Correlated with the terms it
        biases the slopes: see `CorrelatedRandomEffects`.

    Notes
    -----
    Cut points ``"/cut[1]"`` … stand below the slopes and in tables only when asked for. `dm.margins` gives
    the average effect on the probability of each category, `dm.predict` needs ``category``.

    Errors are the inverse of the observed information (``dm.Unadjusted()``) or sandwiches of scores with the
    normal distribution; rule ``"stata"`` is G/(G-1) for clusters, N/(N-1) for robust errors.

    ``statistics``: ``log_likelihood``, ``r2_pseudo``, ``lr_statistic``, ``lr_p`` against cut points alone;
    with effects ``lr_units`` (``_p``, half of χ²(1)) against none.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"stage": [1, 1, 2, 3, 1, 2, 3, 3], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("stage", "x", estimator=dm.OrderedLogit(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].abs().round(3).tolist()
    [1.099, 0.0, 1.099]
    """

    label: ClassVar[Text] = Text("Ordered logit", "有序Logit")
    shape: ClassVar[Literal["logit", "probit"]] = "logit"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedProbit(_Ordered):
    r"""Ordered probit by maximum likelihood: :math:`P(y\le j\mid x)=\Phi(\kappa_j-x'\beta)`; see
    `OrderedLogit`.

    Parameters
    ----------
    effects
        As there.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"stage": [1, 1, 2, 3, 1, 2, 3, 3], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("stage", "x", estimator=dm.OrderedProbit(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].abs().round(3).tolist()
    [0.674, 0.0, 0.674]
    """

    label: ClassVar[Text] = Text("Ordered probit", "有序Probit")
    shape: ClassVar[Literal["logit", "probit"]] = "probit"


def _categories(design: Design) -> tuple[float, ...]:
    return tuple(np.unique(design.outcome).tolist())


def _n_further(design: Design, effects: Effects) -> int:
    return len(_categories(design)) - 1 + (effects == "random")


def _response(
    design: Design, shape: Literal["logit", "probit"], effects: Effects, place: int | None
) -> Callable[[Floats], Response]:
    assert place is not None  # noqa: S101
    n_cuts = len(_categories(design)) - 1

    def made(further: Floats) -> Response:
        given = CategoryShare(cuts=further[:n_cuts], place=place, shape=shape)
        return AveragedShare(given=given, spread=float(further[n_cuts])) if effects == "random" else given

    return made


def _fit(design: Design, shape: Literal["logit", "probit"], effects: Effects) -> Result:
    where = f"dm.Ordered{shape.capitalize()}"
    no_absorbed_effects(design, where)
    values, codes = np.unique(design.outcome, return_inverse=True)
    if not 2 <= len(values) <= _MOST:
        raise SpecificationError.of(
            "limited.number_of_categories", outcome=design.specification.outcome, most=_MOST, n=len(values)
        )
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    below = np.cumsum(np.bincount(codes, mass))[:-1] / mass.sum()
    starts = special.logit(below) if shape == "logit" else special.ndtri(below)
    kept = [place for place, name in enumerate(design.terms) if name != INTERCEPT]
    return fitted_result(
        design,
        Problem(
            where=where,
            model=OrderedRows(outcome=codes.astype(np.int64), shape=shape),
            terms=tuple(design.terms[place] for place in kept),
            columns=design.near[:, kept],
            start=np.zeros(len(kept)),
            further=tuple(
                Further(name=f"/cut[{place}]", start=float(start), moves_with_index=True)
                for place, start in enumerate(starts, start=1)
            ),
            effects=effects,
            statistics={},
        ),
    )
