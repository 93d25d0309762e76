"""Other estimators and measures side by side with the package that does the same work fastest."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks import conley, gmm, past_memory, quantile, spatial
from benchmarks.panels import employment, neighbours, states
from benchmarks.race import OURS, Race, there

Runs = dict[str, Callable[[], np.ndarray | None]]


def _quietly(run: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run()


def _quantile() -> Runs:
    rows = quantile.frame()
    spec = dm.Specification("y", ("a", "b", "c"), estimator=dm.QuantileRegression(), covariance=dm.Robust())
    runs: Runs = {OURS: lambda: dm.estimate(spec, rows).coefficients["estimate"].to_numpy()}
    return runs | {
        name: lambda fit=fit: _quietly(fit) for name, fit in quantile.peers(rows).items()
    }  # fmt: skip


def _conley(n: int) -> Callable[[], Runs]:
    def prepare() -> Runs:
        places = conley.frame(n)
        spec = dm.Specification("y", "x", covariance=dm.Conley("lat", "lon", conley.CUTOFF_KM))
        return {
            OURS: lambda: np.array([dm.estimate(spec, places).statistics["n_neighbours_mean"] * n]),
            "the bare search of scipy's cKDTree": lambda: np.array([2.0 * conley.pairs(places)]),
        }

    return prepare


def _durbin(n_units: int, n_years: int) -> Callable[[], Runs]:
    def prepare() -> Runs:
        from digimfg.estimators.spatial import determinant

        links = neighbours(n_units, 4, seed=4)
        frame, weights = states(n_units, n_years, 4, links), spatial.dense(links)
        terms = ("x1", "x2", "x3", "x4")
        model = spatial.specification(weights, terms, 1000)

        def ours() -> np.ndarray:
            determinant.forget()  # a new matrix has no eigenvalues kept
            return np.array([dm.estimate(model, frame).coefficients["estimate"]["rho"]])

        runs: Runs = {OURS: ours}
        if there("spreg"):
            import libpysal
            import spreg

            outcome, columns = spatial.stacked(frame, weights, terms, n_years)
            w = libpysal.weights.util.full2W(weights)
            runs["spreg"] = lambda: _quietly(
                lambda: np.array([float(spreg.Panel_FE_Lag(outcome, columns, w).rho)])
            )
        return runs

    return prepare


def _moran() -> Runs:
    links = neighbours(31, 4, seed=4)
    matrix = spatial.dense(links)
    values = pd.Series(np.random.default_rng(5).normal(size=31), [f"p{place:02d}" for place in range(31)])
    weights = pd.DataFrame(matrix, values.index, values.index)
    runs: Runs = {OURS: lambda: dm.local_moran(values, weights).frame["local_moran"].to_numpy()}
    if there("esda"):
        import esda
        import libpysal

        w = libpysal.weights.util.full2W(matrix)
        scale = 31 / 30  # esda divides by n - 1
        runs["esda"] = lambda: _quietly(
            lambda: np.asarray(esda.Moran_Local(values.to_numpy(), w, seed=0).Is) * scale
        )
    return runs


def _gmm() -> Runs:
    frame = employment()
    spec = gmm.specification()
    runs: Runs = {OURS: lambda: dm.estimate(spec, frame).coefficients["estimate"].iloc[:2].to_numpy()}
    if there("pyxtabond2"):
        import pyxtabond2

        by_firm = frame.groupby("firm")
        lagged = frame.assign(
            **{f"L{lag}{name}": by_firm[name].shift(lag) for name in ("n", "w", "k", "ys") for lag in (1, 2)},
            **{f"d{year}": (frame["year"] == year) * 1.0 for year in sorted(frame["year"].unique())[3:]},
        )
        exogenous = ["w", "L1w", "k", "L1k", "L2k", "ys", "L1ys", "L2ys"]
        exogenous += [name for name in lagged if name.startswith("d")]

        def theirs() -> np.ndarray:
            found = pyxtabond2.PyXtabond2(
                lagged, "firm", "year", "n", ["L1n", "L2n", *exogenous], gmm_vars=["n"], iv_vars=exogenous,
                twostep=True, robust=True,
            ).fit()  # fmt: skip
            return np.asarray(found.beta).ravel()[:2]

        runs["pyxtabond2"] = lambda: _quietly(theirs)
    return runs


def _cohorts(n_units: int = 100_000, n_years: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    start = rng.choice([*range(2003, 2009), 0], size=n_units, p=[*[2 / 18] * 6, 1 / 3])
    keys = {
        "unit": np.repeat(np.arange(n_units), n_years),
        "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
        "start": np.repeat(start, n_years),
    }
    frame = pd.DataFrame(keys)
    frame["treated"] = ((frame["start"] > 0) & (frame["year"] >= frame["start"])).astype(int)
    since = (frame["year"] - frame["start"]).clip(lower=0) * frame["treated"]
    frame["y"] = np.repeat(rng.normal(size=n_units), n_years) + 0.1 * since + rng.normal(size=len(frame))
    return frame


def _staggered(method: str, theirs: str) -> Callable[[], Runs]:
    def prepare() -> Runs:
        frame = _cohorts()
        spec = dm.Specification(
            "y", "treated", entity="unit", time="year",
            estimator=dm.StaggeredDifferenceInDifferences(method=method, cohort="start", draws=0),
        )  # fmt: skip
        runs: Runs = {
            OURS: lambda: np.array([float(dm.estimate(spec, frame).coefficients["estimate"].iloc[0])])
        }
        if there("diff_diff"):
            import diff_diff

            def peer() -> np.ndarray | None:
                names = {"outcome": "y", "unit": "unit", "time": "year", "first_treat": "start"}
                found = getattr(diff_diff, theirs)().fit(frame, **names)
                if hasattr(found, "aggregate"):
                    found.aggregate("event_study")
                return None

            runs["diff-diff"] = lambda: _quietly(peer)
        return runs

    return prepare


def _stream() -> Runs:
    folder = tempfile.TemporaryDirectory(prefix="digimfg-")  # gone with the runs that hold it
    path = past_memory.write(Path(folder.name), 5_000_000)
    runs: Runs = {OURS: lambda: past_memory.estimate(Path(folder.name) / path.name)}
    if there("duckdb"):
        runs["duckdb"] = lambda: past_memory.in_sql(Path(folder.name) / path.name)
    return runs


RACES = {
    "quantile": Race(
        what="plain quantile, 20,000 rows", zh="分位数回归，20,000行", aim=1.0, prepare=_quantile
    ),
    "conley": Race(
        what="Conley's errors, 20,000 places", zh="Conley标准误，20,000个地点", aim=2.0,
        prepare=_conley(20_000), repeats=9,
    ),
    "conley_large": Race(
        what="Conley's errors, 50,000 places", zh="Conley标准误，50,000个地点", aim=2.0,
        prepare=_conley(50_000),
    ),
    "durbin_small": Race(
        what="spatial Durbin panel, 31 × 12; ours with effects and nine tests",
        zh="空间杜宾面板，31 × 12；digimfg另含效应与九项检验", aim=1.0, prepare=_durbin(31, 12), repeats=15,
    ),
    "durbin": Race(
        what="spatial Durbin panel, 300 × 15; ours with effects and nine tests",
        zh="空间杜宾面板，300 × 15；digimfg另含效应与九项检验", aim=1.0, prepare=_durbin(300, 15), repeats=9,
    ),
    "moran": Race(
        what="local Moran, 31 places, 999 permutations", zh="局部Moran指数，31个地点，999次置换", aim=1.0,
        prepare=_moran, repeats=15,
    ),
    "gmm": Race(
        what="difference GMM, 140 firms × 9 years, two steps", zh="差分GMM，140家企业 × 9年，两步", aim=1.0,
        prepare=_gmm, repeats=15,
    ),
    "cohorts": Race(
        what="Callaway–Sant'Anna, 100,000 units × 10", zh="Callaway–Sant'Anna，100,000个个体 × 10", aim=1.0,
        prepare=_staggered("callaway_santanna", "CallawaySantAnna"), repeats=3, peaks=True,
    ),
    "imputation": Race(
        what="imputation, 100,000 units × 10", zh="插补法，100,000个个体 × 10", aim=1.0,
        prepare=_staggered("imputation", "ImputationDiD"), repeats=3, peaks=True,
    ),
    "sun_abraham": Race(
        what="Sun–Abraham, 100,000 units × 10", zh="Sun–Abraham，100,000个个体 × 10", aim=1.0,
        prepare=_staggered("sun_abraham", "SunAbraham"), repeats=3, peaks=True,
    ),
    "stream": Race(
        what="two-way effects streamed from Parquet, 5,000,000 rows",
        zh="从Parquet流式估计双向效应，5,000,000行",
        aim=1.2, prepare=_stream, repeats=3, peaks=True,
    ),
}  # fmt: skip
