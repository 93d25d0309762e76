"""What inefficiency depends on: a truncated regression on scores whose frontier is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.efficiency.evaluation import FRONTIER, against, scores_of, within
from digimfg.efficiency.models import Model, chosen_model
from digimfg.efficiency.options import Columns, EnvelopmentOptions, Missing, Returns
from digimfg.efficiency.scores import model_notes, references
from digimfg.efficiency.truncated import fit_truncated, truncated_draws
from digimfg.efficiency.units import Units, read_units
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, ColumnOf, Differing, Draws, Entries, Jobs, Key, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EfficiencyDeterminants", "efficiency_determinants"]

Floats = NDArray[np.float64]
Side = Literal["input", "output"]


@checked
@shown(Text("Determinants of inefficiency", "无效率的影响因素"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class EfficiencyDeterminants:
    """Hold the truncated regression of inefficiency.

    Parameters
    ----------
    coefficients
        One row per term (``Intercept`` first, ``sigma`` last): ``estimate``, ``lower``, ``upper``,
        ``p_value`` (from the draws). Of inefficiency (φ, or 1/θ; 1 on the frontier): above zero means
        less efficient.
    scores
        Indexed as the frame: keys, ``inefficiency``, and under algorithm 2 ``corrected``.
    log_likelihood
        Of the regression.
    nobs
        Rows in it.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    scores: pd.DataFrame
    log_likelihood: float
    nobs: int
    notes: tuple[Text, ...]


@checked
@keeps_marks
def efficiency_determinants(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    determinants: Annotated[Sequence[str], ColumnOf("numbers"), Entries(), Differing()],
    *,
    unit: Key,
    time: Key | None = None,
    orientation: Side = "output",
    returns: Returns = "constant",
    algorithm: Literal[1, 2] = 2,
    first_draws: Annotated[int, AtLeast(20)] = 100,
    draws: Draws = 2_000,
    level: Share = 0.95,
    seed: Seed = 0,
    missing: Missing = "raise",
    n_jobs: Jobs | None = None,
) -> EfficiencyDeterminants:
    r"""Regress inefficiency on what surrounds the units, with the double bootstrap of Simar & Wilson (2007,
    doi:10.1016/j.jeconom.2005.07.009).

    Inefficiency δ (φ, or 1/θ) is a normal variable around zβ truncated at one. Tobit and least squares on
    scores are not consistent: scores at one come from the estimate of the frontier, and depend on each
    other. Algorithm 1 regresses those above one and draws from the fitted law; algorithm 2 first removes
    the bias of δ by `first_draws` frontiers drawn from the law.

    Parameters
    ----------
    determinants
        Columns z; a constant is added.
    frame, inputs, outputs, unit, time, returns, missing
        See `efficiency`.
    orientation
        Which distance.
    algorithm, first_draws, draws, level, seed
        Of the bootstrap.
    n_jobs
        Processes; the answer does not depend on them.

    Raises
    ------
    MeasureError
        As `efficiency`; if a determinant is missing or constant, or too few units lie off the frontier for
        the regression to have a maximum.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> z = rng.random(40)
    >>> firms = pd.DataFrame({"firm": range(40), "z": z, "x": 1 + rng.random(40)})
    >>> firms["y"] = firms["x"] / (1 + z * rng.random(40))
    >>> found = efficiency_determinants(firms, ["x"], ["y"], ["z"], unit="firm", algorithm=1, draws=99)
    >>> list(found.coefficients.index)
    ['Intercept', 'z', 'sigma']
    """
    options = EnvelopmentOptions(orientation=orientation, returns=returns, missing=missing)
    units = read_units(frame, inputs, outputs, unit, time, options)
    model = chosen_model(options, units)
    z = _determinants(frame, list(determinants), units)
    groups = [places for places, _ in references(units, "period")]
    delta = np.empty(len(units))
    for places in groups:
        part = units.where(places)
        delta[places] = 1.0 / scores_of(within(part, part, model))
    off = delta > 1 + FRONTIER
    first = _fitted(delta[off], z[off])
    used, value = off, delta
    seeds = spawn_seeds(seed, 2)
    if algorithm == 2:
        tasks = [
            _Worlds(units=units, model=model, z=z, delta=delta, law=first[:2], groups=groups, seed=each)
            for each in spawn_seeds(seeds[0], first_draws)
        ]
        worlds = run_parallel(_world, tasks, label=Text("Frontiers", "前沿"), n_jobs=n_jobs)
        value = 2 * delta - np.mean(worlds, axis=0)
        used = value > 1
        first = _fitted(value[used], z[used])
    beta, sigma, likelihood = first
    drawn = _regressions(z[used], beta, sigma, draws, seeds[1])
    scores = {"inefficiency": delta} | ({"corrected": value} if algorithm == 2 else {})
    order = np.argsort(units.place)
    held = frame.iloc[units.place[order]]
    return EfficiencyDeterminants(
        coefficients=_table(["Intercept", *determinants, "sigma"], np.r_[beta, sigma], drawn, level),
        scores=held[[key for key in (unit, time) if key is not None]].assign(
            **{name: each[order] for name, each in scores.items()}
        ),
        log_likelihood=likelihood,
        nobs=int(used.sum()),
        notes=(
            *units.notes,
            *model_notes(model),
            *_determinant_notes(len(units), used, algorithm, first_draws, draws, len(drawn), level),
        ),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Worlds:
    units: Units
    model: Model
    z: Floats
    delta: Floats
    law: tuple[Floats, float]
    groups: list[NDArray[np.intp]]
    seed: np.random.SeedSequence


def _world(task: _Worlds) -> Floats:
    """Return inefficiencies against a frontier drawn from the fitted law."""
    rng = np.random.default_rng(task.seed)
    drawn = truncated_draws(task.z, *task.law, rng)
    found = np.empty(len(drawn))
    for places in task.groups:
        part = task.units.where(places)
        share = (task.delta / drawn)[places][:, None]
        if task.model.orientation == "output":
            reference = replace(part, outputs=part.outputs * share)
        else:
            reference = replace(part, inputs=part.inputs / share)
        found[places] = 1.0 / against(part, reference, task.model)
    return found


def _determinants(frame: pd.DataFrame, names: list[str], units: Units) -> Floats:
    check_columns(frame, names)
    values = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)[units.place]
    if not np.isfinite(values).all():
        raise MeasureError.of("efficiency.determinants_not_finite", n=int((~np.isfinite(values)).sum()))
    z = np.column_stack([np.ones(len(values)), values])
    if np.linalg.matrix_rank(z) < z.shape[1]:
        raise MeasureError.of("efficiency.determinants_collinear", names=names)
    return z


