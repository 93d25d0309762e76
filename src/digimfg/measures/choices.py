"""Check options and weights that several measures share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["match_weights"]


def match_weights(weights: Any, names: Sequence[str], what: Text) -> NDArray[np.float64]:
    """Return `weights` in the order of `names`.

    Parameters
    ----------
    weights
        A mapping or Series by name, one number per name in their order, or ``None`` for equal weights.
    names
        Names to be weighted.
    what
        What is weighted, for messages.

    Raises
    ------
    MeasureError
        If names do not match, a weight is negative or not finite, or they do not sum to one (tolerance 1e-9).

    Examples
    --------
    >>> match_weights({"b": 0.75, "a": 0.25}, ["a", "b"], Text.of("x")).tolist()
    [0.25, 0.75]
    """
    if weights is None:
        return np.full(len(names), 1.0 / len(names))
    where = note_of("measures.weights_of_scheme", what=what)
    expected = note_of("measures.one_weight_for_each", names=names)
    remedy = Text("name the weights like the columns: {column: weight}", "权重名称须与列名一致：{列名: 权重}")
    if isinstance(weights, Mapping | pd.Series):
        given = {str(name): value for name, value in weights.items()}
        if set(given) != set(names):
            extra = sorted(set(given) - set(names))
            absent = sorted(set(names) - set(given))
            raise MeasureError.of(
                "measures.weights_of_other_columns",
                where=where,
                expected=expected,
                remedy=remedy,
                extra=list(extra) or ["—"],
                absent=list(absent) or ["—"],
            )
        values = np.array([given[name] for name in names], dtype=np.float64)
    else:
        values = np.asarray(weights, dtype=np.float64).ravel()
        if len(values) != len(names):
            raise MeasureError.of(
                "measures.number_of_weights",
                where=where,
                expected=expected,
                got=str(len(values)),
                remedy=remedy,
            )
    if not np.isfinite(values).all() or (values < 0).any() or abs(values.sum() - 1.0) > 1e-9:
        raise MeasureError.of(
            "measures.weights_do_not_sum", where=where, values=str(values.tolist()), total=values.sum()
        )
    return values
