"""Spatial covariance of Conley: products of the scores of rows that are near in space, or near in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.neighbours import Pairs, near_sums, order_of_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digimfg.covariance import Conley
    from digimfg.design import Design

__all__ = ["conley_products"]

Floats = NDArray[np.float64]


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
    near = -design.n_obs
    for places, scores, counts in _by_places(latitude, longitude, periods, columns, covariance.cutoff_km):
        found += np.einsum("ptk,ptl->kl", scores, scores, optimize=True)
        near += int(np.sum(counts**2))
        for block, weights in near_sums(places, covariance.cutoff_km, covariance.kernel):
            met = weights @ scores.reshape(len(places), -1)
            pairs = np.einsum("ptk,ptl->kl", scores[block], met.reshape(-1, *scores.shape[1:]), optimize=True)
            found += pairs + pairs.T
            near += 2 * _meetings(weights, counts[block], counts)
    if covariance.lags and design.entity is not None and design.time_values is not None:
        values = design.time_values
        when = values[periods] if values.dtype.kind in "iuf" else periods
        found += _serial(design.entity, when.astype(np.float64), columns, covariance.lags)
    return (found + found.T) / 2, near / design.n_obs


def _by_places(
    latitude: Floats, longitude: Floats, periods: NDArray[np.int64], columns: Floats, cutoff_km: float
) -> Iterator[tuple[Floats, Floats, NDArray[np.int64]]]:
    """Yield distinct places with the sums over their rows, (places, periods, k), and how many rows these are,
    (places, periods), for each run of periods that have the same places.
    """
    order = np.argsort(periods, kind="stable")
    last, together = np.empty((0, 2)), list[tuple[Floats, NDArray[np.int64]]]()
    for rows in np.split(order, np.cumsum(np.bincount(periods))[:-1]):
        places, place = _places(latitude[rows], longitude[rows], cutoff_km)
        here = csr_array((np.ones(len(rows)), (place, np.arange(len(rows)))), shape=(len(places), len(rows)))
        if together and not np.array_equal(places, last):
            yield last, *_stacked(together)
            together = []
        last = places
        together.append((np.asarray(here @ columns[rows]), np.bincount(place)))
    yield last, *_stacked(together)


def _stacked(together: list[tuple[Floats, NDArray[np.int64]]]) -> tuple[Floats, NDArray[np.int64]]:
    scores, counts = zip(*together, strict=True)
    return np.stack(scores, axis=1), np.stack(counts, axis=1)


def _meetings(weights: Floats | Pairs, here: NDArray[np.int64], counts: NDArray[np.int64]) -> int:
    """Return how many pairs of rows have a weight, of places with so many rows by period."""
    if counts.max() == 1:
        found = np.count_nonzero(weights) if isinstance(weights, np.ndarray) else len(weights.one)
        return int(found * counts.shape[1])
    if isinstance(weights, np.ndarray):
        return int(np.sum(here * ((weights > 0) @ counts)))
    columns = zip(here.T, counts.T, strict=True)
    return sum(int(each.take(weights.one) @ other.take(weights.other)) for each, other in columns)


def _places(latitude: Floats, longitude: Floats, cutoff_km: float) -> tuple[Floats, NDArray[np.int64]]:
    """Return distinct places, shape (places, 2), and the place of each row."""
    order = order_of_places(latitude, longitude, cutoff_km)
    lined = np.column_stack((latitude, longitude))[order]
    new = np.concatenate(([True], np.any(lined[1:] != lined[:-1], axis=1)))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return lined[new], place


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
        raise SpecificationError.of(
            "inference.keys_not_named",
            got=f"entity={design.specification.entity!r}, time={design.specification.time!r}",
            place=where,
        )


def _check_coordinates(latitude: Floats, longitude: Floats, covariance: Conley) -> None:
    for name, values, limit in ((covariance.latitude, latitude, 90), (covariance.longitude, longitude, 180)):
        wrong = np.flatnonzero(np.abs(values) > limit)
        if len(wrong):
            raise EstimationError.of(
                "inference.coordinates_outside", name=name, limit=limit, n=len(wrong), values=values[wrong[0]]
            )
