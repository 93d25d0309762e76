"""Westerlund's four statistics of error correction, and their bootstrap under cross-section dependence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.inference.cointegration.moments import WESTERLUND
from digimfg.inference.cointegration.series import UnitSeries, long_run, residual_of
from digimfg.inference.dickey_fuller import Deterministic, deterministic_columns

__all__ = ["ErrorCorrection", "bootstrap", "error_correction", "four_statistics", "rows_needed"]

Floats = NDArray[np.float64]
_FEWEST = 5
_AT_ONCE = 4_000_000


@dataclass(frozen=True, kw_only=True)
class ErrorCorrection:
    """How the regressions of error correction are made, and whether rows count less coefficients."""

    deterministic: Deterministic
    lags: int
    leads: int
    kernel_lags: int
    df_correction: bool

    @property
    def lost(self) -> int:
        """Return how many periods differences, lags and leads use up."""
        return 1 + self.lags + self.leads


def rows_needed(model: ErrorCorrection, regressors: int) -> int:
    """Return the fewest periods that leave one degree of freedom."""
    fixed = {"none": 0, "constant": 1, "trend": 2}[model.deterministic]
    parameters = fixed + 1 + regressors + model.lags + regressors * (model.lags + model.leads + 1)
    return model.lost + parameters + 1


def _blocks(y: Floats, x: Floats, model: ErrorCorrection) -> tuple[Floats, Floats, Floats, Floats]:
    """Return changes, lagged levels, other columns and changes of regressors, over the same rows."""
    p, q = model.lags, model.leads
    n = y.shape[-1] - model.lost
    dx = np.diff(x, axis=-2)
    moves = np.concatenate([dx[..., p - lag : p - lag + n, :] for lag in range(-q, p + 1)], axis=-1)
    change, level, others = _without_leads(y, x, model, n)
    return change, level, others, moves


def _without_leads(y: Floats, x: Floats, model: ErrorCorrection, n: int) -> tuple[Floats, Floats, Floats]:
    """Return the first n changes that have their lags, lagged levels, and the other columns."""
    p = model.lags
    dy = np.diff(y, axis=-1)
    fixed = deterministic_columns(n, model.deterministic)
    fixed = np.broadcast_to(fixed, (*y.shape[:-1], *fixed.shape))
    own = [dy[..., p - lag : p - lag + n, None] for lag in range(1, p + 1)]
    others = np.concatenate([fixed, x[..., p : p + n, :], *own], axis=-1)
    return dy[..., p : p + n], y[..., p : p + n], others


def error_correction(y: Floats, x: Floats, model: ErrorCorrection) -> dict[str, Floats]:
    """Return by unit the speed of adjustment, its t statistic and what the panel statistics need.

    Parameters
    ----------
    y, x
        Shapes (m, T) and (m, T, k): many units, or draws of them, of one length.
    """
    if model.deterministic != "none":
        y, x = y - y.mean(axis=-1, keepdims=True), x - x.mean(axis=-2, keepdims=True)
    change, level, others, moves = _blocks(y, x, model)
    columns = np.concatenate([others, moves, level[..., None]], axis=-1)
    length = np.sqrt((columns**2).sum(axis=-2))
    basis, triangle = np.linalg.qr(columns / length[..., None, :])
    slopes = np.linalg.solve(triangle, np.swapaxes(basis, -1, -2) @ change[..., None])[..., 0] / length
    left = change - (columns @ slopes[..., None])[..., 0]
    rows, parameters = columns.shape[-2:]
    counted = rows - parameters if model.df_correction else rows
    variance = (left**2).sum(axis=-1) / counted
    squares = (triangle[..., -1, -1] * length[..., -1]) ** 2
    speed = slopes[..., -1]
    # the last periods have no leads, but an error with respect to levels and lags
    change, level, others = _without_leads(y, x, model, rows + model.leads)
    apart = np.concatenate([others, level[..., None]], axis=-1)
    known = np.concatenate([slopes[..., : others.shape[-1]], slopes[..., -1:]], axis=-1)
    shock = change - (apart @ known[..., None])[..., 0]
    steps = np.diff(y, axis=-1)
    if model.deterministic == "trend":
        steps = steps - steps.mean(axis=-1, keepdims=True)
    ratio = np.sqrt(long_run(shock, model.kernel_lags) / long_run(steps, model.kernel_lags))
    return {
        "n_obs": np.full(speed.shape, float(rows)),
        "df_resid": np.full(speed.shape, float(counted)),
        "speed": speed,
        "t": speed / np.sqrt(variance / squares),
        "ratio": ratio,
        "variance": variance,
        "squares": squares,
    }


def four_statistics(parts: dict[str, Floats]) -> Floats:
    """Return the statistics of `WESTERLUND`, shape (..., 4), of units along the last axis."""
    speed, ratio, squares = parts["speed"], parts["ratio"], parts["squares"]
    rows = parts["df_resid"]
    total = squares.sum(axis=-1)
    pooled = (squares * speed / ratio).sum(axis=-1) / total
    error = np.sqrt((parts["variance"] / ratio**2).mean(axis=-1) / total)
    found = (
        parts["t"].mean(axis=-1),
        (rows * speed / ratio).mean(axis=-1),
        pooled / error,
        rows.mean(axis=-1) * pooled,
    )
    assert len(found) == len(WESTERLUND)  # noqa: S101
    return np.stack(found, axis=-1)


def bootstrap(
    units: list[UnitSeries], model: ErrorCorrection, draws: int, rng: np.random.Generator
) -> Floats:
    """Return the four statistics of panels drawn without error correction, shape (draws, 4).

    Residuals of regressions without levels and changes of the regressors are drawn together, whole periods at
    a time, so that units stay as correlated as they are (Westerlund 2007, section 5).

    Raises
    ------
    EstimationError
        If too few periods are common to all units, or a column moves so seldom that a draw of periods leaves
        it still.
    """
    p, q = model.lags, model.leads
    first = max(unit.first for unit in units) + 1 + p
    last = min(unit.first + len(unit.outcome) for unit in units) - q
    if last - first < _FEWEST:
        raise EstimationError.of(
            "inference.too_few_shared_periods", got=str(max(last - first, 0)), least=_FEWEST
        )
    fitted = [_without_levels(unit, model, first, last) for unit in units]
    shocks = np.stack([each[0] for each in fitted])
    moves = np.stack([each[1] for each in fitted])
    own = np.stack([each[2] for each in fitted])
    others = np.stack([each[3] for each in fitted])
    longest = max(len(unit.outcome) for unit in units)
    warm = 20
    span = longest + warm + p + q
    batch = max(1, _AT_ONCE // (len(units) * span * (moves.shape[-1] * (p + q + 2) + 2)))
    found = []
    for size in _sizes(draws, batch):
        picks = rng.integers(0, shocks.shape[1], size=(size, span))
        y, x = _panels(shocks[:, picks], moves[:, picks], own, others, model)
        try:
            with np.errstate(all="ignore"):
                found.append(_drawn(y, x, [len(unit.outcome) for unit in units], model))
        except np.linalg.LinAlgError:
            raise EstimationError.of("inference.draws_without_variation") from None
    drawn = np.concatenate(found)
    if not np.isfinite(drawn).all():
        raise EstimationError.of("inference.draws_without_variation")
    return drawn


def _sizes(draws: int, batch: int) -> Iterator[int]:
    while draws > 0:
        yield min(draws, batch)
        draws -= batch


def _without_levels(
    unit: UnitSeries, model: ErrorCorrection, first: int, last: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return centred residuals and changes of the regressors over common periods, and the two sets of
    slopes.
    """
    y, x = unit.outcome, unit.regressors
    change, _, others, moves = _blocks(y, x, model)
    fixed = np.ones((len(change), 1 if model.deterministic == "trend" else 0))
    own = others[:, others.shape[1] - model.lags :]
    columns = np.concatenate([fixed, own, moves], axis=1)
    left = residual_of(change[:, None], columns)[:, 0]
    length = np.sqrt((columns**2).sum(axis=0))
    slopes = np.linalg.lstsq(columns / length, change, rcond=None)[0] / length
    begin = first - unit.first - 1 - model.lags
    rows = slice(begin, begin + last - first)
    steps = np.diff(x, axis=0)[first - unit.first - 1 : last - unit.first - 1]
    if model.deterministic == "trend":
        steps = steps - steps.mean(axis=0)
    kept = left[rows] - left[rows].mean()
    cut = fixed.shape[1]
    return kept, steps, slopes[cut : cut + model.lags], slopes[cut + model.lags :]


