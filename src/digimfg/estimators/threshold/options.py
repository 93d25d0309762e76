"""The options of panel thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from digimfg.estimators.threshold.bootstrap import Drawing
from digimfg.kinds import Above, AtLeast, Below, DrawsOrNone, Entries, Seed, Share

__all__ = ["ThresholdOptions"]

_Trim = Annotated[float, Above(0), Below(0.5)]


@dataclass(frozen=True, kw_only=True)
class ThresholdOptions:
    """Hold the options of `PanelThreshold`, which says what they mean."""

    threshold_variable: str
    regime_dependent: Annotated[tuple[str, ...], Entries(1)]
    n_thresholds: Literal[1, 2, 3] = 1
    trim: _Trim | tuple[_Trim, ...] = 0.01
    grid: Annotated[int, AtLeast(2)] | None = None
    replications: DrawsOrNone = 300
    seed: Seed = 0
    bootstrap: Drawing | None = None
    level: Share = 0.95
    kink: bool = False

    @property
    def trims(self) -> tuple[float, ...]:
        """Least share of rows in each regime, for each threshold in turn."""
        return self.trim if isinstance(self.trim, tuple) else (self.trim,) * self.n_thresholds
