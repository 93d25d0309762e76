"""The tools of the paper's own system at the sizes users have; peers where one does the same work."""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

STAGES = ("fusion", "innovation", "diffusion", "optimization", "quality")


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    cities = system(285, 12, 3)
    model = dm.PanelVAR(("v0", "v1", "v2"), entity="unit", time="year", collapse=True)
    waves = long_series(250)
    chain = system(31, 12, 7)
    order = dm.Specification(
        "v6", "v0", entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.Mediation(
            mediators=("v1", "v2", "v3", "v4", "v5"), structure="serial", replications=1_000
        ),
    )  # fmt: skip
    provinces = staged(31, 12)
    works = (
        (
            "panel VAR, 3 variables, 285 × 12, fit and 500 draws of response bands",
            lambda: dm.impulse_responses(dm.fit_panel_var(model, cities), draws=500),
            "≤ 10 s",
        ),
        (
            "wavelet spectrum of 250 years, significance by formula and 999 surrogates",
            lambda: dm.wavelet_spectrum(waves, "value"),
            "≤ 1 s",
        ),
        (
            "120 orders of a chain of five, 31 × 12, 1,000 draws",
            lambda: dm.estimate(order, chain),
            "≤ 60 s",
        ),
        (
            "ordered hidden Markov model of five stages, 31 × 12, 20 starts, 199 draws of dates",
            lambda: dm.fit_stages(provinces, STAGES, entity="unit", time="year"),
            "≤ 10 s",
        ),
    )
    return [(what, f"{best_of(work, 1):.2f} s", aim) for what, work, aim in works]


def system(n_units: int, n_years: int, n_variables: int) -> pd.DataFrame:
    """Return variables that each rest on their own and the one before them, a year earlier."""
    rng = np.random.default_rng(1)
    values = np.zeros((n_units, n_years + 20, n_variables))
    effect = rng.normal(size=(n_units, n_variables))
    for t in range(1, n_years + 20):
        pushed = np.roll(values[:, t - 1], 1, axis=1)
        pushed[:, 0] = 0.0
        values[:, t] = (
            0.4 * values[:, t - 1] + 0.3 * pushed + effect + rng.normal(size=(n_units, n_variables))
        )
    return _frame(values[:, 20:], [f"v{place}" for place in range(n_variables)])


def staged(n_units: int, n_years: int) -> pd.DataFrame:
    """Return five indicators that rise with a stage which seldom falls."""
    rng = np.random.default_rng(2)
    steps = rng.choice((-1, 0, 1), size=(n_units, n_years), p=(0.05, 0.55, 0.4))
    stage = np.clip(np.cumsum(steps, axis=1), 0, 4)
    values = stage[..., None] + 0.4 * rng.normal(size=(n_units, n_years, len(STAGES)))
    return _frame(values, list(STAGES))


def long_series(n_years: int) -> pd.DataFrame:
    """Return yearly red noise."""
    rng = np.random.default_rng(3)
    value = np.zeros(n_years)
    for t in range(1, n_years):
        value[t] = 0.7 * value[t - 1] + rng.normal()
    return pd.DataFrame({"year": np.arange(1775, 1775 + n_years), "value": value})


def _frame(values: np.ndarray, names: list[str]) -> pd.DataFrame:
    n_units, n_years, n_variables = values.shape
    keys = {
        "unit": np.repeat(np.arange(n_units), n_years),
        "year": np.tile(np.arange(2010, 2010 + n_years), n_units),
    }
    return pd.DataFrame(keys | dict(zip(names, values.reshape(-1, n_variables).T, strict=True)))
