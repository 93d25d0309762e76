"""What a reader of a smooth transition must know: how it was searched, whether it is there, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.estimators.smooth_transition.transition import MOST_SLOPE
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.estimators.smooth_transition.slopes import Slopes
    from digimfg.estimators.smooth_transition.transition import Fitted

__all__ = ["transition_notes"]

_LEVEL = 0.05
_FEW = 0.05
_END = 0.05
_STEP = 0.03


def transition_notes(
    chosen: int | None,
    transition: Fitted,
    found: Slopes,
    tests: Mapping[str, pd.DataFrame],
) -> list[Text]:
    """Return the notes; `chosen` is the number of locations where tests chose it."""
    notes: list[Text] = []
    if chosen is not None:
        notes.append(note_of("smooth_transition.switches", switches=chosen))
    p = _p(tests["linearity"])
    if p is not None and p > _LEVEL:
        notes.append(note_of("smooth_transition.linear", p=p))
    notes += _shape_notes(transition, found)
    if (p := _p(tests["remaining"])) is not None and p < _LEVEL:
        notes.append(note_of("smooth_transition.remaining", p=p))
    if (p := _p(tests["constancy"])) is not None and p < _LEVEL:
        notes.append(note_of("smooth_transition.constancy", p=p))
    if transition.agreeing < transition.starts:
        notes.append(
            note_of("phrases.starts_of_least_squares", agreeing=transition.agreeing, starts=transition.starts)
        )
    return notes


def _shape_notes(transition: Fitted, found: Slopes) -> list[Text]:
    notes: list[Text] = []
    between = float(np.mean((found.share > _END) & (found.share < 1 - _END)))
    if transition.slope > MOST_SLOPE - 1e-3 or between < _STEP:
        notes.append(note_of("smooth_transition.step"))
    elif not transition.free[0]:
        notes.append(note_of("smooth_transition.straight"))
    if not transition.free[1:].all():
        notes.append(note_of("smooth_transition.edge"))
    above = float(np.mean(found.share > 0.5))
    if min(above, 1 - above) < _FEW:
        notes.append(note_of("smooth_transition.small_regime", share=min(above, 1 - above)))
    if not found.curved:
        notes.append(note_of("smooth_transition.curvature"))
    return notes


def _p(table: pd.DataFrame) -> float | None:
    """Return the p value of the first row: robust F, else plain F; ``None`` where neither is there."""
    for name in ("hac_f_p", "lm_f_p"):
        value = float(table[name].iloc[0])
        if np.isfinite(value):
            return value
    return None
