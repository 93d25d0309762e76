"""Spatial Durbin panels with effects and their errors: small against spreg, large and sparse alone."""

from __future__ import annotations

import importlib.util
import warnings
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

import digimfg as dm
from benchmarks.panels import best_of, neighbours, states

if TYPE_CHECKING:
    import pandas as pd


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    return [*_small(), *_large()]


def specification(weights: np.ndarray, terms: tuple[str, ...], draws: int) -> dm.Specification:
    """Return a two-way Durbin model."""
    return dm.Specification(
        "y",
        terms,
        entity="state",
        time="year",
        fixed_effects=("state", "year"),
        estimator=dm.SpatialPanel(weights=weights, draws=draws),
    )


def dense(links: np.ndarray) -> np.ndarray:
    """Return row-standardised weights of neighbours."""
    weights = np.zeros((len(links), len(links)))
    weights[np.arange(len(links))[:, None], links] = 1 / links.shape[1]
    return weights


def _small() -> list[tuple[str, str, str]]:
    links = neighbours(48, 4, seed=4)
    frame, weights = states(48, 17, 4, links), dense(links)
    terms = ("x1", "x2", "x3", "x4")
    model = specification(weights, terms, 1000)
    own = best_of(lambda: dm.estimate(model, frame), 10)
    rows = [("two-way SDM 48 × 17, effects with 1,000 draws, nine tests", f"{own * 1e3:.0f} ms", "≤ 100 ms")]
    outcome, regressors = _cubes(frame, terms, 17)
    links = sparse.csr_array(weights)
    bare = best_of(lambda: _likelihood_alone(outcome, regressors, links, terms), 50)
    rows.append(("  its likelihood and errors alone", f"{bare * 1e3:.1f} ms", ""))
    peer = _spreg(frame, weights, terms)
    ratio = "spreg is not installed" if peer is None else f"{peer / bare:.1f} ({peer * 1e3:.1f} ms)"
    return [*rows, ("  spreg.Panel_FE_Lag with WX and year dummies ÷ likelihood alone", ratio, "≥ 5")]


def _cubes(frame: pd.DataFrame, terms: tuple[str, ...], n_years: int) -> tuple[np.ndarray, np.ndarray]:
    ordered = frame.sort_values(["year", "state"])
    y, x = ordered["y"].to_numpy(), ordered[list(terms)].to_numpy()
    return y.reshape(n_years, -1), x.reshape(n_years, -1, len(terms))


def stacked(
    frame: pd.DataFrame, weights: np.ndarray, terms: tuple[str, ...], n_years: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcome and columns as spreg takes them: regressors, their spatial lags and year dummies."""
    y, x = _cubes(frame, terms, n_years)
    wx = np.einsum("ij,tjk->tik", weights, x)
    years = np.repeat(np.eye(n_years)[:, None, 1:], x.shape[1], axis=1)
    columns = np.concatenate([x, wx, years], axis=2)
    return y.reshape(-1, 1), columns.reshape(len(columns) * x.shape[1], -1)


def _likelihood_alone(
    outcome: np.ndarray, regressors: np.ndarray, links: sparse.csr_array, terms: tuple[str, ...]
) -> None:
    """Start where spreg starts: ordered arrays; the spatial lags of the regressors and both effects are ours
    to make.
    """
    from digimfg.estimators.spatial.model import SpatialModel, estimate_spatial

    estimate_spatial(
        SpatialModel(
            outcome=outcome,
            regressors=regressors,
            names=terms,
            weights={"W": links},
            error_weights=None,
            lag_outcome=True,
            lagged=np.ones(len(terms), dtype=bool),
            own_lag=None,
            effects="twoways",
            corrected=False,
        )
    )


def _spreg(frame: pd.DataFrame, weights: np.ndarray, terms: tuple[str, ...]) -> float | None:
    if importlib.util.find_spec("spreg") is None:
        return None
    warnings.simplefilter("ignore")
    import libpysal
    import spreg

    outcome, columns = stacked(frame, weights, terms, 17)
    w = libpysal.weights.util.full2W(weights)
    return best_of(lambda: spreg.Panel_FE_Lag(outcome, columns, w), 10)


def _large() -> list[tuple[str, str, str]]:
    links = neighbours(3000, 6, seed=5)
    frame = states(3000, 10, 2, links)
    rows = np.repeat(np.arange(3000), 6)
    weights = sparse.csr_array((np.full(18_000, 1 / 6), (rows, links.ravel())), shape=(3000, 3000))
    model = specification(weights, ("x1", "x2"), 1000)
    seconds = best_of(lambda: dm.estimate(model, frame), 1)
    return [("two-way SDM, 3,000 sparse units × 10, effects with errors", f"{seconds:.1f} s", "≤ 30 s")]
