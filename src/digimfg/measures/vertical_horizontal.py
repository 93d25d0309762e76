"""Vertical-and-horizontal weights (纵横向拉开档次法): weights that spread unit-years farthest apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.marks import keeps_marks
from digimfg.measures.contract import SHARE, WEIGHT, measure
from digimfg.measures.directions import Directions
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import cross_products, order_free_sum
from digimfg.measures.weight_resampling import WeightsKeywords, WeightsOptions
from digimfg.measures.weight_rows import Rows, Weighed
from digimfg.measures.weighting import WeightsResult, weigh
from digimfg.notes import note_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Floats = NDArray[np.float64]

__all__ = ["vertical_horizontal_rule", "vertical_horizontal_weights"]


@measure("frame", gaps="refused", gives={"weights": WEIGHT, "dispersion_share": SHARE})
@checked
@keeps_marks
@takes(WeightsOptions)
def vertical_horizontal_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    normalization: Normalization = "minmax",
    **options: Unpack[WeightsKeywords],
) -> WeightsResult:
    """Weigh indicators by the leading eigenvector of H = Σ_t Z_t'Z_t, scaled to sum to one (郭亚军 2002).

    Z_t holds the normalized indicators of all units in year t, so that H is Z'Z of the pooled rows and the
    years need no naming. Non-negative data (``"minmax"``) give non-negative weights (Perron-Frobenius).

    Parameters
    ----------
    frame, directions, normalization, constant, missing, time, train_years, entity, bootstrap, seed, level
        See `entropy_weights`.

    Returns
    -------
    WeightsResult
        Table columns ``eigenvector`` (unit length) and ``weight``; statistics ``eigenvalue`` and
        ``dispersion_share``.

    Raises
    ------
    MeasureError
        As `entropy_weights`; also if the eigenvector sums to zero.

    Notes
    -----
    w'Hw is the dispersion Σ_t Σ_i (y_it - ȳ)² that the method maximizes only if ȳ = 0, as under
    ``"zscore"``; then the weights are the first principal component of the correlation matrix and may be
    negative. Under ``"minmax"``, the common practice, w'Hw = dispersion + n ȳ², and indicators with a high
    mean gain weight; ``dispersion_share`` says how much of w'Hw is dispersion.

    References
    ----------
    郭亚军 (2002). 一种新的动态综合评价方法. 管理科学学报, 5(2), 49-54.

    Examples
    --------
    >>> data = {"a": [0.0, 1.0, 0.5], "b": [0.0, 0.5, 1.0]}
    >>> result = vertical_horizontal_weights(data, 1)
    >>> result.weights.tolist(), round(result.statistics["dispersion_share"], 4)
    ([0.5, 0.5], 0.3333)
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh("vertical_horizontal", vertical_horizontal_rule, frame, directions, whole)


def vertical_horizontal_rule(rows: Rows) -> Weighed:
    """Return the leading eigenvector of Z'Z of normalized columns, scaled to sum to one.

    Raises
    ------
    MeasureError
        If the eigenvector sums to zero.
    """
    products = cross_products(rows.normalized)
    values, vectors = np.linalg.eigh(products)
    leading = vectors[:, -1] if vectors[:, -1].sum() >= 0 else -vectors[:, -1]
    total = float(leading.sum())
    if total < 1e-12:
        raise MeasureError.of("measures.weights_cancel", got=np.array2string(leading, precision=4))
    n = len(rows.normalized[0])
    means = np.array([order_free_sum(column) for column in rows.normalized]) / n
    level = n * float(leading @ means) ** 2
    negative = [name for name, weight in zip(rows.names, leading, strict=True) if weight < -1e-12]
    notes = (note_of("measures.negative_weights_of_stages", negative=negative),) if negative else ()
    return Weighed(
        weights=leading / total,
        columns={"eigenvector": leading},
        statistics={"eigenvalue": float(values[-1]), "dispersion_share": 1.0 - level / float(values[-1])},
        notes=notes,
    )
