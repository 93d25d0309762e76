"""Size of tests of an instrumented effect with 10 and 30 clusters; fills docs/monte_carlo.md."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.parallel import run_parallel, spawn_seeds

SAMPLES, DRAWS, PERIODS = 1_000, 999, 12
CLUSTERS = (10, 30)
STRENGTHS = {"weak": 0.15, "middling": 0.4, "strong": 1.0}


def sample(n_clusters: int, strength: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return a panel whose outcome does not depend on d, which shares 0.8 of its errors with it; everything
    persists.
    """
    shape = (n_clusters, PERIODS)
    spread = np.exp(rng.normal(0, 0.4, (n_clusters, 1)))
    z, shared, own = (_persistent(rng, shape) for _ in range(3))
    errors = (0.8 * shared + 0.6 * own) * spread
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_clusters), PERIODS),
            "year": np.tile(np.arange(PERIODS), n_clusters),
            "z": z.ravel(),
            "d": (strength * z + shared).ravel(),
            "y": errors.ravel(),
        }
    )


def rejects(task: tuple[int, float, np.random.SeedSequence]) -> tuple[float, ...]:
    """Return the effective F and whether each 5 per cent test rejects the true zero."""
    n_clusters, strength, seed = task
    frame = sample(n_clusters, strength, np.random.default_rng(seed))
    bootstrap = dm.WildBootstrap(draws=DRAWS)
    result = dm.estimate(
        dm.Specification(
            "y",
            (),
            endogenous="d",
            instruments="z",
            entity="unit",
            time="year",
            fixed_effects=("unit", "year"),
            covariance=dm.Clustered("unit", wild_bootstrap=bootstrap),
            estimator=dm.TwoStageLeastSquares(),
        ),
        frame,
    )
    row, statistics = result.coefficients.loc["d"], result.statistics
    p_values = (
        row["p_value"],
        row["wild_bootstrap_p_value"],
        statistics["anderson_rubin_p"],
        statistics["anderson_rubin_wild_p"],
    )
    return (statistics["effective_f"], *(float(p <= 0.05) for p in p_values))


def main() -> None:
    """Run the study and fill the table."""
    rows = []
    for cell, ((name, strength), n_clusters) in enumerate(product(STRENGTHS.items(), CLUSTERS)):
        tasks = [(n_clusters, strength, seed) for seed in spawn_seeds(2010 + cell, SAMPLES)]
        answers = np.array(
            run_parallel(rejects, tasks, label=dm.Text(f"{name}, {n_clusters}", f"{name}，{n_clusters}"))
        )
        rows.append((name, n_clusters, float(np.median(answers[:, 0])), *answers[:, 1:].mean(axis=0)))
    write_table(
        "instruments",
        pd.DataFrame(
            rows,
            columns=[
                "instrument",
                "clusters",
                "median effective F",
                "t(G−1)",
                "wild restricted efficient",
                "Anderson–Rubin",
                "Anderson–Rubin, wild",
            ],
        ),
    )


def _persistent(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    shocks = rng.normal(size=shape)
    values = np.empty(shape)
    values[:, 0] = shocks[:, 0]
    for period in range(1, shape[1]):
        values[:, period] = 0.8 * values[:, period - 1] + 0.6 * shocks[:, period]
    return values


if __name__ == "__main__":
    main()
