"""Put effects and their influence into a result: errors, joint tests, tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.distributions.student import quadratic_form, student_joint
from digimfg.estimators.did.effects import AGGREGATES, Effects
from digimfg.estimators.did.inference import Inference
from digimfg.estimators.did.spread import check_clusters, check_spread, effect_covariance
from digimfg.estimators.did.tables import effect_rows, effect_tables
from digimfg.estimators.did.thin import thin_notes
from digimfg.estimators.linear_result import linear_result
from digimfg.known_sizes import size_notes
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.result import Result

__all__ = ["did_result", "effects_result", "in_order"]

Floats = NDArray[np.float64]
_BEFORE = Text("the joint test of effects before treatment", "处理前效应的联合检验")
_RATHER = Text(
    "read the simultaneous bands and Honest DiD rather than its p value",
    "宜看同时置信带与 Honest DiD，而非其p值",
)


def did_result(
    panel: StaggeredPanel,
    effects: Effects,
    inference: Inference,
    notes: list[Text],
    *,
    method: str,
    statistics: Mapping[str, float] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Result:
    """Return the result: the aggregate asked for, event times, cohorts and calendar times on its rows.

    Parameters
    ----------
    method
        Its name in the table of known sizes.
    statistics, tables
        Further ones.
    """
    check_clusters(panel, whole_units=inference.unit_level, with_rule=inference.slopes is not None)
    effects = in_order(effects, inference.aggregate)
    spread, df, counts, sandwich_notes = effect_covariance(panel, effects.influence, inference.slopes)
    check_spread(panel, effects)
    later: list[Text] = []
    joint = _pretrends(panel, effects, spread, df, later)
    if "pretrend_p" in joint:
        later += size_notes(
            {f"before treatment, {method}": _BEFORE}, counts["n_clusters"], len(panel.times), _RATHER
        )
    later += [*_few_treated(panel), *thin_notes(panel, effects)]
    said = [*sandwich_notes, *(sentence(note) for note in notes)]
    counted = counts | joint | dict(statistics or {})
    return effects_result(panel, effects, (spread, df), inference, counted, said, later, tables)


def in_order(effects: Effects, aggregate: str) -> Effects:
    """Return the effects with the aggregate asked for first."""
    order = _order(effects, aggregate)
    if order == list(range(len(order))):
        return effects
    return Effects(
        keys=tuple(effects.keys[place] for place in order),
        estimate=effects.estimate[order],
        influence=effects.influence[:, order],
        size=effects.size[order],
        weights=effects.weights[:, order],
        cohorts=effects.cohorts,
    )


def effects_result(
    panel: StaggeredPanel,
    effects: Effects,
    errors: tuple[Floats, float],
    inference: Inference,
    statistics: Mapping[str, float],
    notes: Sequence[Text],
    later: Sequence[Text],
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Result:
    """Return the result of effects in order whose covariance and degrees of freedom are known.

    Parameters
    ----------
    errors
        The covariance of all effects, and the degrees of freedom.
    statistics, tables
        Further ones.
    notes, later
        Sentences before, and notes after, what is said of effects without a standard error.
    """
    design, (spread, df) = panel.design, errors
    missing: list[Text] = []
    rows = effect_rows(effects, spread, df, inference.level)
    own, band = effect_tables(panel, effects, rows, spread, inference)
    shown = [
        place
        for place, (kind, _) in enumerate(effects.keys)
        if _on_a_row(kind, effects.keys[place], inference)
    ]
    without = int(rows["std_error"].iloc[shown].isna().sum())
    if without:
        missing.append(note_of("did.no_error", without=without))
    names = tuple(_name(panel.name, effects.keys[place]) for place in shown)
    bands = {} if band is None else {"band_critical_value": band}
    result = linear_result(
        design,
        names=names,
        estimates=effects.estimate[shown],
        covariance=spread[np.ix_(shown, shown)],
        df=df,
        statistics=_statistics(panel, own, inference.symbol) | dict(statistics) | bands,
        notes=(*notes, *(sentence(note) for note in (*missing, *later))),
        tables=own | dict(tables or {}),
    )
    extra = {key: value for key, value in result.statistics.items() if key != "min_detectable_effect"}
    smallest = 2.8 * float(rows["std_error"].iloc[0])
    if not np.isnan(smallest):
        extra["min_detectable_effect"] = smallest
    coefficients = result.coefficients
    if without:
        columns = ["std_error", "conf_low", "conf_high"]
        coefficients = coefficients.copy()
        coefficients[columns] = coefficients[columns].where(coefficients["std_error"] > 0)
    return replace(result, coefficients=coefficients, statistics=extra)


def _few_treated(panel: StaggeredPanel) -> list[Text]:
    """Return a note where few units, or few clusters, are treated."""
    treated = np.isfinite(panel.first)
    units = int(np.isfinite(panel.unit_first).sum())
    clusters = min(np.count_nonzero(np.bincount(codes[treated])) for codes in panel.design.clusters.values())
    if clusters >= 10:
        return []
    word = Text("units", "个处理个体") if clusters == units else Text("clusters", "个含处理个体的聚类")
    return [note_of("did.few_treated", word=word, clusters=clusters)]


def _order(effects: Effects, aggregate: str) -> list[int]:
    """Return positions: the chosen aggregate, the others, then event times, cohorts, periods, cells, each
    sorted.
    """
    kinds = ("aggregates", "event_study", "group", "calendar", "group_time")

    def rank(place: int) -> tuple[int, object]:
        kind, key = effects.keys[place]
        if kind == "aggregates":
            return 0, (key != aggregate, AGGREGATES.index(str(key)))
        return kinds.index(kind), key

    return sorted(range(len(effects.keys)), key=rank)


def _on_a_row(kind: str, key: tuple[str, object], inference: Inference) -> bool:
    return kind in ("event_study", "group", "calendar") or key == ("aggregates", inference.aggregate)


def _name(treatment: str, key: tuple[str, object]) -> str:
    kind, value = key
    if kind == "aggregates":
        return treatment
    word = {"event_study": "event_time", "group": "cohort", "calendar": "calendar_time"}[kind]
    return f"{word}[{value:g}]"


def _statistics(panel: StaggeredPanel, tables: dict[str, pd.DataFrame], symbol: str) -> dict[str, float]:
    first = panel.unit_first
    aggregates = tables["aggregates"]["estimate"]
    return {
        "n_obs": float(len(panel.unit)),
        "n_entities": float(panel.n_units),
        "n_periods": float(len(panel.times)),
        "n_treated": float(np.isfinite(first).sum()),
        "n_never_treated": float(np.isinf(first).sum()),
        "n_cohorts": float(len(panel.cohorts)),
        **{f"{symbol}_{name}": float(value) for name, value in aggregates.items()},
    }


def _pretrends(
    panel: StaggeredPanel, effects: Effects, spread: Floats, df: float, notes: list[Text]
) -> dict[str, float]:
    """Return the Wald tests that effects before treatment are zero: of event times, and of cells where there
    are such.
    """
    found: dict[str, float] = {}
    limit = -panel.anticipation
    for kind, name in (("event_study", "pretrend"), ("group_time", "pretrend_cells")):
        places = [
            place
            for place, (of, key) in enumerate(effects.keys)
            if of == kind and (key if kind == "event_study" else key[1] - key[0]) < limit  # type: ignore[index,operator]
        ]
        if not places:
            continue
        count = len(places)
        wald = quadratic_form(spread[np.ix_(places, places)], effects.estimate[places], tolerance=1e-8)
        if np.isnan(wald):
            if kind == "event_study":
                notes.append(note_of("did.no_joint_test", n_places=len(places)))
            continue
        found |= {
            f"{name}_wald": wald,
            f"{name}_df": float(count),
            f"{name}_p": student_joint(wald, count, df).p_value,
        }
    return found
