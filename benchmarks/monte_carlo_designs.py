"""Bias and coverage of differences, synthetic differences and double machine learning in short panels.

python -m benchmarks.monte_carlo_designs [differences | synthetic | learned]; fills docs/monte_carlo.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.specification import Estimator

Floats = NDArray[np.float64]
SIZES, PERIODS = (31, 285), 12
COHORTS = (6, 9)
LATER = "event_time[2]"


def _frame(**grids: Floats) -> pd.DataFrame:
    n, t = next(iter(grids.values())).shape
    keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(1, t + 1), n)}
    return pd.DataFrame({**keys, **{name: grid.ravel() for name, grid in grids.items()}})


def persistent(rng: np.random.Generator, n: int, memory: float = 0.5) -> Floats:
    """Return errors of variance one that remember, units × periods."""
    e = rng.normal(size=(n, PERIODS))
    for s in range(1, PERIODS):
        e[:, s] = memory * e[:, s - 1] + np.sqrt(1 - memory**2) * e[:, s]
    return e


def _started(n: int) -> tuple[Floats, Floats, Floats]:
    """Return the first treated period of each unit (a third never), periods since, and whether treated."""
    first = np.array([*COHORTS, np.inf])[np.arange(n) % 3][:, None]
    since = np.arange(1, PERIODS + 1)[None, :] - first
    return first, since, (since >= 0).astype(float)


def staggered(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return a policy whose effect grows in the first cohort and stays in the second: 1 in both at e = 2."""
    first, since, on = _started(n)
    grown = np.where(first == COHORTS[0], 0.5 + 0.25 * np.where(on > 0, since, 0.0), 1.0)
    y = rng.normal(size=(n, 1)) + 0.1 * rng.normal(size=PERIODS).cumsum() + grown * on + persistent(rng, n)
    return _frame(y=y, policy=on)


