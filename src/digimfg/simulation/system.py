"""The paper's own system in a synthetic panel: stages, co-evolution, symbiosis, selection, flows, paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.simulation.truth import SimulationTruth

__all__ = [
    "PATHS",
    "PERFORMANCE",
    "STAGES",
    "SUBSYSTEMS",
    "core_of",
    "flow_weights",
    "simulate_firms_system",
    "simulate_system",
]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

STAGES = ("stage_fusion", "stage_innovation", "stage_diffusion", "stage_optimisation", "stage_quality")
SUBSYSTEMS = ("technology_index", "structure_index", "institution_index")
PATHS = (
    "path_policy", "path_innovation", "path_talent", "path_collaboration", "path_echelon", "path_governance"
)  # fmt: skip
PERFORMANCE = ("cost_efficiency", "consumer_value", "profitability")
_PAIR = ("digital_supply", "manufacturing_output")
_BEFORE = 20
_OWN = 0.4
_OWN_STAGE = 0.3
_FIRST_STAGE = 0.4
_INERTIA = 0.5
_PLAIN = 0.2
_CORE_SHARE = 1 / 3


def simulate_system(
    digital: Floats,
    truth: SimulationTruth,
    rng: np.random.Generator,
    links: Floats | None,
    farther: Floats | None = None,
) -> dict[str, Floats]:
    """Return the columns that every panel has, units × years; with `links` of neighbours the flows too."""
    n_units, periods = digital.shape
    lead = np.concatenate([np.repeat(digital[:, :1], _BEFORE, axis=1), digital], axis=1)
    scale = truth.noise

    def noise() -> Floats:
        return scale * rng.standard_normal((n_units, periods))

    def unit() -> Floats:
        return rng.standard_normal((n_units, 1))

    found = _stages(lead, truth, rng)
    found |= _led(SUBSYSTEMS, truth.coevolution, n_units, periods, scale, rng)
    found |= _led(_PAIR, truth.symbiosis, n_units, periods, scale, rng)
    found["inertia_outcome"] = _inertia(lead, truth, rng)
    base = unit() + 0.3 * np.arange(periods) / periods + truth.slope * digital
    found["upgrading_returns"] = base + truth.increasing_returns * digital**2 + noise()
    governance = unit() + 0.5 * rng.standard_normal((n_units, periods))
    found["governance_index"] = governance
    found["upgrading_governed"] = (
        base + _PLAIN * governance + truth.moderation * governance * digital + noise()
    )
    paths = {name: unit() + 0.5 * rng.standard_normal((n_units, periods)) for name in PATHS}
    found |= paths
    together = np.sum([*paths.values()], axis=0)
    found["upgrading_paths"] = base + _PLAIN * together + truth.moderation * together * digital + noise()
    if links is not None:
        near, far = flow_weights(links, core_of(digital), farther)
        flows = truth.core_spillover * (near @ digital) - truth.backwash * (far @ digital)
        found["upgrading_flows"] = base + flows + noise()
    return found


def simulate_firms_system(
    digital: Floats,
    governance: Floats,
    province: Sequence[object],
    industry: Sequence[object],
    truth: SimulationTruth,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Return the columns that only firms have: selection, three levels, three rates, tails, performance."""
    n_units, periods = digital.shape
    scale = truth.noise

    def noise(rows: int = n_units) -> Floats:
        return scale * rng.standard_normal((rows, periods))

    def advantage() -> Floats:
        return rng.standard_normal((n_units, 1)) + rng.standard_normal((n_units, periods))

    found = {name: advantage() for name in ("fitness", "cost_advantage", "quality_advantage")}
    fit, cost, quality = (_last_year(each) for each in found.values())
    year = 0.2 * rng.standard_normal((1, periods))
    found["market_growth"] = truth.selection * fit + year + noise()
    found["rule_growth"] = (
        truth.rule_selection * governance * (quality - cost) + _PLAIN * (quality + cost) + year + noise()
    )
    places, place = np.unique(np.asarray(province, dtype=str), return_inverse=True)
    cells, cell = np.unique(
        [f"{one}/{other}" for one, other in zip(province, industry, strict=True)], return_inverse=True
    )
    index = rng.standard_normal((len(places), 1)) + rng.standard_normal((len(places), periods))
    moved = truth.levels * _last_year(index)[place]
    found["coevolution_index"] = index[place]
    found["firm_evolution"] = moved + rng.standard_normal((n_units, 1)) + noise()
    found["industry_evolution"] = moved + (rng.standard_normal((len(cells), 1)) + noise(len(cells)))[cell]
    found["economy_evolution"] = moved + (rng.standard_normal((len(places), 1)) + noise(len(places)))[place]
    for name in ("equipment_control_rate_pct", "equipment_use_rate_pct", "production_efficiency_pct"):
        inner = truth.rate_effect * digital + rng.standard_normal((n_units, 1)) + noise()
        found[name] = np.clip(50 + 6 * inner, 0, 100)
    size = rng.gamma(1 / truth.tail_shape, size=digital.shape) ** (1 / truth.tail_shape)
    found["growth_rate"] = 0.05 + 0.1 * np.where(rng.random(digital.shape) < 0.5, -1.0, 1.0) * size
    for name in PERFORMANCE:  # last, so that what was drawn before stays as it was
        shock = 0.2 * rng.standard_normal((1, periods)) + rng.standard_normal((n_units, 1)) + noise()
        found[name] = truth.performance_effect * _last_year(digital) + shock
    return found


