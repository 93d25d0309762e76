"""Put effects and their influence into a result: errors, joint tests, simultaneous bands, tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.effects import AGGREGATES, Effects
from digimfg.estimators.linear_result import linear_result
from digimfg.inference.covariance import Clustered
from digimfg.inference.sandwich import score_covariance
from digimfg.inference.small_sample import small_sample_adjustment
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.result import Result

__all__ = ["Inference", "did_result", "treatment_row"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """State how errors are formed.

    Parameters
    ----------
    aggregate
        The aggregate on the row of the treatment.
    level
        Of intervals and bands.
    draws, seed
        Multiplier bootstrap of the bands, 0 draws for none.
    slopes
        Slopes of the regression whose small-sample rule applies; ``None`` for large-sample errors.
    reference
        Event time whose effect is zero by construction, ``None`` for none.
    unit_level
        Whether influence is that of units, so that clusters must hold whole units.
    """

    aggregate: str
    level: float
    draws: int
    seed: int
    slopes: int | None
    reference: float | None
    unit_level: bool


def did_result(panel: StaggeredPanel, effects: Effects, inference: Inference, notes: list[Text]) -> Result:
    """Return the result: the aggregate asked for, event times, cohorts and calendar times on its rows."""
    design = panel.design
    _check_covariance(panel)
    if inference.unit_level:
        _check_nested(panel)
    order = _order(effects, inference.aggregate)
    effects = Effects(
        keys=tuple(effects.keys[place] for place in order),
        estimate=effects.estimate[order],
        influence=effects.influence[:, order],
        size=effects.size[order],
        weights=effects.weights[:, order],
    )
    spread, df, counts, sandwich_notes = _covariance(panel, effects.influence, inference.slopes)
    _check_spread(panel, effects)
    rows = _rows(effects, spread, df, inference.level)
    tables, band = _tables(panel, effects, rows, spread, inference)
    shown = [
        place
        for place, (kind, _) in enumerate(effects.keys)
        if _on_a_row(kind, effects.keys[place], inference)
    ]
    without = int((rows["std_error"].iloc[shown] <= 0).sum())
    if without:
        notes.append(
            Text(
                f"{without} effects compare one unit with one: they have no standard error",
                f"{without} 个效应仅为单个个体与单个个体之比较：无标准误",
            )
        )
    names = tuple(_name(panel.name, effects.keys[place]) for place in shown)
    statistics = _statistics(panel, tables, counts)
    statistics |= _pretrends(panel, effects, spread, df)
    if band is not None:
        statistics["band_critical_value"] = band
    small = statistics["n_treated"]
    if small < 10:
        notes.append(
            Text(
                f"Only {small:g} treated units: clustered errors are too small; see dm.few_treated_test",
                f"仅 {small:g} 个处理个体：聚类标准误偏小，见 dm.few_treated_test",
            )
        )
    result = linear_result(
        design,
        names=names,
        estimates=effects.estimate[shown],
        covariance=spread[np.ix_(shown, shown)],
        df=df,
        statistics=statistics | ({"df_t": df} if np.isfinite(df) else {}),
        notes=(*sandwich_notes, *(Text(note.en[:1].upper() + note.en[1:], note.zh) for note in notes)),
        tables=tables,
    )
    extra = {key: value for key, value in result.statistics.items() if key != "min_detectable_effect"}
    return replace(
        result, statistics=extra | {"min_detectable_effect": 2.8 * float(rows["std_error"].iloc[0])}
    )


def _check_spread(panel: StaggeredPanel, effects: Effects) -> None:
    """Raise where every cohort is one unit and none moves the effect: errors would be zero, whatever the noise."""
    outcome = panel.design.outcome
    alone = max(int((panel.unit_first == first).sum()) for first in panel.unit_first) == 1
    if not alone or np.abs(effects.influence[:, 0]).sum() > 1e-11 * np.abs(outcome - outcome.mean()).max():
        return
    raise EstimationError(
        where=Text(f"{panel.n_units} units", f"{panel.n_units} 个个体"),
        expected=Text(
            "cohorts and comparisons of several units, whose effects differ",
            "处理组与对照组均含多个个体且效应有差异",
        ),
        got=Text("none, so that the standard error would be zero", "没有，标准误将为零"),
        remedy=Text(
            "add units, or use dm.synthetic_control for a single treated unit",
            "增加个体；单一处理个体可用 dm.synthetic_control",
        ),
    )


def treatment_row(
    panel: StaggeredPanel, effects: Effects, aggregate: str, slopes: int | None
) -> tuple[float, float]:
    """Return estimate and standard error of one aggregate."""
    place = effects.keys.index(("aggregates", aggregate))
    spread, *_ = _covariance(panel, effects.influence[:, [place]], slopes)
    return float(effects.estimate[place]), float(np.sqrt(spread[0, 0]))


def _covariance(
    panel: StaggeredPanel, influence: Floats, slopes: int | None
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    """Return the covariance under the rule of the method, degrees of freedom, counts and notes."""
    design = panel.design
    spread, counts, notes = score_covariance(_clustered(panel, influence), influence)
    factor, df = 1.0, np.inf
    if slopes is not None:
        codes = {"unit": panel.unit, "period": panel.period} if slopes >= 0 else {}
        adjustment = small_sample_adjustment(
            replace(design, effects=codes), abs(slopes), int(counts["n_clusters"])
        )
        factor, df = adjustment.factor, adjustment.df
    return (spread + spread.T) / 2 * factor, df, counts, notes


def _clustered(panel: StaggeredPanel, influence: Floats) -> Design:
    """Return a design whose clusters are those of the rows of influence: of units, or of the panel's rows."""
    design = panel.design
    if len(influence) == len(panel.unit):
        return design
    first = panel.first_rows
    return replace(design, clusters={name: codes[first] for name, codes in design.clusters.items()})


