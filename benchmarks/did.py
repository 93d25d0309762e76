"""Staggered and synthetic difference-in-differences against diff-diff and pyfixest, and double machine
learning.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of


def staggered(n_units: int = 2_000, n_years: int = 20) -> pd.DataFrame:
    """Return a panel with ten cohorts and a third of the units never treated."""
    rng = np.random.default_rng(3)
    start = rng.choice([*range(2006, 2016), 0], size=n_units, p=[*[2 / 30] * 10, 1 / 3])
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_years),
            "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
            "start": np.repeat(start, n_years),
        }
    )
    frame["treated"] = ((frame["start"] > 0) & (frame["year"] >= frame["start"])).astype(int)
    since = (frame["year"] - frame["start"]).clip(lower=0) * frame["treated"]
    frame["y"] = np.repeat(rng.normal(size=n_units), n_years) + 0.1 * since + rng.normal(size=len(frame))
    return frame


def specification(method: str) -> dm.Specification:
    """Return the equation under one method."""
    return dm.Specification(
        "y",
        "treated",
        entity="unit",
        time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method, cohort="start", draws=0),
    )


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = staggered()
    rows = []
    for method, name, peer in (
        ("callaway_santanna", "Callaway–Sant'Anna", _diff_diff),
        ("imputation", "imputation", _diff_diff),
        ("two_stage", "two-stage", _pyfixest),
    ):
        spec = specification(method)
        own = best_of(lambda spec=spec: dm.estimate(spec, frame), 3)
        rows.append((f"{name}, 2,000 units × 20 periods, all aggregates", f"{own:.2f} s", "≤ 1 s"))
        label, run = peer(method, frame)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ratio = "is not installed" if run is None else _ratio(best_of(run, 3), own)
        rows.append((f"  {label} ÷ digimfg", ratio, ""))
    honest = dm.estimate(specification("sun_abraham"), frame)
    spent = best_of(lambda: dm.honest_did(honest), 2)
    rows.append(("Honest DiD, 5 relative magnitudes, 29 event times", f"{spent:.2f} s", "≤ 1 s"))
    return [*rows, *_synthetic(), *_learned()]


def pilots(n_units: int = 285, n_years: int = 15) -> pd.DataFrame:
    """Return a balanced panel of which thirty units are treated in the last six periods."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_years),
            "year": np.tile(np.arange(n_years), n_units),
        }
    )
    frame["ever"] = (frame["unit"] < 30).astype(int)
    frame["pilot"] = frame["ever"] * (frame["year"] >= n_years - 6)
    level, slope = rng.normal(size=(2, n_units))
    noise = rng.normal(size=len(frame))
    frame["y"] = (level + 0.05 * slope * np.arange(n_years)[:, None]).T.ravel() + 0.5 * frame["pilot"] + noise
    return frame


def _synthetic() -> list[tuple[str, str, str]]:
    import diff_diff

    frame = pilots()
    after = sorted(frame.loc[frame["pilot"] == 1, "year"].unique())

    def own() -> object:
        return dm.synthetic_did(frame, "y", "pilot", entity="unit", time="year", draws=200)

    def peer() -> object:
        return diff_diff.SyntheticDiD(n_bootstrap=200, seed=1).fit(
            frame, outcome="y", treatment="ever", unit="unit", time="year", post_periods=after
        )

    spent = best_of(own, 2)
    return [
        ("synthetic DID, 285 × 15, 200 placebos", f"{spent:.2f} s", "≤ 5 s"),
        ("  diff-diff's SyntheticDiD ÷ digimfg", _ratio(best_of(peer, 2), spent), "≥ 1"),
    ]


def _learned(n_units: int = 3_000, n_years: int = 10) -> list[tuple[str, str, str]]:
    rng = np.random.default_rng(6)
    size = n_units * n_years
    frame = pd.DataFrame({f"w{place}": rng.normal(size=size) for place in range(6)})
    frame["unit"], frame["year"] = (
        np.repeat(np.arange(n_units), n_years),
        np.tile(np.arange(n_years), n_units),
    )
    level = np.repeat(rng.normal(size=n_units), n_years)
    frame["d"] = frame["w0"] + np.cos(frame["w1"]) + level + rng.normal(size=size)
    frame["y"] = 0.5 * frame["d"] + frame["w0"] ** 2 + frame["w2"] + level + rng.normal(size=size)
    spec = dm.Specification(
        "y", "d", controls=tuple(f"w{place}" for place in range(6)), entity="unit", time="year",
        fixed_effects=("unit", "year"),
        estimator=dm.DoubleMachineLearning(learner="gradient_boosting", folds=5, repetitions=5),
    )  # fmt: skip
    spent = best_of(lambda: dm.estimate(spec, frame), 1)
    what = "double machine learning, boosting, 3,000 × 10, 5 folds × 5 repeats"
    return [(what, f"{spent:.1f} s", "≤ 30 s")]


def _ratio(theirs: float, own: float) -> str:
    return f"{theirs / own:.1f} ({theirs:.2f} s)"


def _diff_diff(method, frame):  # type: ignore[no-untyped-def]
    import diff_diff

    kind = {"callaway_santanna": diff_diff.CallawaySantAnna, "imputation": diff_diff.ImputationDiD}[method]

    def run() -> object:
        fitted = kind().fit(frame, outcome="y", unit="unit", time="year", first_treat="start")
        return fitted.aggregate("event_study")

    return f"diff-diff's {kind.__name__} with its event study", run


def _pyfixest(method, frame):  # type: ignore[no-untyped-def]
    del method
    try:
        import pyfixest
    except ImportError:
        return "pyfixest's did2s (pooled effect only)", None

    def run() -> object:
        return pyfixest.did2s(
            frame, yname="y", first_stage="~ 0 | unit + year", second_stage="~ i(treated, ref=0)",
            treatment="treated", cluster="unit",
        )  # fmt: skip

    return "pyfixest's did2s (pooled effect only)", run
