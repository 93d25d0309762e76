"""Entropy weights (熵值法), for a cross-section or a pooled panel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.kinds import NonNegative
from digimfg.marks import keeps_marks
from digimfg.measures.contract import WEIGHT, Gives, measure
from digimfg.measures.directions import Directions
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import block_slices, order_free_block_sum, order_free_sum
from digimfg.measures.weight_resampling import WeightsKeywords, WeightsOptions
from digimfg.measures.weight_rows import Rows, Weighed
from digimfg.measures.weighting import WeightsResult, weigh
from digimfg.notes import note_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Floats = NDArray[np.float64]

__all__ = ["entropy_rule", "entropy_weights"]


@measure(
    "frame",
    gaps="refused",
    gives={
        "weights": WEIGHT,
        "table.entropy": Gives("index", 0, 1),
        "table.divergence": Gives("index", 0, 1),
    },
)
@checked
@keeps_marks
@takes(WeightsOptions)
def entropy_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    normalization: Normalization = "minmax",
    shift: NonNegative = 0.0,
    **options: Unpack[WeightsKeywords],
) -> WeightsResult:
    """Weigh indicators by how unevenly they are spread over the rows: p = z/Σz, e = -Σ p ln p / ln n, w ∝ 1
    - e.

    A panel is pooled: bounds, shares and k = 1/ln n run over all rows (unit × year), so that scores of
    different years can be compared; for weights year by year call it on each year's rows. 0 · ln 0 is
    exactly 0: nothing is added to zeros unless `shift` says so.

    Parameters
    ----------
    frame
        One row per observation; also a mapping of columns, or an array (columns ``x1 x2 …``).
    directions
        Column → ``1`` (more is better), ``-1`` (less is better) or a `TargetRange`; exactly these columns
        are used. Also one direction per column or one for all; by default every column is positive, with a
        note.
    normalization
        ``"minmax"`` (default), ``"log_minmax"``, ``"zscore"``, ``"vector"`` or ``"none"``, see
        `normalize_indicators`; values must not be negative, so that ``"zscore"`` needs a shift.
    shift
        Added to every normalized value before shares are taken (scores do not get it). It changes the
        weights.
    constant
        What a constant indicator does: ``"raise"``, or ``"zero_weight"`` (entropy one, weight zero, a note).
    missing
        ``"raise"``, or ``"drop"``: rows with a missing indicator are left out; their score is missing.
    time, train_years
        Take scales and weights from the rows whose `time` is in `train_years` only; all rows are scored.
    entity, bootstrap, seed, level
        With `bootstrap` > 0: percentile intervals from that many draws of the units named by `entity` (rows,
        where it is ``None``), scales and weights made anew in each.

    Returns
    -------
    WeightsResult
        Table columns ``entropy`` in [0, 1], ``divergence`` = 1 - entropy, ``weight``. Scores in [0, 1] under
        minmax.

    Raises
    ------
    MeasureError
        If columns and directions do not match, a value is missing, infinite or (normalized) negative, or an
        indicator is constant.

    Notes
    -----
    Min-max shares do not depend on units (any a·x + b, a > 0). Raw shares (``normalization="none"``) depend
    on where the zero lies, and so do their weights; a skewed indicator, even by one unit, gets more weight
    than an even one.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal, 27(3),
    379-423. https://doi.org/10.1002/j.1538-7305.1948.tb01338.x
    杨丽、孙之淳 (2015). 基于熵值法的西部新型城镇化发展水平测评. 经济问题 (3) (pooled panels).

    Examples
    --------
    >>> result = entropy_weights({"patents": [1.0, 2.0, 3.0, 9.0], "waste": [4.0, 3.0, 2.0, 1.0]},
    ...                          {"patents": 1, "waste": -1})
    >>> result.weights.round(4).to_dict()
    {'patents': 0.6257, 'waste': 0.3743}
    >>> result.scores.round(4).tolist()
    [0.0, 0.203, 0.4059, 1.0]
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh("entropy", lambda rows: entropy_rule(rows, shift), frame, directions, whole)


def entropy_rule(rows: Rows, shift: float = 0.0) -> Weighed:
    """Return entropy weights of normalized columns.

    Parameters
    ----------
    rows
        Normalized columns; after `shift` none may be negative.
    shift
        Added to every value.

    Raises
    ------
    MeasureError
        If a shifted value is negative, or an indicator has no positive value.
    """
    divergence = np.empty(len(rows.names))
    for j, (name, column) in enumerate(zip(rows.names, rows.normalized, strict=True)):
        divergence[j] = _divergence(column + shift if shift else column, name)
    columns = {"entropy": 1.0 - divergence, "divergence": divergence}
    notes = () if not shift else (note_of("measures.shift", shift=shift),)
    return Weighed(weights=divergence / divergence.sum(), columns=columns, notes=notes)


def _divergence(values: Floats, name: str) -> float:
    """Return 1 - e = Σ p ln(np) / ln n, which loses no digits where the shares are nearly even."""
    lowest = float(values.min())
    if lowest < 0.0:
        raise MeasureError.of(
            "measures.negative_under_entropy",
            name=name,
            n_negative=int((values < 0).sum()),
            n=len(values),
            lowest=lowest,
            shift=f"{-lowest:.6g}",
        )
    mean = order_free_sum(values) / len(values)
    if mean == 0.0:
        raise MeasureError.of("measures.entropy_total_zero", name=name)
    highest = float(values.max()) / mean
    bound = max(1.0, highest * math.log(highest))  # of x ln x on [0, highest]
    return order_free_block_sum(_x_log_x(values, mean), len(values), bound) / (
        len(values) * math.log(len(values))
    )


def _x_log_x(values: Floats, mean: float) -> Iterator[Floats]:
    """Yield x ln x of x = values / mean, block by block; 0 ln 0 = 0."""
    for piece in block_slices(len(values)):
        relative = values[piece] / mean
        terms = np.log(np.maximum(relative, np.finfo(np.float64).tiny))
        terms *= relative
        yield terms
