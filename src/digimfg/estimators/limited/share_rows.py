"""The Bernoulli likelihood of binary outcomes and shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.design import INTERCEPT, Design
from digimfg.estimators.limited.problem import Effects, Problem
from digimfg.estimators.limited.rows import Derivatives

__all__ = ["ShareRows", "shares_problem"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ShareRows:
    r"""Give :math:`y\log g(\eta)+(1-y)\log(1-g(\eta))`.

    Examples
    --------
    >>> rows = ShareRows(outcome=np.array([0.5]), link="logit")
    >>> rows.at(np.zeros(1), np.zeros(0)).value.round(6).tolist()
    [-0.693147]
    """

    outcome: Floats
    link: Literal["logit", "probit"]

    def at(self, index: Floats, further: Floats) -> Derivatives:
        """Return values and derivatives."""
        del further
        y, n = self.outcome, len(index)
        if self.link == "logit":
            mean = special.expit(index)
            value = y * special.log_expit(index) + (1 - y) * special.log_expit(-index)
            first, twice = y - mean, -mean * (1 - mean)
        else:
            up, down = special.log_ndtr(index), special.log_ndtr(-index)
            log_density = -(index**2) / 2 - np.log(2 * np.pi) / 2
            ratio_up, ratio_down = np.exp(log_density - up), np.exp(log_density - down)
            value = y * up + (1 - y) * down
            first = y * ratio_up - (1 - y) * ratio_down
            twice = -y * ratio_up * (ratio_up + index) - (1 - y) * ratio_down * (ratio_down - index)
        none = np.zeros((n, 0))
        return Derivatives(
            value=value, index=first, index_twice=twice,
            further=none, cross=none, further_twice=np.zeros((n, 0, 0)),
        )  # fmt: skip


def shares_problem(design: Design, link: Literal["logit", "probit"], where: str, effects: Effects) -> Problem:
    """Return the likelihood of a design whose outcome is binary or a share, from a constant as start."""
    mass = np.ones(design.n_obs) if design.weights is None else design.weights
    start = np.zeros(len(design.terms))
    if INTERCEPT in design.terms:
        share = float(np.average(design.outcome, weights=mass))
        start[design.terms.index(INTERCEPT)] = (
            special.logit(share) if link == "logit" else special.ndtri(share)
        )
    return Problem(
        where=where,
        model=ShareRows(outcome=design.outcome, link=link),
        terms=design.terms,
        columns=design.near,
        start=start,
        effects=effects,
        statistics={},
    )
