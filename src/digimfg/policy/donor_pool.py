"""What a synthetic control is made of: outcomes by period and unit, and the predictors that are matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.column_names import names_fault
from digimfg.design.keys import refuse_repeats
from digimfg.errors import EstimationError, SpecificationError
from digimfg.labels import value_labels
from digimfg.measures.columns import refuse_infinite
from digimfg.notes import note_of
from digimfg.terms import unknown_column
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LABEL", "fit_window", "given_importance", "outcome_grid", "predictor_table"]

Floats = NDArray[np.float64]
LABEL = Text("synthetic control", "合成控制法")


def outcome_grid(
    frame: pd.DataFrame,
    outcome: str,
    entity: str,
    time: str,
    treated: Any,
    donors: Sequence[Any] | None,
    notes: list[Text],
) -> pd.DataFrame:
    """Return outcomes by period and unit; units with a gap are left out with a note."""
    if fault := names_fault(frame):
        raise fault.error(SpecificationError, where=LABEL)
    frame = frame.reset_index(drop=True)
    for name in (outcome, entity, time):
        if name not in frame.columns:
            raise unknown_column(name, [str(column) for column in frame.columns], LABEL)
    present = set(frame[entity])
    unknown = [unit for unit in (treated, *(donors or ())) if unit not in present]
    if unknown or (donors is not None and treated in donors):
        raise SpecificationError.of(
            "policy.treated_unit",
            where=LABEL,
            got=", ".join(repr(unit) for unit in unknown[:5]) or repr(treated),
            entity=entity,
        )
    refuse_repeats(frame, entity, time, LABEL)
    refuse_infinite(frame[outcome], outcome)
    kept = frame if donors is None else frame[frame[entity].isin([treated, *donors])]
    wide = kept.pivot_table(
        index=time, columns=entity, values=outcome, aggfunc="first", dropna=False
    ).sort_index()
    wide = wide.sort_index(axis=1).astype(np.float64)
    missing = [unit for unit in wide.columns if wide[unit].isna().any()]
    if treated in missing:
        raise EstimationError.of(
            "policy.treated_outcome_missing",
            where=LABEL,
            treated=repr(treated),
            n=int(wide[treated].isna().sum()),
        )
    if missing:
        notes.append(_left_out(missing, entity, Text("a missing outcome", "结果变量缺失")))
    return wide.drop(columns=missing)


def _left_out(units: Sequence[Any], entity: str, reason: Text) -> Text:
    return note_of(
        "policy.left_out", reason=reason, n_units=len(units), names=value_labels(units, entity, most=5)
    )


def fit_window(
    times: Floats, before: NDArray[np.bool_], periods: Sequence[float] | None, notes: list[Text]
) -> NDArray[np.bool_]:
    """Return which periods are those of the fit: all before treatment, or those declared, which become a
    note.

    Raises
    ------
    SpecificationError
        If fewer than two are declared, or one is not an observed period before treatment.
    """
    if periods is None:
        return before
    declared = sorted(dict.fromkeys(float(period) for period in periods))
    outside = [period for period in declared if period not in times[before]]
    if outside or len(declared) < 2:
        raise SpecificationError.of(
            "policy.fit_periods",
            got=", ".join(f"{period:g}" for period in outside[:5] or declared) or "()",
            first=times[before][0],
            last=times[before][-1],
        )
    notes.append(
        note_of(
            "policy.window",
            n_declared=len(declared),
            total=int(before.sum()),
            declared=declared[0],
            declared_2=declared[-1],
        )
    )
    return np.isin(times, declared)


def predictor_table(
    frame: pd.DataFrame,
    wide: pd.DataFrame,
    before: NDArray[np.bool_],
    window: NDArray[np.bool_],
    times: Floats,
    entity: str,
    time: str,
    outcome: str,
    predictors: Mapping[str, Sequence[float]],
    outcome_periods: Sequence[float] | None,
    notes: list[Text],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is matched, predictor × unit, and the outcomes of the units that have all of it."""
    rows: dict[str, pd.Series[float]] = {}
    for name, periods in predictors.items():
        if name not in frame.columns:
            raise unknown_column(name, [str(column) for column in frame.columns], LABEL)
        refuse_infinite(frame[name], name)
        inside = frame[frame[time].isin(list(periods))]
        rows[name] = pd.Series(inside.groupby(entity)[name].mean().reindex(wide.columns))
    matched = outcome_periods if outcome_periods is not None else ([] if predictors else times[window])
    for period in matched:
        if period not in times[before]:
            raise SpecificationError.of("policy.outcome_period_after_treatment", got=f"{period:g}")
        rows[f"{outcome}[{period:g}]"] = wide.T[period]
    table = pd.DataFrame(rows).T.reindex(columns=wide.columns).astype(np.float64)
    lacking = [unit for unit in table.columns if table[unit].isna().any()]
    if lacking:
        notes.append(_left_out(lacking, entity, Text("a missing predictor", "预测变量缺失")))
    kept = [unit for unit in wide.columns if unit not in lacking]
    return table[kept], wide[kept]


def given_importance(features: pd.DataFrame, importance: Mapping[str, float]) -> Floats:
    """Return the importance given, in the order of the predictors, adding up to one."""
    unknown = [name for name in importance if name not in features.index]
    values = np.array([importance.get(name, 0.0) for name in features.index], dtype=np.float64)
    if unknown or (values < 0).any() or values.sum() <= 0:
        raise SpecificationError.of(
            "policy.importance_of_predictors", got=", ".join(unknown) or "≤ 0", predictors=features.index[:8]
        )
    shares: Floats = values / values.sum()
    return shares
