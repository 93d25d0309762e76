"""Size of the joint tests of specification curves, coverage of Poisson and quantile slopes; fills
docs/monte_carlo.md.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.parallel import run_parallel, spawn_seeds

SAMPLES, DRAWS = 400, 199
CLUSTERS = (10, 30, 50)
TESTS = ("median_p", "share_significant_p", "stouffer_p")
# Mean of |N(0, 1)| is √(2/π), so that the scaled error of the design has mean absolute value one.
SCALED = np.sqrt(np.pi / 2)
QUARTILE = 0.6744897501960817


def curve_sample(n_clusters: int, rng: np.random.Generator, periods: int = 10) -> pd.DataFrame:
    """Return a panel without an effect: regressor and errors persist, two controls, one of which belongs
    in.
    """
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_clusters), periods), "year": np.tile(np.arange(periods), n_clusters)}
    )
    for name in ("x", "a", "b", "u"):
        walk = np.cumsum(rng.normal(size=(n_clusters, periods)), axis=1) * 0.5
        frame[name] = (walk + rng.normal(size=(n_clusters, periods))).ravel()
    frame["x"] += 0.4 * frame.a
    frame["y"] = 0.5 * frame.a + frame.u * np.exp(rng.normal(0, 0.4, n_clusters))[frame.unit]
    return frame


def rejects(task: tuple[int, np.random.SeedSequence]) -> tuple[bool, ...]:
    """Return whether each joint test rejects at 5 per cent, and whether the plain share of specifications
    would.
    """
    n_clusters, seed = task
    frame = curve_sample(n_clusters, np.random.default_rng(seed))
    spec = dm.Specification("y", "x", controls="a", entity="unit", time="year", fixed_effects="unit")
    curve = dm.specification_curve(
        spec, frame, controls=("b",), fixed_effects=(("unit",), ("unit", "year")),
        covariances={"unit": dm.Clustered("unit"), "periods": dm.DriscollKraay()}, draws=DRAWS,
    )  # fmt: skip
    return tuple(curve.statistics[name] <= 0.05 for name in TESTS)


def slopes(task: tuple[int, int, np.random.SeedSequence]) -> list[tuple[float, float, float]]:
    """Return estimate, error and truth of slopes at the quartiles, and of a Poisson slope."""
    units, periods, seed = task
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), periods)
    level = rng.normal(size=units)
    x = 0.5 * rng.gamma(2, 1, units * periods) + 0.3 * np.abs(level)[unit]
    spread = rng.uniform(0.5, 1, units)[unit] + 0.3 * x
    frame = pd.DataFrame({"unit": unit, "year": np.tile(np.arange(periods), units), "x": x})
    frame["y"] = level[unit] + x + spread * rng.normal(size=len(x)) * SCALED
    frame["count"] = rng.negative_binomial(2, 2 / (2 + np.exp(0.3 * x + 0.5 * level[unit])))
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    found = []
    for quantile, truth in ((0.25, 1 - 0.3 * SCALED * QUARTILE), (0.75, 1 + 0.3 * SCALED * QUARTILE)):
        line = dm.estimate(
            spec.replace(estimator=dm.QuantileRegression(quantile=quantile)), frame
        ).coefficients.loc["x"]
        found.append((line["estimate"], line["std_error"], truth))
    line = dm.estimate(spec.replace(outcome="count", estimator=dm.Poisson()), frame).coefficients.loc["x"]
    found.append((line["estimate"], line["std_error"], 0.3))
    return found


def main() -> None:
    """Run both studies and write their tables."""
    rows = []
    for place, n_clusters in enumerate(CLUSTERS):
        tasks = [(n_clusters, seed) for seed in spawn_seeds(100 + place, SAMPLES)]
        answers = run_parallel(
            rejects, tasks, label=dm.Text(f"{n_clusters} clusters", f"{n_clusters} 个聚类"), n_jobs=2
        )
        share = np.mean(np.array(answers, dtype=float), axis=0)
        rows.append((n_clusters, *share))
    columns = ["clusters", "median", "share significant", "Stouffer"]
    write_table("curve_size", pd.DataFrame(rows, columns=columns))
    rows = []
    for place, (units, periods) in enumerate(product((30, 100), (8, 30))):
        tasks = [(units, periods, seed) for seed in spawn_seeds(200 + place, SAMPLES)]
        label = dm.Text(f"{units} units, {periods} periods", f"{units} 个个体，{periods} 期")
        draws = np.array(run_parallel(slopes, tasks, label=label, n_jobs=2))
        for number, name in enumerate(("quantile 0.25", "quantile 0.75", "Poisson")):
            estimate, error, truth = draws[:, number].T
            inside = np.abs(estimate - truth) <= 1.959964 * error
            rows.append(
                (
                    units,
                    periods,
                    name,
                    np.mean(estimate - truth),
                    np.mean(error) / np.std(estimate),
                    np.mean(inside),
                )
            )
    columns = ["units", "periods", "slope", "bias", "std. error ÷ std. deviation", "coverage of 95 %"]
    write_table("nonlinear_coverage", pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    main()