def _check_covariance(panel: StaggeredPanel) -> None:
    covariance_asked = panel.design.specification.covariance
    if not isinstance(covariance_asked, Clustered):
        raise SpecificationError(
            where=Text("difference-in-differences, `covariance`", "双重差分，`covariance`"),
            expected=Text("dm.Clustered by unit or coarser", "dm.Clustered（个体或更高层级）"),
            got=type(covariance_asked).__name__,
            remedy=Text(
                "leave it out, or name the clusters: dm.Clustered('province')",
                "留空，或指定聚类：dm.Clustered('province')",
            ),
        )


def _check_nested(panel: StaggeredPanel) -> None:
    for name, codes in panel.design.clusters.items():
        first = np.zeros(panel.n_units, dtype=np.int64)
        first[panel.unit] = codes
        moving = len(np.unique(panel.unit[first[panel.unit] != codes]))
        if moving:
            raise SpecificationError(
                where=Text(f"clusters '{name}'", f"聚类“{name}”"),
                expected=Text("clusters that hold whole units", "每个个体只属于一个聚类"),
                got=Text(f"{moving} units in several clusters", f"{moving} 个个体跨越多个聚类"),
                remedy=Text("cluster by the unit or by a coarser column", "按个体或更高层级聚类"),
            )


def _order(effects: Effects, aggregate: str) -> list[int]:
    """Return positions: the chosen aggregate, the others, then event times, cohorts, periods, cells, each sorted."""
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


