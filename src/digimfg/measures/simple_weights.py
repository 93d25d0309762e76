"""Equal weights and coefficient-of-variation weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.marks import keeps_marks
from digimfg.measures.contract import WEIGHT, measure
from digimfg.measures.directions import Directions
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import standardized
from digimfg.measures.weight_resampling import RowsKeywords, RowsOptions, WeightsKeywords, WeightsOptions
from digimfg.measures.weight_rows import Rows, Weighed
from digimfg.measures.weighting import WeightsResult, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Floats = NDArray[np.float64]

__all__ = [
    "Basis",
    "coefficient_of_variation_rule",
    "coefficient_of_variation_weights",
    "equal_rule",
    "equal_weights",
]

Basis = Literal["raw", "normalized"]


@measure("frame", gaps="refused", gives={"weights": WEIGHT})
@checked
@keeps_marks
@takes(RowsOptions)
def equal_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    normalization: Normalization = "minmax",
    **options: Unpack[RowsKeywords],
) -> WeightsResult:
    """Give every indicator the weight 1/m.

    Parameters
    ----------
    frame, directions, normalization, constant, missing, time, train_years
        See `entropy_weights`; an indicator that is constant (``constant="zero_weight"``) does not count in m.

    Returns
    -------
    WeightsResult
        Table column ``weight``.

    Raises
    ------
    MeasureError
        As `entropy_weights`.

    References
    ----------
    OECD and JRC (2008). Handbook on constructing composite indicators: methodology and user guide. OECD
    Publishing. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> equal_weights({"a": [0.0, 1.0], "b": [3.0, 1.0]}, 1).scores.tolist()
    [0.5, 0.5]
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh("equal", equal_rule, frame, directions, whole)


@measure("frame", gaps="refused", gives={"weights": WEIGHT})
@checked
@keeps_marks
@takes(WeightsOptions)
def coefficient_of_variation_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    basis: Basis = "raw",
    normalization: Normalization = "minmax",
    **options: Unpack[WeightsKeywords],
) -> WeightsResult:
    """Weigh indicators by relative dispersion (变异系数法): v_j = s_j / abs(mean_j), w = v/Σv.

    Parameters
    ----------
    frame, directions, normalization, constant, missing, time, train_years, entity, bootstrap, seed, level
        See `entropy_weights`.
    basis
        ``"raw"``: v of the values as given; ``"normalized"``: v of the normalized, turned values.

    Returns
    -------
    WeightsResult
        Table columns ``mean std coefficient_of_variation weight``; scores are made of normalized values.

    Raises
    ------
    MeasureError
        As `entropy_weights`; also if a mean is zero.

    Notes
    -----
    v of raw values does not depend on the unit (a·x, a > 0) but on the zero (a·x + b): temperatures in °C
    and °F get different weights. It has a meaning only for quantities with a true zero.

    References
    ----------
    Pearson, K. (1896). Mathematical contributions to the theory of evolution III. Philosophical Transactions
    of the Royal Society A, 187, 253-318 (the coefficient).

    Examples
    --------
    >>> data = {"patents": [1.0, 2.0, 3.0], "schooling": [10.0, 11.0, 12.0]}
    >>> coefficient_of_variation_weights(data, 1).weights.round(4).to_dict()
    {'patents': 0.8462, 'schooling': 0.1538}
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh(
        "coefficient_of_variation",
        lambda rows: coefficient_of_variation_rule(rows, basis),
        frame,
        directions,
        whole,
    )


def equal_rule(rows: Rows) -> Weighed:
    """Return 1/m for each indicator."""
    return Weighed(weights=np.full(len(rows.names), 1.0 / len(rows.names)))


def coefficient_of_variation_rule(rows: Rows, basis: Basis = "raw") -> Weighed:
    """Return coefficient-of-variation weights.

    Raises
    ------
    MeasureError
        If the mean of an indicator is zero.
    """
    columns = rows.raw if basis == "raw" else rows.normalized
    parts = [standardized(column) for column in columns]
    means = np.array([mean for _, mean, _ in parts])
    deviations = np.array([deviation for _, _, deviation in parts])
    centred = [
        name
        for name, mean, deviation in zip(rows.names, means, deviations, strict=True)
        if abs(mean) < 1e-12 * deviation
    ]
    if centred:
        raise MeasureError.of("measures.means_of_zero", centred=centred)
    variation = deviations / np.abs(means)
    return Weighed(
        weights=variation / variation.sum(),
        columns={"mean": means, "std": deviations, "coefficient_of_variation": variation},
    )
