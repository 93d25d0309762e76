"""Recovery of generations, pairs of populations, configurations, conditional logits and Roth's power.

python -m benchmarks.monte_carlo_recovery [generations | pairs | configurations | logits | powers]; fills
docs/monte_carlo.md.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import digimfg as dm
from benchmarks.monte_carlo import write_table

Floats = NDArray[np.float64]


def bass(ages: Floats, p: float, q: float) -> Floats:
    """Return the share that has adopted by age, zero before."""
    fading = np.exp(-(p + q) * np.maximum(ages, 0.0))
    return (1 - fading) / (1 + q / p * fading)


def generations(rng: np.random.Generator, years: int, errors: str) -> pd.DataFrame:
    """Return stocks of two generations, p 0.02, q 0.4, 100 and 150 users, the second ten years later; errors
    alike, or in proportion to the stock.
    """
    clock = np.arange(years, dtype=np.float64)
    first, second = bass(clock + 1, 0.02, 0.4), bass(clock - 9, 0.02, 0.4)
    stocks = np.column_stack([first * 100 * (1 - second), second * (150 + first * 100)])
    drawn = rng.normal(size=stocks.shape) * (stocks > 0)
    seen = stocks + 2.0 * drawn if errors == "alike" else stocks * np.exp(0.05 * drawn)
    held = np.where(stocks > 0, np.maximum(seen, 0.01), 0.0)
    return pd.DataFrame({"year": clock, "old": held[:, 0], "new": held[:, 1]})


def pair(rng: np.random.Generator, years: int, noise: float) -> pd.DataFrame:
    """Return prey and predators (0.5, -0.02; -0.6, 0.02) seen with multiplicative noise."""
    clock = np.arange(years, dtype=np.float64)
    path = solve_ivp(
        lambda _, x: x * np.array([0.5 - 0.02 * x[1], -0.6 + 0.02 * x[0]]),
        (0, years - 1),
        [30.0, 10.0],
        t_eval=clock,
        rtol=1e-9,
        atol=1e-9,
    ).y
    seen = path * np.exp(noise * rng.normal(size=path.shape))
    return pd.DataFrame({"year": clock, "prey": seen[0], "predator": seen[1]})


def _interval_row(
    found: pd.DataFrame, truths: dict[str, float], by: dict[str, object]
) -> list[dict[str, object]]:
    rows = []
    for name, truth in truths.items():
        part = found[found["parameter"] == name]
        gap = part["estimate"] - truth
        held = (part["low"] <= truth) & (truth <= part["high"])
        rows.append(
            {
                **by, "parameter": name, "samples": len(part), "truth": truth, "bias": float(gap.mean()),
                "rmse": float(np.sqrt((gap**2).mean())), "coverage of 95 %": float(held.mean()),
            }
        )  # fmt: skip
    return rows


def table_of_generations(samples: int = 40, lengths: tuple[int, ...] = (20, 30)) -> pd.DataFrame:
    """Return bias and coverage of the parameters of two generations."""
    rows: list[dict[str, object]] = []
    for years, errors in itertools.product(lengths, ("alike", "in proportion")):
        kept = []
        for s in range(samples):
            frame = generations(np.random.default_rng((41, years, s)), years, errors)
            table = dm.fit_generations(frame, ("old", "new")).parameters
            for name, row in table.iterrows():
                kept.append(
                    {
                        "parameter": str(name),
                        "estimate": row["estimate"],
                        "low": row["conf_low"],
                        "high": row["conf_high"],
                    }
                )
        truths = {"p": 0.02, "q": 0.4, "m[old]": 100.0, "m[new]": 150.0}
        rows += _interval_row(pd.DataFrame(kept), truths, {"T": years, "errors": errors})
    return pd.DataFrame(rows)


def table_of_pairs(samples: int = 60, lengths: tuple[int, ...] = (20, 40)) -> pd.DataFrame:
    """Return bias and coverage of the parameters of two populations, and how often the mode is found."""
    rows: list[dict[str, object]] = []
    for years in lengths:
        kept, modes = [], []
        for s in range(samples):
            frame = pair(np.random.default_rng((42, years, s)), years, 0.1)
            found = dm.fit_lotka_volterra(frame, "prey", "predator", limits="none")
            modes.append(found.mode.en == "predation of the second on the first")
            for name, row in found.parameters.iterrows():
                half = 1.959964 * row["std_error"]
                kept.append(
                    {
                        "parameter": str(name),
                        "estimate": row["estimate"],
                        "low": row["estimate"] - half,
                        "high": row["estimate"] + half,
                    }
                )
        truths = {"r_1": 0.5, "c_12": -0.02, "r_2": -0.6, "c_21": 0.02}
        made = _interval_row(pd.DataFrame(kept), truths, {"T": years})
        rows += [row | {"mode found": float(np.mean(modes))} for row in made]
    return pd.DataFrame(rows)


def table_of_logits(
    designs: tuple[tuple[int, int, int], ...] = ((31, 12, 400), (285, 12, 200), (3_000, 10, 40)),
) -> pd.DataFrame:
    """Return bias, coverage and size of the conditional logit beside one with dummies' effects ignored."""
    rows = []
    for n, t, samples in designs:
        kept = []
        for s in range(samples):
            rng = np.random.default_rng((43, n, s))
            own = rng.normal(size=n)
            x, z = rng.normal(size=(2, n, t)) + np.array([0.7, 0.0])[:, None, None] * own[None, :, None]
            y = (own[:, None] + 0.8 * x + rng.logistic(size=(n, t)) > 0).astype(float)
            keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
            frame = pd.DataFrame({**keys, "y": y.ravel(), "x": x.ravel(), "z": z.ravel()})
            spec = dm.Specification(
                "y",
                ("x", "z"),
                entity="unit",
                time="year",
                covariance=dm.Clustered("unit", wild_bootstrap=None),
            )
            for name, model in (
                ("conditional logit", spec.replace(fixed_effects="unit", estimator=dm.FixedEffectsLogit())),
                ("pooled logit", spec.replace(estimator=dm.Logit())),
            ):
                found = dm.estimate(model, frame).coefficients
                row = found.loc["x"]
                kept.append(
                    {
                        "estimator": name, "estimate": row["estimate"], "error": row["std_error"],
                        "inside": row["conf_low"] <= 0.8 <= row["conf_high"],
                        "wrong": found.loc["z", "p_value"] < 0.05,
                    }
                )  # fmt: skip
        for name, part in pd.DataFrame(kept).groupby("estimator", sort=False):
            gap = part["estimate"] - 0.8
            rows.append(
                {
                    "N": n, "T": t, "estimator": name, "samples": samples, "truth": 0.8, "bias": gap.mean(),
                    "std. error ÷ std. deviation": part["error"].mean() / gap.std(),
                    "coverage of 95 %": part["inside"].mean(), "rejects z = 0 at 5 %": part["wrong"].mean(),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_configurations(samples: int = 200, sizes: tuple[int, ...] = (31, 285)) -> pd.DataFrame:
    """Return how often solutions of a truth table are what made the outcome, A·B + C·~D with noise."""
    rows = []
    for n in sizes:
        for noise in (0.0, 0.05, 0.1, 0.2):
            right: dict[str, list[bool]] = {"conservative": [], "parsimonious": []}
            for s in range(samples):
                rng = np.random.default_rng((44, n, int(100 * noise), s))
                sets = rng.uniform(size=(4, n))
                made = np.maximum(np.minimum(sets[0], sets[1]), np.minimum(sets[2], 1 - sets[3]))
                y = np.clip(made + noise * rng.normal(size=n), 0.0, 1.0)
                frame = pd.DataFrame({**dict(zip("ABCD", sets, strict=True)), "y": y, "case": np.arange(n)})
                try:
                    found = dm.minimize_truth_table(dm.truth_table(frame, "y", list("ABCD"), pri=0.5))
                except dm.MeasureError:  # no row leads to the outcome
                    found = None
                for kind, answers in right.items():
                    answers.append(found is not None and _is_right(found, kind))
            shares = {f"{kind} found": float(np.mean(answers)) for kind, answers in right.items()}
            rows.append({"cases": n, "noise": noise, "samples": samples, **shares})
    return pd.DataFrame(rows)


def _is_right(found: dm.TruthTableSolutions, kind: str) -> bool:
    """Return whether a solution is A·B + C·~D, and the only one of its kind."""
    formulas = found.models.loc[kind, "formula"]
    return len(formulas) == 1 and set(formulas.iloc[0].split(" + ")) == {"A*B", "C*~D"}


def trending(rng: np.random.Generator, n: int, slope: float) -> pd.DataFrame:
    """Return a policy without effect from the seventh of ten years in half of the units, of another trend."""
    treated, clock = np.arange(n) < n // 2, np.arange(10)
    y = rng.normal(size=(n, 1)) + slope * treated[:, None] * clock + rng.normal(size=(n, 10))
    keys = {"unit": np.repeat(np.arange(n), 10), "year": np.tile(clock, n)}
    policy = (treated[:, None] & (clock >= 6)).astype(float)
    return pd.DataFrame({**keys, "y": y.ravel(), "policy": policy.ravel()})


def table_of_powers(samples: int = 200, sizes: tuple[int, ...] = (31, 285)) -> pd.DataFrame:
    """Return how often an effect before treatment is significant under trends that the power is said of."""
    spec = dm.Specification(
        "y", "policy", entity="unit", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method="sun_abraham", draws=0),
    )  # fmt: skip
    rows = []
    for n in sizes:
        for slope in (0.0, 0.4 / np.sqrt(n), 1.2 / np.sqrt(n)):
            said, found = [], []
            for s in range(samples):
                result = dm.estimate(spec, trending(np.random.default_rng((45, n, s)), n, slope))
                asked = dm.pretrend_power(result, slope=slope)
                before = asked.event_study.loc[asked.event_study.index < -1]
                found.append((np.abs(before["estimate"]) > 1.959964 * before["std_error"]).any())
                said.append(asked.power)
            rows.append(
                {
                    "N": n, "slope": slope, "samples": samples, "power said": float(np.mean(said)),
                    "significant before": float(np.mean(found)),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "generations": table_of_generations,
    "pairs": table_of_pairs,
    "logits": table_of_logits,
    "configurations": table_of_configurations,
    "powers": table_of_powers,
}


def main(names: list[str]) -> None:
    """Write the tables named, by default all."""
    for name in names or TABLES:
        write_table(name, TABLES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
