"""The options of mediation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from digimfg.estimators.mechanisms.model import Structure
from digimfg.kinds import AtLeast, AtMost, Differing, Entries, Or, Seed

__all__ = ["MediationOptions"]


@dataclass(frozen=True, kw_only=True)
class MediationOptions:
    """Hold the options of `Mediation`, which says what they mean."""

    mediators: Annotated[tuple[str, ...], Entries(1), Differing()]
    treatment: str | None = None
    structure: Structure = "parallel"
    replications: Annotated[int, AtLeast(20), AtMost(10_000_000), Or(0)] = 5000
    seed: Seed = 0
    interval: Literal["percentile", "bca"] = "percentile"
    most_orders: Annotated[int, AtLeast(2)] = 120
    three_steps: bool = False
