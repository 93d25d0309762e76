"""Size and power of the tests for waves, and how well stages are found: python -m
benchmarks.monte_carlo_stages.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import lfilter

import digimfg as dm
from benchmarks.monte_carlo import write_table

SERIES, DRAWS = 200, 199
PANELS = ((31, 12, 48), (285, 12, 12), (3_000, 10, 7))
"""Units, periods, samples of stages."""


def main() -> None:
    """Write both tables of docs/monte_carlo.md."""
    write_table("waves", waves())
    write_table("stages", stages())


def waves() -> pd.DataFrame:
    """Return how often each test rejects at 5 %."""
    kinds = {
        "red noise, 0.7": lambda rng, n: red(rng, n, 0.7),
        "red noise, 0.9": lambda rng, n: red(rng, n, 0.9),
        "random walk": lambda rng, n: rng.normal(size=n).cumsum(),
        "50 years, constant": lambda rng, n: wave(np.full(n, 50.0)) + 0.5 * rng.normal(size=n),
        "63 to 43 years": lambda rng, n: wave(np.linspace(63, 43, n)) + 0.5 * rng.normal(size=n),
    }
    rows = []
    for n in (200, 300):
        for name, make in kinds.items():
            rejected = []
            for number in range(SERIES):
                rng = np.random.default_rng([n, number])
                frame = pd.DataFrame({"year": np.arange(n), "x": make(rng, n)})
                rejected.append(_tests(frame, number))
            shares = (np.array(rejected) <= 0.05).mean(axis=0)
            rows.append((n, name, *shares))
    columns = ["T", "series", "largest region", "global spectrum", "band-pass 40–60", "trend of the ridge"]
    return pd.DataFrame(rows, columns=columns)


def _tests(frame: pd.DataFrame, seed: int) -> tuple[float, float, float, float]:
    spectrum = dm.wavelet_spectrum(frame, "x", draws=DRAWS, voices=4, seed=seed).statistics
    cycle = dm.band_pass(frame, "x", shortest=40, longest=60, draws=DRAWS, seed=seed).spurious
    try:
        ridge = dm.wave_ridge(frame, "x", shortest=30, longest=68, draws=DRAWS, seed=seed)
        slope = float(ridge.trend["p_value"].iloc[0])
    except dm.MeasureError:  # no ridge within the band: nothing is claimed
        slope = 1.0
    return spectrum["p_value"], spectrum["p_value_global"], float(cycle["p_value"].iloc[0]), slope


def red(rng: np.random.Generator, n: int, memory: float) -> np.ndarray:
    """Return stationary first-order noise."""
    return np.asarray(lfilter([1.0], [1.0, -memory], rng.normal(size=n + 200))[200:])


def wave(periods: np.ndarray) -> np.ndarray:
    """Return a wave whose period is given at each date."""
    return np.asarray(np.sin(np.cumsum(2 * np.pi / periods)))


def stages() -> pd.DataFrame:
    """Return how well five stages, their means, paths and dates are found."""
    rows = []
    for n_units, n_years, samples in PANELS:
        for spread in (0.3, 0.5):
            found = [_panel(number, n_units, n_years, spread) for number in range(samples)]
            rows.append((n_units, n_years, samples, spread, *np.nanmean(np.array(found), axis=0)))
    columns = [
        "N", "T", "samples", "sd within stages", "mean error of means", "coverage of means, 95 %",
        "unit-years placed right",
        "coverage of dates, 95 %", "bias of monotone share", "coverage of monotone share, 95 %",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _panel(number: int, n_units: int, n_years: int, spread: float) -> tuple[float, ...]:
    rng = np.random.default_rng([n_units, int(10 * spread), number])
    level = np.zeros((n_units, n_years), dtype=int)
    level[:, 0] = rng.choice(3, n_units, p=[0.6, 0.3, 0.1])
    for t in range(1, n_years):
        u = rng.random(n_units)
        level[:, t] = np.clip(level[:, t - 1] + (u < 0.35) - (u > 0.96), 0, 4)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_years),
            "year": np.tile(np.arange(n_years), n_units),
            "x": level.ravel() + spread * rng.normal(size=level.size),
        }
    )
    found = dm.fit_stages(frame, "x", entity="unit", time="year", starts=10, draws=99, seed=number)
    table, truth = found.stages, np.arange(5)
    inside = (table["mean_low[x]"] <= truth) & (truth <= table["mean_high[x]"])
    right = (found.paths["stage"].to_numpy() - 1 == level.ravel()).mean()
    held = []
    for stage in range(1, 5):
        rows = found.dates.xs(stage + 1, level="stage")
        there = (level >= stage).any(axis=1) & rows["date_low"].notna().to_numpy()
        first = (level >= stage).argmax(axis=1)
        ends = rows[["date_low", "date_high"]].to_numpy(dtype=float, na_value=np.nan)
        held += ((ends[:, 0] <= first) & (first <= ends[:, 1]))[there].tolist()
    monotone = (np.diff(level, axis=1) >= 0).all(axis=1).mean()
    kind = found.kinds.to_dict("index")["monotone"]
    covered = kind["share_low"] <= monotone <= kind["share_high"]
    return (
        float((table["mean[x]"] - truth).abs().mean()), float(inside.mean()), float(right),
        float(np.mean(held)),
        float(kind["share"] - monotone), float(covered),
    )  # fmt: skip


if __name__ == "__main__":
    main()
