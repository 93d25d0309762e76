"""Bias, size and coverage of the panel tools of evolution: python -m benchmarks.monte_carlo_tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table

DESIGNS = ((31, 12), (285, 12), (3_000, 10))
PATHS = tuple(f"path_{number}" for number in range(1, 7))
Draw = Mapping[str, float]
"""Of one sample: ``estimate low high truth``, and ``wrong``: whether a true zero is rejected at 5 %."""


def stacked(columns: Mapping[str, list[np.ndarray]]) -> pd.DataFrame:
    """Return lists of periods, each an array over units, as a panel."""
    periods, units = (len(next(iter(columns.values()))), len(next(iter(columns.values()))[0]))
    keys = {"unit": np.tile(np.arange(units), periods), "year": np.repeat(np.arange(periods), units)}
    return pd.DataFrame({**keys, **{name: np.concatenate(each) for name, each in columns.items()}})


def symbiosis(rng: np.random.Generator, n: int, t: int, method: str = "gmm") -> Draw:
    """Draw commensalism: the second population helps the first, which does not touch it."""
    x, rate = rng.uniform(0.5, 1.5, (2, n)), rng.normal(0.3, 0.05, (2, n))
    held: dict[str, list[np.ndarray]] = {"a": [], "b": []}
    for period in range(20 + t):
        if period >= 20:
            held["a"].append(x[0])
            held["b"].append(x[1])
        effects = np.array([[0.2], [0.0]]) * x[::-1]
        x = x * np.exp(rate - 0.5 * x + effects + rng.normal(scale=0.05, size=(2, n)))
    keys = {"entity": "unit", "time": "year"}
    found = dm.panel_symbiosis(stacked(held), "a", "b", **keys, method=method, draws=199, seed=n)
    row = found.modes.loc["mean"]
    wrong = not row["on_second_low"] <= 0 <= row["on_second_high"]
    return _draw(row, "on_first", "on_first_low", "on_first_high", 0.2, wrong)


def persistence(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw a state that holds by 0.6, and a moderator that changes nothing."""
    effect, y = rng.normal(size=n), np.zeros(n)
    d = rng.normal(size=n)
    held: dict[str, list[np.ndarray]] = {"low": [], "d": []}
    for period in range(10 + t):
        y = (0.6 * y - 0.3 + effect + rng.normal(size=n) > 0).astype(float)
        d = 0.6 * d + 0.8 * rng.normal(size=n)
        if period >= 10:
            held["low"].append(y)
            held["d"].append(d)
    found = dm.state_dependence(stacked(held), "low", entity="unit", time="year", moderator="d").coefficients
    return _draw(
        found.loc["lag"], "estimate", "conf_low", "conf_high", 0.6, found.loc["lag:d", "p_value"] < 0.05
    )


