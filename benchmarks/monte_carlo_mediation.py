"""Coverage and size of the intervals of an indirect effect: python -m benchmarks.monte_carlo_mediation."""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table

SAMPLES, REPLICATIONS, N_YEARS = 1_000, 999, 12
KINDS = {
    "sobel": "Sobel",
    "delta": "delta, across equations",
    "percentile": "percentile bootstrap",
    "bca": "BCa bootstrap",
}


def sample(rng: np.random.Generator, n_units: int, a: float, b: float) -> pd.DataFrame:
    """Return twelve years of x → m → y with unit and year effects; all errors persist (0.7)."""
    x, m_error, y_error = (_persistent(rng, n_units) for _ in range(3))
    unit, year = rng.standard_normal((n_units, 3)), rng.standard_normal((N_YEARS, 3))
    x = x + unit[:, :1] + year[:, 0]
    m = a * x + m_error + unit[:, 1:2] + year[:, 1]
    y = 0.2 * x + b * m + y_error + unit[:, 2:] + year[:, 2]
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), N_YEARS),
            "year": np.tile(np.arange(N_YEARS), n_units),
            **{name: values.ravel() for name, values in {"x": x, "m": m, "y": y}.items()},
        }
    )


def _persistent(rng: np.random.Generator, n_units: int) -> np.ndarray:
    found = rng.standard_normal((n_units, N_YEARS))
    for year in range(1, N_YEARS):
        found[:, year] = 0.7 * found[:, year - 1] + np.sqrt(1 - 0.49) * found[:, year]
    return found


def main() -> None:
    """Write the table of docs/monte_carlo.md."""
    rows = []
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    for n_units in (10, 30, 50):
        for a, b in ((0.0, 0.0), (0.3, 0.0), (0.3, 0.3)):
            inside = dict.fromkeys(KINDS, 0)
            for number in range(SAMPLES):
                frame = sample(
                    np.random.default_rng([n_units, int(10 * a), int(10 * b), number]), n_units, a, b
                )
                estimator = dm.Mediation(mediators="m", replications=REPLICATIONS, seed=number)
                line = dm.estimate(spec.replace(estimator=estimator), frame).tables["effects"].iloc[0]
                half = 1.959964 * line["sobel_std_error"]
                ends = {
                    kind: (line[f"{kind}_low"], line[f"{kind}_high"]) for kind in KINDS if kind != "sobel"
                }
                ends["sobel"] = (line["estimate"] - half, line["estimate"] + half)
                for kind, (low, high) in ends.items():
                    inside[kind] += low <= a * b <= high
            row = {"clusters": n_units, "a": a, "b": b}
            rows.append(row | {name: inside[kind] / SAMPLES for kind, name in KINDS.items()})
    write_table("mediation", pd.DataFrame(rows))


if __name__ == "__main__":
    main()
