"""Placebo instruments: the same series at other units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design.absorb import absorb
from digimfg.distributions.student import quadratic_form
from digimfg.estimators.instrumental.data import free_of
from digimfg.estimators.instrumental.first_stage import reduced_form_of
from digimfg.instrument_check.finding import InstrumentFinding
from digimfg.notes import note_of
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.instrumental.data import Instrumented

__all__ = ["exchangeable_units", "first_stage_and_estimate", "placebo_findings", "placebo_instruments"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    data: Instrumented
    groups: tuple[Codes, ...]
    seeds: tuple[np.random.SeedSequence, ...]


def placebo_instruments(
    data: Instrumented, draws: int, seed: int, *, n_jobs: int | None = None
) -> pd.DataFrame:
    """Estimate with the instruments of other units: units are permuted, each keeping its whole path.

    A unit takes the path of one with the same periods; units with periods of their own keep theirs.

    Parameters
    ----------
    data
        With an entity.
    draws
        Permutations.
    seed
        Of the permutations.

    Returns
    -------
    DataFrame
        Index ``draw``; ``first_stage_f`` under the specification's covariance, ``estimate`` of two-stage
        least squares. Empty where fewer than half of the units have a partner with the same periods.
    """
    design = data.design
    groups = exchangeable_units(data.design)
    columns = ["first_stage_f", "estimate"]
    if groups is None or draws == 0:
        return pd.DataFrame(columns=columns, dtype=np.float64, index=pd.RangeIndex(0, name="draw"))
    seeds = spawn_seeds(seed, draws)
    size = max(1, min(50, 2_000_000 // (design.n_obs * design.instruments.shape[1])))
    tasks = [
        _Task(data=data, groups=groups, seeds=tuple(seeds[start : start + size]))
        for start in range(0, draws, size)
    ]
    label = Text("Placebo instruments", "安慰剂工具变量")
    rows = [row for chunk in run_parallel(_chunk, tasks, label=label, n_jobs=n_jobs) for row in chunk]
    return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, draws + 1, name="draw"))


def first_stage_and_estimate(data: Instrumented) -> tuple[float, float]:
    """Return the first-stage F under the specification's covariance and the slope of the endogenous term."""
    reduced = reduced_form_of(data)
    wald = quadratic_form(reduced.alone(np.array([0.0, 1.0])), reduced.endogenous[:, 0])
    first = reduced.endogenous[:, 0]
    return (
        wald / reduced.n_instruments / reduced.adjustment.factor,
        float(first @ reduced.outcome / (first @ first)),
    )


def placebo_findings(table: pd.DataFrame, first_stage_f: float, design: Design) -> list[InstrumentFinding]:
    """Return whether the first stage is stronger than with other units' instruments."""
    instruments = ", ".join(design.instrument_terms)
    if table.empty:
        text = note_of("instrument_check.no_placebo_instruments")
        return [InstrumentFinding(check="placebo", instrument=instruments, severity="attention", text=text)]
    values = table["first_stage_f"].to_numpy()
    p_value = float((1 + np.count_nonzero(values >= first_stage_f)) / (1 + len(values)))
    upper = float(np.quantile(values, 0.95))
    strong = p_value <= 0.05
    moved, count = _moved(design)
    partners = (
        Text("", "")
        if moved == count
        else note_of(
            "instrument_check.partner" if moved == 1 else "instrument_check.partners",
            moved=moved,
            known=count,
        )
    )
    text = note_of(
        "instrument_check.instruments_of_others",
        detail=(
            Text("", "")
            if strong
            else Text(": the units' own values add nothing", "：个体自身取值并无额外贡献")
        ),
        n_values=len(values),
        partners=partners,
        first_stage_f=first_stage_f,
        p_value=p_value,
        upper=upper,
    )
    return [
        InstrumentFinding(
            check="placebo",
            instrument=instruments,
            severity="fine" if strong else "problem",
            text=text,
        )
    ]


def exchangeable_units(design: Design) -> tuple[Codes, ...] | None:
    """Return, for each pattern of periods that several units share, their rows: shape (units, periods).

    ``None`` where fewer than half of the units share theirs, there is no entity, or keys repeat.
    """
    if design.entity is None or design.entity_values is None:
        return None
    time = design.time if design.time is not None else np.zeros(design.n_obs, dtype=np.int64)
    order = np.lexsort([time, design.entity])
    starts = np.flatnonzero(np.diff(design.entity[order], prepend=-1))
    patterns: dict[bytes, list[Codes]] = {}
    for rows in np.split(order, starts[1:]):
        if np.any(np.diff(time[rows]) == 0):
            return None
        patterns.setdefault(time[rows].tobytes(), []).append(rows)
    groups = tuple(np.stack(rows) for rows in patterns.values() if len(rows) > 1)
    moved = sum(len(rows) for rows in groups)
    return groups if 2 * moved >= len(design.entity_values) else None


def _moved(design: Design) -> tuple[int, int]:
    groups = exchangeable_units(design) or ()
    count = 0 if design.entity_values is None else len(design.entity_values)
    return sum(len(rows) for rows in groups), count


def _permuted(n_rows: int, groups: tuple[Codes, ...], seed: np.random.SeedSequence) -> Codes:
    generator = np.random.default_rng(seed)
    places = np.arange(n_rows)
    for rows in groups:
        places[rows] = rows[generator.permutation(len(rows))]
    return places


def _chunk(task: _Task) -> list[tuple[float, float]]:
    data, design = task.data, task.data.design
    width = design.instruments.shape[1]
    drawn = [_permuted(design.n_obs, task.groups, seed) for seed in task.seeds]
    columns = np.concatenate([design.instruments[places] for places in drawn], axis=1)
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
