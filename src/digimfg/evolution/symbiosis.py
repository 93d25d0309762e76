"""Competition or symbiosis in a panel: how two populations act on each other's growth, and whether
digitalisation shifts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.lotka_volterra import interaction
from digimfg.evolution.symbiosis_equations import (
    SymbiosisEquation,
    SymbiosisMethod,
    deviation_equation,
    within_equation,
)
from digimfg.inference.panel_grid import value_order
from digimfg.kinds import AtLeast, AtMost, Key, NumberColumn, Seed, Share
from digimfg.known_sizes import size_notes
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PanelSymbiosis", "panel_symbiosis"]

Floats = NDArray[np.float64]

_QUADRANTS = {
    (1, 1): "mutualism",
    (-1, -1): "competition",
    (1, -1): "predation_of_first",
    (-1, 1): "predation_of_second",
}
_FEWEST = 8


@checked
@shown(Text("Competition or symbiosis", "竞争或共生"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PanelSymbiosis:
    """Hold the interaction of two populations in a panel.

    Parameters
    ----------
    coefficients
        Index ``(equation, term)``; columns ``estimate std_error conf_low conf_high p_value``: cluster
        bootstrap, percentile interval.
    modes
        One row per level of the moderator (``low``, ``mean``, ``high``; only ``mean`` without one):
        ``level``, ``on_first`` (effect of the second on the first's growth), ``on_second``, their intervals,
        ``mode`` by the signs whose interval leaves out zero, and the share of draws in each quadrant:
        ``mutualism competition predation_of_first predation_of_second``.
    shift
        Effect of the moderator on both effects, and the share of draws in which it raises both; empty
        without one.
    statistics
        ``n_obs n_entities draws``.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    modes: pd.DataFrame
    shift: Mapping[str, float]
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def panel_symbiosis(
    frame: pd.DataFrame,
    first: NumberColumn,
    second: NumberColumn,
    *,
    entity: Key,
    time: NumberColumn,
    moderator: NumberColumn | None = None,
    method: SymbiosisMethod = "gmm",
    time_effects: bool = True,
    draws: Annotated[int, AtLeast(9), AtMost(10_000_000)] = 999,
    level: Share = 0.95,
    seed: Seed = 0,
) -> PanelSymbiosis:
    r"""Estimate how two populations act on each other's growth, and classify the interaction.

    :math:`\ln x_{a,t+1}-\ln x_{a,t}=r_i+\lambda_t+c_{aa}x_a+c_{ab}x_b+c_{abD}x_bD+dD+e` for both, with unit
    effects; signs of :math:`(c_{ab},c_{ba})` are competition (−, −), predation, commensalism or mutualism
    (+, +). Whole units are drawn with replacement for both equations at once.

    Levels answer to past growth, so that unit means taken out of few periods leave a bias that more units do
    not lessen (Nickell 1981, doi:10.2307/1911408). Orthogonal deviations, with the levels of this step and of
    two before as instruments (Arellano & Bover 1995, doi:10.1016/0304-4076(94)01642-D), leave none in many
    units, at the price of wider intervals.

    Parameters
    ----------
    frame
        One row per unit and period; a step counts only where the next period (by the smallest step of the
        calendar) is there.
    first, second
        Columns above zero.
    entity, time
        Key columns.
    moderator
        Column D that may shift the interaction; ``low`` and ``high`` are its quartiles.
    method
        ``"gmm"``: orthogonal deviations by instruments, one step. ``"within"``: least squares about unit
        means; intervals are narrower, and with many units beside the truth.
    time_effects
        Absorb periods too.
    draws, level, seed
        Of the cluster bootstrap.

    Raises
    ------
    MeasureError
        If values are not above zero, keys repeat, fewer than eight units have two steps, or the terms or
        their instruments do not vary apart.
    """
    import pandas as pd

    steps = _steps(frame, first, second, entity, time, moderator)
    named = [name for name in (first, second, entity, time, moderator) if name is not None]
    lost = int(frame[named].isna().any(axis=1).sum())
    codes, units = steps["unit"].factorize()
    codes = _by_values(steps, codes)
    make = deviation_equation if method == "gmm" else within_equation
    pair = [make(steps, codes, which, moderator, time_effects) for which in (0, 1)]
    terms = [each.terms for each in pair]
    point = np.stack([each.estimates(np.ones((1, len(units))))[0] for each in pair])
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(units), np.full(len(units), 1 / len(units)), size=draws).astype(np.float64)
    drawn = np.stack([each.estimates(weights) for each in pair], axis=1)
    drawn = drawn[np.isfinite(drawn).all(axis=(1, 2))]
    if len(drawn) < 2:
        raise MeasureError.of(
            "evolution.too_few_draws", first=first, second=second, n=len(drawn), draws=draws
        )
    tail = 100 * (1 - level) / 2
    rows = {}
    for equation, name in enumerate((first, second)):
        for place, term in enumerate(terms[equation]):
            values = drawn[:, equation, place]
            share = (values <= 0).mean()
            rows[name, term] = (
                point[equation, place],
                values.std(ddof=1),
                *np.percentile(values, [tail, 100 - tail]),
                min(1.0, 2 * min(share, 1 - share) + 1 / (len(values) + 1)),
            )
    index = pd.MultiIndex.from_tuples(list(rows), names=["equation", "term"])
    columns = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]
    held = steps["moderator"].to_numpy(dtype=np.float64)
    quartiles = np.percentile(held, [25, 75])
    levels = (
        {"low": quartiles[0], "mean": held.mean(), "high": quartiles[1]} if moderator else {"mean": np.nan}
    )
    modes = pd.DataFrame(
        {name: _mode(point, drawn, value, tail) for name, value in levels.items()}
    ).T.rename_axis("at")
    shift = {}
    if moderator:
        shift = {
            "on_first": float(point[0, 2]),
            "on_second": float(point[1, 2]),
            "raises_both": float((drawn[:, :, 2] > 0).all(axis=1).mean()),
        }
    return PanelSymbiosis(
        coefficients=pd.DataFrame(list(rows.values()), index=index, columns=columns),
        modes=modes,
        shift=shift,
        statistics={"n_obs": float(len(steps)), "n_entities": float(len(units)), "draws": float(len(drawn))},
        notes=(
            *_lost(lost),
            *_notes(method, pair, len(units), draws - len(drawn)),
            *(_size_notes(len(units), len(steps)) if method == "within" else ()),
        ),
    )


