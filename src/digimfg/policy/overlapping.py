"""Other pilot policies that reached the units of a study too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.kinds import Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.policy.pilots import first_years, list_pilots
from digimfg.policy.treatment import check_treatment
from digimfg.shown import shown
from digimfg.text import Text

__all__ = [
    "OverlappingPolicies",
    "overlapping_policies",
]


@checked
@shown(Text("Policies that coincide", "同期政策"))
@dataclass(frozen=True, kw_only=True, eq=False)
class OverlappingPolicies:
    """Hold which pilot policies reached the units of a study too.

    Parameters
    ----------
    table
        Index policy; ``treated`` and ``controls`` (units that it reached by the last period),
        ``share_treated share_controls``, ``same_year`` (treated units named within a year of their own
        treatment), ``unconfirmed`` (of the units it reached), ``complete`` (whether the register holds its
        list whole).
    n_treated, n_controls
        Units of the study.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    n_treated: int
    n_controls: int
    notes: tuple[Text, ...]


@checked
@keeps_marks
def overlapping_policies(
    frame: pd.DataFrame, treatment: NumberColumn, *, entity: Key, time: NumberColumn
) -> OverlappingPolicies:
    """Say which pilot policies reached the treated and the other units of a study, and how near in time.

    Parameters
    ----------
    frame
        Cities or provinces of China by year.
    treatment
        0/1 column, 1 once treated.
    entity, time
        Codes or names of cities or provinces, and years.

    Raises
    ------
    SpecificationError
        If the treatment is not 0 and 1.
    EstimationError
        If no unit is a place of China.

    Examples
    --------
    >>> frame = pd.DataFrame({"province": ["浙江", "江苏"] * 2, "year": [2018, 2018, 2020, 2020],
    ...     "on": [0, 0, 1, 0]})
    >>> found = overlapping_policies(frame, "on", entity="province", time="year")
    >>> found.table.loc["digital_economy_zone", ["treated", "controls", "same_year"]].tolist()
    [1, 0, 1]
    """
    check_treatment(frame, treatment)
    on = frame[frame[treatment] == 1]
    start = on.groupby(entity)[time].min()
    units = pd.Index(frame[entity].dropna().unique())
    last = float(frame[time].max())
    summary = list_pilots().set_index("policy")
    rows: dict[str, dict[str, Any]] = {}
    for policy in summary.index:
        first = first_years(frame[entity], policy)
        reached = first[first["year"] <= last]
        treated = reached.index.isin(start.index)
        own = reached.index[treated]
        near = (
            np.abs(reached.loc[own, "year"].to_numpy(dtype=float) - start.loc[own].to_numpy(dtype=float)) <= 1
        )
        rows[policy] = {
            "treated": int(treated.sum()),
            "controls": int((~treated).sum()),
            "share_treated": float(treated.sum() / len(start)) if len(start) else np.nan,
            "share_controls": float((~treated).sum() / max(len(units) - len(start), 1)),
            "same_year": int(near.sum()),
            "unconfirmed": int(reached["unconfirmed"].sum()),
            "complete": bool(summary.loc[policy, "held"] == summary.loc[policy, "announced"]),
        }
    table = pd.DataFrame(rows).T.infer_objects()
    table.index.name = "policy"
    notes = [
        note_of(
            "policy.overlap",
            name=Text(str(summary["name_en"][policy]), str(summary["name_zh"][policy])),
            same=int(row["same_year"]),
            treated=len(start),
            controls=int(row["controls"]),
        )
        for policy, row in ((str(name), row) for name, row in table.iterrows())
        if row["same_year"]
    ]
    thin = [policy for policy in table.index if not table.loc[policy, "complete"]]
    if thin:
        notes.append(note_of("policy.incomplete", thin=", ".join(thin)))
    return OverlappingPolicies(
        table=table, n_treated=len(start), n_controls=len(units) - len(start), notes=tuple(notes)
    )
