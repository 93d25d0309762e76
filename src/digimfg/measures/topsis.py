"""TOPSIS: closeness to the best and distance from the worst imaginable row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.kinds import NamedWeights
from digimfg.marks import keeps_marks
from digimfg.measures.choices import match_weights
from digimfg.measures.columns import Missing
from digimfg.measures.contract import Gives, measure
from digimfg.measures.directions import Directions
from digimfg.measures.index_scores import ScoresResult
from digimfg.measures.indicators import read_indicators
from digimfg.measures.normalization import fit_scales
from digimfg.measures.weighting import WeightsResult
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["topsis_scores"]


@measure("frame", gaps="refused", gives={"scores": Gives("index", 0, 1, 1)})
@checked
@keeps_marks
def topsis_scores(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    weights: NamedWeights | WeightsResult = None,
    *,
    normalization: Literal["vector", "minmax", "zscore", "none"] = "vector",
    missing: Missing = "raise",
) -> ScoresResult:
    """Score rows by D⁻/(D⁺ + D⁻), their distances from the worst and the best weighted normalized values.

    V = w·z; D⁺_i = √Σ_j (max_i V_ij - V_ij)², D⁻_i = √Σ_j (V_ij - min_i V_ij)².

    Parameters
    ----------
    frame, directions, missing
        See `entropy_weights`.
    weights
        By indicator (a mapping, a Series, a `WeightsResult`), or in the order of the indicators; they sum to
        one. ``None`` for equal weights, with a note.
    normalization
        ``"vector"`` x/√Σx² as in the source, or ``"minmax"``, ``"zscore"``, ``"none"``: they do not rank
        alike, so name it.

    Returns
    -------
    ScoresResult
        Scores in [0, 1]; table columns ``distance_best distance_worst score rank`` (1 is best; equal scores
        share the mean rank).

    Raises
    ------
    MeasureError
        If weights do not match the indicators or do not sum to one; otherwise as `entropy_weights`.

    Notes
    -----
    Scores compare the rows given: another row can change the order of the others (rank reversal).
    Vector-normalized scores do not depend on units (a·x, a > 0) but on the zero (a·x + b); minmax scores on
    neither.

    References
    ----------
    Hwang, C.-L. and Yoon, K. (1981). Multiple attribute decision making: methods and applications. Springer.
    https://doi.org/10.1007/978-3-642-48318-9

    Examples
    --------
    >>> data = {"quality": [8.0, 5.0, 9.0], "price": [7.0, 3.0, 9.0]}
    >>> topsis_scores(data, {"quality": 1, "price": -1}, [0.5, 0.5]).table["score"].round(4).tolist()
    [0.4511, 0.6239, 0.3761]
    """
    indicators = read_indicators(frame, directions, missing=missing)
    matched = match_weights(weights, indicators.names, Text("the indicators", "指标"))
    notes = indicators.notes
    if weights is None:
        notes = (
            *notes,
            note_of("measures.equal_weights"),
        )
    scales, _ = fit_scales(indicators, indicators.columns, normalization, "raise")
    best = np.zeros(indicators.n_rows)
    worst = np.zeros(indicators.n_rows)
    for scale, column, weight in zip(scales, indicators.columns, matched, strict=True):
        if scale is not None:
            weighted = weight * scale.apply(column)
            best += (weighted.max() - weighted) ** 2
            worst += (weighted - weighted.min()) ** 2
    best, worst = np.sqrt(best), np.sqrt(worst)
    scores = worst / (best + worst)
    columns = {"distance_best": best, "distance_worst": worst, "score": scores}
    table = pd.DataFrame({name: indicators.series(values, name) for name, values in columns.items()})
    table["rank"] = table["score"].rank(ascending=False)
    names = pd.Index(indicators.names, name="indicator")
    return ScoresResult(
        scores=table["score"],
        table=table,
        weights=pd.Series(matched, index=names, name="weight"),
        notes=(
            *notes,
            note_of("measures.normalization", normalization=normalization),
        ),
    )
