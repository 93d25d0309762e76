"""Data envelopment analysis: how efficient each unit is against the frontier of the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.efficiency.evaluation import Evaluation, Task, evaluate
from digimfg.efficiency.models import Model, chosen_model
from digimfg.efficiency.options import Columns, EnvelopmentKeywords, EnvelopmentOptions
from digimfg.efficiency.units import Units, read_units
from digimfg.keywords import takes
from digimfg.kinds import Key
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.sheets import sheet_beside
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from typing_extensions import Unpack

__all__ = ["EfficiencyScores", "Reference", "efficiency", "model_notes", "references"]

Reference = Literal["period", "global", "sequential"]
_MODELS = sheet_beside(__file__, "scores", "models")
_ORIENTATIONS = sheet_beside(__file__, "scores", "orientations")
_RETURNS = sheet_beside(__file__, "scores", "returns")
_REFERENCES = sheet_beside(__file__, "scores", "references")


@checked
@shown(Text("Efficiency", "效率"), first="scores")
@dataclass(frozen=True, kw_only=True, eq=False)
class EfficiencyScores:
    """Hold efficiency scores, and what each unit wastes.

    Parameters
    ----------
    scores
        Indexed as the frame; keys, ``efficiency`` (of directional models ``inefficiency``, the distance β)
        and ``efficient`` (on the frontier, without slack).
    slacks
        Indexed likewise: excess of each input and undesirable output, shortfall of each output, in units of
        the columns; of radial and directional models the largest sum once the measure is reached, radial
        part included.
    targets
        Where the unit would be without them.
    shares
        Slacks over what is observed; missing where that is zero.
    peers
        One row per unit and peer: positions of both in the frame (``unit``, ``peer``) and ``intensity``.
    notes
        What a reader must know.
    """

    scores: pd.DataFrame
    slacks: pd.DataFrame
    targets: pd.DataFrame
    shares: pd.DataFrame
    peers: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@takes(EnvelopmentOptions)
def efficiency(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    *,
    unit: Key,
    time: Key | None = None,
    reference: Reference = "period",
    super_efficiency: bool = False,
    **options: Unpack[EnvelopmentKeywords],
) -> EfficiencyScores:
    r"""Measure the efficiency of units by data envelopment.

    The technology is the hull of the units compared with: all (x, y) with :math:`x\ge X\lambda`, :math:`y\le
    Y\lambda`, :math:`\lambda\ge0` (constant returns), under variable returns :math:`\sum\lambda=1`. Of
    unit o:

    - ``"radial"`` (Charnes, Cooper & Rhodes 1978, doi:10.1016/0377-2217(78)90138-8; variable returns: Banker,
      Charnes & Cooper 1984, doi:10.1287/mnsc.30.9.1078): the smallest θ for which θx_o makes y_o; of output
      orientation 1/φ for the largest φ.
    - ``"slack_based"`` (Tone 2001, doi:10.1016/S0377-2217(99)00407-5), undesirable outputs b with slacks of
      their own (Tone 2003): :math:`\min\frac{1-\frac1m\sum s^-_i/x_{io}}{1+\frac1{q}(\sum s^+_r/y_{ro}+\sum
      s^b_k/b_{ko})}`; input orientation keeps the numerator, output orientation the denominator.
    - ``"directional"`` (Chambers, Chung & Färe 1996, doi:10.1006/jeth.1996.0096; Chung, Färe & Grosskopf
      1997, doi:10.1006/jema.1997.0146): the largest β for which outputs grow and undesirable outputs shrink
      by the share β (``"output"``), inputs shrink (``"input"``), or all (``"none"``).
    - ``"non_radial_directional"`` (Zhou, Ang & Wang 2012, doi:10.1016/j.ejor.2012.04.022): each column has a
      β of its own; their mean within inputs, outputs and undesirable outputs, then over these groups.

    Super-efficiency measures efficient units against all others: radial after Andersen & Petersen (1993,
    doi:10.1287/mnsc.39.10.1261), slack-based after Tone (2002, doi:10.1016/S0377-2217(01)00324-1).

    Parameters
    ----------
    frame
        One row per unit, or unit and period; quantities, not logarithms.
    inputs, outputs, undesirable
        Columns, 0 or more; in slack-based models above 0.
    unit, time
        Key columns.
    model, orientation
        See above; the usual orientation is input (radial), none (slack-based, non-radial), output
        (directional).
    returns
        Returns to scale.
    disposability
        Of undesirable outputs in directional models: ``"weak"`` (they fall only together with outputs: an
        equation) or ``"strong"``.
    reference
        Whom a unit is compared with: its period, all periods, or all up to its own.
    super_efficiency
        Whether efficient units get scores beyond the frontier.
    missing
        ``"drop"`` leaves rows with a gap out, and says how many.
    n_jobs
        Processes.

    Raises
    ------
    MeasureError
        If a column serves twice, a value is missing, infinite or negative, a unit stands twice in a period,
        uses or makes nothing, or the model does not take what is given.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"plant": list("ABCDE"), "x1": [4, 6, 8, 8, 2], "x2": [3, 3, 1, 1, 4],
    ...                        "y1": [2, 2, 6, 6, 1], "y2": [3, 3, 2, 1, 4]})
    >>> found = efficiency(plants, ["x1", "x2"], ["y1", "y2"], unit="plant", model="slack_based")
    >>> found.scores["efficiency"].round(6).tolist()
    [0.79798, 0.568182, 1.0, 0.666667, 1.0]
    """
    whole = EnvelopmentOptions(**options)
    units = read_units(frame, inputs, outputs, unit, time, whole)
    chosen = chosen_model(whole, units)
    tasks = [
        _task(units, evaluated, compared, chosen, super_efficiency)
        for evaluated, compared in references(units, reference)
    ]
    found = run_parallel(evaluate, tasks, label=Text("Efficiency", "效率"), n_jobs=whole.n_jobs)
    return _answer(
        frame, units, tasks, found, [key for key in (unit, time) if key is not None], chosen, reference
    )


def references(units: Units, reference: Reference) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return who is evaluated together, and against whom, as places among the units."""
    everyone = np.arange(len(units))
    if reference == "global":
        return [(everyone, everyone)]
    periods = np.unique(units.period)
    compared: dict[Reference, Callable[[int], NDArray[np.bool_]]] = {
        "period": lambda now: units.period == now,
        "sequential": lambda now: units.period <= now,
    }
    return [
        (np.flatnonzero(units.period == now), np.flatnonzero(compared[reference](now))) for now in periods
    ]


