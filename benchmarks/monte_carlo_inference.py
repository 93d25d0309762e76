"""Coverage of clustered, CR2, CV3, wild-bootstrap and randomization intervals with 10, 30 and 50 clusters;
fills docs/monte_carlo.md.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.parallel import run_parallel, spawn_seeds

SAMPLES, DRAWS, REASSIGNMENTS, PERIODS = 1_000, 999, 199, 12
CLUSTERS = (10, 30, 50)
REGRESSORS = ("persistent", "policy in a third", "policy in three")


def sample(n_clusters: int, regressor: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return a panel whose outcome does not depend on x: errors persist, and vary more in some units than in
    others.
    """
    shape = (n_clusters, PERIODS)
    if regressor == "persistent":
        x = _persistent(rng, shape) * np.exp(rng.normal(0, 0.5, (n_clusters, 1)))
    else:
        treated = n_clusters // 3 if "third" in regressor else 3
        x = np.zeros(shape)
        x[:treated, PERIODS // 2 :] = 1
    spread = np.exp(rng.normal(0, 0.4, (n_clusters, 1)))
    y = _persistent(rng, shape) * spread
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_clusters), PERIODS),
            "year": np.tile(np.arange(PERIODS), n_clusters),
            "x": x.ravel(),
            "y": y.ravel(),
        }
    )


def covers(task: tuple[int, str, np.random.SeedSequence]) -> tuple[bool, ...]:
    """Return whether each 95 per cent interval holds the true zero."""
    n_clusters, regressor, seed = task
    frame = sample(n_clusters, regressor, np.random.default_rng(seed))
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    p_values = []
    for weights in ("rademacher", "webb"):
        bootstrap = dm.WildBootstrap(fewer_than=None, draws=DRAWS, weights=weights)
        result = dm.estimate(
            spec.replace(covariance=dm.Clustered("unit", wild_bootstrap=bootstrap)), frame
        ).coefficients
        p_values.append(result.loc["x", "wild_bootstrap_p_value"])
    corrected = [
        dm.estimate(
            spec.replace(covariance=dm.Clustered("unit", small_sample=rule, wild_bootstrap=None)), frame
        ).coefficients.loc["x", "p_value"]
        for rule in ("cr2", "cv3")
    ]
    reassigned = dm.randomization_test(spec, frame, "x", replications=REASSIGNMENTS, seed=n_clusters)
    p_values = [result.loc["x", "p_value"], *corrected, *p_values, reassigned.p_value]
    return tuple(bool(p > 0.05) for p in p_values)


def main() -> None:
    """Run the study and fill the table."""
    rows = []
    for cell, (regressor, n_clusters) in enumerate(product(REGRESSORS, CLUSTERS)):
        tasks = [(n_clusters, regressor, seed) for seed in spawn_seeds(2024 + cell, SAMPLES)]
        answers = run_parallel(
            covers, tasks, label=dm.Text(f"{regressor}, {n_clusters}", f"{regressor}，{n_clusters}")
        )
        shares = np.mean(answers, axis=0)
        rows.append((regressor, n_clusters, *shares))
    write_table(
        "inference",
        pd.DataFrame(
            rows,
            columns=[
                "regressor",
                "clusters",
                "clustered, t(G−1)",
                "CR2, Satterthwaite",
                "CV3, t(G−1)",
                "wild, Rademacher",
                "wild, Webb",
                "reassignment",
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
