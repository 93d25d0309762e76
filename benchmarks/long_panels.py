"""Estimators for dependence, cointegration and smooth regimes on panels of cities and provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

Row = tuple[str, str, str]


def _panel(units: int, periods: int) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    factors, loadings = rng.normal(size=(periods, 3)), rng.normal(size=(units, 3))
    shared = loadings @ factors.T
    x = rng.normal(size=(units, periods)).cumsum(axis=1) + 0.3 * shared
    q = rng.normal(size=(units, periods))
    y = x * (0.5 + 0.5 / (1 + np.exp(-3 * q))) + shared + rng.normal(size=(units, periods))
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods), "year": np.tile(np.arange(periods), units),
            "y": y.ravel(), "x": x.ravel(), "q": q.ravel(),
        }
    )  # fmt: skip


def measure() -> list[Row]:
    """Return rows of the table."""
    cities = _panel(285, 17)
    model = dm.Specification("y", "x", entity="unit", time="year")
    cases: tuple[tuple[str, object, str, int], ...] = (
        ("common correlated effects", dm.CommonCorrelatedEffects(), "≤ 0.1 s", 3),
        ("interactive effects, 3 factors", dm.InteractiveEffects(factors=3), "≤ 1 s", 2),
        ("fully modified least squares", dm.FullyModifiedLeastSquares(), "", 2),
        ("dynamic least squares", dm.DynamicLeastSquares(), "", 2),
        ("grouped effects, 3 groups", dm.GroupedEffects(groups=3), "", 1),
        (
            "smooth transition and its tests, 999 draws",
            dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x"),
            "",
            1,
        ),
    )
    rows = []
    for name, given, aim, times in cases:
        spec = model.replace(estimator=given)
        seconds = best_of(lambda spec=spec: dm.estimate(spec, cities), times)
        rows.append((f"{name}, 285 × 17", f"{seconds:.2f} s", aim))
    provinces = _panel(31, 25)
    seconds = best_of(
        lambda: dm.panel_cointegration(
            provinces,
            outcome="y",
            regressors=("x",),
            entity="unit",
            time="year",
            test="westerlund",
            draws=400,
        ),
        1,
    )
    rows.append(("Westerlund's tests, 400 draws, 31 × 25", f"{seconds:.2f} s", "≤ 10 s"))
    return rows
