"""Combinations of bootstrapped effects, from the draws of the effects themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.distributions.student import Contrast, Joint
from digimfg.estimators.mechanisms.bootstrap import Draws, bca, percentile

__all__ = ["Resampled"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampled:
    """Hold the draws behind the rows of a result.

    Parameters
    ----------
    draws
        Of every row, k of them.
    rows
        Those whose p values and intervals are the bootstrap's, shape (k,); a combination with one of them is
        too.
    corrected
        Bias-corrected and accelerated instead of percentile.
    """

    draws: Draws
    rows: Booleans
    corrected: bool

    def speaks_for(self, used: Booleans) -> bool:
        """Return whether a combination of these rows holds a bootstrapped one."""
        return bool((used & self.rows).any())

    def contrast(
        self, weights: Floats, estimate: float, std_error: float, *, null: float, level: float
    ) -> Contrast:
        """Return the bootstrap's p value of `null` and interval of a combination."""
        del estimate, std_error
        low, high, p_value = self._of(self._combined(weights[None, :], null), level)
        return Contrast(
            p_value=float(p_value[0]),
            conf_low=float(low[0]) + null,
            conf_high=float(high[0]) + null,
            df=float("nan"),
        )

    def joint(self, restrictions: Floats, quadratic: float) -> Joint:
        """Return the share of draws beyond the simultaneous percentile band whose edge touches zero.

        The band has one pointwise level for all combinations (Montiel Olea & Plagborg-Møller 2019,
        doi:10.1002/jae.2656), so that of one combination it is its interval.
        """
        combined = self._combined(restrictions, 0.0)
        p_value = float(np.min(self._of(combined, 0.95)[2]))
        if len(restrictions) > 1:
            drawn = combined.drawn[np.isfinite(combined.drawn).all(axis=1)]
            ordered = np.sort(drawn, axis=0)
            below = np.column_stack(
                [np.searchsorted(ordered[:, j], drawn[:, j], side="right") for j in range(drawn.shape[1])]
            )
            above = len(drawn) - np.column_stack(
                [np.searchsorted(ordered[:, j], drawn[:, j], side="left") for j in range(drawn.shape[1])]
            )
            ranks = 2 * np.minimum(below, above).min(axis=1) / len(drawn)
            p_value = (1 + float(np.count_nonzero(ranks <= p_value))) / (1 + len(drawn))
        return Joint(
            statistic=quadratic,
            df_numerator=float(len(restrictions)),
            df_denominator=None,
            p_value=p_value,
        )

    def _of(self, draws: Draws, level: float) -> tuple[Floats, Floats, Floats]:
        return bca(draws, level) if self.corrected else percentile(draws, level)

    def _combined(self, restrictions: Floats, null: float) -> Draws:
        used = (restrictions != 0).any(axis=0)
        turn = restrictions[:, used].T
        return Draws(
            estimate=self.draws.estimate[used] @ turn - null,
            drawn=self.draws.drawn[:, used] @ turn - null,
            left_out=self.draws.left_out[:, used] @ turn - null,
        )