def _rows(effects: Effects, spread: Floats, df: float, level: float) -> pd.DataFrame:
    error = np.sqrt(np.maximum(np.diag(spread), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, effects.estimate / error, np.nan)
    half = float(stats.t.ppf(0.5 + level / 2, df)) * error
    return pd.DataFrame(
        {
            "estimate": effects.estimate,
            "std_error": error,
            "statistic": statistic,
            "p_value": 2 * stats.t.sf(np.abs(statistic), df),
            "conf_low": effects.estimate - half,
            "conf_high": effects.estimate + half,
            "n_treated_rows": effects.size,
        }
    )


def _tables(
    panel: StaggeredPanel, effects: Effects, rows: pd.DataFrame, spread: Floats, inference: Inference
) -> tuple[dict[str, pd.DataFrame], float | None]:
    tables: dict[str, pd.DataFrame] = {}
    band: float | None = None
    labels = {"aggregates": "aggregate", "event_study": "event_time", "group": "cohort", "calendar": "time"}
    for kind, label in labels.items():
        places = [place for place, key in enumerate(effects.keys) if key[0] == kind]
        if not places:
            continue
        table = rows.iloc[places].copy()
        keys = [effects.keys[place][1] for place in places]
        if kind == "event_study":
            if inference.draws:
                band = _critical_value(panel, effects.influence[:, places], inference)
                error = rows["std_error"].to_numpy()[places]
                table["band_low"] = table["estimate"] - band * error
                table["band_high"] = table["estimate"] + band * error
            table["reference"] = False
            reference = inference.reference
            if reference is not None and reference not in keys:
                empty = dict.fromkeys(table.columns, np.nan) | {"estimate": 0.0, "reference": True}
                table = pd.concat([table, pd.DataFrame([empty])])
                table = table.astype({"reference": bool})
                keys = [*keys, reference]
        table.index = pd.Index(keys, name=label)
        tables[kind] = table.sort_index() if kind == "event_study" else table
        if kind == "event_study":
            tables["event_study_covariance"] = pd.DataFrame(
                spread[np.ix_(places, places)],
                index=pd.Index([effects.keys[place][1] for place in places], name=label),
                columns=[f"{effects.keys[place][1]:g}" for place in places],
            )
    cells = [place for place, key in enumerate(effects.keys) if key[0] == "group_time"]
    if cells:
        table = rows.iloc[cells].reset_index(drop=True)
        pairs = [effects.keys[place][1] for place in cells]
        table.insert(0, "cohort", [pair[0] for pair in pairs])  # type: ignore[index]
        table.insert(1, "time", [pair[1] for pair in pairs])  # type: ignore[index]
        table.index = pd.Index(range(1, len(table) + 1), name="cell")
        tables["group_time"] = table
    return tables, band


def _critical_value(panel: StaggeredPanel, influence: Floats, inference: Inference) -> float:
    """Return the quantile of the largest absolute t over multiplier draws, one Mammen weight per (first) cluster."""
    codes = next(iter(_clustered(panel, influence).clusters.values()))
    sums = np.column_stack([np.bincount(codes, influence[:, k]) for k in range(influence.shape[1])])
    rng = np.random.default_rng(inference.seed)
    root = np.sqrt(5.0)
    heads = rng.random((inference.draws, len(sums))) < (root + 1) / (2 * root)
    weights = np.where(heads, (1 - root) / 2, (1 + root) / 2)
    drawn = weights @ sums
    error = np.sqrt((sums**2).sum(axis=0))
    kept = error > 0
    largest = np.abs(drawn[:, kept] / error[kept]).max(axis=1, initial=0.0)
    return float(np.quantile(largest, inference.level))


def _statistics(
    panel: StaggeredPanel, tables: dict[str, pd.DataFrame], counts: dict[str, float]
) -> dict[str, float]:
    first = panel.unit_first
    aggregates = tables["aggregates"]["estimate"]
    return {
        "n_obs": float(len(panel.unit)),
        "n_entities": float(panel.n_units),
        "n_periods": float(len(panel.times)),
        "n_treated": float(np.isfinite(first).sum()),
        "n_never_treated": float(np.isinf(first).sum()),
        "n_cohorts": float(len(panel.cohorts)),
        **{f"att_{name}": float(value) for name, value in aggregates.items()},
        **counts,
    }


def _pretrends(panel: StaggeredPanel, effects: Effects, spread: Floats, df: float) -> dict[str, float]:
    """Return the Wald tests that effects before treatment are zero: of event times, and of cells where there are such."""
    found: dict[str, float] = {}
    limit = -panel.anticipation
    for kind, name in (("event_study", "pretrend"), ("group_time", "pretrend_cells")):
        places = [
            place
            for place, (of, key) in enumerate(effects.keys)
            if of == kind and (key if kind == "event_study" else key[1] - key[0]) < limit  # type: ignore[index,operator]
        ]
        block = spread[np.ix_(places, places)]
        size = np.sqrt(np.diag(block))
        if not places or np.any(size <= 0):
            continue
        correlation = block / size / size[:, None]
        if np.linalg.matrix_rank(correlation, tol=1e-8, hermitian=True) < len(places):
            continue
        scaled = effects.estimate[places] / size
        wald = float(scaled @ np.linalg.solve(correlation, scaled))
        count = len(places)
        found |= {
            f"{name}_wald": wald,
            f"{name}_df": float(count),
            f"{name}_p": float(
                stats.chi2.sf(wald, count) if np.isinf(df) else stats.f.sf(wald / count, count, df)
            ),
        }
    return found
