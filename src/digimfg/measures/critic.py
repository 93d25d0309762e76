"""CRITIC weights: contrast times conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.keywords import takes
from digimfg.marks import keeps_marks
from digimfg.measures.contract import WEIGHT, Gives, measure
from digimfg.measures.directions import Directions
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import cross_products, standardized
from digimfg.measures.weight_resampling import WeightsKeywords, WeightsOptions
from digimfg.measures.weight_rows import Rows, Weighed
from digimfg.measures.weighting import WeightsResult, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Floats = NDArray[np.float64]

__all__ = ["Conflict", "critic_rule", "critic_weights"]

Conflict = Literal["signed", "absolute"]


@measure("frame", gaps="refused", gives={"weights": WEIGHT, "table.information": Gives("index", 0)})
@checked
@keeps_marks
@takes(WeightsOptions)
def critic_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    normalization: Normalization = "minmax",
    conflict: Conflict = "signed",
    **options: Unpack[WeightsKeywords],
) -> WeightsResult:
    """Weigh indicators by contrast and conflict: C_j = σ_j Σ_k (1 - r_jk), w = C/ΣC.

    σ is the standard deviation of the normalized indicator, r the correlation after negative indicators are
    turned: its sign matters. Whether σ divides by n or n - 1 does not change w.

    Parameters
    ----------
    frame, directions, constant, missing, time, train_years, entity, bootstrap, seed, level
        See `entropy_weights`.
    normalization
        See `normalize_indicators`; under ``"zscore"`` every σ is one and only conflict counts.
    conflict
        ``"signed"``: 1 - r as in the source; ``"absolute"``: 1 - abs(r), which treats opposition like
        agreement.

    Returns
    -------
    WeightsResult
        Table columns ``contrast`` (σ), ``conflict`` (Σ(1 - r)), ``information`` (C), ``weight``.

    Raises
    ------
    MeasureError
        As `entropy_weights`; also if all indicators are perfectly correlated (no conflict, no weights).

    References
    ----------
    Diakoulaki, D., Mavrotas, G. and Papayannakis, L. (1995). Determining objective weights in multiple
    criteria problems: the CRITIC method. Computers & Operations Research, 22(7), 763-770.
    https://doi.org/10.1016/0305-0548(94)00059-H

    Examples
    --------
    The eight firms of the source:

    >>> firms = {"profit": [61, 20.7, 16.3, 9, 5.4, 4, -6.1, -34.6],
    ...          "market": [1.08, 0.26, 1.98, 3.29, 2.77, 4.12, 3.52, 3.31],
    ...          "productivity": [4.33, 4.34, 2.53, 1.65, 2.33, 1.21, 2.10, 0.98]}
    >>> critic_weights(firms, 1).weights.round(4).to_dict()
    {'profit': 0.2022, 'market': 0.4809, 'productivity': 0.3169}
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh("critic", lambda rows: critic_rule(rows, conflict), frame, directions, whole)


def critic_rule(rows: Rows, conflict: Conflict = "signed") -> Weighed:
    """Return CRITIC weights of normalized columns.

    Raises
    ------
    MeasureError
        If all indicators are perfectly correlated.
    """
    parts = [standardized(column) for column in rows.normalized]
    contrast = np.array([deviation for _, _, deviation in parts])
    correlation = cross_products([scaled for scaled, _, _ in parts]) / (len(parts[0][0]) - 1)
    np.fill_diagonal(correlation, 1.0)
    correlation = np.clip(correlation, -1.0, 1.0)
    opposed = (1.0 - (np.abs(correlation) if conflict == "absolute" else correlation)).sum(axis=1)
    information = contrast * opposed
    if not information.sum() > 1e-12 * contrast.sum():
        _no_conflict(rows.names)
    columns = {"contrast": contrast, "conflict": opposed, "information": information}
    return Weighed(weights=information / information.sum(), columns=columns)


def _no_conflict(names: tuple[str, ...]) -> None:
    from digimfg.errors import MeasureError

    raise MeasureError.of("measures.indicators_perfectly_correlated", got=", ".join(names))
