"""The options of instrumental variables."""

from __future__ import annotations

from dataclasses import dataclass

from digimfg.estimators.instrumental.k_class import Method
from digimfg.kinds import Positive

__all__ = ["InstrumentalOptions"]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentalOptions:
    """Hold the options of `TwoStageLeastSquares`, which says what they mean."""

    method: Method = "2sls"
    fuller_alpha: Positive = 1.0
    orthogonality_test: tuple[str, ...] = ()
    heteroskedasticity_terms: tuple[str, ...] = ()