def core_of(digital: Floats) -> Booleans:
    """Return which units are the core: the third with the highest digital index in the first year."""
    first = digital[:, 0]
    return np.asarray(first >= np.quantile(first, 1 - _CORE_SHARE))


def flow_weights(links: Floats, core: Booleans, farther: Floats | None = None) -> tuple[Floats, Floats]:
    """Return weights by rows from the core to peripheral neighbours, and to the neighbours of these beyond.

    Parameters
    ----------
    links
        Above zero where two units touch.
    core
        Which units send.
    farther
        Above zero where two units are a step further apart; by default the neighbours of neighbours.
    """
    touching = links > 0
    np.fill_diagonal(touching, val=False)
    steps = touching.astype(np.int64) @ touching.astype(np.int64) if farther is None else farther
    beyond = (steps > 0) & ~touching
    np.fill_diagonal(beyond, val=False)
    return tuple(_by_rows(each & core[None, :] & ~core[:, None]) for each in (touching, beyond))  # type: ignore[return-value]


def _by_rows(kept: Booleans) -> Floats:
    total = kept.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(kept, total, out=np.zeros(kept.shape), where=total > 0)
    return shares


def _last_year(values: Floats) -> Floats:
    """Return the values of a year before; the first year follows itself."""
    return np.concatenate([values[:, :1], values[:, :-1]], axis=1)


def _stages(lead: Floats, truth: SimulationTruth, rng: np.random.Generator) -> dict[str, Floats]:
    n_units, length = lead.shape
    found = {}
    before: Floats | None = None
    for name in STAGES:
        drive = _FIRST_STAGE * lead if before is None else truth.stage_path * _last_year(before)
        shocks = truth.noise * rng.standard_normal((n_units, length))
        before = _follow(0.5 * rng.standard_normal((n_units, 1)) + drive + shocks, _OWN_STAGE)
        found[name] = before[:, _BEFORE:]
    return found


def _led(
    names: tuple[str, ...],
    strength: float,
    n_units: int,
    periods: int,
    scale: float,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Return series each of which is led by the one named before it, the first by the last."""
    count = len(names)
    unit = 0.5 * rng.standard_normal((count, n_units))
    shocks = scale * rng.standard_normal((count, n_units, periods + _BEFORE))
    values = np.zeros((count, n_units, periods + _BEFORE))
    for time in range(1, periods + _BEFORE):
        last = values[:, :, time - 1]
        values[:, :, time] = _OWN * last + strength * np.roll(last, 1, axis=0) + unit + shocks[:, :, time]
    return {name: values[place, :, _BEFORE:] for place, name in enumerate(names)}


def _follow(drive: Floats, persistence: float) -> Floats:
    values = np.empty_like(drive)
    values[:, 0] = drive[:, 0] / (1 - persistence)
    for time in range(1, drive.shape[1]):
        values[:, time] = persistence * values[:, time - 1] + drive[:, time]
    return values


def _inertia(lead: Floats, truth: SimulationTruth, rng: np.random.Generator) -> Floats:
    n_units, length = lead.shape
    standard = np.clip((lead - lead.mean()) / lead.std(), -2, 2)
    unit = 0.5 * rng.standard_normal(n_units)
    shocks = truth.noise * rng.standard_normal((n_units, length))
    values = np.zeros((n_units, length))
    for time in range(1, length):
        persistence = _INERTIA - truth.inertia_release * standard[:, time - 1]
        values[:, time] = persistence * values[:, time - 1] + unit + shocks[:, time]
    return values[:, _BEFORE:]
