"""Maximise the likelihood of a frontier from several starts, and differentiate it by complex steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from digimfg.estimators.frontier.likelihood import (
    Rows,
    contributions,
    mills,
    parameter_names,
    parts_of,
    random_effect_scores,
)

__all__ = ["Maximum", "maximise"]

Floats = NDArray[np.float64]
_STEP = 1e-30
_WIDTH = 1e-5
_NEWTON = 50
_OPTIONS = {"gtol": 1e-7, "maxiter": 500}
_GAMMAS = (0.1, 0.35, 0.6, 0.85, 0.97)


@dataclass(frozen=True, kw_only=True, eq=False)
class Maximum:
    """Hold a maximum of the likelihood.

    Parameters
    ----------
    parameters
        Slopes, then what `parameter_names` lists.
    value, normal_value
        Log likelihood, and that without inefficiency.
    scores
        By group or row, shape (groups, parameters).
    hessian
        Of the log likelihood.
    effects
        Of groups; empty but for ``"true_fixed_effects"``.
    inside
        Whether it is a proper maximum, and not at the border where inefficiency or noise vanishes.
    n_starts, n_agree
        How many starts, and how many of them ended there.
    """

    parameters: Floats
    value: float
    normal_value: float
    scores: Floats
    hessian: Floats
    effects: Floats
    inside: bool
    n_starts: int
    n_agree: int


def maximise(rows: Rows) -> Maximum:
    """Return the highest maximum found.

    It is sought where the outcome has its residual spread as unit and regressors are orthogonal, so that
    neither units nor near collinearity matter.
    """
    n, k = rows.regressors.shape
    basis, turn = np.linalg.qr(rows.regressors)
    unit = float(np.sqrt(np.mean((rows.outcome - basis @ (basis.T @ rows.outcome)) ** 2))) or 1.0
    sizes = np.sqrt(np.mean(rows.determinants**2, axis=0))
    found = _maximise(
        replace(
            rows,
            outcome=rows.outcome / unit,
            regressors=basis * np.sqrt(n),
            determinants=rows.determinants / sizes,
        )
    )
    names = parameter_names(rows)
    back = np.eye(len(found.parameters))
    back[:k, :k] = unit * np.sqrt(n) * np.linalg.inv(turn)
    shift = np.zeros(len(back))
    for place, name in enumerate(names, start=k):
        if name == "mu":
            back[place, place] = unit
        elif name.startswith("delta_"):
            back[place, place] = unit / sizes[place - k - 2]
        elif name in ("log_variance", "log_effect_variance"):
            shift[place] = 2 * np.log(unit)
    forth = np.linalg.inv(back)
    hessian = forth.T @ found.hessian @ forth
    return replace(
        found,
        parameters=back @ found.parameters + shift,
        value=found.value - n * float(np.log(unit)),
        normal_value=found.normal_value - n * float(np.log(unit)),
        scores=found.scores @ forth,
        hessian=(hessian + hessian.T) / 2,
        effects=found.effects * unit,
    )


def _maximise(rows: Rows) -> Maximum:
    fixed = rows.model == "true_fixed_effects"

    def effects_at(point: Floats) -> Floats | None:
        return _own_effects(rows, point) if fixed else None

    def value_and_slope(point: Floats) -> tuple[float, Floats]:
        effects = effects_at(point)
        value = float(contributions(rows, point, effects).sum())
        if not np.isfinite(value):
            return 1e300, np.zeros(len(point))
        return -value, -_scores(rows, point, effects).sum(axis=0)

    starts = _starts(rows)
    ends = []
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        for start in starts:
            found = minimize(
                value_and_slope, start, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 500}
            )
            if np.isfinite(found.fun) and found.fun < 1e299:
                ends.append((float(found.fun), found.x))
        best = min(ends, key=lambda end: end[0])
        agree = sum(end[0] - best[0] < 1e-5 * max(1.0, abs(best[0])) for end in ends)
        point = best[1]
        for _ in range(_NEWTON):
            hessian = _hessian(rows, point, effects_at)
            slope = _scores(rows, point, effects_at(point)).sum(axis=0)
            try:
                step = -np.linalg.solve(hessian, slope)
            except np.linalg.LinAlgError:
                break
            before = -value_and_slope(point)[0]
            after = -value_and_slope(point + step)[0]
            if not np.isfinite(after) or after < before - 1e-9 * max(1.0, abs(before)):
                break
            point = point + step
            if float(np.abs(step).max()) < 1e-10 * max(1.0, float(np.abs(point).max())):
                break
        effects = effects_at(point)
        hessian = _hessian(rows, point, effects_at)
        scores = _scores(rows, point, effects)
        value = float(contributions(rows, point, effects).sum())
    gamma = 1 / (1 + np.exp(-point[rows.regressors.shape[1] + 1]))
    curved = bool(np.isfinite(hessian).all() and (np.linalg.eigvalsh(-(hessian + hessian.T) / 2) > 0).all())
    return Maximum(
        parameters=point,
        value=value,
        normal_value=_normal(rows)[0],
        scores=scores,
        hessian=(hessian + hessian.T) / 2,
        effects=np.empty(0) if effects is None else effects,
        inside=curved and 1e-6 < gamma < 1 - 1e-9,
        n_starts=len(starts),
        n_agree=int(agree),
    )


def _normal(rows: Rows) -> tuple[float, Floats, float]:
    """Return the log likelihood without inefficiency, its slopes and the variance of the noise."""
    y, x = rows.outcome, rows.regressors
    n = len(y)
    if rows.model == "true_fixed_effects":
        size = np.bincount(rows.group).astype(np.float64)
        y = y - (np.bincount(rows.group, y) / size)[rows.group]
        x = x - (np.column_stack([np.bincount(rows.group, c) for c in x.T]) / size[:, None])[rows.group]
    beta = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)
    residual = y - x @ beta
    variance = float(residual @ residual / n)
    if rows.model == "true_random_effects":
        return _normal_random_effects(rows)
    return float(-0.5 * n * (np.log(2 * np.pi * variance) + 1)), beta, variance


def _normal_random_effects(rows: Rows) -> tuple[float, Floats, float]:
    size = np.bincount(rows.group).astype(np.float64)

    def profile(log_ratio: float) -> tuple[float, Floats, float]:
        ratio = np.exp(log_ratio)
        theta = 1 - 1 / np.sqrt(1 + ratio * size)

        def freed(column: Floats) -> Floats:
            out: Floats = column - (theta * np.bincount(rows.group, column) / size)[rows.group]
            return out

        y, x = freed(rows.outcome), np.column_stack([freed(column) for column in rows.regressors.T])
        slopes = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)
        noise = float(np.mean((y - x @ slopes) ** 2))
        value = -0.5 * len(y) * (np.log(2 * np.pi * noise) + 1) - 0.5 * np.log1p(ratio * size).sum()
        return float(value), slopes, noise

    found = minimize_scalar(lambda log_ratio: -profile(log_ratio)[0], bounds=(-15.0, 10.0), method="bounded")
    return max(profile(float(found.x)), profile(-40.0), key=lambda end: end[0])


def _starts(rows: Rows) -> list[Floats]:
    """Return starts around least squares, moved by the mean of the inefficiency that each γ implies."""
    _, beta, variance = _normal(rows)
    names = parameter_names(rows)
    starts = []
    for gamma in _GAMMAS:
        total = variance / (1 - 2 * gamma / np.pi)
        inefficiency = gamma * total
        moved = _intercept_moved(rows, beta, float(np.sqrt(2 * inefficiency / np.pi)))
        rest = dict.fromkeys(names, 0.0) | {
            "log_variance": float(np.log(total)),
            "logit_gamma": float(np.log(gamma / (1 - gamma))),
        }
        if "log_effect_variance" in rest:
            rest["log_effect_variance"] = float(np.log(0.5 * variance))
        starts.append(np.r_[moved, [rest[name] for name in names]])
        if "mu" in rest:
            for mean in (-1.0, 1.0):
                starts.append(np.r_[moved, [mean * np.sqrt(total) if n == "mu" else rest[n] for n in names]])
    return starts


def _intercept_moved(rows: Rows, beta: Floats, shift: float) -> Floats:
    """Return slopes whose prediction lies higher by a shift, where there is a constant among regressors."""
    constant = np.linalg.lstsq(rows.regressors, np.ones(len(rows.outcome)), rcond=None)[0]
    whole = np.allclose(rows.regressors @ constant, 1.0, atol=1e-8)
    return beta + rows.sign * shift * constant if whole else beta


def _scores(rows: Rows, point: Floats, effects: Floats | None) -> Floats:
    if rows.model == "true_random_effects":
        return random_effect_scores(rows, point)
    columns = []
    for place in range(len(point)):
        moved = point.astype(complex)
        moved[place] += 1j * _STEP
        columns.append(contributions(rows, moved, effects).imag / _STEP)
    return np.column_stack(columns)


def _hessian(rows: Rows, point: Floats, effects_at: Callable[[Floats], Floats | None]) -> Floats:
    columns = []
    for place in range(len(point)):
        width = _WIDTH * max(1.0, abs(point[place]))
        ends = []
        for side in (width, -width):
            moved = point.copy()
            moved[place] += side
            ends.append(_scores(rows, moved, effects_at(moved)).sum(axis=0))
        columns.append((ends[0] - ends[1]) / (2 * width))
    return np.column_stack(columns)


def _own_effects(rows: Rows, point: Floats) -> Floats:
    """Return the effects that maximise the likelihood given the other parameters: one concave problem per
    group, solved together by Newton's method.
    """
    parts = parts_of(rows, point)
    residual = rows.outcome - rows.regressors @ parts.beta
    size = np.bincount(rows.group).astype(np.float64)
    total = parts.noise + parts.inefficiency
    slope = np.sqrt(parts.inefficiency / (parts.noise * total))
    effects: Floats = np.bincount(rows.group, residual) / size + rows.sign * np.sqrt(
        2 * parts.inefficiency / np.pi
    )
    for _ in range(100):
        left = rows.sign * (residual - effects[rows.group])
        ratio = mills(-slope * left)
        first = rows.sign * np.bincount(rows.group, left / total + slope * ratio)
        second = -np.bincount(rows.group, 1 / total + slope**2 * ratio * (ratio - slope * left))
        step = -first / second
        limit = 5 * np.sqrt(total)
        effects = effects + np.clip(step, -limit, limit)
        if float(np.abs(step).max()) < 1e-12 * max(1.0, float(np.abs(effects).max())):
            break
    return effects
