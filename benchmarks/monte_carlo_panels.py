"""Bias, size and coverage of estimators for long panels: python -m benchmarks.monte_carlo_panels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import digimfg as dm
from benchmarks.monte_carlo import write_table

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int], pd.DataFrame]
SIZES = (31, 285)


def _frame(**grids: Floats) -> pd.DataFrame:
    n, t = next(iter(grids.values())).shape
    keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
    return pd.DataFrame({**keys, **{name: grid.ravel() for name, grid in grids.items()}})


def cointegrated(rng: np.random.Generator, n: int, t: int) -> pd.DataFrame:
    """Return y = x + u, changes of x driven by u, u autoregressive with memory 0.4."""
    noise = rng.normal(size=(n, t))
    u = np.zeros((n, t))
    for s in range(1, t):
        u[:, s] = 0.4 * u[:, s - 1] + noise[:, s]
    x = (rng.normal(size=(n, t)) + 0.4 * noise).cumsum(axis=1)
    return _frame(y=x + u + rng.normal(size=(n, 1)), x=x)


def smooth(rng: np.random.Generator, n: int, t: int, change: float = 0.8) -> pd.DataFrame:
    """Return y = x + change x g(q; 3, 0) + effects + error."""
    x, q, e = rng.normal(size=(3, n, t))
    return _frame(y=x + change * x / (1 + np.exp(-3 * q)) + rng.normal(size=(n, 1)) + e, x=x, q=q)


def grouped(rng: np.random.Generator, n: int, t: int) -> pd.DataFrame:
    """Return y = x + the path of one of three groups + error, x related to the paths."""
    paths = 0.7 * rng.normal(size=(3, t)).cumsum(axis=1)
    own = paths[np.arange(n) % 3]
    x = rng.normal(size=(n, t)) + 0.5 * own
    return _frame(y=x + own + rng.normal(size=(n, t)), x=x)


def _estimates(
    draw: Draw, estimator: object, samples: int, key: int, n: int, t: int, **parts: object
) -> pd.DataFrame:
    rows = []
    for sample in range(samples):
        model = dm.Specification("y", "x", entity="unit", time="year", estimator=estimator, **parts)  # type: ignore[arg-type]
        found = dm.estimate(model, draw(np.random.default_rng((31, key, n, sample)), n, t))
        rows.append({**found.coefficients.loc["x"], **found.statistics})
    return pd.DataFrame(rows)


def _summary(found: pd.DataFrame, truth: float) -> dict[str, float]:
    held = (found["conf_low"] <= truth) & (truth <= found["conf_high"])
    return {
        "bias": float(found["estimate"].mean() - truth),
        "std. error ÷ std. deviation": float(found["std_error"].mean() / found["estimate"].std()),
        "coverage of 95 %": float(held.mean()),
    }


def table_of_long_runs(samples: int = 100, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of long-run slopes, T = 25."""
    cases = (
        ("least squares, clustered", dm.LeastSquares(), {"fixed_effects": "unit"}),
        ("FMOLS, group mean", dm.FullyModifiedLeastSquares(), {}),
        ("FMOLS, pooled", dm.FullyModifiedLeastSquares(pooled=True), {}),
        ("FMOLS, pooled, spread", dm.FullyModifiedLeastSquares(pooled=True, errors="spread"), {}),
        ("DOLS, group mean", dm.DynamicLeastSquares(), {}),
        ("DOLS, group mean, spread", dm.DynamicLeastSquares(errors="spread"), {}),
        ("DOLS, pooled", dm.DynamicLeastSquares(pooled=True), {}),
    )
    rows = []
    for n in sizes:
        for name, each, parts in cases:
            found = _estimates(cointegrated, each, samples, 0, n, 25, **parts)
            rows.append({"N": n, "estimator": name, **_summary(found, 1.0)})
    return pd.DataFrame(rows)  # fmt: skip


def table_of_transitions(samples: int = 40, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return coverage of the slope at g = 0 and how often linearity is rejected at 5 %, T = 12."""
    estimator = dm.PanelSmoothTransition(
        transition_variable="q", regime_dependent="x", draws=199, test_order=1, starts=3
    )
    rows = []
    for n in sizes:
        for change in (0.0, 0.8):
            p = [
                dm.estimate(
                    dm.Specification(
                        "y", "x", entity="unit", time="year", fixed_effects="unit", estimator=estimator
                    ),
                    smooth(np.random.default_rng((31, 1, n, sample)), n, 12, change),
                )
                for sample in range(samples)
            ]
            tests = pd.DataFrame([each.tables["linearity"].loc[1] for each in p])
            slopes = pd.DataFrame([each.coefficients.loc["x"] for each in p])
            rows.append(
                {
                    "N": n, "change": change,
                    **{
                        f"{name} rejects": float((tests[column] <= 0.05).mean())
                        for name, column in (("LM F", "lm_f_p"), ("HAC F", "hac_f_p"), ("wild", "wild_p"))
                    },
                    **(_summary(slopes, 1.0) if change else {}),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_groups(samples: int = 40, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return coverage of the slope beside grouped effects, and how often BIC finds three groups."""
    rows = []
    for n in sizes:
        for t in (7, 17):
            for errors in ("groups_known", "few_periods"):
                estimator = dm.GroupedEffects(groups=3, errors=errors, starts=10)  # type: ignore[arg-type]
                found = _estimates(grouped, estimator, samples, 2, n, t)
                rows.append({"N": n, "T": t, "errors": errors, **_summary(found, 1.0)})
            chosen = _estimates(grouped, dm.GroupedEffects(max_groups=5, starts=5), samples // 3, 3, n, t)
            rows[-1]["three groups by BIC"] = float((chosen["n_groups"] == 3).mean())
    return pd.DataFrame(rows)


def main() -> None:
    """Write the tables."""
    write_table("long runs", table_of_long_runs())
    write_table("transitions", table_of_transitions())
    write_table("groups", table_of_groups())


if __name__ == "__main__":
    main()
