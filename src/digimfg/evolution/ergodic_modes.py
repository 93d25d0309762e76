"""Whether units gather in one place or in several in the long run: modes of the ergodic distribution of a
panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.inference.panel_grid import panel_grid, value_order
from digimfg.kinds import AtLeast, AtMost, Draws, Key, NumberColumn, Positive, Seed
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ErgodicModes", "ergodic_modes"]

Floats = NDArray[np.float64]

_FEWEST = 30
_PROMINENCE = 0.02
_WIDEST = 64.0
_REACH = 8.0


@checked
@shown(Text("Modes of the ergodic distribution", "遍历分布的众数"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ErgodicModes:
    """Hold the long-run distribution of a panel's own dynamics and its modes.

    Parameters
    ----------
    modes
        One row per mode from the lowest: ``at density mass`` (probability between the troughs on both sides).
    density
        Index the value; ``ergodic`` and ``last`` (of the last period's values, same kernel).
    statistics
        ``n_obs n_units bandwidth n_modes critical_bandwidth p_value share_multimodal draws``: the p value is
        of one mode against several; the share is of draws of units whose ergodic density has several at the
        bandwidth used.
    notes
        What a reader must know.
    """

    modes: pd.DataFrame
    density: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def ergodic_modes(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    entity: Key,
    time: Key,
    bandwidth: Positive | None = None,
    points: Annotated[int, AtLeast(50), AtMost(1_000)] = 120,
    draws: Annotated[Draws, AtLeast(19)] = 199,
    seed: Seed = 0,
) -> ErgodicModes:
    r"""Estimate where units end up under the dynamics of a panel, and test one mode against several.

    From all steps :math:`(x_{it},x_{i,t+1})` the density of tomorrow given today is that of Gaussian
    kernels, and the ergodic density the one it reproduces (Quah 1997, doi:10.1023/A:1009781613339). Two
    modes are what lock-in would look like. The test is Silverman's (1981,
    doi:10.1111/j.2517-6161.1981.tb01155.x) for such chains: the smallest bandwidth with one mode, and the
    share of panels simulated from that chain that have several at it.

    Parameters
    ----------
    frame
        One row per unit and period; steps over a gap are none.
    value
        Column, on a scale on which units can be compared.
    entity, time
        Key columns.
    bandwidth
        Of the kernels; by default Silverman's rule for today's values.
    points
        Of the grid.
    draws, seed
        Simulated panels, and draws of units.

    Raises
    ------
    MeasureError
        If keys are doubled, fewer than thirty steps or five units, or values do not move.

    Examples
    --------
    >>> import pandas as pd
    >>> rng, x, rows = np.random.default_rng(0), np.tile([-1.0, 1.0], 20), []
    >>> for year in range(12):
    ...     rows.append(pd.DataFrame({"unit": range(40), "year": year, "x": x}))
    ...     x = x + 0.5 * (x - x**3) + 0.15 * rng.normal(size=40)
    >>> found = ergodic_modes(pd.concat(rows), "x", entity="unit", time="year", draws=19)
    >>> found.modes["at"].round(1).tolist(), found.statistics["p_value"]
    ([-1.0, 1.0], 0.05)
    """
    import pandas as pd

    today, tomorrow, unit, last = _steps(frame, value, entity, time)
    n_units = int(unit.max()) + 1
    centre, scale = float(today.mean()), float(np.r_[today, tomorrow].std())
    now, then, ends = ((values - centre) / scale for values in (today, tomorrow, last))
    width = _rule(now) if bandwidth is None else bandwidth / scale
    grid = np.linspace(min(now.min(), then.min()) - 3 * width, max(now.max(), then.max()) + 3 * width, points)
    density = _ergodic(now, then, grid, width)
    modes = _modes(density)
    critical = _critical(now, then, grid, width)
    generator = np.random.default_rng(seed)
    simulated = [_simulated(now, then, unit, critical, generator) for _ in range(draws)]
    several = [len(_modes(_ergodic(*pair, grid, critical))) > 1 for pair in simulated]
    drawn = 0
    for _ in range(draws):
        chosen = _chosen(unit, generator.integers(0, n_units, n_units))
        drawn += len(_modes(_ergodic(now[chosen], then[chosen], grid, width))) > 1
    p_value = (1 + sum(several)) / (1 + draws)
    at = grid * scale + centre
    return ErgodicModes(
        modes=_table(density, grid, modes, at),
        density=pd.DataFrame(
            {"ergodic": density / scale, "last": _kernels(grid, ends, width).mean(axis=1) / scale},
            index=pd.Index(at, name="value"),
        ),
        statistics={
            "n_obs": float(len(today)),
            "n_units": float(n_units),
            "bandwidth": width * scale,
            "n_modes": float(len(modes)),
            "critical_bandwidth": critical * scale,
            "p_value": p_value,
            "share_multimodal": drawn / draws,
            "draws": float(draws),
        },
        notes=_notes(grid, now, then, density, width=width, lost=int(frame[value].isna().sum())),
    )


def _steps(
    frame: pd.DataFrame, value: str, entity: str, time: str
) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    """Return today's and tomorrow's values, the unit of each step, and the values of the last period."""
    check_columns(frame, (value, entity, time))
    kept = frame[frame[value].notna()]
    where = note_of("evolution.steps_of_mode", value=value)
    raw = kept[value].to_numpy(dtype=np.float64)
    if not np.isfinite(raw).all() or not len(raw):
        raise MeasureError.of(
            "evolution.values_not_finite",
            where=where,
            found=note_of("evolution.infinite_values", n=int((~np.isfinite(raw)).sum()))
            if len(raw)
            else Text("none", "没有"),
        )
    grid = panel_grid(kept, (value,), entity, time).columns[value]
    grid = grid[value_order(grid)]
    both = ~np.isnan(grid[:, :-1]) & ~np.isnan(grid[:, 1:])
    rows = np.nonzero(both)[0]
    codes = np.unique(rows, return_inverse=True)[1].astype(np.int64)
    today, tomorrow = grid[:, :-1][both], grid[:, 1:][both]
    if len(today) < _FEWEST or codes.max() < 4:
        raise MeasureError.of(
            "evolution.too_few_steps",
            where=where,
            n=_FEWEST,
            n_found=len(today),
            units=int(codes.max()) + 1 if len(codes) else 0,
        )
    size = max(float(np.abs(raw).max()), 1e-300)
    if not (np.ptp(today) > 1e-8 * size and np.abs(tomorrow - today).max() > 1e-10 * size):
        raise MeasureError.of("evolution.values_do_not_move", where=where)
    held = grid[:, -1]
    return today, tomorrow, codes, held[~np.isnan(held)]


def _rule(values: Floats) -> float:
    spread = min(float(values.std(ddof=1)), float(np.subtract(*np.quantile(values, [0.75, 0.25]))) / 1.349)
    spread = spread if spread > 0 else float(values.std(ddof=1))
    return float(0.9 * spread * len(values) ** -0.2)


def _kernels(grid: Floats, values: Floats, width: float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((grid[:, None] - values) / width) ** 2) / (width * np.sqrt(2 * np.pi)))


def _ergodic(now: Floats, then: Floats, grid: Floats, width: float) -> Floats:
    """Return the density on the grid that a step of the chain leaves as it is."""
    near = (grid[:, None] - now) / width
    weights = np.exp(-0.5 * (near**2 - (near**2).min(axis=1, keepdims=True)))
    weights /= weights.sum(axis=1, keepdims=True)
    kernels = _kernels(grid, then, width)
    unseen = np.flatnonzero(kernels.sum(axis=0) == 0)  # between two points of a grid wider than the kernel
    kernels[np.abs(grid[:, None] - then[unseen]).argmin(axis=0), unseen] = 1 / (grid[1] - grid[0])
    moves = weights @ kernels.T
    moves /= moves.sum(axis=1, keepdims=True)
    system = moves.T - np.eye(len(grid))
    system[-1] = 1.0
    found = np.linalg.solve(system, np.r_[np.zeros(len(grid) - 1), 1.0])
    return np.asarray(np.maximum(found, 0.0) / (grid[1] - grid[0]))


def _modes(density: Floats) -> NDArray[np.int64]:
    """Return the places of modes that stand out by a fiftieth of the highest."""
    from scipy.signal import find_peaks

    padded = np.r_[0.0, density, 0.0]
    return np.asarray(find_peaks(padded, prominence=_PROMINENCE * density.max())[0] - 1, dtype=np.int64)


def _critical(now: Floats, then: Floats, grid: Floats, width: float) -> float:
    """Return the smallest bandwidth, to a hundredth, at which the chain has one mode."""
    low, high = width / _WIDEST, width
    while len(_modes(_ergodic(now, then, grid, high))) > 1 and high < _WIDEST * width:
        low, high = high, high * 1.5
    if low < width:
        low = high
        while low > width / 8 and len(_modes(_ergodic(now, then, grid, low))) == 1:
            high, low = low, low / 1.25
    while high / low > 1.01:
        middle = float(np.sqrt(low * high))
        if len(_modes(_ergodic(now, then, grid, middle))) > 1:
            low = middle
        else:
            high = middle
    return high


def _simulated(
    now: Floats, then: Floats, unit: NDArray[np.int64], width: float, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the steps of a panel of the same shape drawn from the chain at a bandwidth."""
    first = np.r_[True, unit[1:] != unit[:-1]]
    run = np.arange(len(unit)) - np.maximum.accumulate(np.where(first, np.arange(len(unit)), 0))
    order = np.argsort(now, kind="stable")
    known, following = now[order], then[order]
    today, tomorrow = np.where(first, now, np.nan), np.empty(len(now))
    for step in range(int(run.max()) + 1):
        rows = np.flatnonzero(run == step)
        if step:
            today[rows] = tomorrow[rows - 1]
        chosen = _neighbours(today[rows], known, width, generator)
        tomorrow[rows] = following[chosen] + width * generator.normal(size=len(rows))
    return today, tomorrow