def _mode(point: Floats, drawn: Floats, value: float, tail: float) -> dict[str, object]:
    def effects(estimates: Floats) -> Floats:
        found = estimates[..., 1]
        return found if np.isnan(value) else found + value * estimates[..., 2]

    centre, spread = effects(point), effects(drawn)
    ends = np.percentile(spread, [tail, 100 - tail], axis=0)
    clear = np.where((ends[0] > 0) | (ends[1] < 0), np.sign(centre), 0.0)
    signs = np.sign(spread)
    quadrants = {name: float(((signs == pair).all(axis=1)).mean()) for pair, name in _QUADRANTS.items()}
    return {
        "level": value,
        "on_first": centre[0],
        "on_first_low": ends[0, 0],
        "on_first_high": ends[1, 0],
        "on_second": centre[1],
        "on_second_low": ends[0, 1],
        "on_second_high": ends[1, 1],
        "mode": interaction(clear[0], clear[1]),
        **quadrants,
    }


def _steps(
    frame: pd.DataFrame, first: str, second: str, entity: str, time: str, moderator: str | None
) -> pd.DataFrame:
    """Return one row per unit and step: levels before it and growth over it."""
    import pandas as pd

    check_columns(frame, [name for name in (first, second, entity, time, moderator) if name is not None])
    complete = frame.dropna(
        subset=[name for name in (first, second, entity, time, moderator) if name is not None]
    )
    rows = pd.DataFrame(
        {
            "unit": complete[entity].to_numpy(),
            "period": numbers(complete[time], time),
            "x0": numbers(complete[first], first, minimum=0.0, exclusive=True),
            "x1": numbers(complete[second], second, minimum=0.0, exclusive=True),
            "moderator": np.zeros(len(complete))
            if moderator is None
            else numbers(complete[moderator], moderator),
        }
    ).sort_values(["unit", "period"], kind="stable", ignore_index=True)
    if rows.duplicated(["unit", "period"]).any():
        raise MeasureError.of(
            "evolution.unit_period_twice",
            entity=entity,
            time=time,
            n=int(rows.duplicated(["unit", "period"]).sum()),
        )
    periods = np.unique(rows["period"])
    step = float(np.diff(periods).min()) if len(periods) > 1 else 1.0
    following = (rows["unit"].shift(-1) == rows["unit"]) & np.isclose(
        rows["period"].shift(-1) - rows["period"], step
    )
    for name in ("x0", "x1"):
        rows[f"growth_{name}"] = (np.log(rows[name].shift(-1)) - np.log(rows[name])) / step
    steps = rows[following]
    steps = steps[steps.groupby("unit")["period"].transform("count") >= 2]
    n_units = steps["unit"].nunique()
    if n_units < _FEWEST:
        raise MeasureError.of(
            "evolution.too_few_units_with_steps", first=first, second=second, n=_FEWEST, n_found=n_units
        )
    return steps.reset_index(drop=True)


def _by_values(steps: pd.DataFrame, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return codes of units in the order of their values, whatever the units are called."""
    periods = np.unique(steps["period"].to_numpy(), return_inverse=True)[1]
    names = ["x0", "x1", "growth_x0", "growth_x1", "moderator"]
    grid = np.full((int(codes.max()) + 1, int(periods.max()) + 1, len(names)), np.nan)
    grid[codes, periods] = steps[names].to_numpy(dtype=np.float64)
    return np.asarray(np.argsort(value_order(grid))[codes], dtype=np.int64)


def _lost(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    return (note_of("evolution.dropped", n=count),)


def _size_notes(units: int, steps: int) -> tuple[Text, ...]:
    effect = Text("the effect of one population on the other", "一方对另一方的影响")
    instead = Text("method='gmm' keeps its level", "method='gmm' 可保持水平")
    return size_notes({"symbiosis about unit means": effect}, units, 1 + steps / units, instead)


def _notes(
    method: SymbiosisMethod, pair: Sequence[SymbiosisEquation], n_units: int, failed: int
) -> tuple[Text, ...]:
    notes: list[Text] = [
        note_of("evolution.few_periods")
        if method == "within"
        else note_of("evolution.instruments", n=pair[0].n_instruments, m=pair[1].n_instruments)
    ]
    if n_units < 30:
        notes.append(note_of("evolution.few_units_bootstrap", n=n_units))
    if failed:
        notes.append(note_of("phrases.failed_draws", n=failed))
    return tuple(notes)
