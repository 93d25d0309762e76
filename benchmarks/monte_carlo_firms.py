"""Production functions and regressions on labels by simulation: python -m benchmarks.monte_carlo_firms."""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table

METHODS = ("least_squares", "fixed_effects", "lp", "wooldridge", "acf")
PLANTS = {
    "labour half a period before, wages of the firm": (True, 0.0),
    "labour with materials, noise in labour": (False, 0.1),
    "both": (True, 0.1),
}
"""Timing of labour and noise in it: what identifies labour in each (Ackerberg, Caves & Frazer 2015)."""
RATES = (0.05, 0.1, 0.2, 0.3)
TRUTH = 0.5


def plants(rng: np.random.Generator, n: int, t: int, early: bool, noise: float) -> pd.DataFrame:
    """Return plants of which labour and capital produce with 0.6 and 0.4, productivity's memory 0.7."""
    rho = 0.7
    omega, wage, k = rng.normal(0, 0.3, n), rng.normal(0, 0.1, n), rng.normal(0, 0.5, n)
    rows = []
    for year in range(t):
        half = np.sqrt(rho) * omega + rng.normal(0, 0.3 * np.sqrt(1 - rho), n)
        omega = np.sqrt(rho) * half + rng.normal(0, 0.3 * np.sqrt(1 - rho), n)
        wage = 0.3 * wage + rng.normal(0, 0.1 * np.sqrt(1 - 0.09), n)
        known = half if early else omega
        planned = 1.5 * (known + 0.4 * k - (wage if early else 0))
        labour = planned + noise * rng.normal(size=n)
        # materials answer to the labour that was chosen before, or to that planned with them
        materials = omega + 0.4 * k + 0.6 * (labour if early else planned)
        output = 0.6 * labour + 0.4 * k + omega + 0.1 * rng.normal(size=n)
        rows.append(
            pd.DataFrame({"firm": range(n), "year": year, "y": output, "l": labour, "k": k, "m": materials})
        )
        k = 0.8 * k + 0.4 * omega + rng.normal(0, 0.2, n)
    return pd.concat(rows, ignore_index=True)


def production_table(samples: int = 40, n: int = 500, t: int = 10) -> pd.DataFrame:
    """Return mean and spread of slopes by method and design."""
    rows = []
    spec = dm.Specification("y", ("l", "k"), entity="firm", time="year")
    for place, (design, (early, noise)) in enumerate(PLANTS.items()):
        drawn: dict[str, list[np.ndarray]] = {method: [] for method in METHODS}
        for sample in range(samples):
            frame = plants(np.random.default_rng((31, place, sample)), n, t, early, noise)
            for method in METHODS:
                proxy = () if method in ("least_squares", "fixed_effects") else ("m",)
                estimator = dm.ProductionFunction(
                    method=method, state="k", proxy=proxy, degree=2, process=1, replications=2, n_jobs=1
                )
                found = dm.estimate(spec.replace(estimator=estimator), frame)
                drawn[method].append(found.coefficients["estimate"].to_numpy())
        for method in METHODS:
            slopes = np.array(drawn[method])
            rows.append(
                {
                    "design": design, "method": method, "samples": samples,
                    "labour (0.6)": slopes[:, 0].mean(), "spread": slopes[:, 0].std(ddof=1),
                    "capital (0.4)": slopes[:, 1].mean(), "spread ": slopes[:, 1].std(ddof=1),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def labelled(
    rng: np.random.Generator, rate: float, linked: bool, n: int = 2_000, share: float = 0.15
) -> pd.DataFrame:
    """Return firms whose label is wrong at a rate, by itself or more often where a regressor is high."""
    truth = (rng.random(n) < 0.4).astype(float)
    z = rng.normal(size=n)
    wrong = rng.random(n) < (rate * np.where(z > 0, 1.5, 0.5) if linked else rate)
    frame = pd.DataFrame({"z": z, "digital": np.where(wrong, 1 - truth, truth)})
    frame["y"] = 1 + TRUTH * truth + 0.3 * z + rng.normal(size=n)
    frame["hand"] = np.where(rng.random(n) < share, truth, np.nan)
    return frame


def labels_table(samples: int = 400) -> pd.DataFrame:
    """Return bias and coverage of the corrected regression, of the labels as they are, of codes alone."""
    rows = []
    for linked in (False, True):
        for place, rate in enumerate(RATES):
            found = [
                _one(labelled(np.random.default_rng((37, linked, place, sample)), rate, linked))
                for sample in range(samples)
            ]
            table = pd.DataFrame(found)
            rows.append(
                {
                    "labels wrong": f"{rate:.0%}",
                    "errors": "more where z is high" if linked else "by themselves",
                    "samples": samples,
                    **{name: table[name].mean() for name in table},
                }
            )
    return pd.DataFrame(rows)


def _one(frame: pd.DataFrame) -> dict[str, float]:
    row = dm.coded_regression(frame, "y", ["digital", "z"], coded={"digital": "hand"}).coefficients.loc[
        "digital"
    ]
    robust = dm.Robust()
    plain = dm.estimate(dm.Specification("y", ("digital", "z"), covariance=robust), frame).coefficients
    alone = dm.estimate(
        dm.Specification("y", ("hand", "z"), covariance=robust), frame[frame["hand"].notna()]
    ).coefficients
    return {
        "corrected, bias": row["estimate"] - TRUTH,
        "corrected, coverage": float(row["conf_low"] <= TRUTH <= row["conf_high"]),
        "labels, bias": plain.loc["digital", "estimate"] - TRUTH,
        "labels, coverage": float(
            plain.loc["digital", "conf_low"] <= TRUTH <= plain.loc["digital", "conf_high"]
        ),
        "width over codes alone": float(row["std_error"] / alone.loc["hand", "std_error"]),
    }


def main() -> None:
    """Write both tables."""
    write_table("labels", labels_table())
    write_table("production", production_table())


if __name__ == "__main__":
    main()
