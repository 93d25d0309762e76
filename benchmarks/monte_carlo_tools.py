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


def answering(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw a VAR with a predetermined column that moves a by 0.3, and an exogenous one that moves nothing."""
    y, effect = np.zeros((2, n)), rng.normal(size=(2, n))
    held: dict[str, list[np.ndarray]] = {name: [] for name in "abwx"}
    for period in range(20 + t):
        w, x = 0.4 * y[0] + rng.normal(size=n), rng.normal(size=n)
        y = np.array([[0.4, 0.2], [0.1, 0.3]]) @ y + effect + rng.normal(size=(2, n))
        y[0] += 0.3 * w
        if period >= 20:
            for name, values in zip("abwx", (*y, w, x), strict=True):
                held[name].append(values)
    model = dm.PanelVAR(
        ("a", "b"), entity="unit", time="year", predetermined=("w",), exogenous=("x",), collapse=True,
        last_lag=4,
    )  # fmt: skip
    found = dm.fit_panel_var(model, stacked(held)).coefficients
    wrong = found.loc[[("b", "x")], "p_value"].item() < 0.05
    return _draw(found.loc[[("a", "w")]].iloc[0], "estimate", "conf_low", "conf_high", 0.3, wrong)


def regimes(rng: np.random.Generator, n: int, t: int, correction: str = "none") -> Draw:
    """Draw an impulse that moves y by 0.2, by 0.5 in a regime, at once and never later."""
    frame = stacked({name: [rng.normal(size=n) for _ in range(t)] for name in ("x", "s")})
    frame["s"] = (frame["s"] > 0).astype(float)
    noise = rng.normal(size=n)[frame["unit"]] + rng.normal(size=len(frame))
    frame["y"] = (0.2 + 0.3 * frame["s"]) * frame["x"] + noise
    spec = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered("unit", wild_bootstrap=None),
    )  # fmt: skip
    apart = dm.local_projections(
        spec, frame, horizon=1, state="s", correction=correction, draws=99
    ).responses.loc["difference"]
    return _draw(apart.loc[0], "estimate", "conf_low", "conf_high", 0.3, apart.loc[1, "p_value"] < 0.05)


def transmission(rng: np.random.Generator, n: int, t: int) -> Draw:
    """Draw three indices whose first moves firms by 0.3 a year later, and an economy that none moves."""
    names = ("technology", "structure", "institution")
    u, effect = np.zeros((3, n)), rng.normal(size=(3, n))
    columns = (*(f"{name}_1" for name in names), "firm", "economy")
    held: dict[str, list[np.ndarray]] = {name: [] for name in columns}
    for period in range(20 + t):
        firm, economy = 0.3 * u[0] + effect[0] + rng.normal(size=n), effect[1] + rng.normal(size=n)
        u = 0.4 * u + effect + rng.normal(size=(3, n))
        if period >= 20:
            for name, values in zip(columns, (*u, firm, economy), strict=True):
                held[name].append(values)
    frame = stacked(held)
    systems = tuple(
        dm.IndexDefinition(name, (dm.Indicator(f"{name}_1"),), weighting="equal") for name in names
    )
    found = dm.coevolution(
        frame, systems, entity="unit", time="year", outcomes={"firm": "firm", "economy": "economy"}, draws=19
    )
    width = np.ptp(frame["technology_1"].to_numpy())  # the index is its column on a scale from 0 to 1
    row = found.transmission.loc[("firm", "L.technology"), ["estimate", "conf_low", "conf_high"]] / width
    wrong = found.tests.loc["indices add to the base: economy", "p_value"] < 0.05
    return _draw(row, "estimate", "conf_low", "conf_high", 0.3, wrong)


Tool = Callable[[np.random.Generator, int, int], Draw]
TOOLS: dict[str, tuple[Tool, tuple[int, int, int]]] = {
    "symbiosis, unit means: effect on the first": (partial(symbiosis, method="within"), (400, 400, 100)),
    "state dependence: hold of the state": (persistence, (400, 200, 40)),
    "selection: slope": (selection, (400, 400, 100)),
    "moderators: one of six": (moderators, (400, 200, 100)),
    "tails of growth: shape": (tails, (400, 200, 30)),
    "several modes of the ergodic density": (modes, (400, 60, 30)),
    "necessary condition (NCA), N cases": (ceilings, (400, 400, 400)),
    "symbiosis, instruments: effect on the first": (symbiosis, (400, 200, 60)),
    "panel VAR: slope of a predetermined column": (answering, (400, 200, 100)),
    "local projections: difference between regimes": (regimes, (400, 200, 100)),
    "transmission: slope of the first index": (transmission, (200, 100, 30)),
    "local projections: difference between regimes, split panel": (
        partial(regimes, correction="split_panel"),
        (400, 200, 100),
    ),
}
"""Name → what it does and the samples at each design."""


def _draw(row: pd.Series, centre: str, low: str, high: str, truth: float, wrong: bool) -> Draw:
    return {
        "estimate": float(row[centre]), "low": float(row[low]), "high": float(row[high]),
        "truth": truth, "wrong": float(wrong),
    }  # fmt: skip


def row_of_tool(name: str, at: int, n: int, t: int, samples: int | None = None) -> dict[str, object]:
    """Return bias, coverage and size of one tool at one design, the number `at`."""
    tool, counts = TOOLS[name]
    count = counts[at] if samples is None else samples
    place = list(TOOLS).index(name)
    found = pd.DataFrame([tool(np.random.default_rng((23, place, n, s)), n, t) for s in range(count)])
    row: dict[str, object] = {"tool": name, "N": n, "T": t, "samples": count}
    if "truth" in found:
        gap = found["estimate"] - found["truth"]
        inside = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
        row |= {
            "truth": found["truth"].iloc[0], "bias": gap.mean(), "rmse": float(np.sqrt((gap**2).mean())),
            "coverage of 95 %": inside.mean(),
        }  # fmt: skip
    return row | {"true zero, rejects at 5 %": found["wrong"].mean()}


COLUMNS = (
    "tool",
    "N",
    "T",
    "samples",
    "truth",
    "bias",
    "rmse",
    "coverage of 95 %",
    "true zero, rejects at 5 %",
)


def table_of_tools(
    designs: tuple[tuple[int, int], ...] = DESIGNS, samples: int | None = None
) -> pd.DataFrame:
    """Return bias, coverage and size of each tool at each design."""
    rows = [row_of_tool(name, at, n, t, samples) for name in TOOLS for at, (n, t) in enumerate(designs)]
    return pd.DataFrame(rows)[list(COLUMNS)]


def main() -> None:
    """Write the table."""
    write_table("tools", table_of_tools())


if __name__ == "__main__":
    main()
