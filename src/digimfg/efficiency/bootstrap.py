"""Efficiency scores without the bias of a frontier that is itself estimated, and what they depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.display.shown import shown
from digimfg.efficiency.evaluation import Task, scores_of
from digimfg.efficiency.models import Model, Returns, chosen_model
from digimfg.efficiency.scores import model_notes, references
from digimfg.efficiency.truncated import fit_truncated, truncated_draws
from digimfg.efficiency.units import Columns, Missing, Units, read_units
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, ColumnOf, Differing, Draws, Entries, Jobs, Key, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CorrectedEfficiency",
    "EfficiencyDeterminants",
    "bias_corrected_efficiency",
    "efficiency_determinants",
]

Floats = NDArray[np.float64]
Side = Literal["input", "output"]
_CHUNK = 25
_FRONTIER = 1e-8


@checked
@shown(Text("Bias-corrected efficiency", "偏误修正效率"), first="scores")
@dataclass(frozen=True, kw_only=True, eq=False)
class CorrectedEfficiency:
    """Hold radial efficiency with its bias removed.

    Parameters
    ----------
    scores
        Indexed as the frame: keys, ``efficiency``, ``bias`` (of θ, or of output orientation of φ),
        ``corrected``, ``standard_error``, ``lower``, ``upper`` (of efficiency).
    bandwidth
        By period: that of the smoothed draws.
    notes
        What a reader must know.
    """

    scores: pd.DataFrame
    bandwidth: pd.Series
    notes: tuple[Text, ...]


@checked
@keeps_marks
def bias_corrected_efficiency(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    *,
    unit: Key,
    time: Key | None = None,
    orientation: Side = "input",
    returns: Returns = "constant",
    draws: Draws = 1_000,
    level: Share = 0.95,
    seed: Seed = 0,
    missing: Missing = "raise",
    n_jobs: Jobs | None = None,
) -> CorrectedEfficiency:
    r"""Correct radial efficiency for the bias of an estimated frontier by the smoothed bootstrap.

    Efficiencies are drawn from their kernel density, reflected at one, units moved to where these put them,
    and the sample measured against the frontier of the draw (Simar & Wilson 1998,
    doi:10.1287/mnsc.44.1.49). The bandwidth is Silverman's on the reflected values without those at one,
    brought back to the size of the sample (Daraio & Simar 2007, §3.4). The corrected measure is
    :math:`2\hat\theta-\bar\theta^*`; the interval turns the draws around (Simar & Wilson 2000).

    Parameters
    ----------
    frame, inputs, outputs, unit, time, returns, missing
        See `efficiency`; each period has its own frontier.
    orientation
        ``"input"`` draws θ, ``"output"`` draws φ.
    draws, level, seed
        Of the bootstrap.
    n_jobs
        Processes; the answer does not depend on them.

    Raises
    ------
    MeasureError
        As `efficiency`; if fewer than three units of a period lie off the frontier.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> plants = pd.DataFrame({"plant": range(8), "x": range(2, 10), "y": [2, 2, 5, 3, 5, 4, 8, 5]})
    >>> found = bias_corrected_efficiency(plants, ["x"], ["y"], unit="plant", draws=99)
    >>> bool((found.scores["corrected"] < found.scores["efficiency"]).all())
    True
    """
    import pandas as pd

    units = read_units(frame, inputs, outputs, (), unit, time, missing)
    model = chosen_model("radial", orientation, returns, "weak", units)
    rows = []
    widths = {}
    for places, _ in references(units, "period"):
        part = units.where(places)
        values = _distance(scores_of(_within(part, part, model)), orientation)
        width = _bandwidth(values)
        seeds = spawn_seeds(seed, -(-draws // _CHUNK))
        sizes = [min(_CHUNK, draws - _CHUNK * k) for k in range(len(seeds))]
        tasks = [
            _Draws(units=part, model=model, values=values, width=width, count=count, seed=each)
            for count, each in zip(sizes, seeds, strict=True)
        ]
        drawn = np.vstack(run_parallel(_smoothed, tasks, label=Text("Bootstrap", "自助法"), n_jobs=n_jobs))
        widths[int(part.period[0])] = width
        rows.append(_corrected(part.place, values, drawn, orientation, level))
    table = np.vstack(rows)
    order = np.argsort(table[:, 0], kind="stable")
    held = frame.iloc[table[order, 0].astype(np.intp)]
    names = ["efficiency", "bias", "corrected", "standard_error", "lower", "upper"]
    return CorrectedEfficiency(
        scores=held[[key for key in (unit, time) if key is not None]].assign(
            **dict(zip(names, table[order, 1:].T, strict=True))
        ),
        bandwidth=pd.Series(widths, name="bandwidth", dtype=float).rename_axis("period"),
        notes=(*units.notes, *model_notes(model), _drawn_note(draws, level)),
    )


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
    units = read_units(frame, inputs, outputs, (), unit, time, missing)
    model = chosen_model("radial", orientation, returns, "weak", units)
    z = _determinants(frame, list(determinants), units)
    groups = [places for places, _ in references(units, "period")]
    delta = np.empty(len(units))
    for places in groups:
        part = units.where(places)
        delta[places] = 1.0 / scores_of(_within(part, part, model))
    off = delta > 1 + _FRONTIER
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
class _Draws:
    units: Units
    model: Model
    values: Floats
    width: float
    count: int
    seed: np.random.SeedSequence


@dataclass(frozen=True, kw_only=True, eq=False)
class _Worlds:
    units: Units
    model: Model
    z: Floats
    delta: Floats
    law: tuple[Floats, float]
    groups: list[NDArray[np.intp]]
    seed: np.random.SeedSequence


def _within(units: Units, reference: Units, model: Model) -> Task:
    return Task(units=units, reference=reference, own=np.arange(len(units)), model=model)


def _against(units: Units, reference: Units, model: Model) -> Floats:
    """Return scores against a technology that need not hold the units: every column is there from the
    start.
    """
    return scores_of(Task(units=units, reference=reference, own=np.full(len(units), -1), model=model))


def _distance(scores: Floats, orientation: Side) -> Floats:
    """Return what is drawn: θ, or φ."""
    return scores if orientation == "input" else 1.0 / scores


def _bandwidth(values: Floats) -> float:
    off = np.sort(values[np.abs(values - 1) > _FRONTIER])
    if len(off) < 3:
        raise MeasureError(
            where=Text("the density of efficiencies", "效率值的密度"),
            expected=Text("three or more units off the frontier in every period", "每期至少三个非前沿个体"),
            got=say("{n|unit}", "{n}个", n=len(off)),
            remedy=Text("use fewer inputs and outputs, or more units", "减少投入产出项数，或增加个体"),
        )
    both = np.r_[off, 2 - off]
    quarter, three = np.quantile(both, [0.25, 0.75])
    spread = min(float(both.std(ddof=1)), float(three - quarter) / 1.34)
    n = len(off)
    wide = 1.06 * spread * (2 * n) ** (-0.2)
    return float(wide * 2**0.2 * off.std(ddof=1) / both.std(ddof=1))


def _smoothed(task: _Draws) -> Floats:
    """Return measures of the units against drawn frontiers, shape (count, units)."""
    rng = np.random.default_rng(task.seed)
    values, h, n = task.values, task.width, len(task.values)
    side = 1.0 if task.model.orientation == "output" else -1.0  # measures lie above or below one
    spread = float(np.sort(values).std())
    drawn = np.empty((task.count, n))
    for k in range(task.count):
        chosen = values[rng.integers(0, n, n)]
        moved = chosen + h * rng.standard_normal(n)
        moved = 1 + side * np.abs(moved - 1)
        centre = chosen.mean()
        moved = centre + (moved - centre) / np.sqrt(1 + h**2 / spread**2)
        moved = np.where(side * (moved - 1) < 0, 1.0, moved)
        moved = np.maximum(moved, 1e-3)
        share = values / moved
        part = task.units
        if task.model.orientation == "input":
            reference = replace(part, inputs=part.inputs * share[:, None])
        else:
            reference = replace(part, outputs=part.outputs * share[:, None])
        drawn[k] = _distance(_against(part, reference, task.model), _side(task.model))
    return drawn


def _side(model: Model) -> Side:
    return "input" if model.orientation == "input" else "output"


def _corrected(
    place: NDArray[np.intp], values: Floats, drawn: Floats, orientation: Side, level: float
) -> Floats:
    bias = drawn.mean(axis=0) - values
    corrected = values - bias
    ends = 2 * values - np.quantile(drawn, [(1 + level) / 2, (1 - level) / 2], axis=0)
    if orientation == "input":
        return np.column_stack([place, values, bias, corrected, drawn.std(axis=0, ddof=1), ends[0], ends[1]])
    error = drawn.std(axis=0, ddof=1) / corrected**2  # of 1/φ, by the delta method
    return np.column_stack([place, 1 / values, bias, 1 / corrected, error, 1 / ends[1], 1 / ends[0]])


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
        found[places] = 1.0 / _against(part, reference, task.model)
    return found


def _determinants(frame: pd.DataFrame, names: list[str], units: Units) -> Floats:
    check_columns(frame, names)
    values = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)[units.place]
    if not np.isfinite(values).all():
        raise MeasureError(
            where=Text("determinants", "影响因素"),
            expected=Text("finite values wherever a unit is measured", "凡测算的个体均有有限取值"),
            got=say(
                "{n:,|cell} missing or infinite", "{n:,}个缺失或无穷", n=int((~np.isfinite(values)).sum())
            ),
            remedy=Text("complete them, or leave these rows out first", "补全，或先去掉这些行"),
        )
    z = np.column_stack([np.ones(len(values)), values])
    if np.linalg.matrix_rank(z) < z.shape[1]:
        raise MeasureError(
            where=Text("determinants", "影响因素"),
            expected=Text("columns that vary, none a sum of the others", "各列有变动，且互不线性相关"),
            got=say("{names}", "{names}", names=names),
            remedy=Text("leave one out; a constant is added", "去掉一列；常数项自动加入"),
        )
    return z


def _fitted(y: Floats, z: Floats) -> tuple[Floats, float, float]:
    found = fit_truncated(y, z) if len(y) > z.shape[1] + 2 else None
    if found is None:
        raise MeasureError(
            where=Text("the truncated regression", "截断回归"),
            expected=Text(
                "units off the frontier, enough for a maximum of the likelihood",
                "足够多的非前沿个体，使似然有最大值",
            ),
            got=say("{n|unit} for {k|coefficient}", "{n}个个体、{k}个系数", n=len(y), k=z.shape[1]),
            remedy=Text("use fewer determinants, or more units", "减少影响因素，或增加个体"),
        )
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


def _drawn_note(draws: int, level: float) -> Text:
    return say(
        "smoothed bootstrap, {draws:,|draw}; intervals at {level:.0%}",
        "平滑自助法{draws:,}次；{level:.0%}置信区间",
        kind="bootstrap",
        weight="how",
        draws=draws,
        level=level,
    )


def _determinant_notes(
    n: int, used: NDArray[np.bool_], algorithm: int, first_draws: int, draws: int, done: int, level: float
) -> tuple[Text, ...]:
    notes = [
        say(
            "inefficiency (1 on the frontier), normal and truncated at one: a positive coefficient means "
            "less efficient",
            "被解释变量为无效率（前沿上为1），在1处截断：系数为正表示效率更低",
            kind="sign",
        ),
        say(
            "Simar–Wilson algorithm {algorithm}, {draws:,|draw}, intervals at {level:.0%}",
            "Simar–Wilson算法{algorithm}，自助{draws:,}次，{level:.0%}置信区间",
            kind="bootstrap",
            weight="how",
            algorithm=algorithm,
            draws=draws,
            level=level,
        ),
    ]
    if algorithm == 2:
        notes.append(
            say(
                "bias of the scores from {n|frontier}",
                "效率偏误由{n}个模拟前沿修正",
                kind="first_stage",
                weight="how",
                n=first_draws,
            )
        )
    if left := n - int(used.sum()):
        notes.append(
            say(
                "{left:,|row} of {n:,} at one or below left out of the regression",
                "{n:,}行中{left:,}行不大于1，未进入回归",
                kind="dropped",
                left=left,
                n=n,
            )
        )
    if lost := draws - done:
        notes.append(
            say("{n|draw} without a maximum left out", "{n}次抽样无极大值，已剔除", kind="lost_draws", n=lost)
        )
    return tuple(notes)
