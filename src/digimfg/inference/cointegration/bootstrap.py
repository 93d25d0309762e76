"""Westerlund's bootstrap under cross-section dependence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.inference.cointegration.orders import chosen_statistics, shared_rows
from digimfg.inference.cointegration.series import UnitSeries, residual_of
from digimfg.inference.cointegration.westerlund import ErrorCorrection, blocks

__all__ = ["bootstrap"]

Floats = NDArray[np.float64]
_FEWEST = 5
_AT_ONCE = 4_000_000


def bootstrap(
    units: list[UnitSeries], models: Sequence[ErrorCorrection], draws: int, rng: np.random.Generator
) -> Floats:
    """Return the four statistics of panels drawn without error correction, shape (draws, 4).

    Residuals of regressions without levels and changes of the regressors are drawn together, whole periods at
    a time, so that units stay as correlated as they are (Westerlund 2007, section 5). Of several models each
    unit is drawn from that of the least criterion, and each drawn panel chooses anew.

    Raises
    ------
    EstimationError
        If too few periods are common to all units, or a column moves so seldom that a draw of periods leaves
        it still.
    """
    p, q = models[0].lags, models[0].leads
    first = max(unit.first for unit in units) + 1 + p
    last = min(unit.first + len(unit.outcome) for unit in units) - q
    if last - first < _FEWEST:
        raise EstimationError.of(
            "inference.too_few_shared_periods", got=str(max(last - first, 0)), least=_FEWEST
        )
    fitted = [_without_levels(unit, _null_model(unit, models), first, last, (p, q)) for unit in units]
    shocks = np.stack([each[0] for each in fitted])
    moves = np.stack([each[1] for each in fitted])
    own = np.stack([each[2] for each in fitted])
    others = np.stack([each[3] for each in fitted])
    longest = max(len(unit.outcome) for unit in units)
    warm = 20
    span = longest + warm + p + q
    batch = max(1, _AT_ONCE // (len(units) * span * (moves.shape[-1] * (p + q + 2) + 2)))
    lengths = np.array([len(unit.outcome) for unit in units])
    found = []
    for size in _sizes(draws, batch):
        picks = rng.integers(0, shocks.shape[1], size=(size, span))
        y, x = _panels(shocks[:, picks], moves[:, picks], own, others, p, q)
        try:
            with np.errstate(all="ignore"):
                panels = [
                    (y[members][..., -length:], x[members][:, :, -length:], members)
                    for length in sorted(set(lengths.tolist()))
                    for members in [np.flatnonzero(lengths == length)]
                ]
                found.append(chosen_statistics(panels, models, len(units))[0])
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
    unit: UnitSeries, model: ErrorCorrection, first: int, last: int, most: tuple[int, int]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return centred residuals and changes of the regressors over common periods, and the two sets of slopes
    up to the most lags and leads.
    """
    y, x = unit.outcome, unit.regressors
    change, columns = _null_columns(y, x, model)
    left = residual_of(change[:, None], columns)[:, 0]
    length = np.sqrt((columns**2).sum(axis=0))
    slopes = np.linalg.lstsq(columns / length, change, rcond=None)[0] / length
    begin = first - unit.first - 1 - model.lags
    rows = slice(begin, begin + last - first)
    steps = np.diff(x, axis=0)[first - unit.first - 1 : last - unit.first - 1]
    if model.deterministic == "trend":
        steps = steps - steps.mean(axis=0)
    kept = left[rows] - left[rows].mean()
    cut, k = int(model.deterministic == "trend"), x.shape[1]
    own_slopes = np.zeros(most[0])
    own_slopes[: model.lags] = slopes[cut : cut + model.lags]
    begin = (most[1] - model.leads) * k
    their = np.zeros((most[0] + most[1] + 1) * k)
    their[begin : begin + (model.lags + model.leads + 1) * k] = slopes[cut + model.lags :]
    return kept, steps, own_slopes, their


def _null_columns(y: Floats, x: Floats, model: ErrorCorrection) -> tuple[Floats, Floats]:
    change, _, others, moves = blocks(y, x, model)
    fixed = np.ones((len(change), int(model.deterministic == "trend")))
    own = others[:, others.shape[1] - model.lags :]
    return change, np.concatenate([fixed, own, moves], axis=1)


def _null_model(unit: UnitSeries, models: Sequence[ErrorCorrection]) -> ErrorCorrection:
    """Return the model of the least criterion among those without levels."""

    def criterion(model: ErrorCorrection) -> float:
        y = shared_rows(unit.outcome, model, models[0], -1)
        change, columns = _null_columns(y, shared_rows(unit.regressors, model, models[0], -2), model)
        left = residual_of(change[:, None], columns)[:, 0]
        return float(len(change) * np.log(float(left @ left)) + 2 * columns.shape[1])

    return models[0] if len(models) == 1 else min(models, key=criterion)


def _panels(
    shocks: Floats, moves: Floats, own: Floats, others: Floats, p: int, q: int
) -> tuple[Floats, Floats]:
    """Return levels of the outcome and the regressors, shapes (units, draws, T) and (units, draws, T, k)."""
    k = moves.shape[-1]
    n = shocks.shape[-1] - p - q
    change = shocks[..., p : p + n].copy()
    for place, lag in enumerate(range(-q, p + 1)):
        slopes = others[:, None, None, place * k : (place + 1) * k]
        change += (moves[:, :, p - lag : p - lag + n] * slopes).sum(axis=-1)
    for t in range(n):
        for lag in range(1, min(p, t) + 1):
            change[..., t] += own[:, lag - 1, None] * change[..., t - lag]
    return np.cumsum(change, axis=-1), np.cumsum(moves[:, :, p : p + n], axis=-2)
