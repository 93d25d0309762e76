"""How errors of effects of treatment are formed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Inference"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """State how errors are formed.

    Parameters
    ----------
    aggregate
        The aggregate on the row of the treatment.
    level
        Of intervals and bands.
    draws, seed
        Multiplier bootstrap of the bands, 0 draws for none.
    slopes
        Slopes of the regression whose small-sample rule applies; ``None`` for large-sample errors.
    reference
        Event time whose effect is zero by construction, ``None`` for none.
    unit_level
        Whether influence is that of units, so that clusters must hold whole units.
    symbol
        Of the effect in the names of statistics.
    """

    aggregate: str
    level: float
    draws: int
    seed: int
    slopes: int | None
    reference: float | None
    unit_level: bool
    symbol: str = "att"
