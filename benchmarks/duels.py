"""Estimates where people look first, side by side with peers: ours and theirs in turn, in one process."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.least_squares import N_FIRMS, N_YEARS, panel

_REPEATS = 5
_MEMORY = """
import json, sys
from benchmarks.duels import DUELS, PEERS
from benchmarks.memory import peak_gigabytes

duel = DUELS[sys.argv[1]]
frame = duel.frame()
PEERS[sys.argv[2]](duel, frame)
print(json.dumps(peak_gigabytes()))
"""


@dataclass(frozen=True, kw_only=True)
class Duel:
    """One equation for every engine."""

    what: str
    frame: Callable[[], pd.DataFrame]
    aim: float
    terms: tuple[str, ...] = ("x1", "x2", "x3")
    outcome: str = "y"
    effects: tuple[str, ...] = ("firm", "year")
    weights: str | None = None
    endogenous: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    poisson: bool = False
    repeats: int = _REPEATS


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    rows = []
    for name, duel in DUELS.items():
        frame = duel.frame()
        seconds, slopes = _raced(duel, frame)
        ours = float(np.median(seconds["digimfg"]))
        rows.append((duel.what, f"{ours:.3f} s, peak {_peak(name, 'digimfg'):.2f} GB", ""))
        for peer in [each for each in seconds if each != "digimfg"]:
            theirs = float(np.median(seconds[peer]))
            gap = float(np.abs(np.sort(slopes[peer]) - np.sort(slopes["digimfg"])).max())
            lost = "" if ours <= duel.aim * theirs else " (lost)"
            rows.append(
                (
                    f"  digimfg ÷ {peer} (slopes differ by {gap:.0e})",
                    f"{ours / theirs:.2f} ({theirs:.3f} s, peak {_peak(name, peer):.2f} GB){lost}",
                    f"≤ {duel.aim:g}",
                )
            )
    return rows


def _raced(duel: Duel, frame: pd.DataFrame) -> tuple[dict[str, list[float]], dict[str, np.ndarray]]:
    there = [name for name in PEERS if name == "digimfg" or importlib.util.find_spec(name.split()[0])]
    slopes, seconds = {}, {}
    for name in there:
        try:
            slopes[name] = PEERS[name](duel, frame)  # the first run compiles and imports
        except Exception as error:
            print(f"  {duel.what}: {name} gives no answer ({error})", file=sys.stderr)
            continue
        seconds[name] = []
    for _ in range(duel.repeats):
        for name, times in seconds.items():
            start = time.perf_counter()
            PEERS[name](duel, frame)
            times.append(time.perf_counter() - start)
    return seconds, slopes


def _peak(duel: str, peer: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY, duel, peer], capture_output=True, text=True, check=True
    )
    return float(json.loads(done.stdout.splitlines()[-1]))


def _digimfg(duel: Duel, frame: pd.DataFrame) -> np.ndarray:
    estimator = dm.Poisson() if duel.poisson else dm.LeastSquares()
    if duel.endogenous:
        estimator = dm.TwoStageLeastSquares()
    spec = dm.Specification(
        duel.outcome, duel.terms, entity=duel.effects[0], time="year", fixed_effects=duel.effects,
        weights=duel.weights, endogenous=duel.endogenous, instruments=duel.instruments,
        estimator=estimator, covariance=dm.Clustered(duel.effects[0]),
    )  # fmt: skip
    return dm.estimate(spec, frame).coefficients["estimate"].to_numpy()


def _pyfixest(duel: Duel, frame: pd.DataFrame) -> np.ndarray:
    import pyfixest

    formula = f"{duel.outcome} ~ {' + '.join(duel.terms)} | {' + '.join(duel.effects)}"
    if duel.endogenous:
        formula += f" | {duel.endogenous[0]} ~ {' + '.join(duel.instruments)}"
    run = pyfixest.fepois if duel.poisson else pyfixest.feols
    options = {"weights": duel.weights} if duel.weights else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = run(
            formula, frame, vcov={"CRV1": duel.effects[0]}, copy_data=False, store_data=False, **options
        )
    return fit.coef().to_numpy()


def _econhdfe(duel: Duel, frame: pd.DataFrame) -> np.ndarray:
    import econhdfe

    shared = {"absorb": list(duel.effects), "cluster": [duel.effects[0]], "vce": "cluster"}
    if duel.poisson:
        found = econhdfe.ppmlhdfe(
            frame[duel.outcome].to_numpy(dtype=float), frame[list(duel.terms)].to_numpy(),
            absorb=frame[list(duel.effects)].to_numpy(), vce="cluster",
            clusters=frame[duel.effects[0]].to_numpy(),
        )  # fmt: skip
    elif duel.endogenous:
        found = econhdfe.ivhdfe(
            frame, y=duel.outcome, exog=list(duel.terms), endog=list(duel.endogenous),
            instruments=list(duel.instruments), estimator="2sls", **shared,
        )  # fmt: skip
    else:
        weights = {"weights": duel.weights, "weight_type": "aweight"} if duel.weights else {}
        found = econhdfe.olshdfe(frame, y=duel.outcome, x=list(duel.terms), **weights, **shared)
    return np.asarray(found.params)


PEERS: dict[str, Callable[[Duel, pd.DataFrame], np.ndarray]] = {
    "digimfg": _digimfg,
    "pyfixest": _pyfixest,
    "econhdfe": _econhdfe,
}


def _firms() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = panel()
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    frame["place"] = rng.integers(0, 500, len(frame))
    frame["z1"], frame["z2"] = (frame["x1"] + rng.normal(size=len(frame)) for _ in range(2))
    frame["count"] = rng.poisson(np.exp(0.3 * frame["x1"] - 0.1 * frame["x2"]))
    return frame


def _wide() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    keys = pd.DataFrame({"firm": np.repeat(np.arange(10_000), 10), "year": np.tile(np.arange(10), 10_000)})
    columns = pd.DataFrame(rng.normal(size=(len(keys), 50)), columns=[f"x{j}" for j in range(50)])
    outcome = columns.iloc[:, :3].sum(axis=1) + rng.normal(size=len(keys))
    return pd.concat([keys, columns, outcome.rename("y")], axis=1)


def _workers() -> pd.DataFrame:
    """Return workers who rarely move, and then to a firm nearby."""
    rng = np.random.default_rng(4)
    n_workers, n_firms, n_years = 100_000, 10_000, 10
    firm = np.empty((n_workers, n_years), dtype=np.int64)
    firm[:, 0] = rng.integers(0, n_firms, n_workers)
    for year in range(1, n_years):
        moves = (rng.random(n_workers) < 0.02) * rng.integers(-3, 4, n_workers)
        firm[:, year] = (firm[:, year - 1] + moves) % n_firms
    frame = pd.DataFrame({"worker": np.repeat(np.arange(n_workers), n_years), "firm": firm.ravel()})
    frame["year"] = np.tile(np.arange(n_years), n_workers)
    person, place = rng.normal(size=n_workers)[frame["worker"]], rng.normal(size=n_firms)[frame["firm"]]
    frame["x1"] = rng.normal(size=len(frame)) + 0.3 * person + 0.3 * place
    frame["x2"] = rng.normal(size=len(frame)) + 0.3 * place
    frame["y"] = 0.5 * frame["x1"] - 0.2 * frame["x2"] + person + place + rng.normal(size=len(frame))
    return frame


def _small() -> pd.DataFrame:
    frame = panel()
    return frame[(frame["firm"] < 31)].reset_index(drop=True)


_MANY = f"{N_FIRMS * N_YEARS:,} rows"
DUELS = {
    "two": Duel(what=f"two-way effects, clustered, {_MANY}", frame=_firms, aim=0.6),
    "three": Duel(
        what=f"three-way effects, {_MANY}", frame=_firms, aim=0.9, effects=("firm", "year", "place")
    ),
    "wide": Duel(
        what="50 regressors, 100,000 rows", frame=_wide, aim=0.9, terms=tuple(f"x{j}" for j in range(50))
    ),
    "weights": Duel(what=f"weights, {_MANY}", frame=_firms, aim=0.9, weights="w"),
    "workers": Duel(
        what="workers and firms, few moves, 1,000,000 rows",
        frame=_workers, aim=1.0, terms=("x1", "x2"), effects=("worker", "firm"), repeats=3,
    ),
    "instruments": Duel(
        what=f"instruments, {_MANY}",
        frame=_firms, aim=0.9, terms=("x2", "x3"), endogenous=("x1",), instruments=("z1", "z2"), repeats=3,
    ),
    "poisson": Duel(
        what=f"Poisson, {_MANY}", frame=_firms, aim=0.9, outcome="count", poisson=True, repeats=3
    ),
    "small": Duel(what="one small estimate, 31 × 10", frame=_small, aim=1.0, repeats=50),
}  # fmt: skip


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  ", flush=True)
