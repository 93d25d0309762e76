"""How far a configurational solution hangs on its cut-offs and on the anchors of its calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from digimfg.arguments import checked
from digimfg.configurations.calibration import calibrate
from digimfg.configurations.solutions import Expectation, TruthTableSolutions, minimize_truth_table
from digimfg.configurations.truth_table import Conditions, truth_table
from digimfg.errors import MeasureError
from digimfg.frames.said import keep_said
from digimfg.kinds import Count, Entries, Finite, Key, NumberColumn, Probability
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TruthTableSensitivity", "truth_table_sensitivity"]

Solution = Literal["conservative", "intermediate", "parsimonious"]
Anchors = Annotated[Sequence[Finite], Entries(3, 3)]


@checked
@shown(Text("Sensitivity of a configurational solution", "组态解的敏感性"))
@dataclass(frozen=True, kw_only=True, eq=False)
class TruthTableSensitivity:
    """Hold the solution under other cut-offs and anchors.

    Parameters
    ----------
    table
        One row per change from the first choices, the first row being these: ``changed`` (``frequency``,
        ``consistency``, ``pri`` or a column), ``value``, ``formula`` (models joined by `` | ``; empty where
        no row or every row leads to the outcome), ``consistency coverage`` of the first model, ``kept``
        (share of the first choice's terms still there) and ``same``.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def truth_table_sensitivity(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    conditions: Conditions,
    *,
    solution: Solution = "intermediate",
    expectations: Mapping[str, Expectation] | None = None,
    negate: bool = False,
    frequency: Annotated[Sequence[Count], Entries()] = (1, 2),
    consistency: Annotated[Sequence[Probability], Entries()] = (0.8, 0.75, 0.85),
    pri: Annotated[Sequence[Probability], Entries()] = (0.0, 0.5, 0.7),
    anchors: Mapping[str, Annotated[Sequence[Anchors], Entries()]] | None = None,
    case: Key | None = None,
) -> TruthTableSensitivity:
    """Solve a truth table again under other cut-offs and other anchors, one at a time.

    Parameters
    ----------
    frame
        One row per case.
    outcome, conditions, negate, case
        As in `dm.truth_table`.
    solution, expectations
        Which solution is compared, and the expectations of `dm.minimize_truth_table`.
    frequency, consistency, pri
        Cut-offs; the first of each is the choice that the others are compared with.
    anchors
        Column → triples of anchors ``(out, crossover, full)``, the first being the choice; these columns
        hold the measured quantity and are calibrated by `dm.calibrate`. Others hold memberships.

    Raises
    ------
    MeasureError
        As `dm.truth_table`, `dm.calibrate` and `dm.minimize_truth_table` do for the first choices, or if
        anchors name no column of the analysis.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [9, 8, 2, 1], "b": [0.9, 0.2, 0.8, 0.1], "y": [0.9, 0.7, 0.3, 0.1]})
    >>> found = truth_table_sensitivity(frame, "y", ["a", "b"], anchors={"a": [(1, 5, 9), (1, 8.5, 9)]},
    ...                                 frequency=(1,), consistency=(0.8, 0.7), pri=(0.0,))
    >>> found.table[["changed", "formula", "same"]].values.tolist()
    [['', 'a', True], ['consistency', 'a', True], ['a', 'a*b', False]]
    """
    import pandas as pd

    known = [outcome, *conditions]
    for name in anchors or {}:
        if name not in known:
            raise MeasureError.unknown(name, known, where="anchors", of="columns")
    choices: dict[str, Sequence[Any]] = {
        "frequency": frequency,
        "consistency": consistency,
        "pri": pri,
        **{name: list(triples) for name, triples in (anchors or {}).items()},
    }
    rows: list[dict[str, Any]] = []
    first: set[str] = set()
    said: tuple[Text, ...] = ()
    for changed, value, chosen in _variations(choices):
        calibrated = frame.assign(
            **{
                name: calibrate(
                    frame[name], out=chosen[name][0], crossover=chosen[name][1], full=chosen[name][2]
                )
                for name in anchors or {}
            }
        )
        keep_said(calibrated, frame)
        try:
            table = truth_table(
                calibrated, outcome, conditions, negate=negate, frequency=chosen["frequency"],
                consistency=chosen["consistency"], pri=chosen["pri"], case=case,
            )  # fmt: skip
            solved = minimize_truth_table(table, expectations)
        except MeasureError:
            if not rows:
                raise
            rows.append(_row(changed, value, None, solution, first))
            continue
        if not rows:
            said = table.notes
            first = set(solved.terms.loc[solution].index.get_level_values("term"))
        rows.append(_row(changed, value, solved, solution, first))
    base = rows[0]["formula"]
    for row in rows:
        row["same"] = row["formula"] == base
    same = sum(row["same"] for row in rows[1:])
    note = note_of("configurations.sensitivity", same=same, n=len(rows) - 1)
    return TruthTableSensitivity(table=pd.DataFrame(rows), notes=(note, *said))


def _variations(choices: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what is changed, to what, and all choices: the first of each, then every other one alone."""
    first = {name: options[0] for name, options in choices.items()}
    yield "", "", first
    for name, options in choices.items():
        for option in options[1:]:
            shown = f"{option:g}" if isinstance(option, int | float) else ", ".join(f"{x:g}" for x in option)
            yield name, shown, {**first, name: option}


def _row(
    changed: str, value: str, solved: TruthTableSolutions | None, solution: str, first: set[str]
) -> dict[str, Any]:
    if solved is None:
        nothing = {"formula": "", "consistency": float("nan"), "coverage": float("nan"), "kept": 0.0}
        return {"changed": changed, "value": value} | nothing
    models = solved.models.loc[solution]
    terms = set(solved.terms.loc[solution].index.get_level_values("term"))
    return {
        "changed": changed,
        "value": value,
        "formula": " | ".join(models["formula"]),
        "consistency": float(models["consistency"].iloc[0]),
        "coverage": float(models["coverage"].iloc[0]),
        "kept": len(first & terms) / len(first),
    }
