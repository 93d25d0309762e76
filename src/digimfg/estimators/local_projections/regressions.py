"""The regression of one horizon: estimates, errors, and what each cluster adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.design import Design, build_design
from digimfg.errors import EstimationError
from digimfg.inference.linear_combination import linear_combination
from digimfg.inference.linear_fit import linear_fit
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.estimators.local_projections.columns import ProjectionColumns
    from digimfg.specification import Specification

__all__ = ["Correction", "Projection", "ProjectionRow", "projected", "simultaneous_band"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Correction = Literal["none", "split_panel"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectionRow:
    """Hold one response: ``estimate std_error statistic p_value conf_low conf_high``, degrees of freedom,
    and each cluster's part.
    """

    values: Mapping[str, float]
    df: float
    influence: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """Hold the responses of one horizon by name, and the size of its sample."""

    rows: Mapping[str, ProjectionRow]
    n_obs: int
    n_entities: int
    n_clusters: int


def projected(columns: ProjectionColumns, horizon: int, correction: Correction, level: float) -> Projection:
    """Return the responses at one horizon.

    Raises
    ------
    EstimationError
        If no rows are left there, or in one half of the periods where this is needed.
    """
    specification = columns.specifications[horizon]
    design = _designed(specification, columns, columns.frame, horizon)
    result = specification.estimator.fit(design)
    codes, present = pd.factorize(columns.frame[columns.cluster], sort=True)
    weights: dict[str, dict[str, float]] = {name: {term: 1.0} for name, term in columns.terms.items()}
    if len(weights) == 2:
        weights["difference"] = {columns.terms["high"]: 1.0, columns.terms["low"]: -1.0}
    halves = _halves(design, columns, specification, horizon) if correction == "split_panel" else []
    rows = {}
    for name, combination in weights.items():
        found = linear_combination(result, combination, level=level)
        estimate, influence = _part(design, combination, codes, len(present))
        values = {
            "estimate": found.estimate,
            "std_error": found.std_error,
            "statistic": found.estimate / found.std_error,
            "p_value": found.p_value,
            "conf_low": found.conf_low,
            "conf_high": found.conf_high,
        }
        df = float("inf") if found.df is None else found.df
        if halves:
            values, influence = _corrected(
                estimate,
                influence,
                found.std_error,
                df,
                [_part(half, combination, codes, len(present)) for half in halves],
                level,
            )
        rows[name] = ProjectionRow(values=values, df=df, influence=influence)
    return Projection(
        rows=rows,
        n_obs=len(design.outcome),
        n_entities=len(np.unique(design.entity)) if design.entity is not None else 1,
        n_clusters=len(np.unique(codes[design.rows])),
    )


def _part(design: Design, combination: Mapping[str, float], codes: Codes, count: int) -> tuple[float, Floats]:
    """Return a combination of slopes and what each cluster adds to it."""
    fit = linear_fit(design)
    weights = np.zeros(len(design.terms))
    for term, weight in combination.items():
        weights[design.terms.index(term)] = weight
    parts = np.bincount(codes[design.rows], weights=fit.influence @ weights, minlength=count)
    return float(fit.estimates @ weights), np.asarray(parts, dtype=np.float64)


def _corrected(
    estimate: float,
    influence: Floats,
    error: float,
    df: float,
    halves: list[tuple[float, Floats]],
    level: float,
) -> tuple[dict[str, float], Floats]:
    """Return twice the estimate less the mean of both halves; errors keep the small-sample factor of the
    whole.
    """
    factor = error / float(np.sqrt(influence @ influence))
    moved = 2 * estimate - sum(value for value, _ in halves) / 2
    parts = 2 * influence - sum(each for _, each in halves) / 2
    spread = factor * float(np.sqrt(parts @ parts))
    half = float(scipy.stats.t.ppf((1 + level) / 2, df)) * spread
    statistic = moved / spread
    values = {
        "estimate": moved,
        "std_error": spread,
        "statistic": statistic,
        "p_value": 2 * float(scipy.stats.t.sf(abs(statistic), df)),
        "conf_low": moved - half,
        "conf_high": moved + half,
    }
    return values, parts


def _halves(
    design: Design, columns: ProjectionColumns, specification: Specification, horizon: int
) -> list[Design]:
    """Return the designs of the earlier and the later half of the periods: the outcome is missing in the
    other.
    """
    periods = np.unique(_times(design))
    early = _times(design) < periods[len(periods) // 2]
    found = []
    for half in (early, ~early):
        outcome = np.full(len(columns.frame), np.nan)
        outcome[design.rows[half]] = columns.frame[specification.outcome].to_numpy()[design.rows[half]]
        frame = columns.frame.assign(**{specification.outcome: outcome})
        found.append(_designed(specification, columns, frame, horizon))
    return found


def _times(design: Design) -> Codes:
    return np.zeros(len(design.outcome), dtype=np.int64) if design.time is None else design.time


def simultaneous_band(parts: list[ProjectionRow], draws: int, level: float, seed: int) -> tuple[float, float]:
    """Return the factor of a band over all parts, and the p value that all are zero."""
    errors = np.array([each.values["std_error"] for each in parts])
    influence = np.column_stack([each.influence for each in parts])
    sizes = np.sqrt((influence**2).sum(axis=0))
    scaled = influence / np.where(sizes > 0, sizes, 1.0)
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    df = min(each.df for each in parts)
    rng = np.random.default_rng(seed)
    drawn = rng.standard_normal((draws, len(parts))) @ root.T
    if np.isfinite(df):
        drawn /= np.sqrt(rng.chisquare(df, size=draws) / df)[:, None]
    largest = np.abs(drawn).max(axis=1)
    observed = np.max(np.abs([each.values["estimate"] for each in parts]) / errors)
    return float(np.quantile(largest, level)), float((1 + np.sum(largest >= observed)) / (1 + draws))


def _designed(
    specification: Specification, columns: ProjectionColumns, frame: pd.DataFrame, horizon: int
) -> Design:
    where = note_of("local_projections.place_of_horizon", horizon=horizon)
    try:
        design = build_design(specification, frame)
    except EstimationError:
        lacking = [said for name, said in columns.words.items() if name in frame and frame[name].isna().any()]
        if not lacking:
            raise
        raise EstimationError.of(
            "local_projections.panel_too_short_for_lags",
            where=where,
            n=columns.lags + 1 + abs(horizon),
            lags=columns.lags,
            names=lacking,
        ) from None
    lost = [name or "impulse" for name, term in columns.terms.items() if term not in design.terms]
    if lost or len(design.outcome) <= len(design.terms):
        raise EstimationError.of(
            "local_projections.impulse_collinear",
            where=where,
            rows=len(design.outcome),
            terms=len(design.terms),
            lost=Text(", no variation left", "，无剩余变异") if lost else Text("", ""),
        )
    return design
