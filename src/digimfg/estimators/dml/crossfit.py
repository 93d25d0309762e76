"""Cross-fitting: each row is predicted by a learner that saw no row of its fold."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.labels import term_label

if TYPE_CHECKING:
    from digimfg.estimators.dml.learners import Fitting

__all__ = ["Folded", "cross_fitted", "explained", "require_left"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_NOTHING = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Folded:
    """Hold what every learner of one split shares.

    Parameters
    ----------
    features
        Shape (n, p).
    folds, groups
        By row; `groups` are kept together by inner folds too.
    seed
        Of learners that draw.
    warned
        What learners warned of, one name for each time; appended to.
    """

    features: Floats
    folds: Codes
    groups: Codes
    seed: int
    warned: list[str] = field(default_factory=list)


def cross_fitted(
    split: Folded, target: Floats, fitting: Fitting, among: NDArray[np.bool_] | None = None
) -> Floats:
    """Return predictions of every row, shape (n,), learned from the other folds.

    Parameters
    ----------
    split
        Rows and folds.
    target
        Shape (n,).
    fitting
        How it is learned.
    among
        Rows to learn from; all by default.

    Raises
    ------
    EstimationError
        If the other folds leave too little to learn from: no row, or one value of a probability's outcome.
    """
    found = np.empty(len(target))
    inside = np.ones(len(target), dtype=bool) if among is None else among
    for fold in range(int(split.folds.max()) + 1):
        held = split.folds == fold
        rows = np.flatnonzero(~held & inside)
        if len(rows) < 2 or (fitting.probabilities and np.ptp(target[rows]) == 0):
            raise EstimationError.of("dml.fold_all_alike", n=len(rows), fold=fold + 1)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found[held] = fitting.predict(
                split.features[rows],
                target[rows],
                split.features[held],
                split.groups[rows],
                seed=(split.seed + fold) % 2**31,
            )
        split.warned.extend(type(each.message).__name__ for each in caught)
    if not np.isfinite(found).all():
        raise EstimationError.of("dml.predictions_not_finite", n=int(np.sum(~np.isfinite(found))))
    return found


def explained(target: Floats, predicted: Floats) -> float:
    """Return 1 - SSE/SST of predictions that saw no row they predict.

    Examples
    --------
    >>> explained(np.array([0.0, 2.0]), np.array([0.0, 1.0]))
    0.5
    """
    about = target - target.mean()
    total = float(about @ about)
    return 1 - float(np.sum((target - predicted) ** 2)) / total if total > 0 else float("nan")


def require_left(names: Sequence[str], target: Floats, left: Floats) -> None:
    """Raise where learners leave nothing of a treatment.

    Raises
    ------
    EstimationError
        With the treatments.
    """
    size, rest = (np.sqrt(np.mean(each**2, axis=0)) for each in (target - target.mean(axis=0), left))
    gone = [name for name, a, b in zip(names, size, rest, strict=True) if b <= np.sqrt(_NOTHING) * a]
    if gone:
        raise EstimationError.of("dml.treatment_explained", terms=[term_label(name) for name in gone])