def selection(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw shares that fitter units gain by 0.1, and a moderator that does not sharpen it."""
    size, trait, d = np.exp(rng.normal(size=n)), rng.normal(size=n), rng.uniform(0, 2, n)
    held: dict[str, list[np.ndarray]] = {"sales": [], "tfp": [], "d": []}
    for _ in range(t):
        for name, values in (("sales", size), ("tfp", trait), ("d", d)):
            held[name].append(values)
        size = size * np.exp(0.1 * trait + 0.2 * rng.normal(size=n))
        trait = 0.8 * trait + 0.5 * rng.normal(size=n)
    found = dm.selection_test(stacked(held), "sales", "tfp", entity="unit", time="year", moderator="d")
    wrong = found.coefficients.loc["relative_fitness:d", "p_value"] < 0.05
    return _draw(found.slopes.loc["mean"], "slope", "conf_low", "conf_high", 0.1, wrong)


def moderators(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw six paths of which one moderates by 0.2; any other one that is found is an error."""
    names = ("dig", *PATHS)
    frame = stacked({name: [rng.normal(size=n) for _ in range(t)] for name in names})
    noise = rng.normal(size=n)[frame["unit"]] + rng.normal(size=len(frame))
    frame["y"] = 0.3 * frame["dig"] + 0.2 * frame["dig"] * frame["path_2"] + noise
    spec = dm.Specification(
        "y", "dig", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered("unit", wild_bootstrap=None),
    )  # fmt: skip
    found = dm.moderator_tests(spec, frame, PATHS).table
    wrong = found.drop("path_2")["p_holm"].min() < 0.05
    return _draw(found.loc["path_2"], "estimate", "conf_low", "conf_high", 0.2, wrong)


def tails(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw growth rates of Laplace's shape, one; the test of that shape is a true zero."""
    found = dm.fit_growth_tails(stacked({"x": [rng.laplace(size=n) for _ in range(t)]}), "x", within="year")
    wrong = found.tests.loc["laplace", "p_value"] < 0.05
    return _draw(found.parameters.loc["shape"], "estimate", "conf_low", "conf_high", 1.0, wrong)


def ceilings(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw N cases whose condition is not necessary."""
    frame = pd.DataFrame({"x": rng.normal(size=n), "y": rng.normal(size=n)})
    found = dm.necessary_condition_analysis(frame, "y", ["x"], draws=199, seed=t).effects
    return {"wrong": float(found.loc[("x", "ce_fdh"), "p_value"] <= 0.05)}


def modes(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw an autoregression, which has one mode; several that are found are an error."""
    x = rng.normal(size=n)
    held: dict[str, list[np.ndarray]] = {"x": []}
    for _ in range(t):
        held["x"].append(x)
        x = 0.7 * x + np.sqrt(0.51) * rng.normal(size=n)
    found = dm.ergodic_modes(stacked(held), "x", entity="unit", time="year", draws=39, seed=n)
    return {"wrong": float(found.statistics["p_value"] <= 0.05)}


Tool = Callable[[np.random.Generator, int, int], Draw]
TOOLS: dict[str, tuple[Tool, tuple[int, int, int]]] = {
    "symbiosis, unit means: effect on the first": (partial(symbiosis, method="within"), (400, 200, 40)),
    "state dependence: hold of the state": (persistence, (200, 100, 20)),
    "selection: slope": (selection, (400, 200, 40)),
    "moderators: one of six": (moderators, (400, 200, 40)),
    "tails of growth: shape": (tails, (100, 20, 3)),
    "several modes of the ergodic density": (modes, (200, 60, 8)),
    "necessary condition (NCA), N cases": (ceilings, (400, 400, 100)),
    "symbiosis, instruments: effect on the first": (symbiosis, (200, 100, 20)),
}
"""Name → what it does and the samples at each design."""


def _draw(row: pd.Series, centre: str, low: str, high: str, truth: float, wrong: bool) -> Draw:
    return {
        "estimate": float(row[centre]), "low": float(row[low]), "high": float(row[high]),
        "truth": truth, "wrong": float(wrong),
    }  # fmt: skip


def table_of_tools(
    designs: tuple[tuple[int, int], ...] = DESIGNS, samples: int | None = None
) -> pd.DataFrame:
    """Return bias, coverage and size of each tool at each design."""
    rows = []
    for place, (name, (tool, counts)) in enumerate(TOOLS.items()):
        for at, (n, t) in enumerate(designs):
            count = counts[at] if samples is None else samples
            if count == 0:
                continue
            found = pd.DataFrame([tool(np.random.default_rng((23, place, n, s)), n, t) for s in range(count)])
            row = {"tool": name, "N": n, "T": t, "samples": count}
            if "truth" in found:
                gap = found["estimate"] - found["truth"]
                inside = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
                row |= {
                    "truth": found["truth"].iloc[0], "bias": gap.mean(),
                    "rmse": float(np.sqrt((gap**2).mean())), "coverage of 95 %": inside.mean(),
                }  # fmt: skip
            rows.append(row | {"true zero, rejects at 5 %": found["wrong"].mean()})
    order = [
        "tool",
        "N",
        "T",
        "samples",
        "truth",
        "bias",
        "rmse",
        "coverage of 95 %",
        "true zero, rejects at 5 %",
    ]
    return pd.DataFrame(rows)[order]


def main() -> None:
    """Write the table."""
    write_table("tools", table_of_tools())


if __name__ == "__main__":
    main()
