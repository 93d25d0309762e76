"""A fit that leaves nothing of the outcome: its errors are rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.say import say
from digimfg.text import Text

__all__ = ["perfect_fit_notes"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-9
_ROUNDING = 1e-14


def perfect_fit_notes(residuals: Floats, outcome: Floats) -> tuple[Text, ...]:
    """Return a note where residuals are less than 1e-9 of the spread of the outcome, or rounding of its size.

    Parameters
    ----------
    residuals
        Shape (n,).
    outcome
        What the effects leave of it, shape (n,).

    Examples
    --------
    >>> [note.zh for note in perfect_fit_notes(np.zeros(3), np.ones(3))]
    ['各项完全解释了被解释变量（残差为零）：标准误与p值没有意义，请检查被解释变量是否由这些变量构造']
    """
    spread = float(np.linalg.norm(outcome - outcome.mean())) if len(outcome) else 0.0
    if np.linalg.norm(residuals) > max(_TOLERANCE * spread, _ROUNDING * float(np.linalg.norm(outcome))):
        return ()
    return (
        say(
            "The terms explain the outcome without rest: standard errors and p values mean nothing; "
            "check whether the "
            "outcome is made from these terms",
            "各项完全解释了被解释变量（残差为零）：标准误与p值没有意义，请检查被解释变量是否由这些变量构造",
            kind="perfect_fit",
        ),
    )
