"""Estimate a chunk of a specification curve, or take it from where an interrupted run left it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design import Design, build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import check_specification
from digimfg.files import sha256_bytes
from digimfg.kept_answers import keep_answer, kept_answer
from digimfg.robustness.curve_choices import CurveChoice
from digimfg.robustness.curve_draws import null_draws, supports_draws
from digimfg.robustness.rerun import COLUMNS, coefficient_row, reason_of
from digimfg.text import Text

__all__ = ["CurvePart", "CurveTask", "estimate_chunk", "frame_digest"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CurveTask:
    """What one process needs for a few specifications."""

    choices: tuple[CurveChoice, ...]
    frame: pd.DataFrame
    standardize: bool
    draws: int
    resample: str | None
    seed: int
    folder: Path | None
    frame_digest: str


@dataclass(frozen=True, kw_only=True, eq=False)
class CurvePart:
    """Answers of a chunk: rows (m, 7), NaN where there is none, why, and estimates and p values of draws (m,
    draws).
    """

    rows: Floats
    reasons: tuple[Text, ...]
    estimates: Floats
    p_values: Floats


def estimate_chunk(task: CurveTask) -> CurvePart:
    """Return the answers of a chunk; they are kept in the task's folder as soon as they are there."""
    if task.folder is None:
        return _estimate(task)
    asked = (task.choices, task.standardize, task.draws, task.resample, task.seed, task.frame_digest)
    name = sha256_bytes(repr(asked).encode())
    kept = kept_answer(task.folder, name)
    if kept is not None and isinstance(kept[0], CurvePart):
        return kept[0]
    part = _estimate(task)
    keep_answer(task.folder, name, part)
    return part


def frame_digest(frame: pd.DataFrame) -> str:
    """Return a hash of the names, types and values of a frame, its rows in order."""
    values = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    names = repr([(str(name), str(dtype)) for name, dtype in frame.dtypes.items()])
    return sha256_bytes(names.encode() + values.tobytes())


def _estimate(task: CurveTask) -> CurvePart:
    count = len(task.choices)
    rows = np.full((count, len(COLUMNS) + 1), np.nan)
    estimates = np.full((count, task.draws), np.nan)
    p_values = np.full((count, task.draws), np.nan)
    reasons: list[Text] = []
    codes, signs = _signs(task)
    for place, choice in enumerate(task.choices):
        try:
            check_specification(choice.specification)
            design = build_design(choice.specification, task.frame)
            if task.draws:
                supports_draws(design)
            result = choice.specification.estimator.fit(design)
            row = coefficient_row(result, choice.term)
            scale = _scale(design, choice.term) if task.standardize else 1.0
            if task.draws:
                drawn, p_values[place] = null_draws(design, choice.term, codes[design.rows], signs)
                estimates[place] = drawn * scale
        except (EstimationError, SpecificationError) as error:
            reasons.append(reason_of(error))
            continue
        rows[place] = [
            row[name] * (scale if name in ("estimate", "std_error", "conf_low", "conf_high") else 1.0)
            for name in (*COLUMNS, "n_obs")
        ]
    return CurvePart(rows=rows, reasons=tuple(reasons), estimates=estimates, p_values=p_values)


def _signs(task: CurveTask) -> tuple[NDArray[np.int64], Floats]:
    """Return which sign each row of the frame takes, and the signs: the same in every process."""
    if task.resample is None:
        # Rows without a key take their place from their values, so that the order of the frame does not
        # matter.
        ordered = task.frame[sorted(task.frame.columns, key=str)]
        values = pd.util.hash_pandas_object(ordered, index=False).to_numpy()
        codes = np.empty(len(values), dtype=np.int64)
        codes[np.argsort(values, kind="stable")] = np.arange(len(values))
    else:
        codes = pd.factorize(task.frame[task.resample], sort=True, use_na_sentinel=False)[0].astype(np.int64)
    count = int(codes.max(initial=-1)) + 1
    rng = np.random.default_rng(task.seed)
    if count < 12:
        # Few groups have few vectors of two signs: Webb's six points make more (Webb 2023).
        points = np.sqrt([0.5, 1.0, 1.5])
        signs = rng.choice(np.concatenate([-points, points]), size=(task.draws, count))
    else:
        signs = rng.integers(0, 2, (task.draws, count)) * 2.0 - 1.0
    return codes, signs.astype(np.float64)


def _scale(design: Design, term: str) -> float:
    mass = design.weights
    spread = [
        float(np.sqrt(np.average((column - np.average(column, weights=mass)) ** 2, weights=mass)))
        for column in (design.regressors[:, design.terms.index(term)], design.outcome)
    ]
    return spread[0] / spread[1]