def eligible(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return a policy that reaches half of each cohort; cohorts and the eligible have trends of their own."""
    first, _, on = _started(n)
    reached = (np.arange(n)[:, None] // 3 % 2).astype(float)
    clock = np.arange(PERIODS) / PERIODS
    trends = np.where(np.isinf(first), 0.0, 1.0) * clock + reached * clock
    y = rng.normal(size=(n, 1)) + trends + on * reached + persistent(rng, n)
    return _frame(y=y, policy=on, eligible=np.broadcast_to(reached, y.shape))


def dosed(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return doses from 0.5 to 2, effect 0.5 d + 0.25 d²: level 1.0625, slope 1.125 in the mean."""
    _, _, on = _started(n)
    dose = rng.uniform(0.5, 2.0, size=(n, 1)) * on
    y = rng.normal(size=(n, 1)) + 0.5 * dose + 0.25 * dose**2 + persistent(rng, n)
    return _frame(y=y, dose=dose)


def factored(
    rng: np.random.Generator, n: int, treated: int, strength: float = 0.6, noise: float = 1.0
) -> pd.DataFrame:
    """Return a policy of effect 1 in the last four periods, of units that load on a rising factor."""
    loadings = np.sort(rng.normal(size=(n, 1)), axis=0)[::-1] * strength
    path = np.linspace(0.0, 3.0, PERIODS) + 0.3 * rng.normal(size=PERIODS)
    # of the upper half, so that donors span the treated
    chosen = rng.permutation(n // 2)[:treated]
    on = np.zeros((n, PERIODS))
    on[chosen, -4:] = 1.0
    y = rng.normal(size=(n, 1)) + loadings * path + on + noise * persistent(rng, n, 0.3)
    return _frame(y=y, policy=on)


def curved(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return y = 0.5 d + g(a, b) + effects + error, d = m(a, b) + effects + error, g and m curved."""
    a, b = rng.normal(size=(2, n, PERIODS)) + 0.5 * rng.normal(size=(2, n, 1))
    own = rng.normal(size=(n, 1))
    curve = np.sin(2 * a) + 0.5 * np.maximum(b, 0.0) ** 2
    d = curve + own + rng.normal(size=a.shape)
    y = 0.5 * d + curve + own + rng.normal(size=a.shape)
    return _frame(y=y, d=d, a=a, b=b)


def _study(
    draw: Callable[[np.random.Generator], pd.DataFrame],
    cases: dict[str, tuple[dm.Specification, str, float]],
    samples: int,
    key: int,
) -> pd.DataFrame:
    """Return a row by case: bias, errors, coverage and how often effects before treatment are found."""
    kept: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for sample in range(samples):
        frame = draw(np.random.default_rng((20, key, sample)))
        for name, (model, row, _) in cases.items():
            found = dm.estimate(model, frame)
            kept[name].append(
                {**found.coefficients.loc[row], "before": found.statistics.get("pretrend_p", np.nan)}
            )
    rows = []
    for name, (_, _, truth) in cases.items():
        found = pd.DataFrame(kept[name])
        gap = found["estimate"] - truth
        held = (found["conf_low"] <= truth) & (truth <= found["conf_high"])
        before = float((found["before"] < 0.05).mean()) if found["before"].notna().any() else np.nan
        rows.append(
            {
                "estimator": name, "samples": samples, "truth": truth, "bias": float(gap.mean()),
                "std. error ÷ std. deviation": float(found["std_error"].mean() / gap.std()),
                "coverage of 95 %": float(held.mean()), "before treatment, rejects at 5 %": before,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _spec(regressor: str, estimator: Estimator, **parts: object) -> dm.Specification:
    return dm.Specification("y", regressor, entity="unit", time="year", estimator=estimator, **parts)  # type: ignore[arg-type]


def table_of_differences(samples: int = 400, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of effects of a policy taken up at two dates, and of doses."""
    staggered_did = dm.StaggeredDifferenceInDifferences
    methods = {
        "Callaway–Sant'Anna": staggered_did(draws=0),
        "Sun–Abraham": staggered_did(method="sun_abraham", draws=0),
        "imputation": staggered_did(method="imputation", draws=0),
        "extended two-way": staggered_did(method="extended_two_way", draws=0),
        "stacked": staggered_did(method="stacked", draws=0),
        "local projection": staggered_did(method="local_projection", draws=0),
    }
    cases = {name: (_spec("policy", each), LATER, 1.0) for name, each in methods.items()}
    triple = staggered_did(method="triple_difference", eligible="eligible", draws=0)
    dose = dm.ContinuousDifferenceInDifferences
    parts: tuple[tuple[Callable[..., pd.DataFrame], dict[str, tuple[dm.Specification, str, float]]], ...] = (
        (staggered, cases),
        (eligible, {"triple difference": (_spec("policy", triple), LATER, 1.0)}),
        (
            dosed,
            {
                "dose, level": (_spec("dose", dose(target="level", degree=2, draws=0)), "dose", 1.0625),
                "dose, slope": (_spec("dose", dose(target="slope", degree=2, draws=0)), "dose", 1.125),
            },
        ),
    )
    tables = []
    for n in sizes:
        for key, (draw, each) in enumerate(parts):
            found = _study(lambda rng, draw=draw, n=n: draw(rng, n), each, samples, 10 * n + key)
            found.insert(0, "N", n)
            tables.append(found)
    return pd.concat(tables, ignore_index=True)


def table_of_synthetic(samples: int = 60, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage where the treated load more on a rising factor than donors do."""
    synthetic = dm.SyntheticDifferenceInDifferences
    cases = {
        "differences in means": synthetic(method="did", errors="bootstrap", draws=100),
        "synthetic DID, placebo": synthetic(draws=100),
        "synthetic DID, bootstrap": synthetic(errors="bootstrap", draws=100),
        "synthetic DID, jackknife": synthetic(errors="jackknife"),
    }
    designs = {
        "parallel trends": (0.0, 1.0),
        "factor, noise as large": (0.6, 1.0),
        "factor, little noise": (0.6, 0.3),
    }
    tables = []
    for n, (trends, (strength, noise)) in ((n, design) for n in sizes for design in designs.items()):
        found = _study(
            lambda rng, n=n, strength=strength, noise=noise: factored(rng, n, n // 6, strength, noise),
            {name: (_spec("policy", each), "policy", 1.0) for name, each in cases.items()},
            samples,
            10 * n + 5,
        )
        found.insert(0, "N", n)
        found.insert(1, "trends", trends)
        tables.append(found.drop(columns="before treatment, rejects at 5 %"))
    return pd.concat(tables, ignore_index=True)


def table_of_learned(samples: int = 30, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of a slope whose controls have curved effects on outcome and treatment."""
    boosted = {"learner": "gradient_boosting", "repetitions": 1}
    learned = dm.DoubleMachineLearning
    cases: dict[str, Estimator] = {
        "least squares": dm.LeastSquares(),
        "learned, lasso, within": learned(learner="lasso", repetitions=1),
        "learned, boosted, within": learned(**boosted),  # type: ignore[arg-type]
        "learned, boosted, first differences": learned(**boosted, effects="first_difference"),  # type: ignore[arg-type]
        "learned, boosted, Mundlak": learned(**boosted, effects="mundlak"),  # type: ignore[arg-type]
    }
    tables = []
    for n in sizes:
        models = {
            name: (
                _spec("d", each, controls=("a", "b"), fixed_effects=() if "Mundlak" in name else "unit"),
                "d",
                0.5,
            )
            for name, each in cases.items()
        }
        found = _study(lambda rng, n=n: curved(rng, n), models, samples, 10 * n + 7)
        found.insert(0, "N", n)
        tables.append(found.drop(columns="before treatment, rejects at 5 %"))
    return pd.concat(tables, ignore_index=True)


TABLES = {"differences": table_of_differences, "synthetic": table_of_synthetic, "learned": table_of_learned}


def main() -> None:
    """Write the tables that are named, or all."""
    for name in sys.argv[1:] or TABLES:
        write_table(name, TABLES[name]())


if __name__ == "__main__":
    main()
