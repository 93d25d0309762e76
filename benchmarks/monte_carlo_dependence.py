"""Bias, size and coverage under common factors, of tests for cointegration, and of thresholds with moments.

python -m benchmarks.monte_carlo_dependence [name of a table …]; fills docs/monte_carlo.md.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import digimfg as dm
from benchmarks.monte_carlo import write_table
from digimfg.specification import Estimator

Floats = NDArray[np.float64]
SIZES = (31, 285)
KEYS = {"entity": "unit", "time": "year"}


def _frame(**grids: Floats) -> pd.DataFrame:
    n, t = next(iter(grids.values())).shape
    keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
    return pd.DataFrame({**keys, **{name: grid.ravel() for name, grid in grids.items()}})


def common(rng: np.random.Generator, n: int, t: int, spread: float = 0.0) -> pd.DataFrame:
    """Return y = b x + two common factors + effects + error; x loads on them; b is 1, or about it."""
    factors = rng.normal(size=(2, t))
    loadings = 1 + 0.5 * rng.normal(size=(n, 2))
    shared = loadings @ factors
    x = (
        rng.normal(size=(n, t))
        + (np.array([0.5, -0.3]) + 0.5 * rng.normal(size=(n, 2)) + 0.5 * loadings) @ factors
    )
    slopes = 1 + spread * rng.normal(size=(n, 1))
    return _frame(y=slopes * x + shared + rng.normal(size=(n, 1)) + rng.normal(size=(n, t)), x=x)


def remembered(rng: np.random.Generator, n: int, t: int, shared: float = 1.0) -> pd.DataFrame:
    """Return y = 0.5 y(-1) + x + a common factor + effects + error."""
    long = t + 30
    factor = shared * rng.normal(size=long)
    x = rng.normal(size=(n, long)) + (1 + 0.5 * rng.normal(size=(n, 1))) * factor
    drive = x + (1 + 0.5 * rng.normal(size=(n, 1))) * factor + rng.normal(size=(n, 1))
    drive += rng.normal(size=(n, long))
    y = np.zeros((n, long))
    for s in range(1, long):
        y[:, s] = 0.5 * y[:, s - 1] + drive[:, s]
    return _frame(y=y[:, -t:], x=x[:, -t:])


def corrected(rng: np.random.Generator, n: int, t: int, spread: float = 0.0) -> pd.DataFrame:
    """Return outcomes that close a third to four fifths of their gap to 1.5 x every period."""
    long = t + 20
    x = rng.normal(size=(n, long)).cumsum(axis=1)
    speeds = rng.uniform(-0.8, -0.3, size=n)
    own = 1.5 + spread * rng.normal(size=n)
    y = np.zeros((n, long))
    for s in range(1, long):
        gap = y[:, s - 1] - own * x[:, s]
        y[:, s] = y[:, s - 1] + speeds * gap + 0.3 * (x[:, s] - x[:, s - 1]) + rng.normal(size=n)
    return _frame(y=y[:, -t:], x=x[:, -t:])


def walks(rng: np.random.Generator, n: int, t: int, together: float, shared: float) -> pd.DataFrame:
    """Return two random walks: unrelated, or one with errors of memory `together`; errors share a factor."""
    x = rng.normal(size=(n, t)).cumsum(axis=1)
    e = rng.normal(size=(n, t)) + shared * rng.normal(size=t)
    u = np.zeros((n, t))
    for s in range(1, t):
        u[:, s] = together * u[:, s - 1] + e[:, s]
    return _frame(y=x * (together < 1) + u, x=x)


def recalled(rng: np.random.Generator, n: int, t: int, memory: float) -> pd.DataFrame:
    """Return a column that remembers; 1 is a random walk."""
    u = rng.normal(size=(n, t + 20))
    for s in range(1, t + 20):
        u[:, s] += memory * u[:, s - 1]
    return _frame(y=u[:, -t:] + rng.normal(size=(n, 1)))


def kinked(rng: np.random.Generator, n: int, t: int, change: float) -> pd.DataFrame:
    """Return y = 0.4 y(-1) + x + change (0.5 + x) 1(q > 0.3) + effects + error, q moved by the error."""
    long = t + 15
    level = rng.normal(size=n)
    e, x, q = rng.normal(size=(3, n, long))
    x, shocks = x + 0.5 * level[:, None], q + 0.5 * e
    q, y = np.zeros((n, long)), np.zeros((n, long))
    for s in range(1, long):
        q[:, s] = 0.6 * q[:, s - 1] + shocks[:, s]
        above = q[:, s] > 0.3
        y[:, s] = 0.4 * y[:, s - 1] + x[:, s] + change * (0.5 + x[:, s]) * above + level + 0.5 * e[:, s]
    return _frame(y=y[:, -t:], x=x[:, -t:], q=q[:, -t:])


def instrumented(rng: np.random.Generator, n: int, t: int, change: float) -> pd.DataFrame:
    """Return y = (1 + change 1(q > 0)) x + effects + error, x moved by the error and by an instrument z."""
    z, q, v = rng.normal(size=(3, n, t))
    e = 0.6 * v + 0.8 * rng.normal(size=(n, t))
    x = z + v
    return _frame(y=(1 + change * (q > 0)) * x + rng.normal(size=(n, 1)) + e, x=x, z=z, q=q)


def _fits(
    draw: Callable[[np.random.Generator], pd.DataFrame], model: dm.Specification, samples: int, key: int
) -> Iterator[dm.Result]:
    for sample in range(samples):
        yield dm.estimate(model, draw(np.random.default_rng((27, key, sample))))


def _summary(rows: list[pd.Series], truth: float) -> dict[str, float]:
    found = pd.DataFrame(rows)
    gap = found["estimate"] - truth
    if "conf_low" in found:
        held = (found["conf_low"] <= truth) & (truth <= found["conf_high"])
    else:
        held = gap.abs() <= 1.959964 * found["std_error"]
    return {
        "bias": float(gap.mean()),
        "std. error ÷ std. deviation": float(found["std_error"].mean() / gap.std()),
        "coverage of 95 %": float(held.mean()),
    }


def _spec(regressors: str | tuple[str, ...], estimator: Estimator, **parts: object) -> dm.Specification:
    return dm.Specification("y", regressors, entity="unit", time="year", estimator=estimator, **parts)  # type: ignore[arg-type]


def table_of_factors(samples: int = 200, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of a slope beside two common factors, T = 17."""
    both: dict[str, object] = {"fixed_effects": ("unit", "year")}
    cases: tuple[tuple[str, Estimator, float, dict[str, object]], ...] = (
        ("least squares, two-way", dm.LeastSquares(), 0.0, both),
        ("interactive effects, 2 factors", dm.InteractiveEffects(factors=2), 0.0, both),
        ("interactive, number by Bai–Ng", dm.InteractiveEffects(), 0.0, both),
        ("interactive, by growth ratios", dm.InteractiveEffects(factors="growth_ratio"), 0.0, both),
        ("interactive, bias corrected", dm.InteractiveEffects(factors=2, bias_correction=True), 0.0, both),
        ("correlated effects, pooled", dm.CommonCorrelatedEffects(pooled=True), 0.0, {}),
        ("mean group", dm.MeanGroup(), 0.3, {}),
        ("correlated effects, mean group", dm.CommonCorrelatedEffects(), 0.3, {}),
        ("correlated effects, pooled", dm.CommonCorrelatedEffects(pooled=True), 0.3, {}),
    )
    rows = []
    for n in sizes:
        for name, each, spread, parts in cases:
            fits = _fits(
                lambda rng, n=n, spread=spread: common(rng, n, 17, spread),
                _spec("x", each, **parts),
                samples,
                n,
            )
            kept = [(found.coefficients.loc["x"], found.statistics.get("n_factors")) for found in fits]
            chosen = isinstance(each, dm.InteractiveEffects) and isinstance(each.factors, str)
            rows.append(
                {
                    "N": n, "slopes": "differ" if spread else "alike", "estimator": name,
                    **_summary([row for row, _ in kept], 1.0),
                    "two factors found": float(np.mean([k == 2 for _, k in kept])) if chosen else np.nan,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_dynamics(samples: int = 100, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of the memory 0.5 beside a common factor, T = 30."""
    effects = dm.CommonCorrelatedEffects
    cases: tuple[tuple[str, Estimator, dict[str, object]], ...] = (
        ("least squares, two-way", dm.LeastSquares(), {"fixed_effects": ("unit", "year")}),
        ("correlated effects, no lags", effects(), {}),
        ("correlated effects, 1 lag", effects(average_lags=1), {}),
        ("the same, half-panel jackknife", effects(average_lags=1, jackknife=True), {}),
        ("correlated effects, 3 lags", effects(average_lags=3), {}),
    )
    rows = []
    for n in sizes:
        for name, each, parts in cases:
            fits = _fits(
                lambda rng, n=n: remembered(rng, n, 30), _spec(("L.y", "x"), each, **parts), samples, n + 1
            )
            kept = [found.coefficients.loc["L.y"] for found in fits]
            rows.append({"N": n, "estimator": name, **_summary(kept, 0.5)})
    return pd.DataFrame(rows)


def table_of_few_periods(samples: int = 400, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of the memory 0.5 within units, no common factor, T = 12."""
    parts = {"fixed_effects": ("unit", "year")}
    rows = []
    for n in sizes:
        for name, each in (
            ("least squares, two-way", dm.LeastSquares()),
            ("half-panel jackknife", dm.HalfPanelJackknife()),
        ):
            fits = _fits(
                lambda rng, n=n: remembered(rng, n, 12, shared=0.0),
                _spec(("L.y", "x"), each, **parts),
                samples,
                n + 7,
            )
            kept, tests = [], []
            for found in fits:
                kept.append(found.coefficients.loc["L.y"])
                tests.append(found.statistics.get("halves_chi2_p", np.nan) < 0.05)
            halves = float(np.mean(tests)) if isinstance(each, dm.HalfPanelJackknife) else np.nan
            rows.append(
                {"N": n, "estimator": name, **_summary(kept, 0.5), "halves alike, rejects at 5 %": halves}
            )
    return pd.DataFrame(rows)


def table_of_error_correction(samples: int = 100, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of the long-run slope 1.5 and how often its sameness is rejected, T = 25."""
    rows = []
    for n in sizes:
        for spread in (0.0, 0.5):
            fits = list(
                _fits(
                    lambda rng, n=n, spread=spread: corrected(rng, n, 25, spread),
                    _spec("x", dm.PooledMeanGroup(starts=2)),
                    samples,
                    n + 2,
                )
            )
            hausman = float(np.mean([found.statistics["hausman_p"] < 0.05 for found in fits]))
            for name, kept in (
                ("pooled mean group", [found.coefficients.loc["x"] for found in fits]),
                ("mean group", [found.tables["mean_group"].loc["x"] for found in fits]),
            ):
                rows.append(
                    {
                        "N": n, "long runs": "differ" if spread else "alike", "estimator": name,
                        **_summary(kept, 1.5), "Hausman rejects at 5 %": hausman,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_cointegration_tests(samples: int = 200, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return how often each test rejects at 5 %, T = 25."""
    designs = (("unrelated", 1.0, 0.0), ("unrelated, errors shared", 1.0, 1.0), ("together", 0.4, 0.0))
    rows: list[pd.Series] = []
    for n in sizes:
        for name, memory, shared in designs:
            kept: list[dict[str, float]] = []
            for sample in range(samples):
                frame = walks(np.random.default_rng((27, 3, n, sample)), n, 25, memory, shared)
                p: dict[str, float] = {}
                for test in ("kao", "pedroni", "westerlund"):
                    found = dm.panel_cointegration(
                        frame, outcome="y", regressors="x", test=test, draws=99, **KEYS
                    ).tests
                    p |= {f"{test} {row}": value for row, value in found["p_value"].items()}
                    if test == "westerlund":
                        p |= {f"{test} {row}, draws": value for row, value in found["p_bootstrap"].items()}
                kept.append(p)
            shares = (pd.DataFrame(kept) < 0.05).mean()
            rows.append(shares.rename(f"{n}, {name}"))
    return pd.concat(rows, axis=1).rename_axis("test").reset_index()


def table_of_stationarity(samples: int = 200, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return how often stationarity is rejected at 5 %, T = 25."""
    rows = []
    for n in sizes:
        for memory in (0.0, 0.5, 1.0):
            row: dict[str, object] = {"N": n, "memory": memory}
            for lags in (0, 3):
                p = [
                    dm.panel_stationarity(
                        recalled(np.random.default_rng((27, 4, n, sample)), n, 25, memory),
                        "y",
                        kernel_lags=lags,
                        **KEYS,
                    ).p_value
                    for sample in range(samples)
                ]
                row[f"Hadri, {lags} kernel lags"] = float(np.mean(np.array(p) < 0.05))
            rows.append(row)
    return pd.DataFrame(rows)


def _linearity(found: dm.Result) -> float:
    """Return the p value of no threshold."""
    named = "linearity_wald_p" if "linearity_wald_p" in found.statistics else "threshold_wald_p"
    return float(found.statistics[named])


def table_of_endogenous_thresholds(samples: int = 40, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Return bias and coverage of thresholds, and how often linearity is rejected at 5 %, T = 8 and 12."""

    def moments(first: int, second: int, **options: bool) -> dm.Specification:
        lags = (dm.GMMInstruments("y", last=first), dm.GMMInstruments("q", last=second))
        given = dm.DynamicPanelThreshold(
            threshold_variable="q", exogenous="x", instruments=lags, grid=40, draws=99, **options
        )
        return _spec(("L.y", "x"), given)

    two_stage = dm.InstrumentedThreshold(threshold_variable="q", regime_dependent="x", grid=60, draws=99)
    by_stages = _spec((), two_stage, endogenous="x", instruments="z", fixed_effects="unit")
    cases: tuple[tuple[str, Callable[..., pd.DataFrame], int, dm.Specification, float, str], ...] = (
        (
            "by moments, collapsed",
            kinked,
            8,
            moments(5, 4, collapse=True, period_instruments=False),
            0.3,
            "x",
        ),
        ("by moments, period by period", kinked, 8, moments(3, 2), 0.3, "x"),
        ("two-stage least squares", instrumented, 12, by_stages, 0.0, "x:regime[1]"),
    )
    rows = []
    for n in sizes:
        for name, draw, t, model, threshold, row in cases:
            if n < 100 and "period by period" in name:
                continue  # more moments than units
            for change in (0.0, 1.0):
                fits = list(
                    _fits(
                        lambda rng, draw=draw, n=n, t=t, change=change: draw(rng, n, t, change),
                        model,
                        samples,
                        n + 5,
                    )
                )
                p = np.array([_linearity(found) for found in fits])
                table: dict[str, object] = {
                    "N": n, "T": t, "estimator": name, "change": change,
                    "linearity rejects at 5 %": float((p < 0.05).mean()),
                }  # fmt: skip
                if change:
                    place = pd.DataFrame([found.tables["threshold"].iloc[0] for found in fits])
                    error = (place["threshold" if "threshold" in place else "estimate"] - threshold).abs()
                    held = (place["conf_low"] <= threshold) & (threshold <= place["conf_high"])
                    table["threshold, mean absolute error"] = float(error.mean())
                    table["threshold, coverage of 95 %"] = float(held.mean())
                    slope = _summary([found.coefficients.loc[row] for found in fits], 1.0)
                    table["slope below, bias"] = slope["bias"]
                    table["slope below, coverage of 95 %"] = slope["coverage of 95 %"]
                rows.append(table)
    return pd.DataFrame(rows)


TABLES = {
    "factors": table_of_factors,
    "dynamics": table_of_dynamics,
    "few_periods": table_of_few_periods,
    "error_correction": table_of_error_correction,
    "cointegration_tests": table_of_cointegration_tests,
    "stationarity": table_of_stationarity,
    "endogenous_thresholds": table_of_endogenous_thresholds,
}


def main() -> None:
    """Write the tables that are named, or all."""
    warnings.simplefilter("error")
    for name in sys.argv[1:] or TABLES:
        write_table(name, TABLES[name]())


if __name__ == "__main__":
    main()
