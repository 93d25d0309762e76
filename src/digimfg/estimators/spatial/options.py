"""The options of spatial panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digimfg.estimators.spatial.data import Effects
from digimfg.estimators.spatial.weights import (
    Standardization,
    WeightMatrix,
)

__all__ = ["SpatialOptions"]


@dataclass(frozen=True, init=False)
class SpatialOptions:
    """Hold the options of `SpatialPanel`, which says what they mean."""

    weights: WeightMatrix | tuple[tuple[str, WeightMatrix], ...]
    lag_outcome: bool
    lag_regressors: bool | tuple[str, ...]
    lag_error: bool
    effects: Effects | None
    error_weights: WeightMatrix | None
    standardization: Standardization
    bias_correction: Literal["lee_yu"] | None
    draws: int
    seed: int
    islands: Literal["error", "keep"]
    incomplete: Literal["error", "drop"]
