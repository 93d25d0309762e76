"""The likelihood of a normal outcome that is censored at limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.estimators.limited.rows import Derivatives

__all__ = ["CensoredRows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CensoredRows:
    """Give the likelihood of outcomes of which `side` is -1 at the lower limit, 1 at the upper, 0 between.

    The further parameter is the logarithm of the standard deviation.

    Examples
    --------
    >>> rows = CensoredRows(outcome=np.array([0.0, 0.0]), side=np.array([-1.0, 0.0]))
    >>> rows.at(np.zeros(2), np.zeros(1)).value.round(6).tolist()  # log(1/2), log density at zero
    [-0.693147, -0.918939]
    """

    outcome: Floats
    side: Floats

    def at(self, index: Floats, further: Floats) -> Derivatives:
        """Return values and derivatives."""
        log_sigma = float(further[0])
        sigma = np.exp(log_sigma)
        inside, side = self.side == 0, np.where(self.side == 0, 1.0, self.side)
        r = (self.outcome - index) / sigma
        a = -side * r  # of the probability to lie beyond the limit
        log_share = special.log_ndtr(a)
        mills = np.exp(-(a**2) / 2 - np.log(2 * np.pi) / 2 - log_share)
        bent = mills * (a + mills)
        return Derivatives(
            value=np.where(inside, -log_sigma - r**2 / 2 - np.log(2 * np.pi) / 2, log_share),
            index=np.where(inside, r, side * mills) / sigma,
            index_twice=np.where(inside, -1.0, -bent) / sigma**2,
            further=np.where(inside, r**2 - 1, -a * mills)[:, None],
            cross=(np.where(inside, -2 * r, -side * (mills - a * bent)) / sigma)[:, None],
            further_twice=np.where(inside, -2 * r**2, a * mills - a**2 * bent)[:, None, None],
        )
