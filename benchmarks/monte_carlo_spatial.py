"""Bias, size and coverage of spatial panels: python -m benchmarks.monte_carlo_spatial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.monte_carlo import summarise, write_table
from digimfg.estimators.spatial.model import SpatialModel, estimate_spatial
from digimfg.estimators.spatial.results import effects_table

SAMPLES = 500


def rook(rows: int, columns: int) -> np.ndarray:
    row, column = np.divmod(np.arange(rows * columns), columns)
    near = (np.abs(row[:, None] - row) + np.abs(column[:, None] - column)) == 1
    return near / near.sum(axis=1, keepdims=True)


def sample(
    rng: np.random.Generator, w: np.ndarray, n_years: int, rho: float, past: tuple[float, float]
) -> SpatialModel:
    """Return a two-way Durbin panel: β = 1, θ = 0.3; with τ and η of the past outcome where these are not
    zero.
    """
    n_units = len(w)
    inverse = np.linalg.inv(np.eye(n_units) - rho * w)
    effect = rng.standard_normal(n_units)
    y = np.zeros((n_years + 31, n_units))
    x = rng.standard_normal(y.shape) + 0.5 * effect
    for t in range(1, len(y)):
        mean = x[t] + 0.3 * w @ x[t] + effect + np.sin(t) + past[0] * y[t - 1] + past[1] * w @ y[t - 1]
        y[t] = inverse @ (mean + rng.standard_normal(n_units))
    dynamic = past != (0.0, 0.0)
    kept = slice(-n_years, None)
    columns = [x[kept]] if not dynamic else [y[-n_years - 1 : -1], x[kept]]
    names = ("x",) if not dynamic else ("L.y", "x")
    return SpatialModel(
        outcome=y[kept],
        regressors=np.stack(columns, axis=2),
        names=names,
        weights={"W": sparse.csr_array(w)},
        error_weights=None,
        lag_outcome=True,
        lagged=np.ones(len(names), dtype=bool),
        own_lag=0 if dynamic else None,
        effects="twoways",
        corrected=False,
    )


def main() -> None:
    w = rook(5, 6)
    rows = []
    static, moving = (0.0, 0.0), (0.4, -0.1)
    for n_years, rho, past in [
        (6, 0.4, static),
        (12, 0.0, static),
        (12, 0.4, static),
        (12, 0.7, static),
        (12, 0.3, moving),
        (24, 0.3, moving),
    ]:
        dynamic = past != static
        response = np.linalg.inv(np.eye(30) - rho * w) @ (np.eye(30) + 0.3 * w)
        indirect = (response.sum() - np.trace(response)) / 30
        for number in range(SAMPLES):
            rng = np.random.default_rng([n_years, int(10 * rho), int(dynamic), number])
            model = sample(rng, w, n_years, rho, past)
            for corrected in (False, True):
                found = estimate_spatial(replace(model, corrected=corrected))
                error = np.sqrt(np.diag(found.covariance))
                place = int(found.rho_places[0])
                design = {"T": n_years, "model": "dynamic" if dynamic else "static", "rho": rho}
                design["likelihood"] = "corrected" if corrected else "of all NT"
                rows.append(
                    design
                    | {"of": "ρ", "truth": rho, "estimate": found.estimates[place], "std_error": error[place]}
                )
                if dynamic:
                    rows.append(
                        design
                        | {"of": "τ", "truth": past[0], "estimate": found.estimates[0], "std_error": error[0]}
                    )
                table, _ = effects_table(found, 0, 0)
                line = table.loc[("indirect", "x")]
                rows.append(
                    design
                    | {
                        "of": "indirect effect",
                        "truth": indirect,
                        "estimate": line["estimate"],
                        "std_error": line["std_error"],
                    }
                )
    draws = pd.DataFrame(rows)
    write_table("spatial", summarise(draws, ["model", "T", "rho", "of", "likelihood"], "truth"))


if __name__ == "__main__":
    main()
