"""Spatial covariance of Conley: products of the scores of rows that are near in space, or near in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.covariance import Conley
    from digimfg.design import Design

__all__ = ["EARTH_RADIUS_KM", "conley_products", "great_circle_km"]

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_BLOCK = 2_000_000


def conley_products(design: Design, columns: Floats, covariance: Conley) -> tuple[Floats, float]:
    r"""Return the weighted sum of products of rows, and the mean number of neighbours of a row.

    .. math:: \sum_t\sum_{i,j} K(d_{ij}) s_{it}s_{jt}' + \sum_i\sum_{0<|t-u|\le
        L}\Big(1-\frac{|t-u|}{L+1}\Big)s_{it}s_{iu}'

    with K one up to the cutoff (uniform), or 1 - d/cutoff (Bartlett); rows of different units meet within a
    period only. Without a time column all rows are of one period.

    Parameters
    ----------
    columns
        Residual times regressor (times weight), or what rows add to estimates, shape (n, k).

    Raises
    ------
    SpecificationError
        If the kernel is unknown, the cutoff not positive, or lags are asked for without keys.
    EstimationError
        If coordinates lie outside their range.
    """
    _check(design, covariance)
    latitude, longitude = (
        design.evaluator(name).values[design.rows, 0] for name in (covariance.latitude, covariance.longitude)
    )
    _check_coordinates(latitude, longitude, covariance)
    periods = np.zeros(design.n_obs, dtype=np.int64) if design.time is None else design.time
    found = np.zeros((columns.shape[1], columns.shape[1]))
    near = 0
    order = np.argsort(periods, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(periods))[:-1]):
        size = max(1, _BLOCK // max(len(rows), 1))
        for start in range(0, len(rows), size):
            block = rows[start : start + size]
            weights = _kernel(latitude, longitude, block, rows, covariance)
            found += columns[block].T @ (weights @ columns[rows])
            near += int(np.count_nonzero(weights)) - len(block)
    if covariance.lags and design.entity is not None and design.time_values is not None:
        values = design.time_values
        when = values[periods] if values.dtype.kind in "iuf" else periods
        found += _serial(design.entity, when.astype(np.float64), columns, covariance.lags)
    return (found + found.T) / 2, near / design.n_obs


def great_circle_km(latitude: Floats, longitude: Floats, latitudes: Floats, longitudes: Floats) -> Floats:
    """Return the distances on a sphere between points and points, shape (points, other points).

    The haversine formula with the Earth's mean radius, 6371.0088 km; degrees.

    Examples
    --------
    >>> one = np.array([0.0])
    >>> round(float(great_circle_km(one, one, one, one + 90)[0, 0]))
    10008
    """
    a, b = np.radians(latitude)[:, None], np.radians(latitudes)[None, :]
    turn = np.radians(longitude)[:, None] - np.radians(longitudes)[None, :]
    chord = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))), dtype=np.float64)


def _kernel(
    latitude: Floats,
    longitude: Floats,
    block: NDArray[np.int64],
    rows: NDArray[np.int64],
    covariance: Conley,
) -> Floats:
    distance = great_circle_km(latitude[block], longitude[block], latitude[rows], longitude[rows])
    if covariance.kernel == "uniform":
        return (distance <= covariance.cutoff_km).astype(np.float64)
    return np.maximum(1 - distance / covariance.cutoff_km, 0)


def _serial(entity: NDArray[np.int64], when: Floats, scores: Floats, lags: int) -> Floats:
    order = np.lexsort((when, entity))
    entity, when, scores = entity[order], when[order], scores[order]
    meat = np.zeros((scores.shape[1], scores.shape[1]))
    for step in range(1, len(order)):
        gap = when[step:] - when[:-step]
        together = (entity[step:] == entity[:-step]) & (gap > 0) & (gap <= lags)
        if not together.any():
            break
        weight = (1 - gap / (lags + 1))[together]
        product = (scores[step:][together] * weight[:, None]).T @ scores[:-step][together]
        meat += product + product.T
    return meat


def _check(design: Design, covariance: Conley) -> None:
    where = "dm.Conley"
    if covariance.lags and (design.entity is None or design.time is None):
        raise SpecificationError(
            where=say("lags of {where}", "{where}的 lags", where=where),
            expected=Text("`entity` and `time` in the specification", "设定中须有 `entity` 与 `time`"),
            got=f"entity={design.specification.entity!r}, time={design.specification.time!r}",
            remedy=Text("name the key columns, or lags=0", "给出键列，或 lags=0"),
        )


def _check_coordinates(latitude: Floats, longitude: Floats, covariance: Conley) -> None:
    for name, values, limit in ((covariance.latitude, latitude, 90), (covariance.longitude, longitude, 180)):
        wrong = np.flatnonzero(np.abs(values) > limit)
        if len(wrong):
            raise EstimationError(
                where=say("coordinates '{name}'", "坐标“{name}”", name=name),
                expected=say(
                    "degrees between −{limit} and {limit}", "−{limit}至{limit}之间的度数", limit=limit
                ),
                got=say(
                    "{n:,|row} outside, first {values:g}",
                    "{n}行超出，首个为{values:g}",
                    n=len(wrong),
                    values=values[wrong[0]],
                ),
                remedy=Text(
                    "convert to decimal degrees, or swap latitude and longitude",
                    "转换为十进制度，或对调纬度与经度",
                ),
            )
