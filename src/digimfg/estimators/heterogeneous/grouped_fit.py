"""Grouped patterns of a panel by least squares: many starts, then neighbours of the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_slopes
from digimfg.inference.panel_grid import value_order

if TYPE_CHECKING:
    from digimfg.estimators.heterogeneous.unit_rows import UnitRows

__all__ = ["Grouped", "fit_groups", "gaps_to_groups", "less_group_means"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MOST = 200
_AGREE = 1e-7
_JUMPS = 10
_ROUNDS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouped:
    """Hold the best groups found.

    Parameters
    ----------
    slopes
        Shape (k,).
    group
        Of each unit, numbered from the highest mean path, shape (N,).
    paths
        Of each group by place, shape (G, T); NaN where no unit of it has a row.
    sum_of_squares
        Least found.
    starts, agreeing
        Starts, and how many of them end there.
    """

    slopes: Floats
    group: Codes
    paths: Floats
    sum_of_squares: float
    starts: int
    agreeing: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _Material:
    outcome: Floats
    columns: Floats
    used: Flags
    count: int


def less_group_means(values: Floats, used: Flags, group: Codes, count: int) -> tuple[Floats, Floats]:
    """Return values, shape (N, T, m), less means by group and place, and the means, shape (G, T, m)."""
    member = (group[:, None] == np.arange(count)).astype(np.float64)
    rows = member.T @ used
    sums = (member.T @ values.reshape(len(values), -1)).reshape(count, *values.shape[1:])
    means = sums / np.maximum(rows, 1)[:, :, None]
    near = np.where(used[:, :, None], values - means[group], 0.0)
    return near, np.where(rows[:, :, None] > 0, means, np.nan)


def gaps_to_groups(left: Floats, used: Flags, paths: Floats) -> Floats:
    """Return squared distances of units' residuals, shape (N, T), to the paths of groups, shape (N, G).

    Where a group has no path yet, the mean over all units of that period stands in.
    """
    rows = np.maximum(used.sum(axis=0), 1)
    paths = np.where(np.isnan(paths), (left * used).sum(axis=0) / rows, paths)
    return np.asarray(
        ((left**2) * used).sum(axis=1)[:, None] - 2 * (left * used) @ paths.T + used @ (paths**2).T
    )


def fit_groups(rows: UnitRows, count: int, starts: int, seed: int) -> Grouped:
    """Return the groups of least squares (Bonhomme and Manresa 2015, their algorithms 1 and 2).

    Each start alternates between assigning units and least squares, then moves single units while that
    lowers the sum of squares. From the best of all, a few units are moved at random and the descent begins
    anew, more of them where that brought nothing.
    """
    size = np.sqrt(np.square(rows.regressors).sum(axis=(0, 1)) / rows.used.sum())
    scale = float(np.sqrt(np.square(rows.outcome).sum() / rows.used.sum()))
    material = _Material(
        outcome=rows.outcome / scale, columns=rows.regressors / size, used=rows.used, count=count
    )
    rng = np.random.default_rng(seed)
    order = value_order(material.outcome, material.columns)
    common = _given(material, np.zeros(len(order), dtype=np.int64), 1)[0]
    found: list[tuple[float, Codes]] = []
    for start in range(starts if count > 1 else 1):
        slopes = common if start % 2 == 0 else common + rng.normal(size=len(common))
        left = _left(material, slopes)
        chosen = order[rng.choice(len(order), size=count, replace=False)]
        paths = np.where(material.used[chosen], left[chosen], np.nan)
        found.append(_descend(material, gaps_to_groups(left, material.used, paths).argmin(axis=1)))
    heights = np.array([height for height, _ in found])
    best, group = found[int(np.argmin(heights))]
    if count > 1:
        best, group = _neighbours(material, best, group, order, rng)
    slopes, paths, _ = _given(material, group, count)
    places = np.argsort(-np.nanmean(paths, axis=1), kind="stable")
    return Grouped(
        slopes=slopes * scale / size,
        group=np.argsort(places)[group],
        paths=paths[places] * scale,
        sum_of_squares=best * scale**2,
        starts=len(found),
        agreeing=int((heights <= best * (1 + _AGREE) + np.finfo(float).tiny).sum()),
    )


def _left(material: _Material, slopes: Floats) -> Floats:
    return np.asarray(np.where(material.used, material.outcome - material.columns @ slopes, 0.0))


def _given(material: _Material, group: Codes, count: int) -> tuple[Floats, Floats, float]:
    """Return slopes, paths and sum of squares of given groups."""
    stacked = np.concatenate([material.outcome[:, :, None], material.columns], axis=2)
    near, means = less_group_means(stacked, material.used, group, count)
    flat = near.reshape(-1, near.shape[2])
    slopes = scaled_slopes(flat[:, 1:], flat[:, 0])
    left = flat[:, 0] - flat[:, 1:] @ slopes
    return slopes, means[:, :, 0] - means[:, :, 1:] @ slopes, float(left @ left)


def _descend(material: _Material, group: Codes) -> tuple[float, Codes]:
    height = np.inf
    for _ in range(_MOST):
        group = _filled(material, group)
        slopes, paths, new = _given(material, group, material.count)
        left = _left(material, slopes)
        if new >= height * (1 - 1e-12):
            moved = _one_move(material, left, paths, group)
            if moved is None:
                return min(new, height), group
            group, height = moved, new
            continue
        height = new
        group = gaps_to_groups(left, material.used, paths).argmin(axis=1)
    return height, group


def _filled(material: _Material, group: Codes) -> Codes:
    """Give every group without a unit the unit that is farthest from its own."""
    sizes = np.bincount(group, minlength=material.count)
    if sizes.all():
        return group
    group = group.copy()
    slopes, paths, _ = _given(material, group, material.count)
    gaps = gaps_to_groups(_left(material, slopes), material.used, paths)
    own = gaps[np.arange(len(group)), group]
    for empty in np.flatnonzero(sizes == 0):
        place = int(np.argmax(np.where(sizes[group] > 1, own, -1.0)))
        sizes[group[place]] -= 1
        sizes[empty] += 1
        group[place], own[place] = empty, -1.0
    return group


def _one_move(material: _Material, left: Floats, paths: Floats, group: Codes) -> Codes | None:
    """Return groups with one unit moved where that lowers the sum of squares most, the slopes as they are."""
    member = (group[:, None] == np.arange(material.count)).astype(np.float64)
    rows = member.T @ material.used
    squares = np.where(material.used[:, None, :], (left[:, None, :] - paths[None]) ** 2, 0.0)
    units = np.arange(len(group))
    own_rows = rows[group]
    gain = np.where(own_rows > 1, squares[units, group] * own_rows / np.maximum(own_rows - 1, 1), 0.0).sum(
        axis=1
    )
    cost = (np.nan_to_num(squares) * (rows / (rows + 1))[None]).sum(axis=2)
    cost[units, group] = np.inf
    fall = gain - cost.min(axis=1)
    fall[np.bincount(group, minlength=material.count)[group] == 1] = -np.inf
    place = int(np.argmax(fall))
    if fall[place] <= 1e-10 * float((left**2).sum()):
        return None
    moved = group.copy()
    moved[place] = int(np.argmin(cost[place]))
    return moved


def _neighbours(
    material: _Material, best: float, group: Codes, order: Codes, rng: np.random.Generator
) -> tuple[float, Codes]:
    for _ in range(_ROUNDS):
        jump = 1
        while jump <= min(_JUMPS, len(group)):
            moved = group.copy()
            chosen = order[rng.choice(len(group), size=jump, replace=False)]
            moved[chosen] = rng.integers(0, material.count, size=jump)
            height, other = _descend(material, moved)
            if height < best * (1 - 1e-10):
                best, group, jump = height, other, 1
            else:
                jump += 1
    return best, group
