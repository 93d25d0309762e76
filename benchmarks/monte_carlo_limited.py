"""Average effects on limited outcomes where effects of units follow the terms; fills docs/monte_carlo.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.specification import Estimator

DESIGNS = ((31, 12, 200), (285, 12, 200))
SLOPE, LEVEL, SPREAD = 0.5, 0.8, 0.6
"""Of x, of its unit mean in the effect of the unit, and of what else the effect holds."""
MODELS: dict[str, tuple[str, Estimator]] = {
    "Tobit": ("censored", dm.Tobit()),
    "Tobit, random effects": ("censored", dm.Tobit(effects="random")),
    "Tobit, correlated random effects": ("censored", dm.CorrelatedRandomEffects(dm.Tobit(effects="random"))),
    "Tobit, pooled with means": ("censored", dm.CorrelatedRandomEffects(dm.Tobit())),
    "probit": ("binary", dm.Probit()),
    "probit, random effects": ("binary", dm.Probit(effects="random")),
    "probit, pooled with means": ("binary", dm.CorrelatedRandomEffects(dm.Probit())),
    "fractional probit": ("share", dm.FractionalProbit()),
    "fractional probit, pooled with means": ("share", dm.CorrelatedRandomEffects(dm.FractionalProbit())),
}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Hold a panel, and outcome → the true average effect of x over its rows."""

    frame: pd.DataFrame
    truth: dict[str, float]


def sample(n_units: int, n_periods: int, rng: np.random.Generator) -> Sample:
    """Return a panel in which z has no effect, and the effects of units follow the means of x."""
    unit = np.repeat(np.arange(n_units), n_periods)
    n = len(unit)
    frame = pd.DataFrame({"unit": unit, "year": np.tile(np.arange(n_periods), n_units)})
    frame["x"] = 0.7 * rng.normal(size=n_units)[unit] + rng.normal(size=n)
    frame["z"] = 0.7 * rng.normal(size=n_units)[unit] + rng.normal(size=n)
    mean = frame.groupby("unit")["x"].transform("mean").to_numpy()
    known = SLOPE * frame["x"].to_numpy() + LEVEL * mean - 0.2
    index = known + SPREAD * rng.normal(size=n_units)[unit]
    latent = index + rng.normal(size=n)
    frame["censored"], frame["binary"] = latent.clip(min=0.0), (latent > 0).astype(int)
    share = special.ndtr(index)
    frame["share"] = rng.beta(3 * share, 3 * (1 - share)).round(3)
    total = np.sqrt(1 + SPREAD**2)
    steep = float(np.mean(SLOPE * stats.norm.pdf(known / total) / total))
    truth = {"censored": float(np.mean(SLOPE * special.ndtr(known / total))), "binary": steep, "share": steep}
    return Sample(frame=frame, truth=truth)


def estimates(task: tuple[int, int, np.random.SeedSequence]) -> pd.DataFrame:
    """Return the average effects of x and z by model in one sample."""
    n_units, n_periods, seed = task
    drawn = sample(n_units, n_periods, np.random.default_rng(seed))
    rows = []
    for name, (outcome, estimator) in MODELS.items():
        spec = dm.Specification(
            outcome,
            ("x", "z"),
            entity="unit",
            time="year",
            covariance=dm.Clustered("unit", wild_bootstrap=None),
            estimator=estimator,
        )
        found = dm.margins(dm.estimate(spec, drawn.frame)).rows
        x, z = found.loc["x"], found.loc["z"]
        rows.append((name, x["estimate"], x["std_error"], drawn.truth[outcome], float(z["p_value"] < 0.05)))
    return pd.DataFrame(rows, columns=["estimator", "estimate", "std_error", "truth", "rejects"])


def table(designs: tuple[tuple[int, int, int], ...]) -> pd.DataFrame:
    """Return bias of the average effect relative to the truth, its errors, coverage and size by design."""
    rows = []
    for n_units, n_periods, samples in designs:
        tasks = [(n_units, n_periods, seed) for seed in spawn_seeds(31 + n_units, samples)]
        label = dm.Text(f"limited outcomes, {n_units}", f"受限因变量，{n_units}")
        draws = pd.concat(run_parallel(estimates, tasks, label=label))
        for name, each in draws.groupby("estimator", sort=False):
            gap = each["estimate"] - each["truth"]
            rows.append(
                {
                    "N": n_units,
                    "T": n_periods,
                    "estimator": name,
                    "relative bias": float(gap.mean() / each["truth"].mean()),
                    "std. error ÷ std. deviation": float(each["std_error"].mean() / gap.std()),
                    "coverage of 95 %": float((gap.abs() <= 1.959964 * each["std_error"]).mean()),
                    "rejects z = 0 at 5 %": float(each["rejects"].mean()),
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Run the study and fill the table."""
    write_table("limited", table(DESIGNS))


if __name__ == "__main__":
    main()
