"""A fit that leaves nothing of the outcome: its errors are rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["PERFECT_FIT", "perfect_fit_notes", "rounding_errors"]

Floats = NDArray[np.float64]

PERFECT_FIT = note_of("estimators.perfect_fit")

_TOLERANCE = 1e-9
_ROUNDING = 1e-14
_SMALLEST = 1e-11


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
    return (PERFECT_FIT,)


def rounding_errors(design: Design, names: Sequence[str], covariance: Floats) -> bool:
    """Return whether the error of a term's slope, or of a regime's, is below 1e-11 of the outcome's spread
    over the term's: rounding.

    Estimators whose residuals do not reach the place where results are made are asked by their errors.
    """
    outcome = float(np.std(design.outcome))
    every = dict(zip(design.terms, np.std(design.near, axis=0).tolist(), strict=True))
    terms = [name if name in every else name.rpartition(":")[0] for name in names]
    spread = np.array([every.get(term, 0.0) for term in terms])
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    known = (spread > 0) & np.isfinite(errors)
    return bool(outcome > 0 and (errors[known] * (spread[known] / outcome) < _SMALLEST).any())
