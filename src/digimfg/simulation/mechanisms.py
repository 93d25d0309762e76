"""The parts every synthetic panel shares: a digital index and the outcomes that follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.simulation.truth import SimulationTruth

__all__ = ["simulate_mechanisms"]

Floats = NDArray[np.float64]

_BURN_IN = 30
_TREND = 0.12
_SPATIAL_SHOCKS = 0.6
_PILOT_SHARE = 0.6


def simulate_mechanisms(
    n_units: int,
    years: NDArray[np.int64],
    truth: SimulationTruth,
    rng: np.random.Generator,
    weights: Floats | None,
) -> dict[str, Floats]:
    """Return the columns as arrays units × years; with row-standardised `weights` the spatial outcome too.

    The unit effect of the digital index also moves every outcome, so that a regression without unit effects
    is biased; shocks of the index spread to neighbours.
    """
    periods = len(years)
    spread = _spread(n_units, _SPATIAL_SHOCKS, weights)
    unit = spread @ rng.standard_normal(n_units)
    trend = _TREND * np.arange(periods) + 0.05 * rng.standard_normal(periods)

    def shocks(scale: float = 1.0) -> Floats:
        return scale * _autoregression(
            rng.standard_normal((n_units, periods + _BURN_IN)), truth.autocorrelation
        )

    def error() -> Floats:
        return shocks(truth.noise)

    instrument = shocks()
    omitted = shocks()
    digital = (
        unit[:, None]
        + trend[None, :]
        + truth.instrument_strength * instrument
        + spread @ (0.6 * shocks())
        + 0.6 * omitted
    )
    control = 0.3 * unit[:, None] + shocks()
    base = 0.5 * unit[:, None] + rng.standard_normal(n_units)[:, None] + 0.5 * trend[None, :]
    mediator = truth.mediator_path * digital + rng.standard_normal(n_units)[:, None] + error()
    turning = 0.5 * rng.standard_normal(n_units)[:, None] + shocks()
    starts = _pilot_starts(n_units, years, rng)
    since = years[None, :] - starts[:, None]
    treated = since >= 0
    effect = truth.policy_effect * (1 + truth.policy_growth * np.where(treated, since, 0.0)) * treated
    columns = {
        "digital_index": digital,
        "control": control,
        "mediator": mediator,
        "threshold_variable": turning,
        "instrument": instrument,
        "pilot": treated.astype(np.float64),
        "pilot_start": np.broadcast_to(starts[:, None], digital.shape).copy(),
        "upgrading_linear": base + truth.slope * digital + truth.control * control + error(),
        "upgrading_mediated": base + truth.slope * digital + truth.outcome_path * mediator + error(),
        "upgrading_threshold": base
        + (truth.slope + truth.threshold_gain * (turning > truth.threshold)) * digital
        + error(),
        "upgrading_endogenous": base + truth.slope * digital + truth.endogeneity * omitted + error(),
        "upgrading_policy": base + effect + error(),
        "upgrading_dynamic": _dynamic(base, digital, truth, rng),
    }
    if weights is not None:
        mean = base + truth.slope * digital + truth.spillover * (weights @ digital) + error()
        columns["upgrading_spatial"] = _spread(n_units, truth.spatial_lag, weights) @ mean
    return columns


def _spread(n_units: int, strength: float, weights: Floats | None) -> Floats:
    identity: Floats = np.eye(n_units)
    if weights is None:
        return identity
    return np.asarray(np.linalg.inv(identity - strength * weights), dtype=np.float64)


def _autoregression(innovations: Floats, persistence: float) -> Floats:
    """Return a stationary series of variance one, the burn-in cut off."""
    values = np.empty_like(innovations)
    values[:, 0] = innovations[:, 0]
    scale = np.sqrt(1 - persistence**2)
    for period in range(1, innovations.shape[1]):
        values[:, period] = persistence * values[:, period - 1] + scale * innovations[:, period]
    return values[:, _BURN_IN:]


def _dynamic(base: Floats, digital: Floats, truth: SimulationTruth, rng: np.random.Generator) -> Floats:
    """Return the dynamic outcome; before the first year the index stays at its first value."""
    n_units, periods = digital.shape
    noise = truth.noise * rng.standard_normal((n_units, periods + _BURN_IN))
    values = np.empty((n_units, periods))
    before = (base[:, 0] + truth.slope * digital[:, 0]) / (1 - truth.persistence)
    for period in range(-_BURN_IN, periods):
        now = max(period, 0)
        before = (
            truth.persistence * before
            + base[:, now]
            + truth.slope * digital[:, now]
            + noise[:, period + _BURN_IN]
        )
        if period >= 0:
            values[:, period] = before
    return values


def _pilot_starts(n_units: int, years: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return the first year of each unit's pilot, infinite for units that never have one.

    Three waves, at a third, a half and two thirds of the window; `_PILOT_SHARE` of the units take part.
    """
    periods = len(years)
    waves = years[[max(1, periods // 3), max(1, periods // 2), max(1, 2 * periods // 3)]]
    order = rng.permutation(n_units)
    starts = np.full(n_units, np.inf)
    pilots = order[: round(_PILOT_SHARE * n_units)]
    starts[pilots] = waves[np.arange(len(pilots)) % 3]
    return starts