def _panels(
    shocks: Floats, moves: Floats, own: Floats, others: Floats, model: ErrorCorrection
) -> tuple[Floats, Floats]:
    """Return levels of the outcome and the regressors, shapes (units, draws, T) and (units, draws, T, k)."""
    p, q, k = model.lags, model.leads, moves.shape[-1]
    n = shocks.shape[-1] - p - q
    change = shocks[..., p : p + n].copy()
    for place, lag in enumerate(range(-q, p + 1)):
        slopes = others[:, None, None, place * k : (place + 1) * k]
        change += (moves[:, :, p - lag : p - lag + n] * slopes).sum(axis=-1)
    for t in range(n):
        for lag in range(1, min(p, t) + 1):
            change[..., t] += own[:, lag - 1, None] * change[..., t - lag]
    return np.cumsum(change, axis=-1), np.cumsum(moves[:, :, p : p + n], axis=-2)


def _drawn(y: Floats, x: Floats, lengths: list[int], model: ErrorCorrection) -> Floats:
    parts: dict[str, Floats] = {}
    count, size = y.shape[:2]
    for length in sorted(set(lengths)):
        members = np.flatnonzero(np.array(lengths) == length)
        found = error_correction(y[members][..., -length:], x[members][:, :, -length:], model)
        for name, values in found.items():
            parts.setdefault(name, np.empty((size, count)))[:, members] = values.T
    return four_statistics(parts)
