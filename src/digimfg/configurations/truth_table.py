"""The truth table: every combination of conditions that cases show, and whether it leads to the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.configurations.memberships import (
    Cases,
    consistency,
    proportional_reduction,
    read_cases,
)
from digimfg.errors import MeasureError
from digimfg.kinds import ColumnOf, Count, Differing, Entries, Key, NumberColumn, Probability
from digimfg.labels import term_label
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conditions", "TruthTable", "check_explained", "row_memberships", "truth_table"]

Floats = NDArray[np.float64]
Conditions = Annotated[Sequence[str], ColumnOf("numbers"), Entries(), Differing()]

_SLACK = 1e-9
_COLUMNS = ("row", "n", "consistency", "pri", "outcome", "cases")


@checked
@shown(Text("Truth table", "真值表"), first="table")
@dataclass(frozen=True, kw_only=True, eq=False)
class TruthTable:
    """Hold the rows of a truth table that cases show.

    Parameters
    ----------
    table
        Index ``row`` (1 is all conditions absent); per condition 1 or 0, then ``n`` (cases whose membership
        exceeds one half), ``consistency pri`` (over all cases), ``outcome`` (``"1"``, ``"0"``, ``"?"`` below
        the frequency cut-off) and ``cases``. Rows with the outcome stand first, then by consistency.
    memberships
        Index the cases; conditions and outcome (its negation where that is explained).
    conditions, outcome, negated
        What explains what.
    frequency, consistency, pri
        Cut-offs.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    memberships: pd.DataFrame
    conditions: tuple[str, ...]
    outcome: str
    negated: bool
    frequency: int
    consistency: float
    pri: float
    notes: tuple[Text, ...]

    def rows(self, outcome: str) -> list[int]:
        """Return the rows of one outcome, from 0."""
        return [int(row) - 1 for row in self.table.index[self.table["outcome"] == outcome]]


@checked
@keeps_marks
def truth_table(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    conditions: Conditions,
    *,
    negate: bool = False,
    frequency: Count = 1,
    consistency: Probability = 0.8,
    pri: Probability = 0.0,
    case: Key | None = None,
) -> TruthTable:
    r"""Make the truth table of crisp or fuzzy conditions.

    A case belongs to the row in which each of its memberships exceeds one half. A row leads to the outcome
    if at least `frequency` cases belong to it and its consistency :math:`\sum\min(x,y)/\sum x` and PRI reach
    their cut-offs, where x is the membership of every case in the row (Ragin 2008,
    doi:10.7208/9780226702797).

    Parameters
    ----------
    frame
        One row per case.
    outcome, conditions
        Memberships from 0 to 1, as `dm.calibrate` gives them.
    negate
        Explain the absence of the outcome.
    frequency, consistency, pri
        Cut-offs; 0.8 and 0.7 for the last two are usual.
    case
        Column that names the cases; by default their place in the frame.

    Raises
    ------
    MeasureError
        If a membership lies outside [0, 1], the outcome is a condition, or there are fewer than two cases.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [1, 1, 0, 0], "b": [1, 0, 1, 0], "y": [1, 1, 0, 0]})
    >>> truth_table(frame, "y", ["a", "b"]).table["outcome"].tolist()
    ['1', '1', '0', '0']
    """
    taken = [name for name in conditions if name in _COLUMNS]
    if taken:
        raise MeasureError.of("configurations.conditions_called_as_columns", names=_COLUMNS, taken=taken)
    cases = read_cases(frame, outcome, conditions, case, negate=negate)
    table = _table(cases, tuple(conditions), frequency, consistency, pri)
    return TruthTable(
        table=table,
        memberships=_memberships(cases, outcome, conditions),
        conditions=tuple(conditions),
        outcome=outcome,
        negated=negate,
        frequency=frequency,
        consistency=consistency,
        pri=pri,
        notes=(*cases.notes, *_notes(cases, conditions, table)),
    )


