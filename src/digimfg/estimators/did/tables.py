"""Tables of difference-in-differences: aggregates, event study with its bands, cohorts, periods, cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.distributions.student import t_quantile, t_tail
from digimfg.estimators.did.spread import clustered
from digimfg.inference.effect_projection import group_sums

if TYPE_CHECKING:
    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.inference import Inference
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["critical_value", "effect_rows", "effect_tables"]

Floats = NDArray[np.float64]


def effect_rows(effects: Effects, spread: Floats, df: float, level: float) -> pd.DataFrame:
    """Return estimate, error, test and interval of every effect, and the treated rows behind it; no error is
    NaN.
    """
    variance = np.diag(spread)
    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    statistic = effects.estimate / error
    half = float(t_quantile(0.5 + level / 2, df)) * error
    return pd.DataFrame(
        {
            "estimate": effects.estimate,
            "std_error": error,
            "statistic": statistic,
            "p_value": 2 * t_tail(np.abs(statistic), df),
            "conf_low": effects.estimate - half,
            "conf_high": effects.estimate + half,
            "n_treated_rows": effects.size,
        }
    )


def effect_tables(
    panel: StaggeredPanel, effects: Effects, rows: pd.DataFrame, spread: Floats, inference: Inference
) -> tuple[dict[str, pd.DataFrame], float | None]:
    """Return the rows as tables by kind, and the critical value of the event study's simultaneous bands."""
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
                error = rows["std_error"].to_numpy()[places]
                band = critical_value(panel, effects.influence[:, places][:, error > 0], inference)
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


def critical_value(panel: StaggeredPanel, influence: Floats, inference: Inference) -> float:
    """Return the quantile of the largest absolute t over multiplier draws, one Mammen weight per (first)
    cluster.
    """
    codes = next(iter(clustered(panel, influence).clusters.values()))
    sums = group_sums(influence, codes, int(codes.max()) + 1)
    rng = np.random.default_rng(inference.seed)
    root = np.sqrt(5.0)
    heads = rng.random((inference.draws, len(sums))) < (root + 1) / (2 * root)
    weights = np.where(heads, (1 - root) / 2, (1 + root) / 2)
    drawn = weights @ sums
    largest = np.abs(drawn / np.sqrt((sums**2).sum(axis=0))).max(axis=1, initial=0.0)
    return float(np.quantile(largest, inference.level))
