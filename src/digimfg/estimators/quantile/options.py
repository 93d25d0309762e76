"""The options of quantile regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from digimfg.kinds import AtLeast, AtMost, Differing, Entries, Seed, Share

__all__ = ["Method", "QuantileOptions"]

Method = Literal["moments", "plain"]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuantileOptions:
    """Hold the options of `QuantileRegression`, which says what they mean."""

    quantile: Share | Annotated[tuple[Share, ...], Entries(1), Differing()] = 0.5
    method: Method | None = None
    errors: Literal["analytic", "bootstrap"] = "analytic"
    replications: Annotated[int, AtLeast(20), AtMost(10_000_000)] = 500
    seed: Seed = 0

    @property
    def quantiles(self) -> tuple[float, ...]:
        """Return the quantiles asked for, one or several."""
        return self.quantile if isinstance(self.quantile, tuple) else (float(self.quantile),)
