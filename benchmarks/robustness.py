"""Specification curves, batteries, leaving out, quantiles; Poisson with effects against pyfixest's fepois."""

from __future__ import annotations

import importlib.util
import os
import time
import warnings

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

PROVINCES, YEARS = 30, 140


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    return [*_curve(), *_battery(), *_poisson(), *_quantiles()]


def provinces() -> pd.DataFrame:
    """Return 4,200 rows of 30 clusters: an outcome, two measures of a regressor, seven controls."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(PROVINCES), YEARS), "year": np.tile(np.arange(YEARS), PROVINCES)}
    )
    level = rng.normal(size=PROVINCES)[frame.unit]
    for number in range(7):
        frame[f"c{number}"] = rng.normal(size=len(frame)) + rng.normal(size=PROVINCES)[frame.unit]
    frame["x"] = rng.normal(size=len(frame)) + 0.3 * frame.c0
    frame["x2"] = frame.x + 0.3 * rng.normal(size=len(frame))
    frame["y"] = 0.02 * frame.x + 0.2 * frame.c1 + level + rng.normal(size=len(frame))
    frame["region"] = frame.unit % 4
    return frame


def trade(n_firms: int = 5_000, n_years: int = 12) -> pd.DataFrame:
    """Return 60,000 rows of counts with zeros, by firm and year."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"firm": np.repeat(np.arange(n_firms), n_years), "year": np.tile(np.arange(n_years), n_firms)}
    )
    level = rng.normal(size=n_firms)[frame.firm]
    frame["x"], frame["z"] = rng.normal(size=(2, len(frame)))
    frame["x"] += 0.3 * level
    frame["y"] = rng.poisson(np.exp(0.3 * frame.x - 0.2 * frame.z + 0.05 * frame.year + level)).astype(float)
    return frame


def _curve() -> list[tuple[str, str, str]]:
    frame = provinces()
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    cores = min(2, os.cpu_count() or 1)
    start = time.perf_counter()
    curve = dm.specification_curve(
        spec,
        frame,
        regressors=("x", "x2"),
        controls=tuple(f"c{number}" for number in range(7)),
        fixed_effects=(("unit",), ("year",), ("unit", "year"), ("unit", "region:year")),
        draws=500,
        n_jobs=cores,
    )
    taken = time.perf_counter() - start
    count = int(curve.statistics["n_specifications"])
    what = f"specification curve, {count:,} specifications × 500 draws, 4,200 rows, {cores} cores"
    return [(what, f"{taken:.1f} s", "≤ 60 s")]


def _battery() -> list[tuple[str, str, str]]:
    frame = provinces()
    spec = dm.Specification(
        "y", "x", controls=("c0", "c1"), entity="unit", time="year", fixed_effects=("unit", "year")
    )
    battery = best_of(lambda: dm.robustness_battery(spec, frame), 1)
    leaving = best_of(lambda: dm.leave_one_out(spec, frame, by="unit"), 3)
    return [
        ("standard battery with 1,000 reassignments, 4,200 rows", f"{battery:.2f} s", ""),
        ("leave-one-out, 30 units, 4,200 rows", f"{leaving:.2f} s", ""),
    ]


def _poisson() -> list[tuple[str, str, str]]:
    frame = trade()
    spec = dm.Specification(
        "y", ("x", "z"), entity="firm", time="year", fixed_effects=("firm", "year"), estimator=dm.Poisson()
    )
    own = best_of(lambda: dm.estimate(spec, frame), 5)
    rows = [("PPML, 60,000 rows, 5,000 firms + 12 years, clustered", f"{own * 1e3:.0f} ms", "")]
    if importlib.util.find_spec("pyfixest") is None:
        return [*rows, ("  pyfixest::fepois ÷ digimfg", "pyfixest is not installed", "≥ 1")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyfixest

        fit = lambda: pyfixest.fepois("y ~ x + z | firm + year", frame, vcov={"CRV1": "firm"})  # noqa: E731
        peer = best_of(fit, 5)
        theirs = fit().coef().to_numpy()
    gap = float(np.abs(dm.estimate(spec, frame).coefficients["estimate"].to_numpy() - theirs).max())
    rows.append(("  pyfixest::fepois ÷ digimfg", f"{peer / own:.1f} ({peer * 1e3:.0f} ms)", "≥ 1"))
    rows.append(("  largest difference of the slopes", f"{gap:.1e}", "≤ 1e-6"))
    return rows


def _quantiles() -> list[tuple[str, str, str]]:
    frame = provinces()
    levels = tuple(float(level) for level in np.round(np.arange(0.1, 0.91, 0.1), 1))
    spec = dm.Specification(
        "y", "x", controls=("c0", "c1"), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.QuantileRegression(quantile=levels),
    )  # fmt: skip
    analytic = best_of(lambda: dm.estimate(spec, frame), 3)
    drawn = spec.replace(
        estimator=dm.QuantileRegression(quantile=levels, errors="bootstrap", replications=500)
    )
    bootstrap = best_of(lambda: dm.estimate(drawn, frame), 1)
    return [
        ("quantiles via moments, 9 quantiles, 4,200 rows, analytic errors", f"{analytic * 1e3:.0f} ms", ""),
        ("  500 cluster bootstrap draws", f"{bootstrap:.1f} s", ""),
    ]