def _fitted(y: Floats, z: Floats) -> tuple[Floats, float, float]:
    found = fit_truncated(y, z) if len(y) > z.shape[1] + 2 else None
    if found is None:
        raise MeasureError.of("efficiency.truncated_regression_without_maximum", n=len(y), k=z.shape[1])
    return found


def _regressions(z: Floats, beta: Floats, sigma: float, draws: int, seed: np.random.SeedSequence) -> Floats:
    rng = np.random.default_rng(seed)
    found = [fit_truncated(truncated_draws(z, beta, sigma, rng), z) for _ in range(draws)]
    return np.array([np.r_[each[0], each[1]] for each in found if each is not None])


def _table(names: list[str], estimates: Floats, drawn: Floats, level: float) -> pd.DataFrame:
    import pandas as pd

    moved = drawn - estimates
    ends = estimates - np.quantile(moved, [(1 + level) / 2, (1 - level) / 2], axis=0)
    beyond = np.minimum((moved >= estimates).sum(axis=0), (moved <= estimates).sum(axis=0))
    p = np.minimum(1.0, 2 * (1 + beyond) / (1 + len(drawn)))
    p[-1] = np.nan
    return pd.DataFrame(
        {"estimate": estimates, "lower": ends[0], "upper": ends[1], "p_value": p},
        index=pd.Index(names, name="term"),
    )


def _determinant_notes(
    n: int, used: NDArray[np.bool_], algorithm: int, first_draws: int, draws: int, done: int, level: float
) -> tuple[Text, ...]:
    notes = [
        note_of("efficiency.sign"),
        note_of("efficiency.bootstrap_of_determinants", algorithm=algorithm, draws=draws, level=level),
    ]
    if algorithm == 2:
        notes.append(note_of("efficiency.first_stage", n=first_draws))
    if left := n - int(used.sum()):
        notes.append(note_of("efficiency.rows_at_one", left=left, n=n))
    if lost := draws - done:
        notes.append(note_of("efficiency.lost_draws", n=lost))
    return tuple(notes)