def _neighbours(at: Floats, known: Floats, width: float, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return a place of the sorted values for each point, drawn by Gaussian weights.

    By rejection among those whose weight is at least ``exp(-_REACH ** 2 / 2)`` of the largest.
    """
    after = np.searchsorted(known, at)
    gap = np.minimum(
        np.abs(at - known[np.maximum(after - 1, 0)]), np.abs(known[np.minimum(after, len(known) - 1)] - at)
    )
    reach = np.sqrt(gap**2 + (_REACH * width) ** 2)
    low, high = np.searchsorted(known, at - reach), np.searchsorted(known, at + reach, side="right")
    chosen, left = np.empty(len(at), dtype=np.int64), np.arange(len(at))
    while left.size:
        place = generator.integers(low[left], high[left])
        excess = (at[left] - known[place]) ** 2 - gap[left] ** 2
        taken = generator.random(left.size) < np.exp(-0.5 * excess / width**2)
        chosen[left[taken]] = place[taken]
        left = left[~taken]
    return chosen


def _chosen(unit: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.searchsorted(unit, np.arange(unit.max() + 2))
    return np.concatenate([np.arange(starts[one], starts[one + 1]) for one in drawn])


def _table(density: Floats, grid: Floats, modes: NDArray[np.int64], at: Floats) -> pd.DataFrame:
    import pandas as pd

    step = grid[1] - grid[0]
    troughs = [int(low + np.argmin(density[low : high + 1])) for low, high in pairwise(modes)]
    edges = [0, *troughs, len(grid)]
    mass = [float(density[low:high].sum() * step) for low, high in pairwise(edges)]
    scale = (at[1] - at[0]) / step
    return pd.DataFrame({"at": at[modes], "density": density[modes] / scale, "mass": mass})


def _notes(
    grid: Floats, now: Floats, then: Floats, density: Floats, *, width: float, lost: int
) -> tuple[Text, ...]:
    step = grid[1] - grid[0]
    low, high = min(now.min(), then.min()), max(now.max(), then.max())
    beyond = float(density[(grid < low) | (grid > high)].sum() * step)
    notes: list[Text] = [note_of("evolution.no_forecast")]
    if lost:
        notes.append(note_of("evolution.dropped", n=lost))
    if step > width:
        notes.append(note_of("evolution.coarse_grid", ratio=step / width))
    if beyond > 0.1:
        notes.append(note_of("evolution.beyond_data", share=beyond))
    return tuple(notes)
