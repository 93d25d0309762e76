"""Which conditions, alone or joined by "or", contain the outcome: the necessity of sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.configurations.memberships import consistency, coverage, read_cases, relevance
from digimfg.configurations.truth_table import Conditions
from digimfg.kinds import AtLeast, AtMost, Key, NumberColumn, Probability
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NecessaryConditions", "necessary_conditions"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Necessary conditions", "必要条件"))
@dataclass(frozen=True, kw_only=True, eq=False)
class NecessaryConditions:
    r"""Hold how far the outcome lies inside each condition.

    Parameters
    ----------
    table
        Index ``condition`` (``~A`` its absence, ``A + B`` either); ``consistency`` (of necessity:
        :math:`\sum\min(x,y)/\sum y`), ``coverage``, ``relevance`` (RoN) and ``necessary``: the first reaches
        its cut-off.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def necessary_conditions(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    conditions: Conditions,
    *,
    negate: bool = False,
    consistency: Probability = 0.9,
    joined: Annotated[int, AtLeast(1), AtMost(3)] = 1,
    case: Key | None = None,
) -> NecessaryConditions:
    r"""Test conditions, their absence, and disjunctions of them for necessity.

    Consistency :math:`\sum\min(x,y)/\sum y`, coverage :math:`\sum\min(x,y)/\sum x` and the relevance of
    necessity :math:`\sum(1-x)/\sum(1-\min(x,y))`, which is low where a condition is nearly always there
    (Schneider & Wagemann 2012, doi:10.1017/CBO9781139004244).

    Parameters
    ----------
    frame
        One row per case.
    outcome, conditions
        Memberships from 0 to 1.
    negate
        Of the absence of the outcome.
    consistency
        Cut-off of ``necessary``.
    joined
        Most conditions joined by "or"; of those joined only the ones that reach the cut-off while no part
        does are listed.
    case
        Column that names the cases.

    Raises
    ------
    MeasureError
        If a membership lies outside [0, 1], the outcome is a condition, or there are fewer than two cases.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [0.9, 0.7, 0.4], "y": [0.8, 0.3, 0.2]})
    >>> necessary_conditions(frame, "y", ["a"]).table.round(3).iloc[:, :3].values.tolist()
    [[1.0, 0.65, 0.588], [0.462, 0.6, 0.833]]
    """
    import pandas as pd

    cases = read_cases(frame, outcome, conditions, case, negate=negate)
    rows: dict[str, tuple[float, float, float, bool]] = {}
    for name, members, parts in _sets(cases.conditions, list(conditions), joined):
        row = _row(members, cases.outcome, consistency)
        if not parts or (row[3] and not any(rows[part][3] for part in parts if part in rows)):
            rows[name] = row
    return NecessaryConditions(
        table=pd.DataFrame(
            list(rows.values()),
            index=pd.Index(list(rows), name="condition"),
            columns=["consistency", "coverage", "relevance", "necessary"],
        ),
        notes=(
            *cases.notes,
            note_of("configurations.necessity_rule", cut=consistency),
        ),
    )


def _row(members: Floats, outcome: Floats, cut: float) -> tuple[float, float, float, bool]:
    fit = coverage(members, outcome)
    return fit, consistency(members, outcome), relevance(members, outcome), bool(fit >= cut - 1e-9)


def _sets(
    degrees: Floats, names: Sequence[str], joined: int
) -> Iterator[tuple[str, Floats, tuple[str, ...]]]:
    """Yield name, memberships and parts (all shorter disjunctions) of conditions, their absence, and
    disjunctions.
    """
    single = {name: degrees[:, place] for place, name in enumerate(names)}
    yield from ((name, members, ()) for name, members in single.items())
    yield from ((f"~{name}", 1 - members, ()) for name, members in single.items())
    for size in range(2, joined + 1):
        for chosen in combinations(names, size):
            for signs in product((True, False), repeat=size):
                each = [name if sign else f"~{name}" for name, sign in zip(chosen, signs, strict=True)]
                members = np.max(
                    [
                        single[name] if sign else 1 - single[name]
                        for name, sign in zip(chosen, signs, strict=True)
                    ],
                    axis=0,
                )
                shorter = [" + ".join(part) for less in range(1, size) for part in combinations(each, less)]
                yield " + ".join(each), members, tuple(shorter)