def row_memberships(conditions: Floats, care: int, value: int) -> Floats:
    """Return the membership of every case in a term: the least over the conditions that it fixes."""
    k = conditions.shape[1]
    found = np.ones(len(conditions))
    for place in range(k):
        bit = 1 << (k - 1 - place)
        if care & bit:
            degrees = conditions[:, place]
            found = np.minimum(found, degrees if value & bit else 1 - degrees)
    return found


def _table(
    cases: Cases, conditions: tuple[str, ...], frequency: int, least: float, least_pri: float
) -> pd.DataFrame:
    import pandas as pd

    k = len(conditions)
    codes = (cases.conditions > 0.5) @ (1 << np.arange(k)[::-1])
    clear = (cases.conditions != 0.5).all(axis=1)
    rows: list[dict[str, Any]] = []
    for code in np.unique(codes[clear]):
        inside = np.flatnonzero(clear & (codes == code))
        members = row_memberships(cases.conditions, (1 << k) - 1, int(code))
        fit = consistency(members, cases.outcome)
        pri = proportional_reduction(members, cases.outcome)
        reached = fit >= least - _SLACK and (pri >= least_pri - _SLACK or least_pri == 0)
        rows.append(
            {"row": int(code) + 1}
            | {name: int(code) >> (k - 1 - place) & 1 for place, name in enumerate(conditions)}
            | {
                "n": len(inside),
                "consistency": fit,
                "pri": pri,
                "outcome": "?" if len(inside) < frequency else "1" if reached else "0",
                "cases": ", ".join(cases.names[place] for place in inside),
            }
        )
    found = pd.DataFrame(rows, columns=["row", *conditions, "n", "consistency", "pri", "outcome", "cases"])
    rank = found["outcome"].map({"1": 0, "0": 1, "?": 2})
    order = np.lexsort((found["row"], -found["n"], -found["consistency"].round(12), rank))
    return found.iloc[order].set_index("row")


def _memberships(cases: Cases, outcome: str, conditions: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(cases.conditions, columns=list(conditions), index=pd.Index(cases.names, name="case"))
    return frame.assign(**{outcome: cases.outcome})


def _notes(cases: Cases, conditions: Sequence[str], table: pd.DataFrame) -> list[Text]:
    notes: list[Text] = []
    half = np.flatnonzero((cases.conditions == 0.5).any(axis=1))
    if len(half):
        notes.append(
            note_of(
                "configurations.at_crossover",
                n=len(half),
                names=[cases.names[place] for place in half[:6]] + (["…"] if len(half) > 6 else []),
            )
        )
    above = cases.conditions > 0.5
    flat = [
        name for name, column in zip(conditions, above.T, strict=True) if column.all() or not column.any()
    ]
    if flat:
        notes.append(note_of("configurations.flat_condition", names=[term_label(name) for name in flat]))
    contradictions = _contradictions(cases, table)
    if contradictions:
        notes.append(
            note_of(
                "configurations.contradictions",
                n=len(contradictions),
                rows=[str(row) for row in contradictions],
            )
        )
    if len(cases.outcome) < 2 ** len(conditions) / 2:
        notes.append(
            note_of("configurations.limited_diversity", n=len(cases.outcome), rows=2 ** len(conditions))
        )
    return notes


def _contradictions(cases: Cases, table: pd.DataFrame) -> list[int]:
    k = cases.conditions.shape[1]
    codes = (cases.conditions > 0.5) @ (1 << np.arange(k)[::-1]) + 1
    clear = (cases.conditions != 0.5).all(axis=1)
    found = []
    for row in sorted(int(each) for each in table.index):
        held = cases.outcome[clear & (codes == row)]
        if (held > 0.5).any() and (held < 0.5).any():
            found.append(row)
    return found


def check_explained(table: TruthTable) -> None:
    """Raise unless some row leads to the outcome and some does not.

    Raises
    ------
    MeasureError
        With the rows' consistencies.
    """
    counts = {mark: len(table.rows(mark)) for mark in ("1", "0", "?")}
    if counts["1"] and counts["0"]:
        return
    best = table.table["consistency"].max()
    raise MeasureError.of(
        "configurations.nothing_to_explain",
        name=table.outcome,
        on=counts["1"],
        off=counts["0"],
        rare=counts["?"],
        best=float(best),
    )