def _task(
    units: Units, evaluated: NDArray[np.intp], compared: NDArray[np.intp], model: Model, beyond: bool
) -> Task:
    return Task(
        units=units.where(evaluated),
        reference=units.where(compared),
        own=np.searchsorted(compared, evaluated),
        model=model,
        beyond=beyond,
    )


def _answer(
    frame: pd.DataFrame,
    units: Units,
    tasks: list[Task],
    found: list[Evaluation],
    keys: list[str],
    model: Model,
    reference: Reference,
) -> EfficiencyScores:
    import pandas as pd

    place = np.concatenate([task.units.place for task in tasks])
    order = np.argsort(place, kind="stable")
    rows = place[order]
    held = frame.iloc[rows]
    columns = [name for names in units.names for name in names]
    slacks = np.vstack([part.slacks for part in found])[order] * units.scale
    scores = held[keys].assign(
        **{
            score_name(model): np.concatenate([part.scores for part in found])[order],
            "efficient": np.concatenate([part.efficient for part in found])[order],
        }
    )
    observed = held[columns].to_numpy(dtype=np.float64)
    signs = np.repeat([-1.0, 1.0, -1.0], [len(names) for names in units.names])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(observed > 0, slacks / observed, np.nan)
    peers = [
        (int(task.units.place[one]), int(task.reference.place[other]), weight)
        for task, part in zip(tasks, found, strict=True)
        for one, other, weight in part.peers
    ]
    return EfficiencyScores(
        scores=scores,
        slacks=pd.DataFrame(slacks, index=held.index, columns=columns),
        targets=pd.DataFrame(observed + signs * slacks, index=held.index, columns=columns),
        shares=pd.DataFrame(shares, index=held.index, columns=columns),
        peers=pd.DataFrame(sorted(peers), columns=["unit", "peer", "intensity"]),
        notes=(*units.notes, *model_notes(model, reference), *_without_answer(found)),
    )


def score_name(model: Model) -> str:
    """Return the column that a model's measure stands in."""
    return "inefficiency" if model.distance else "efficiency"


def model_notes(model: Model, reference: Reference | None = None) -> tuple[Text, ...]:
    """Return what the measure is, in words."""
    parts = [_MODELS[model.name], _ORIENTATIONS[model.orientation], _RETURNS[model.returns]]
    if reference is not None:
        parts.append(_REFERENCES[reference])
    return (note_of("efficiency.model", parts=parts),)


def _without_answer(found: list[Evaluation]) -> tuple[Text, ...]:
    lacking = sum(int(np.isnan(part.scores).sum()) for part in found)
    if not lacking:
        return ()
    return (note_of("efficiency.no_super_efficiency", n=lacking),)
