"""Stages of development: an ordered hidden Markov chain of panel units, their paths and the dates at which
they rise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.evolution.hidden_markov import Chain, Moves, likeliest_paths, sampled_paths, smoothed
from digimfg.evolution.stage_data import StageData, read_stage_data
from digimfg.evolution.stage_fits import (
    Fit,
    best_fit,
    drawn_units,
    joined,
    refitted,
    starting_chains,
    under_moves,
)
from digimfg.evolution.stage_notes import stage_notes
from digimfg.evolution.stage_paths import KINDS, first_reached, path_kinds, stage_dates
from digimfg.kinds import AtLeast, AtMost, ColumnOf, Differing, Entries, Key, Probability, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StageModel", "fit_stages"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_SAME = 1e-4


@checked
@shown(Text("Stages", "发展阶段"))
@dataclass(frozen=True, kw_only=True, eq=False)
class StageModel:
    """Hold an ordered hidden Markov chain and what it says of each unit.

    Parameters
    ----------
    stages
        Index ``stage`` from 1; per indicator ``mean[x]``, its interval ``mean_low[x] mean_high[x]`` and
        ``sd[x]``; ``start`` (share at first periods), ``share`` (of all unit-periods), ``duration``
        (expected, in periods).
    kinds
        Index ``kind``: ``still`` (never moves), ``rising`` (never falls), ``spiral`` (falls and later stands
        higher than before), ``regress`` (falls and does not), and ``monotone``, the sum of the first two;
        ``share`` is the mean over paths drawn given the data, ``n`` counts likeliest paths, which hide short
        falls; ``share_low share_high`` of paths drawn under redrawn units. Both allow for falls not seen.
    dates
        Index ``(unit, stage)`` from the second stage: ``date`` of the likeliest path's first period there or
        higher, ``date_low date_high`` of draws that reach it, ``probability`` that it is reached,
        ``from_start`` where the unit's first period is already there.
    paths
        Index ``(unit, period)``: likeliest ``stage``, ``probability`` of being there, and of each stage
        ``p_1 …``.
    transitions
        From the row to the column.
    comparison
        ``strict`` (no move down), ``ordered`` (as fitted), ``free`` (any move): ``log_likelihood
        n_parameters aic bic``.
    statistics
        ``n_obs n_units n_parameters log_likelihood aic bic n_starts n_at_best draws``.
    notes
        What a reader must know.
    """

    stages: pd.DataFrame
    kinds: pd.DataFrame
    dates: pd.DataFrame
    paths: pd.DataFrame
    transitions: pd.DataFrame
    comparison: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def fit_stages(
    frame: pd.DataFrame,
    indicators: Annotated[Sequence[str], ColumnOf("numbers"), Entries(1), Differing()],
    *,
    entity: Key,
    time: Key,
    stages: Annotated[int, AtLeast(2), AtMost(12)] = 5,
    most_regress: Probability = 0.1,
    starts: Annotated[int, AtLeast(5), AtMost(1_000)] = 20,
    draws: Annotated[int, AtLeast(19), AtMost(10_000)] = 199,
    level: Share = 0.95,
    seed: Seed = 0,
) -> StageModel:
    r"""Fit stages through which units pass in order, and say who stands where, since when, and who fell back.

    Unit i is in stage :math:`s_{it}\in\{1,\dots,K\}`; its indicators are independent normals given the
    stage; it stays, rises to the next stage, or falls to the one before with a probability of `most_regress`
    or less. All units share the parameters, which EM maximises from several starts (Baum et al. 1970,
    doi:10.1214/aoms/1177697196; Rabiner 1989, doi:10.1109/5.18626, for left-to-right chains). Units are
    drawn anew with replacement, the model fitted to each draw, and one path per unit drawn given its data:
    intervals hold the doubt about parameters and about paths.

    Parameters
    ----------
    frame
        One row per unit and period; units may begin and end at different periods. A missing value of an
        indicator, or a missing period between a unit's first and last, counts as not seen, never as filled.
    indicators
        Columns in which higher is further on.
    entity, time
        Key columns; time is counted by the calendar.
    stages
        K.
    most_regress
        Upper bound of the probability of falling back; 0 forbids it, 1 does not bound it.
    starts
        Starts of EM: one from quantiles, the others from random ones.
    draws, level, seed
        Draws of units and of paths, and the level of intervals.

    Raises
    ------
    MeasureError
        If keys are doubled, a unit has fewer than three periods, observations are fewer than three per
        parameter (with how many would be enough), or no indicator moves within any unit.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> level = np.repeat([[0, 0, 0, 1, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2, 2, 2]], 10, axis=0)
    >>> frame = pd.DataFrame({"unit": np.repeat(np.arange(20), 8), "year": np.tile(np.arange(2010, 2018), 20),
    ...                       "fusion": level.ravel() + 0.15 * rng.normal(size=160)})
    >>> found = fit_stages(frame, "fusion", entity="unit", time="year", stages=3, starts=5, draws=19)
    >>> found.stages["mean[fusion]"].round(1).tolist(), float(found.kinds.loc["monotone", "share"])
    ([0.0, 1.0, 2.0], 1.0)
    >>> [int(date) for date in found.dates.loc[(0, 2), ["date", "date_low", "date_high"]]]
    [2013, 2013, 2013]
    """
    data = read_stage_data(frame, tuple(indicators), entity, time, stages)
    moves = Moves.ordered(stages, most_regress)
    generator = np.random.default_rng(seed)
    begun = starting_chains(data, moves, starts, generator)
    fits = {"ordered": best_fit(begun, data, moves)}
    for name, other in (("strict", Moves.ordered(stages, 0.0)), ("free", Moves.free(stages))):
        fits[name] = best_fit(
            joined(under_moves(begun, other), under_moves(fits["ordered"].chain, other)), data, other
        )
    fit = fits["ordered"]
    open_chain = under_moves(fit.chain, moves)
    drawn_chains, drawn_paths = drawn_units(open_chain, data, moves, draws, generator)
    likely = refitted(open_chain, data, moves, np.ones((1, len(data.units))))
    given = sampled_paths(likely.take(np.zeros(draws, dtype=np.int64)), data.observed, generator)
    return _answer(data, moves, fits, drawn_chains, drawn_paths, given, (1 - level) / 2)


def _answer(
    data: StageData,
    moves: Moves,
    fits: Mapping[str, Fit],
    chains: Chain,
    paths: Codes,
    given: Codes,
    tail: float,
) -> StageModel:
    fit, n_states = fits["ordered"], len(moves.allowed)
    likeliest, order = likeliest_paths(fit.chain, data.observed), data.by_name
    first = first_reached(likeliest, data.seen, n_states), first_reached(paths, data.seen, n_states)
    comparison = _comparison(fits, data.n_obs)
    sorts = [path_kinds(each, data.seen) for each in (likeliest, given, paths)]
    kinds = _kinds(sorts[0], sorts[1], sorts[2], tail)
    stages = _stages(data, fit.chain, chains, likeliest, tail)
    own = comparison.to_dict("index")["ordered"]
    best = int((fit.ends >= fit.log_likelihood - _SAME).sum())
    statistics = {
        "n_obs": float(data.n_obs),
        "n_units": float(len(data.units)),
        "n_parameters": float(fit.n_parameters),
        "log_likelihood": fit.log_likelihood,
        "aic": float(own["aic"]),
        "bic": float(own["bic"]),
        "n_starts": float(len(fit.ends)),
        "n_at_best": float(best),
        "draws": float(len(paths)),
    }
    return StageModel(
        stages=stages,
        kinds=kinds,
        dates=stage_dates(
            first[0][order],
            first[1][:, order],
            [data.units[place] for place in order],
            [data.labels[place] for place in order],
            (data.entity, "stage"),
            tail,
        ),
        paths=_paths(data, fit.chain, likeliest),
        transitions=_square(fit.chain.moves[0]),
        comparison=comparison,
        statistics=statistics,
        notes=stage_notes(data, fit.chain, moves, comparison, stages, statistics, fit.ended),
    )


def _comparison(fits: Mapping[str, Fit], n_obs: int) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for name in ("strict", "ordered", "free"):
        value, count = fits[name].log_likelihood, fits[name].n_parameters
        rows[name] = (value, count, 2 * count - 2 * value, float(np.log(n_obs)) * count - 2 * value)
    columns = ["log_likelihood", "n_parameters", "aic", "bic"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("moves")


def _kinds(likeliest: Codes, given: Codes, drawn: Codes, tail: float) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    groups = {name: (place,) for place, name in enumerate(KINDS)} | {"monotone": (0, 1)}
    for name, places in groups.items():
        own, shares = np.isin(likeliest, places), np.isin(drawn, places).mean(axis=1)
        rows[name] = (np.isin(given, places).mean(), int(own.sum()), *np.quantile(shares, [tail, 1 - tail]))
    columns = ["share", "n", "share_low", "share_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("kind")


def _stages(data: StageData, chain: Chain, drawn: Chain, likeliest: Codes, tail: float) -> pd.DataFrame:
    import pandas as pd

    n_states = chain.means.shape[1]
    columns: dict[str, Floats] = {}
    for place, name in enumerate(data.indicators):
        centre, scale = data.centre[place], data.scale[place]
        ends = np.quantile(drawn.means[..., place], [tail, 1 - tail], axis=0) * scale + centre
        columns[f"mean[{name}]"] = chain.means[0, :, place] * scale + centre
        columns[f"mean_low[{name}]"], columns[f"mean_high[{name}]"] = ends
        columns[f"sd[{name}]"] = chain.sds[0, :, place] * scale
    columns["start"] = chain.start[0]
    columns["share"] = np.bincount(likeliest[data.seen], minlength=n_states) / data.seen.sum()
    leaves = 1 - np.diagonal(chain.moves[0])
    columns["duration"] = np.where(leaves > 1e-12, 1 / np.maximum(leaves, 1e-12), np.inf)
    return pd.DataFrame(columns, index=pd.Index(range(1, n_states + 1), name="stage"))


def _paths(data: StageData, chain: Chain, likeliest: Codes) -> pd.DataFrame:
    import pandas as pd

    shares = smoothed(chain, data.observed)[0]
    rows, places = np.nonzero(data.seen[data.by_name])
    rows = data.by_name[rows]
    index = pd.MultiIndex.from_arrays(
        [
            [data.units[row] for row in rows],
            [data.labels[row][place] for row, place in zip(rows, places, strict=True)],
        ],
        names=(data.entity, data.time),
    )
    stage = likeliest[rows, places]
    table = pd.DataFrame({"stage": stage + 1, "probability": shares[rows, places, stage]}, index=index)
    for state in range(shares.shape[-1]):
        table[f"p_{state + 1}"] = shares[rows, places, state]
    return table


def _square(moves: Floats) -> pd.DataFrame:
    import pandas as pd

    names = pd.Index(range(1, len(moves) + 1), name="from")
    return pd.DataFrame(moves, index=names, columns=names.rename("to"))
