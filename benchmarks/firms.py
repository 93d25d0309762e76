"""Seconds of production functions with their bootstrap, of slack-based efficiency, and of a frontier."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo_firms import plants

_AIM = "≤ 60 s on 2 cores"


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cities(n: int = 285, t: int = 15, seed: int = 0) -> pd.DataFrame:
    """Return cities × years: three inputs, output, and what nobody wants."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"city": np.repeat(np.arange(n), t), "year": np.tile(np.arange(2006, 2006 + t), n)})
    size = np.exp(rng.normal(0, 1, n))[frame["city"]]
    for name in ("capital", "labour", "energy"):
        frame[name] = size * np.exp(rng.normal(0, 0.3, len(frame)))
    inputs = frame[["capital", "labour", "energy"]].prod(axis=1) ** (1 / 3)
    frame["output"] = inputs * np.exp(0.02 * (frame["year"] - 2006) - rng.exponential(0.3, len(frame)))
    frame["smoke"] = frame["energy"] * np.exp(rng.normal(0, 0.3, len(frame)))
    return frame


def _against_deabook() -> list[tuple[str, str, str]]:
    """Return seconds of one task by both, their ratio, and how far their scores are apart."""
    from deabook.constant import RTS_VRS1
    from deabook.SBM import SBM

    panel = cities(n=60, t=2)
    names = {"capital": "K", "labour": "L", "energy": "E", "output": "Y", "smoke": "C"}
    given = panel.rename(columns=names)
    found: dict[str, np.ndarray] = {}

    def ours() -> None:
        scores = dm.efficiency(
            panel,
            ["capital", "labour", "energy"],
            ["output"],
            undesirable=["smoke"],
            unit="city",
            time="year",
            model="slack_based",
            returns="variable",
            reference="global",
        ).scores
        found["ours"] = scores["efficiency"].to_numpy()

    def theirs() -> None:
        model = SBM(given, "K L E = Y : C", gy=[1], gx=[1, 1, 1], gb=[1], rts=RTS_VRS1)
        with contextlib.redirect_stdout(io.StringIO()):
            found["deabook"] = model.optimize(solver="appsi_highs")["rho"].to_numpy(dtype=float)

    seconds = [_seconds(each) for each in (ours, theirs)]
    apart = float(np.abs(found["ours"] - found["deabook"]).max())
    return [
        ("SBM with undesirable output, 60 cities × 2 years, one process", f"{seconds[0]:.2f} s", ""),
        (
            f"  digimfg ÷ deabook (scores {apart:.0e} apart)",
            f"{seconds[0] / seconds[1]:.3f} ({seconds[1]:.1f} s)",
            "≤ 1",
        ),
    ]


def frontier_panel(n: int = 200, t: int = 8, seed: int = 0) -> pd.DataFrame:
    """Return firms with effects, noise and inefficiency."""
    rng = np.random.default_rng(seed)
    firm = np.repeat(np.arange(n), t)
    x = rng.normal(size=n * t)
    effect = rng.normal(0, 0.3, n)[firm]
    y = 1 + 0.5 * x + effect + rng.normal(0, 0.2, n * t) - np.abs(rng.normal(0, 0.3, n * t))
    return pd.DataFrame({"firm": firm, "year": np.tile(np.arange(t), n), "x": x, "y": y})


def measure() -> list[tuple[str, str, str]]:
    """Return seconds of each task."""
    frame = plants(np.random.default_rng(1), 3_000, 10, early=True, noise=0.0)
    spec = dm.Specification("y", ("l", "k"), entity="firm", time="year")
    rows = []
    for method in ("lp", "acf"):
        estimator = dm.ProductionFunction(method=method, state="k", proxy="m", replications=200, n_jobs=2)
        taken = _seconds(lambda each=estimator: dm.estimate(spec.replace(estimator=each), frame))
        rows.append(
            (f"{method.upper()}, 3,000 firms × 10 years, 200 bootstrap draws", f"{taken:.1f} s", _AIM)
        )
    panel = cities()
    plan = {"inputs": ["capital", "labour", "energy"], "outputs": ["output"], "undesirable": ["smoke"]}
    taken = _seconds(
        lambda: dm.efficiency(
            panel, **plan, unit="city", time="year", model="slack_based", reference="global", n_jobs=2
        )
    )
    rows.append(
        ("SBM with undesirable output, 285 cities × 15 years, global frontier", f"{taken:.1f} s", _AIM)
    )
    rows += _against_deabook()
    effects = dm.Specification(
        "y", "x", entity="firm", time="year", estimator=dm.StochasticFrontier(model="true_random_effects")
    )
    found = frontier_panel()
    taken = _seconds(lambda: dm.estimate(effects, found))
    rows.append(("true random effects frontier, 200 firms × 8 years", f"{taken:.1f} s", ""))
    return rows
