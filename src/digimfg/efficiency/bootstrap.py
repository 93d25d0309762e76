"""Efficiency scores without the bias of a frontier that is itself estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.efficiency.evaluation import FRONTIER, against, scores_of, within
from digimfg.efficiency.models import Model, chosen_model
from digimfg.efficiency.options import Columns, EnvelopmentOptions, Missing, Returns
from digimfg.efficiency.scores import model_notes, references
from digimfg.efficiency.units import Units, read_units
from digimfg.errors import MeasureError
from digimfg.kinds import Draws, Jobs, Key, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CorrectedEfficiency", "bias_corrected_efficiency"]

Floats = NDArray[np.float64]
Side = Literal["input", "output"]
_CHUNK = 25


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

    options = EnvelopmentOptions(orientation=orientation, returns=returns, missing=missing)
    units = read_units(frame, inputs, outputs, unit, time, options)
    model = chosen_model(options, units)
    rows = []
    widths = {}
    for places, _ in references(units, "period"):
        part = units.where(places)
        values = _distance(scores_of(within(part, part, model)), orientation)
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


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draws:
    units: Units
    model: Model
    values: Floats
    width: float
    count: int
    seed: np.random.SeedSequence


def _distance(scores: Floats, orientation: Side) -> Floats:
    """Return what is drawn: θ, or φ."""
    return scores if orientation == "input" else 1.0 / scores


def _bandwidth(values: Floats) -> float:
    off = np.sort(values[np.abs(values - 1) > FRONTIER])
    if len(off) < 3:
        raise MeasureError.of("efficiency.too_few_off_frontier", n=len(off))
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
        drawn[k] = _distance(against(part, reference, task.model), _side(task.model))
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


def _drawn_note(draws: int, level: float) -> Text:
    return note_of("efficiency.bootstrap_of_scores", draws=draws, level=level)
