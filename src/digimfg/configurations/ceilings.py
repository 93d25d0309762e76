"""Necessary condition analysis: the ceiling above which no case lies, how large the empty zone is, and what
a level needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.configurations.ceiling_lines import Ceiling, ceiling, ceiling_zones
from digimfg.configurations.truth_table import Conditions
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, AtMost, Differing, DrawsOrNone, Entries, Finite, NumberColumn, Seed
from digimfg.labels import term_label
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CeilingAnalysis", "CeilingName", "Corner", "necessary_condition_analysis"]

CeilingName = Literal["ce_fdh", "cr_fdh"]
Corner = Literal["upper_left", "upper_right", "lower_left", "lower_right"]
_FEWEST = 5
_SLACK = 1e-9


@checked
@shown(Text("Necessary condition analysis", "必要条件分析（NCA）"))
@dataclass(frozen=True, kw_only=True, eq=False)
class CeilingAnalysis:
    """Hold ceilings, effect sizes and bottlenecks.

    Parameters
    ----------
    effects
        Index ``(condition, ceiling)``; ``scope ceiling_zone effect_size`` (zone over scope),
        ``accuracy_pct`` (cases on or below the ceiling), ``fit_pct`` (zone over that of CE-FDH), ``slope
        intercept`` (CR-FDH), ``condition_inefficiency_pct outcome_inefficiency_pct`` and ``p_value``
        (missing without draws).
    bottleneck
        One row per level, condition and ceiling: ``outcome_pct`` (of its range), ``outcome``, ``condition``,
        ``ceiling``, ``required_pct`` (of the condition's range) and ``required``: the least that is needed,
        in right corners the most that is allowed; missing where nothing is needed, infinite where no value
        in the scope is enough.
    peers
        The cases on the step ceiling: ``condition``, ``x``, ``y``.
    cases
        The values analysed.
    outcome, conditions
        Columns.
    corner
        Of the square of both ranges, whose emptiness was looked at.
    notes
        What a reader must know.
    """

    effects: pd.DataFrame
    bottleneck: pd.DataFrame
    peers: pd.DataFrame
    cases: pd.DataFrame
    outcome: str
    conditions: tuple[str, ...]
    corner: Corner
    notes: tuple[Text, ...]


@checked
@keeps_marks
def necessary_condition_analysis(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    conditions: Conditions,
    *,
    corner: Corner = "upper_left",
    ceilings: Annotated[Sequence[CeilingName], Entries(), Differing()] = ("ce_fdh", "cr_fdh"),
    scope: Mapping[str, Annotated[Sequence[Finite], Entries(2, 2)]] | None = None,
    steps: Annotated[int, AtLeast(1), AtMost(1_000)] = 10,
    draws: DrawsOrNone = 1_000,
    seed: Seed = 0,
) -> CeilingAnalysis:
    r"""Find the ceiling of an outcome over each condition, and test whether the empty zone above it is more
    than chance.

    A high outcome needs the condition where no case lies in the upper left corner; other corners are that
    one after condition, outcome or both are turned round. CE-FDH is the least
    non-decreasing step function above all cases; CR-FDH the least-squares line through its corners. The
    effect size is :math:`d=C/S`, the zone above the ceiling over the scope (Dul 2016,
    doi:10.1177/1094428115584005); its p value is the share of permutations of the outcome whose d is as
    large, the sample itself counted (Dul, van der Laan & Kuik 2020, doi:10.1177/1094428118795272).

    Parameters
    ----------
    frame
        One row per case, measured quantities or memberships.
    outcome, conditions
        Columns.
    corner
        Which corner is empty: a high outcome needs a high condition (``"upper_left"``) or a low one
        (``"upper_right"``); a low outcome needs a high condition (``"lower_left"``) or a low one
        (``"lower_right"``). In lower corners the ceiling is a floor.
    ceilings
        Which ceilings.
    scope
        Column → lowest and highest possible value; by default those observed.
    steps
        Levels of the bottleneck table between the lowest and the highest outcome.
    draws, seed
        Permutations.

    Raises
    ------
    MeasureError
        If the outcome is a condition, a column is constant, fewer than five cases are complete, or a scope
        leaves out cases.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"x": [0, 1, 2, 3, 4, 4], "y": [0, 1, 1, 3, 4, 2]})
    >>> found = necessary_condition_analysis(frame, "y", ["x"], draws=99)
    >>> found.effects["effect_size"].round(4).tolist()
    [0.6875, 0.5]
    """
    import pandas as pd

    names = list(conditions)
    held, lost = _complete(frame, outcome, names)
    y = held[outcome].to_numpy(dtype=np.float64)
    turned_x, turned_y = corner.endswith("right"), corner.startswith("lower")
    y_scope = _turned(_scope(held, outcome, scope), turned_y)
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((draws, len(y))), axis=1)
    effects: dict[tuple[str, str], dict[str, float]] = {}
    needed, peers = [], []
    levels = np.linspace(0, 1, steps + 1)
    for name in names:
        x = held[name].to_numpy(dtype=np.float64)
        x_scope = _turned(_scope(held, name, scope), turned_x)
        u, v = _inside(x, x_scope), _inside(y, y_scope)
        drawn = ceiling_zones(np.sort(u), np.sort(v)[orders])  # whatever the order of the rows
        found = ceiling(u, v)
        for kind in ceilings:
            effects[name, kind] = _effects(found, kind, u, v, x_scope, y_scope) | {
                "p_value": float((1 + np.sum(drawn[kind] >= found.zone(kind) - _SLACK)) / (1 + draws))
                if draws
                else np.nan
            }
            needed += [
                _level(level, found.required(kind, level), name, kind, x_scope, y_scope) for level in levels
            ]  # from the end that needs nothing
        peers.append(
            pd.DataFrame(
                {"condition": name, "x": _outside(found.x, x_scope), "y": _outside(found.y, y_scope)}
            )
        )
    index = pd.MultiIndex.from_tuples(list(effects), names=["condition", "ceiling"])
    return CeilingAnalysis(
        effects=pd.DataFrame(list(effects.values()), index=index),
        bottleneck=pd.DataFrame(needed),
        peers=pd.concat(peers, ignore_index=True),
        cases=held.reset_index(drop=True),
        outcome=outcome,
        conditions=tuple(names),
        corner=corner,
        notes=_notes(lost, draws, effects),
    )


Range = tuple[float, float]
"""Where a corner begins and ends: the high end first where it is turned round."""


def _turned(scope: Range, turned: bool) -> Range:
    return (scope[1], scope[0]) if turned else scope


def _complete(frame: pd.DataFrame, outcome: str, names: Sequence[str]) -> tuple[pd.DataFrame, int]:
    check_columns(frame, [outcome, *names])
    held = frame[list(dict.fromkeys([outcome, *names]))].dropna().astype(np.float64)
    fault = None
    if outcome in names:
        fault = Text("the outcome among the conditions", "结果变量列入了条件")
    elif len(held) < _FEWEST:
        fault = note_of("configurations.complete_cases", n=len(held))
    elif not np.isfinite(held.to_numpy()).all():
        fault = Text("infinite values", "无穷值")
    elif flat := [name for name in held.columns if held[name].min() == held[name].max()]:
        fault = note_of(
            "configurations.names_that_do_not_vary", names=[term_label(str(name)) for name in flat]
        )
    if fault is not None:
        raise MeasureError.of("configurations.too_few_complete_cases", got=fault, name=outcome, n=_FEWEST)
    return held, len(frame) - len(held)


def _scope(held: pd.DataFrame, name: str, scope: Mapping[str, Sequence[float]] | None) -> Range:
    low, high = float(held[name].min()), float(held[name].max())
    if name not in (scope or {}):
        return low, high
    given = tuple((scope or {})[name])
    if given[0] <= low and given[1] >= high:
        return float(given[0]), float(given[1])
    raise MeasureError.of(
        "configurations.scope_too_narrow",
        name=name,
        low=f"{given[0]:.6g}",
        high=f"{given[1]:.6g}",
        least=f"{low:.6g}",
        most=f"{high:.6g}",
    )


def _effects(
    found: Ceiling, kind: CeilingName, u: Any, v: Any, x_scope: Range, y_scope: Range
) -> dict[str, float]:
    wide, high = x_scope[1] - x_scope[0], y_scope[1] - y_scope[0]
    zone, whole = found.zone(kind), found.zone("ce_fdh")
    idle_x, idle_y = found.inefficiencies(kind)
    slope, intercept = found.slope * high / wide, y_scope[0] + high * found.intercept
    line = kind == "cr_fdh"
    return {
        "scope": abs(wide * high),
        "ceiling_zone": zone * abs(wide * high),
        "effect_size": zone,
        "accuracy_pct": 100 * float(np.mean(v <= found.heights(kind, u) + _SLACK)),
        "fit_pct": 100 * zone / whole if whole > 0 else np.nan,
        "slope": slope if line else np.nan,
        "intercept": intercept - slope * x_scope[0] if line else np.nan,
        "condition_inefficiency_pct": 100 * idle_x,
        "outcome_inefficiency_pct": 100 * idle_y,
    }


def _level(
    level: float, needed: float, name: str, kind: str, x_scope: Range, y_scope: Range
) -> dict[str, Any]:
    return {
        "outcome_pct": _share(level, y_scope),
        "outcome": y_scope[0] + level * (y_scope[1] - y_scope[0]),
        "condition": name,
        "ceiling": kind,
        "required_pct": _share(needed, x_scope),
        "required": x_scope[0] + needed * (x_scope[1] - x_scope[0]),
    }


def _share(place: float, scope: Range) -> float:
    return 100 * (place if scope[0] < scope[1] else 1 - place)


def _inside(values: Any, scope: Range) -> Any:
    return (values - scope[0]) / (scope[1] - scope[0])


def _outside(values: Any, scope: Range) -> Any:
    return scope[0] + values * (scope[1] - scope[0])


def _notes(lost: int, draws: int, effects: Mapping[tuple[str, str], Mapping[str, float]]) -> tuple[Text, ...]:
    notes: list[Text] = []
    if lost:
        notes.append(note_of("configurations.cases_with_missing_values", n=lost))
    if draws:
        notes.append(note_of("configurations.permutations", n=draws, m=len(effects)))
    return tuple(notes)
