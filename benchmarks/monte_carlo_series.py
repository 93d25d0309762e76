"""Size, power and coverage of the tools for single series and cross-sections: python -m
benchmarks.monte_carlo_series.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table
from benchmarks.monte_carlo_stages import red
from digimfg.evolution.adoption import adopted_share

Shares = dict[str, float]


def breaks(rng: np.random.Generator, n: int, jump: float, memory: float, errors: str) -> Shares:
    """Return whether a break of the mean at half of the series is found, and its date within two periods."""
    x = red(rng, n, memory) * np.sqrt(1 - memory**2)
    x[n // 2 :] += jump
    frame = pd.DataFrame({"year": np.arange(n), "x": x})
    found = dm.break_test(frame, "x", errors=errors, draws=199, seed=n)  # type: ignore[arg-type]
    tests = (found.tests["p_value"] <= 0.05).astype(float)
    near = float(abs(found.first_after - n // 2) <= 2) if jump else np.nan
    return {**{name: tests[name] for name in ("sup_f", "ave_f", "exp_f")}, "date": near}


def warnings(rng: np.random.Generator, n: int, rising: bool, memory: float) -> Shares:
    """Return whether rising variance, rising memory and both are found."""
    path = np.linspace(memory, 0.95, n) if rising else np.full(n, memory)
    shocks, x = rng.normal(size=n + 50), np.zeros(n + 50)
    for t in range(1, n + 50):
        x[t] = path[max(t - 50, 0)] * x[t - 1] + shocks[t]
    found = dm.early_warning(
        pd.DataFrame({"year": range(n), "x": x[50:]}), "x", draws=199, seed=int(rng.integers(2**31))
    )
    shares = found.trends["p_value"] <= 0.05
    return {
        "variance": float(shares["variance"]),
        "autocorrelation": float(shares["autocorrelation"]),
        "both at once": float(found.statistics["p_joint"] <= 0.05),
    }


def models(rng: np.random.Generator, n: int, kind: str) -> Shares:
    """Return which of three models the corrected criterion prefers."""
    z, v = rng.uniform(-2, 2, n), rng.uniform(-2, 4, n)
    if kind == "cusp":
        grid = np.linspace(-5, 5, 2001)
        power = 0.8 * z[:, None] * grid + (0.5 + 0.9 * v[:, None]) * grid**2 / 2 - grid**4 / 4
        mass = np.exp(power - power.max(axis=1, keepdims=True)).cumsum(axis=1)
        x = grid[(mass < rng.random(n)[:, None] * mass[:, -1:]).sum(axis=1)]
    elif kind == "logistic":
        x = 4 / (1 + np.exp(-3 * z)) + 0.3 * rng.normal(size=n)
    else:
        x = z + v / 3 + rng.normal(size=n)
    frame = pd.DataFrame({"z": z, "v": v, "x": x})
    best = dm.fit_cusp(frame, "x", asymmetry="z", bifurcation="v").comparison["aicc"].idxmin()
    return {name: float(best == name) for name in ("line", "logistic", "cusp")}


def diffusions(rng: np.random.Generator, n: int, curve: str, until: float) -> Shares:
    """Return bias and coverage of saturation (100) and speed, observed until a share is reached."""
    pair = {"bass": (0.02, 0.4), "logistic": (0.4, 12.0), "gompertz": (0.3, 9.0)}[curve]
    whole = np.linspace(0.5, 60, 5_000)
    end = float(whole[int(np.searchsorted(adopted_share(curve, whole, pair), until))])  # type: ignore[arg-type]
    stretch = end / n
    times = np.arange(1, n + 1.0)
    rates = {
        "bass": (pair[0] * stretch, pair[1] * stretch),
        "logistic": (pair[0] * stretch, pair[1] / stretch),
        "gompertz": (pair[0] * stretch, pair[1] / stretch),
    }[curve]
    levels = 100 * adopted_share(curve, times, rates)  # type: ignore[arg-type]
    new = np.diff(levels, prepend=0)
    if curve == "bass":
        y = np.maximum(new + rng.normal(scale=0.5, size=n), 0)
    else:
        y = np.maximum(levels + rng.normal(scale=1.0, size=n), 0)
    found = dm.fit_diffusion(
        pd.DataFrame({"year": times, "x": y}), "x", curve=curve,  # type: ignore[arg-type]
        observed="new" if curve == "bass" else "cumulative",
    ).parameters  # fmt: skip
    speed = found.index[0] if curve != "bass" else "q"
    truth = {"m": 100.0, speed: rates[1] if curve == "bass" else rates[0]}
    rows = {name: found.loc[name] for name in truth}
    held = {name: float(row["conf_low"] <= truth[name] <= row["conf_high"]) for name, row in rows.items()}
    return {
        "median error of saturation": rows["m"]["estimate"] - 100.0,
        "saturation, coverage": held["m"],
        "speed, coverage": held[speed],
        "open interval": float(not np.isfinite(rows["m"]["conf_high"])),
    }


def _means(
    call: Callable[..., Shares], key: int, samples: int, *arguments: object, median: str = ""
) -> Shares:
    rows = []
    for s in range(samples):
        try:
            rows.append(call(np.random.default_rng((29, key, s)), *arguments))
        except dm.MeasureError:  # said in words: the series shows no curve
            continue
    found = pd.DataFrame(rows)
    means = found.mean().to_dict()
    if median:
        means[median] = found[median].median()
    return {**means, "refused": 1 - len(rows) / samples}


def table_of_breaks(samples: int = 100, lengths: tuple[int, ...] = (40, 100)) -> pd.DataFrame:
    """Return size and power of the tests of one break."""
    cases = (
        ("independent", 0.0, 0.0, "independent"),
        ("memory 0.5", 0.0, 0.5, "independent"),
        ("memory 0.5", 0.0, 0.5, "autoregressive"),
        ("independent", 1.0, 0.0, "independent"),
        ("memory 0.5", 1.0, 0.5, "autoregressive"),
    )
    rows = []
    for n in lengths:
        for place, (name, jump, memory, errors) in enumerate(cases):
            found = pd.DataFrame(
                [
                    breaks(np.random.default_rng((29, 10 * n + place, s)), n, jump, memory, errors)
                    for s in range(samples)
                ]
            ).mean()
            rows.append(
                {
                    "T": n, "errors": name, "taken as": errors, "jump, in sd": jump,
                    "sup F rejects at 5 %": found["sup_f"], "ave F": found["ave_f"],
                    "exp F": found["exp_f"], "date within two periods": found["date"],
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_warnings(samples: int = 400, lengths: tuple[int, ...] = (60, 120)) -> pd.DataFrame:
    """Return size and power of early warning."""
    rows = []
    for n in lengths:
        for place, (memory, rising) in enumerate(((0.3, False), (0.7, False), (0.3, True))):
            found = _means(warnings, 10_000 + 10 * n + place, samples, n, rising, memory)
            name = f"rises from {memory} to 0.95" if rising else f"constant {memory}"
            found.pop("refused")
            rows.append({"T": n, "memory": name, **found})
    return pd.DataFrame(rows)


def table_of_cusps(samples: int = 40, sizes: tuple[int, ...] = (60, 372)) -> pd.DataFrame:
    """Return how often each model is preferred where each is true."""
    rows = []
    for n in sizes:
        for place, kind in enumerate(("line", "logistic", "cusp")):
            found = _means(models, 20_000 + 10 * n + place, samples, n, kind)
            rows.append(
                {
                    "observations": n,
                    "truth": kind,
                    **{f"{k} preferred": found[k] for k in ("line", "logistic", "cusp")},
                }
            )
    return pd.DataFrame(rows)


def table_of_diffusions(samples: int = 12, lengths: tuple[int, ...] = (12, 25)) -> pd.DataFrame:
    """Return coverage of the profile intervals of diffusion curves."""
    rows = []
    for n in lengths:
        for place, curve in enumerate(("bass", "logistic", "gompertz")):
            for until in (0.4, 0.95):
                found = _means(
                    diffusions, 30_000 + 100 * n + 10 * place + int(10 * until), samples, n, curve, until,
                    median="median error of saturation",
                )  # fmt: skip
                rows.append({"T": n, "curve": curve, "seen up to": until, **found})
    return pd.DataFrame(rows)


def main() -> None:
    """Write the tables."""
    write_table("breaks", table_of_breaks())
    write_table("warnings", table_of_warnings())
    write_table("cusps", table_of_cusps())
    write_table("diffusions", table_of_diffusions())


if __name__ == "__main__":
    main()
