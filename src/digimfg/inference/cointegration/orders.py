"""Lags and leads of Westerlund's regressions, chosen unit by unit by Akaike's criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.cointegration.westerlund import (
    ErrorCorrection,
    error_correction,
    four_statistics,
    rows_needed,
)

__all__ = ["chosen_statistics", "models_of", "shared_rows"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def models_of(model: ErrorCorrection, lags: tuple[int, int], leads: tuple[int, int]) -> list[ErrorCorrection]:
    """Return the models of all orders between two, the longest first."""
    return [
        replace(model, lags=lag, leads=lead)
        for lag in range(lags[1], lags[0] - 1, -1)
        for lead in range(leads[1], leads[0] - 1, -1)
    ]


def shared_rows(values: Floats, model: ErrorCorrection, longest: ErrorCorrection, axis: int) -> Floats:
    """Return the periods from which a model makes the rows that the longest has."""
    periods = np.arange(values.shape[axis])
    ends = len(periods) - (longest.leads - model.leads)
    return np.take(values, periods[longest.lags - model.lags : ends], axis=axis)


def chosen_statistics(
    panels: Sequence[tuple[Floats, Floats, Codes]], models: Sequence[ErrorCorrection], count: int
) -> tuple[Floats, Mapping[str, Floats], Codes]:
    """Return the four statistics, what they are made of, and the place of each unit's model.

    Group statistics take each unit's own orders, panel statistics the whole part of their means over units,
    as Stata's xtwest. Criteria are of the rows that the longest has; those of rows of different number, which
    xtwest compares, would hang on the unit of the outcome.

    Parameters
    ----------
    panels
        Outcomes (m, draws, T) and regressors (m, draws, T, k) of units of one length, and their places.
    models
        As `models_of` gives them.
    count
        Of units.

    Returns
    -------
    tuple
        Shapes (draws, 4), by name (draws, count), and (draws, count).
    """
    size = panels[0][0].shape[1]
    found: dict[str, Floats] = {}
    criteria = np.zeros((len(models), size, count))
    for at, model in enumerate(models):
        for y, x, members in panels:
            parts = error_correction(y, x, model)
            for name, values in parts.items():
                held = found.setdefault(name, np.empty((len(models), size, count)))
                held[at][:, members] = values.T
            if len(models) > 1:
                y, x = shared_rows(y, model, models[0], -1), shared_rows(x, model, models[0], -2)
                parts = error_correction(y, x, model)
                squares = (parts["variance"] * parts["df_resid"]).T
                parameters = rows_needed(model, x.shape[-1]) - model.lost - 1
                criteria[at][:, members] = parts["n_obs"].T * np.log(squares) + 2 * parameters
    places = criteria.argmin(axis=0)
    own = {name: np.take_along_axis(values, places[None], axis=0)[0] for name, values in found.items()}
    if len(models) == 1:
        return four_statistics(own), own, places
    lags, leads = (np.array([getattr(each, name) for each in models]) for name in ("lags", "leads"))
    grid = {(model.lags, model.leads): at for at, model in enumerate(models)}
    means = zip(lags[places].mean(axis=1).astype(int), leads[places].mean(axis=1).astype(int), strict=True)
    common = np.array([grid[int(lag), int(lead)] for lag, lead in means])
    pooled = {name: values[common, np.arange(size)] for name, values in found.items()}
    return four_statistics(own, pooled), own, places
