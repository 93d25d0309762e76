"""Linear and Poisson equations with effects where people look first, for every engine that is there."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.least_squares import N_FIRMS, N_YEARS, panel
from benchmarks.race import Race, there


@dataclass(frozen=True, kw_only=True)
class Equation:
    """One equation for every engine."""

    frame: Callable[[], pd.DataFrame]
    terms: tuple[str, ...] = ("x1", "x2", "x3")
    outcome: str = "y"
    effects: tuple[str, ...] = ("firm", "year")
    weights: str | None = None
    endogenous: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    poisson: bool = False
    wild_bootstrap: bool = True


def _digimfg(equation: Equation, frame: pd.DataFrame) -> np.ndarray:
    estimator = dm.Poisson() if equation.poisson else dm.LeastSquares()
    if equation.endogenous:
        estimator = dm.TwoStageLeastSquares()
    covariance = dm.Clustered(equation.effects[0])
    if not equation.wild_bootstrap:
        covariance = dm.Clustered(equation.effects[0], wild_bootstrap=None)
    spec = dm.Specification(
        equation.outcome, equation.terms, entity=equation.effects[0], time="year",
        fixed_effects=equation.effects,
        weights=equation.weights, endogenous=equation.endogenous, instruments=equation.instruments,
        estimator=estimator, covariance=covariance,
    )  # fmt: skip
    return dm.estimate(spec, frame).coefficients["estimate"].to_numpy()


def _pyfixest(equation: Equation, frame: pd.DataFrame) -> np.ndarray:
    import pyfixest

    formula = f"{equation.outcome} ~ {' + '.join(equation.terms)} | {' + '.join(equation.effects)}"
    if equation.endogenous:
        formula += f" | {equation.endogenous[0]} ~ {' + '.join(equation.instruments)}"
    run = pyfixest.fepois if equation.poisson else pyfixest.feols
    options = {"weights": equation.weights} if equation.weights else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = run(
            formula, frame, vcov={"CRV1": equation.effects[0]}, copy_data=False, store_data=False, **options
        )
    return fit.coef().to_numpy()


def _econhdfe(equation: Equation, frame: pd.DataFrame) -> np.ndarray:
    import econhdfe

    shared = {"absorb": list(equation.effects), "cluster": [equation.effects[0]], "vce": "cluster"}
    if equation.poisson:
        found = econhdfe.ppmlhdfe(
            frame[equation.outcome].to_numpy(dtype=float), frame[list(equation.terms)].to_numpy(),
            absorb=[frame[name].to_numpy() for name in equation.effects], vce="cluster",
            clusters=frame[equation.effects[0]].to_numpy(),
        )  # fmt: skip
    elif equation.endogenous:
        found = econhdfe.ivhdfe(
            frame, y=equation.outcome, exog=list(equation.terms), endog=list(equation.endogenous),
            instruments=list(equation.instruments), estimator="2sls", **shared,
        )  # fmt: skip
    else:
        weights = {"weights": equation.weights, "weight_type": "aweight"} if equation.weights else {}
        found = econhdfe.olshdfe(frame, y=equation.outcome, x=list(equation.terms), **weights, **shared)
    slopes = found.params
    return np.array([*slopes.values()] if isinstance(slopes, dict) else slopes)


ENGINES: Mapping[str, Callable[[Equation, pd.DataFrame], np.ndarray]] = {
    "digimfg": _digimfg,
    "pyfixest": _pyfixest,
    "econhdfe": _econhdfe,
}


def _race(
    what: str, zh: str, equation: Equation, aim: float, repeats: int = 5, *, peaks: bool = True
) -> Race:
    def prepare() -> dict[str, Callable[[], np.ndarray]]:
        frame = equation.frame()
        return {
            name: lambda run=run: run(equation, frame)
            for name, run in ENGINES.items()
            if name == "digimfg" or there(name)
        }

    return Race(what=what, zh=zh, aim=aim, prepare=prepare, repeats=repeats, peaks=peaks)


@cache
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


def _ten_times() -> pd.DataFrame:
    return panel(10 * N_FIRMS)


def _small() -> pd.DataFrame:
    frame = panel()
    return frame[(frame["firm"] < 31)].reset_index(drop=True)


_MANY = f"{N_FIRMS * N_YEARS:,}"
_THREE = ("firm", "year", "place")
_FIFTY = tuple(f"x{j}" for j in range(50))
_WITH_INSTRUMENTS = Equation(
    frame=_firms, terms=("x2", "x3"), endogenous=("x1",), instruments=("z1", "z2")
)  # fmt: skip
RACES = {
    "two": _race(
        f"two-way effects, clustered, {_MANY} rows", f"双向效应、聚类，{_MANY}行",
        Equation(frame=_firms), 0.6,
    ),
    "two_large": _race(
        f"two-way effects, clustered, {10 * N_FIRMS * N_YEARS:,} rows",
        f"双向效应、聚类，{10 * N_FIRMS * N_YEARS:,}行",
        Equation(frame=_ten_times), 0.6, 3,
    ),
    "three": _race(
        f"three-way effects, {_MANY} rows", f"三向效应，{_MANY}行",
        Equation(frame=_firms, effects=_THREE), 0.9,
    ),
    "wide": _race(
        "50 regressors, 100,000 rows", "50个解释变量，100,000行", Equation(frame=_wide, terms=_FIFTY), 0.9
    ),
    "weights": _race(f"weights, {_MANY} rows", f"加权，{_MANY}行", Equation(frame=_firms, weights="w"), 0.9),
    "workers": _race(
        f"workers and firms, few moves, {_MANY} rows", f"员工与企业、少流动，{_MANY}行",
        Equation(frame=_workers, terms=("x1", "x2"), effects=("worker", "firm")), 1.0, 3,
    ),
    "instruments": _race(f"instruments, {_MANY} rows", f"工具变量，{_MANY}行", _WITH_INSTRUMENTS, 0.9, 3),
    "poisson": _race(
        f"Poisson, {_MANY} rows", f"泊松，{_MANY}行",
        Equation(frame=_firms, outcome="count", poisson=True), 0.9, 3,
    ),
    "small": _race(
        "one small estimate, 31 × 10", "一个小样本估计，31 × 10",
        Equation(frame=_small, wild_bootstrap=False), 1.0, 100, peaks=False,
    ),
    "small_as_called": _race(
        "the same with 3 × 9,999 bootstrap draws, as by default", "同上，含默认的 3 × 9,999 次自助抽样",
        Equation(frame=_small), 1.0, 60, peaks=False,
    ),
}  # fmt: skip
