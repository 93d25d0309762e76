"""Placebo instruments: the same series at other units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.absorb import absorb
from digimfg.estimators.instrumental.data import free_of
from digimfg.estimators.instrumental.first_stage import reduced_form_of
from digimfg.estimators.instrumental.moments import quadratic_form
from digimfg.instrument_check.finding import InstrumentFinding
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.data import Instrumented

__all__ = ["first_stage_and_estimate", "placebo_findings", "placebo_instruments"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    data: Instrumented
    grid: Floats
    seeds: tuple[np.random.SeedSequence, ...]


def placebo_instruments(
    data: Instrumented, draws: int, seed: int, *, n_jobs: int | None = None
) -> pd.DataFrame:
    """Estimate with the instruments of other units: units are permuted, each keeping its whole path.

    Parameters
    ----------
    data
        With an entity and a time, every unit in every period.
    draws
        Permutations.
    seed
        Of the permutations.

    Returns
    -------
    DataFrame
        Index ``draw``; ``first_stage_f`` under the specification's covariance, ``estimate`` of two-stage least squares.
        Empty where units lack periods: another unit's path then has no value there.
    """
    design = data.design
    grid = _grid(data)
    columns = ["first_stage_f", "estimate"]
    if grid is None or draws == 0:
        return pd.DataFrame(columns=columns, dtype=np.float64, index=pd.RangeIndex(0, name="draw"))
    seeds = spawn_seeds(seed, draws)
    size = max(1, min(50, 2_000_000 // (design.n_obs * design.instruments.shape[1])))
    tasks = [
        _Task(data=data, grid=grid, seeds=tuple(seeds[start : start + size]))
        for start in range(0, draws, size)
    ]
    label = Text("Placebo instruments", "安慰剂工具变量")
    rows = [row for chunk in run_parallel(_chunk, tasks, label=label, n_jobs=n_jobs) for row in chunk]
    return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, draws + 1, name="draw"))


def first_stage_and_estimate(data: Instrumented) -> tuple[float, float]:
    """Return the first-stage F under the specification's covariance and the slope of the endogenous term."""
    reduced = reduced_form_of(data)
    wald = quadratic_form(reduced.combined(np.array([0.0, 1.0])), reduced.endogenous[:, 0])
    first = reduced.endogenous[:, 0]
    return (
        wald / reduced.n_instruments / reduced.adjustment.factor,
        float(first @ reduced.outcome / (first @ first)),
    )


def placebo_findings(table: pd.DataFrame, first_stage_f: float, instruments: str) -> list[InstrumentFinding]:
    """Return whether the first stage is stronger than with other units' instruments."""
    if table.empty:
        text = Text(
            "No placebo instruments: they need every unit in every period",
            "未做安慰剂工具变量：需要每个个体在每个时期均有观测",
        )
        return [InstrumentFinding(check="placebo", instrument=instruments, severity="attention", text=text)]
    values = table["first_stage_f"].to_numpy()
    p_value = float((1 + np.count_nonzero(values >= first_stage_f)) / (1 + len(values)))
    upper = float(np.quantile(values, 0.95))
    strong = p_value <= 0.05
    text = Text(
        f"With the instruments of other units (drawn {len(values)} times) the first-stage F exceeds {first_stage_f:.1f} with "
        f"probability {p_value:.3f} (95% of them lie below {upper:.1f})"
        + ("" if strong else ": the units' own values add nothing"),
        f"以其他个体的工具变量替代（抽取 {len(values)} 次），第一阶段F值超过 {first_stage_f:.1f} 的概率为 {p_value:.3f}"
        f"（95%低于 {upper:.1f}）" + ("" if strong else "：个体自身取值并无额外贡献"),
    )
    return [
        InstrumentFinding(
            check="placebo",
            instrument=instruments,
            severity="fine" if strong else "problem",
            text=text,
        )
    ]


def _grid(data: Instrumented) -> Floats | None:
    design = data.design
    if design.entity is None or design.entity_values is None:
        return None
    time = design.time if design.time is not None else np.zeros(design.n_obs, dtype=np.int64)
    n_periods = int(time.max()) + 1
    grid = np.full((len(design.entity_values), n_periods, design.instruments.shape[1]), np.nan)
    grid[design.entity, time] = design.instruments
    return grid if len(design.entity_values) * n_periods == design.n_obs and np.isfinite(grid).all() else None


def _chunk(task: _Task) -> list[tuple[float, float]]:
    data, design = task.data, task.data.design
    entity = design.entity
    assert entity is not None  # noqa: S101 - `_grid` made sure
    time = design.time if design.time is not None else np.zeros(design.n_obs, dtype=np.int64)
    width = design.instruments.shape[1]
    drawn = [np.random.default_rng(seed).permutation(len(task.grid)) for seed in task.seeds]
    columns = np.concatenate([task.grid[order][entity, time] for order in drawn], axis=1)
    effects = list(design.effects.values())
    freed = absorb(columns, effects, design.weights) if effects else columns
    root = (
        np.ones(design.n_obs) if design.weights is None else np.sqrt(design.weights / design.weights.mean())
    )
    free = free_of(freed * root[:, None], data.exogenous)
    out = []
    for place in range(len(drawn)):
        own = free[:, place * width : (place + 1) * width]
        size = np.linalg.norm(own, axis=0)
        if np.any(size <= 1e-9 * np.linalg.norm(columns[:, place * width : (place + 1) * width], axis=0)):
            out.append((0.0, float("nan")))
            continue
        basis = np.linalg.qr(own / size)[0]
        out.append(first_stage_and_estimate(replace(data, free_instruments=own, basis=basis)))
    return out
