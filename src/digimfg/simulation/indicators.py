"""Realistic columns around the digital index: level, growth, spread and noise of each, declared as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "simulate_indicators"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """How one column behaves: ln x_it = ln level + growth·t + spread·u_i + noise·v_it.

    Parameters
    ----------
    column
        Name in the dictionary.
    level
        Median in the first year, in the column's unit.
    growth
        Mean change of the log per year.
    spread
        Standard deviation of the log between units.
    noise
        Standard deviation of the log within units.
    loading
        Correlation of u_i and v_it with the digital index.
    ceiling
        Shares are drawn on the logit scale below it.
    """

    column: str
    level: float
    growth: float
    spread: float
    noise: float
    loading: float = 0.5
    ceiling: float | None = None


def simulate_indicators(
    moments: tuple[Moments, ...], digital: Floats, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return the columns as arrays units × years, each tied to the digital index by its loading."""
    n_units, periods = digital.shape
    unit = _standard(digital.mean(axis=1))
    within = digital - digital.mean(axis=1, keepdims=True) - digital.mean(axis=0) + digital.mean()
    within = within / within.std()
    years = np.arange(periods)
    columns = {}
    for each in moments:
        rest = np.sqrt(1 - each.loading**2)
        between = each.spread * (each.loading * unit + rest * rng.standard_normal(n_units))
        noise = each.noise * (each.loading * within + rest * rng.standard_normal((n_units, periods)))
        line = each.growth * years[None, :] + between[:, None] + noise
        if each.ceiling is None:
            columns[each.column] = each.level * np.exp(line)
        else:
            start = np.log(each.level / (each.ceiling - each.level))
            columns[each.column] = each.ceiling / (1 + np.exp(-(start + line)))
    return columns


def _standard(values: Floats) -> Floats:
    centred: Floats = values - values.mean()
    return centred / np.std(centred)
