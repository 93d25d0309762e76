"""Where a policy spills over: rings of distance around the treated, and exposure through any weights."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design.keys import refuse_repeats
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.spatial.weights import WeightMatrix
from digimfg.inference.neighbours import great_circle_km
from digimfg.kinds import Entries, Key, NonNegative, NumberColumn, StoredFrame
from digimfg.measures.columns import refuse_infinite
from digimfg.policy.treatment import check_treatment
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["spillover_exposure", "spillover_rings"]


@checked
def spillover_rings(
    frame: StoredFrame,
    treatment: NumberColumn,
    *,
    entity: Key,
    time: NumberColumn,
    latitude: NumberColumn,
    longitude: NumberColumn,
    edges_km: Annotated[Sequence[NonNegative], Entries(2)],
) -> pd.DataFrame:
    r"""Return, for rows that are not treated, in which ring of distance the nearest treated unit lies.

    .. math:: R^k_{it}=1\{D_{it}=0\}\;1\{d_{k-1}<\min_{j:D_{jt}=1}d_{ij}\le d_k\}

    As regressors beside the treatment they give the effect on the treated against units beyond the last ring,
    and the spillover by distance (Clarke 2017; Butts 2021, arXiv:2105.03737).

    Parameters
    ----------
    frame
        One row per unit and period.
    treatment
        0/1 column, 1 once treated.
    entity, time
        Key columns.
    latitude, longitude
        In degrees, constant within units.
    edges_km
        Rising distances that part the rings: ``(0, 50, 100)`` gives two.

    Returns
    -------
    DataFrame
        0/1 columns ``ring_0_50km`` …, in the rows of the frame; missing where the treatment, the time or
        the place is.

    Raises
    ------
    SpecificationError
        If the distances do not rise, the treatment is not 0 and 1, keys repeat or places move.
    EstimationError
        If every unit beyond the last ring is treated or missing, so that nobody is left to compare with.

    Examples
    --------
    >>> frame = pd.DataFrame({"city": [1, 2, 3], "year": [1] * 3, "on": [1, 0, 0], "lat": [30.0, 30.3, 33.0],
    ...     "lon": [120.0] * 3})
    >>> spillover_rings(frame, "on", entity="city", time="year", latitude="lat", longitude="lon",
    ...     edges_km=(0, 50, 100)).to_numpy().tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
    """
    edges = np.asarray(edges_km, dtype=np.float64)
    if not (np.diff(edges) > 0).all():
        raise SpecificationError.of(
            "policy.distances_not_rising", got=", ".join(f"{edge:g}" for edge in edges)
        )
    _check_rows(frame, treatment, entity, time)
    for place in (latitude, longitude):
        refuse_infinite(frame[place], place)
    moving = frame.groupby(entity)[[latitude, longitude]].nunique().max(axis=1)
    if (moving > 1).any():
        raise SpecificationError.of(
            "policy.units_move", latitude=latitude, longitude=longitude, n=int((moving > 1).sum())
        )
    values = frame[[treatment, time, latitude, longitude]].to_numpy(dtype=np.float64)
    whole = np.isfinite(values).all(axis=1)
    nearest = np.full(len(frame), np.inf)
    for period in np.unique(values[whole, 1]):
        rows = np.flatnonzero(whole & (values[:, 1] == period))
        on = rows[values[rows, 0] == 1]
        if len(on):
            here, there = values[rows, 2:].T[:, :, None], values[on, 2:].T[:, None, :]
            nearest[rows] = great_circle_km(here[0], here[1], there[0], there[1]).min(axis=1)
    free = whole & (values[:, 0] == 0)
    if not (
        free & (nearest > edges[-1]) & np.isin(values[:, 1], values[whole & (values[:, 0] == 1), 1])
    ).any():
        raise EstimationError.of("policy.no_units_beyond", last=edges[-1])
    made = {}
    for low, high in pairwise(edges):
        inside = free & (nearest > low if low > 0 else nearest >= 0) & (nearest <= high)
        made[f"ring_{low:g}_{high:g}km"] = np.where(whole, inside.astype(np.float64), np.nan)
    return pd.DataFrame(made, index=frame.index)


@checked
def spillover_exposure(
    frame: StoredFrame, treatment: NumberColumn, weights: WeightMatrix, *, entity: Key, time: NumberColumn
) -> pd.Series[float]:
    r"""Return each row's exposure to the treatment of others, :math:`E_{it}=\sum_{j\ne i}w_{ij}D_{jt}`.

    Parameters
    ----------
    frame
        One row per unit and period.
    treatment
        Column of the treatment, 0/1 or a dose.
    weights
        Of units, whatever links them: places, trade, ownership; taken as they are.
    entity, time
        Key columns.

    Returns
    -------
    Series
        In the rows of the frame; missing where a unit that weighs has no treatment in the period.

    Raises
    ------
    SpecificationError
        If keys repeat, or a unit is not in the weights.
    MeasureError
        If a treatment is infinite.

    Notes
    -----
    Aronow and Samii (2017, doi:10.1214/16-AOAS1005) on mappings of exposure.

    Examples
    --------
    >>> import digimfg as dm
    >>> ring = dm.contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    >>> frame = pd.DataFrame({"city": ["a", "b", "c"], "year": [1] * 3, "on": [1, 0, 0]})
    >>> spillover_exposure(frame, "on", ring, entity="city", time="year").tolist()
    [0.0, 1.0, 0.0]
    """
    _check_rows(frame, None, entity, time)
    refuse_infinite(frame[treatment], treatment)
    names = list(weights.labels or ())
    unknown = [unit for unit in frame[entity].dropna().unique() if unit not in set(names)]
    if unknown:
        raise SpecificationError.of(
            "policy.weights_without_units", entity=entity, names=", ".join(map(str, unknown[:5]))
        )
    wide = frame.set_index([entity, time])[treatment].unstack(time).reindex(names).astype(np.float64)  # noqa: PD010
    matrix = np.asarray(weights.matrix.toarray(), dtype=np.float64)
    matrix = matrix - np.diag(np.diag(matrix))
    lacking = np.isnan(wide.to_numpy())
    summed = matrix @ np.where(lacking, 0.0, wide.to_numpy())
    summed[(matrix != 0).astype(float) @ lacking > 0] = np.nan
    place, period = (
        wide.index.get_indexer(pd.Index(frame[entity])),
        wide.columns.get_indexer(pd.Index(frame[time])),
    )
    known = (place >= 0) & (period >= 0)
    exposure = np.where(known, summed[place, period], np.nan)
    return pd.Series(exposure, index=frame.index, name=f"exposure_{treatment}")


def _check_rows(frame: pd.DataFrame, treatment: str | None, entity: str, time: str) -> None:
    refuse_repeats(frame, entity, time, Text("spillovers", "溢出"))
    if treatment is not None:
        check_treatment(frame, treatment)
