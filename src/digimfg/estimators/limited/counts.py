"""The likelihood of negative binomial counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.estimators.limited.rows import Derivatives

__all__ = ["CountRows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CountRows:
    """Give the likelihood of counts whose variance is the mean times (1 + α mean), or times (1 + δ).

    The further parameter is the logarithm of α or δ.

    Examples
    --------
    >>> rows = CountRows(outcome=np.array([0.0]), dispersion="mean")  # (1 + α mean)^(-1/α)
    >>> rows.at(np.zeros(1), np.zeros(1)).value.round(6).tolist()
    [-0.693147]
    """

    outcome: Floats
    dispersion: Literal["mean", "constant"]

    def at(self, index: Floats, further: Floats) -> Derivatives:
        """Return values and derivatives."""
        return (self._mean if self.dispersion == "mean" else self._constant)(index, float(further[0]))

    def _mean(self, index: Floats, log_alpha: float) -> Derivatives:
        y, mean, size = self.outcome, np.exp(index), np.exp(-log_alpha)
        whole = size + mean
        value = (
            special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)
            - size * np.log1p(mean / size) + y * (index - np.log(whole))
        )  # fmt: skip
        by_size = (
            special.digamma(y + size) - special.digamma(size) - np.log1p(mean / size) + 1 - (y + size) / whole
        )
        twice = (
            special.polygamma(1, y + size) - special.polygamma(1, size)
            + 1 / size - 2 / whole + (y + size) / whole**2
        )  # fmt: skip
        return Derivatives(
            value=value,
            index=size * (y - mean) / whole,
            index_twice=-(y + size) * size * mean / whole**2,
            further=(-size * by_size)[:, None],
            cross=(-size * mean * (y - mean) / whole**2)[:, None],
            further_twice=(size**2 * twice + size * by_size)[:, None, None],
        )

    def _constant(self, index: Floats, log_delta: float) -> Derivatives:
        y, size = self.outcome, np.exp(index - log_delta)
        more, share = np.logaddexp(0.0, log_delta), special.expit(log_delta)
        value = (
            special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)
            + y * log_delta - (y + size) * more
        )  # fmt: skip
        first = size * (special.digamma(y + size) - special.digamma(size) - more)
        second = size**2 * (special.polygamma(1, y + size) - special.polygamma(1, size))
        return Derivatives(
            value=value,
            index=first,
            index_twice=first + second,
            further=(-first + y - (y + size) * share)[:, None],
            cross=(-first - second - size * share)[:, None],
            further_twice=(first + second + 2 * size * share - (y + size) * share * (1 - share))[
                :, None, None
            ],
        )
