"""Write the made-up panels that R and gretl are run on: python tests/reference/simulate_panels.py

Draws are uniform numbers of PCG64 through the normal quantile, rounded to six digits, so that every version of
NumPy writes the same files.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

DATA = Path(__file__).parent / "data"


def normals(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return ndtri(np.clip(rng.random(shape), 1e-12, 1 - 1e-12))


def dynamic_panel() -> pd.DataFrame:
    """120 units, 9 years: y on its lag, x predetermined, z exogenous; late entry, early exit and gaps."""
    rng = np.random.Generator(np.random.PCG64(20240607))
    n_units, n_years, burn_in = 120, 9, 20
    unit_effect = normals(rng, n_units)
    shock = normals(rng, n_units, n_years + burn_in)
    noise_x = normals(rng, n_units, n_years + burn_in)
    z = normals(rng, n_units, n_years + burn_in)
    year_effect = 0.3 * normals(rng, n_years + burn_in)
    y = np.zeros_like(shock)
    x = np.zeros_like(shock)
    for t in range(1, n_years + burn_in):
        x[:, t] = 0.5 * x[:, t - 1] + 0.3 * shock[:, t - 1] + 0.4 * unit_effect + noise_x[:, t]
        y[:, t] = (
            0.5 * y[:, t - 1] + 0.6 * x[:, t] - 0.4 * z[:, t] + unit_effect + year_effect[t] + shock[:, t]
        )
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(1, n_units + 1), n_years),
            "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
            "y": y[:, burn_in:].ravel(),
            "x": x[:, burn_in:].ravel(),
            "z": z[:, burn_in:].ravel(),
        }
    )
    entry = rng.integers(0, 3, n_units)
    leave = n_years - rng.integers(0, 3, n_units)
    position = np.tile(np.arange(n_years), n_units)
    kept = (position >= np.repeat(entry, n_years)) & (position < np.repeat(leave, n_years))
    frame["gap"] = ((rng.random(len(frame)) < 0.06) & (position > 3)).astype(int)
    return frame[kept].round(6).reset_index(drop=True)


def threshold_panel() -> pd.DataFrame:
    """60 units, 8 years: two thresholds of q at 0.3 and 0.7 in the slope of x; 30 rows are missing."""
    rng = np.random.Generator(np.random.PCG64(20240608))
    n_units, n_years = 60, 8
    q = rng.random((n_units, n_years))
    effect = normals(rng, n_units)[:, None]
    x = normals(rng, n_units, n_years) + effect
    z = normals(rng, n_units, n_years)
    slope = np.where(q <= 0.3, 0.5, np.where(q <= 0.7, 1.5, 2.2))
    year = 0.2 * normals(rng, n_years)[None, :]
    y = slope * x + 0.7 * z + effect + year + normals(rng, n_units, n_years)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(1, n_units + 1), n_years),
            "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
            **{name: values.ravel() for name, values in {"y": y, "x": x, "z": z, "q": q}.items()},
        }
    ).round(6)
    missing = np.argsort(rng.random(len(frame)), kind="stable")[:30]
    frame["complete"] = 1
    frame.loc[missing, "complete"] = 0
    return frame


def spatial_panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """25 units on a 5 × 5 grid, 6 years: a spatial Durbin panel with unit and year effects, rook weights."""
    rng = np.random.Generator(np.random.PCG64(20240609))
    side, n_years = 5, 6
    n_units = side * side
    row, column = np.divmod(np.arange(n_units), side)
    distance = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    adjacency = (distance == 1).astype(float)
    weights = adjacency / adjacency.sum(axis=1, keepdims=True)
    x = normals(rng, n_years, n_units, 2)
    unit, year = normals(rng, n_units), normals(rng, n_years)[:, None]
    error = 0.8 * normals(rng, n_years, n_units)
    mean = (
        x @ np.array([1.0, -0.5]) + np.einsum("ij,tjk->tik", weights, x) @ np.array([0.4, 0.3]) + unit + year
    )
    y = np.linalg.solve(np.eye(n_units) - 0.45 * weights, (mean + error).T).T
    names = [f"u{i:02d}" for i in range(1, n_units + 1)]
    frame = pd.DataFrame(
        {
            "unit": np.tile(names, n_years),
            "year": np.repeat(np.arange(2001, 2001 + n_years), n_units),
            "y": y.ravel(),
            "x1": x[:, :, 0].ravel(),
            "x2": x[:, :, 1].ravel(),
        }
    ).round(6)
    return frame, pd.DataFrame(adjacency.astype(int), index=names, columns=names)


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    dynamic_panel().to_csv(DATA / "dynamic_panel.csv", index=False, lineterminator="\n")
    threshold_panel().to_csv(DATA / "threshold_panel.csv", index=False, lineterminator="\n")
    panel, weights = spatial_panel()
    panel.to_csv(DATA / "spatial_panel.csv", index=False, lineterminator="\n")
    weights.to_csv(DATA / "spatial_weights.csv", lineterminator="\n")
