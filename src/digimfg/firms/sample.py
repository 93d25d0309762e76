"""Rules of the sample as declared steps, and what each leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Finite
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables.industries import MANUFACTURING_INDUSTRIES
from digimfg.variables.unit_names import unit_code

__all__ = ["USUAL_STEPS", "SampleStep", "take_steps"]

Booleans = NDArray[np.bool_]


@checked
@dataclass(frozen=True)
class SampleStep:
    """Declare a rule of the sample: which values of a column stay.

    Parameters
    ----------
    column
        Of the panel, derived ones included: ``years_listed`` (year less year of listing), ``leverage``,
        ``value_added``, ``capital``, ``materials`` …
    label
        What goes, as the table of the sample says it.
    at_least, above, at_most
        Bounds that stay.
    among
        Values that stay, of a column of words; industries by code or name.
    present
        Whether rows without a value go too. Otherwise they stay, and the table counts them as unknown.

    Examples
    --------
    >>> SampleStep("employees", "Fewer than eight employees", at_least=8).at_least
    8
    """

    column: str
    label: Text | str
    _: KW_ONLY
    at_least: Finite | None = None
    above: Finite | None = None
    at_most: Finite | None = None
    among: tuple[str, ...] = ()
    present: bool = False

    def __post_init__(self) -> None:
        bounded = any(bound is not None for bound in (self.at_least, self.above, self.at_most))
        if not (bounded or self.among or self.present):
            raise MeasureError.of("firms.step_without_rule", column=self.column)
        object.__setattr__(self, "label", Text.of(self.label))


USUAL_STEPS = (
    SampleStep(
        "industry",
        Text("Not manufacturing (CSRC 2012, C13–C43)", "非制造业（证监会2012年分类C13–C43以外）"),
        among=tuple(MANUFACTURING_INDUSTRIES),
        present=True,
    ),
    SampleStep("special_treatment", Text("ST, *ST or PT", "ST、*ST、PT"), at_most=0),
    SampleStep("years_listed", Text("Listed for less than three years", "上市不足三年"), at_least=3),
    SampleStep("total_assets_yuan", Text("Assets not above zero", "总资产不为正"), above=0),
    SampleStep("equity_yuan", Text("Equity not above zero", "所有者权益不为正"), above=0),
    SampleStep("leverage", Text("Leverage above one", "资产负债率大于1"), at_most=1),
    SampleStep("employees", Text("Fewer than eight employees", "员工不足8人"), at_least=8),
    SampleStep("value_added", Text("Value added not above zero", "增加值不为正"), above=0),
    SampleStep("capital", Text("Capital not above zero", "资本存量不为正"), above=0),
    SampleStep("value_added", Text("Value added missing", "增加值缺失"), present=True),
    SampleStep("capital", Text("Capital missing", "资本存量缺失"), present=True),
    SampleStep("employees", Text("Employees missing", "员工人数缺失"), present=True),
)
"""Rules that most studies of listed manufacturers follow, in their order."""


def take_steps(
    frame: pd.DataFrame, steps: Sequence[SampleStep], needed: bool
) -> tuple[Booleans, pd.Series, pd.DataFrame, list[Text]]:
    """Return which rows stay, the step at which each other goes, the table of steps, and notes.

    Parameters
    ----------
    frame
        One row per ``firm`` and year.
    steps
        In their order.
    needed
        Whether a step whose column is not there is an error; else it is noted.

    Raises
    ------
    MeasureError
        If a column is not there, industries are those of another edition, or no row stays.
    """
    kept = np.ones(len(frame), dtype=bool)
    reason = pd.Series(-1, index=frame.index, dtype="int64")
    rows = [_line(Text("Firm-years with statements", "有报表的企业—年份"), frame, kept, 0, 0)]
    absent: list[Text] = []
    for place, step in enumerate(steps):
        label = Text.of(step.label)
        if step.column not in frame:
            if needed:
                raise _no_column(step.column, frame)
            absent.append(label)
            continue
        stays, unknown = _stays(frame[step.column], step)
        goes = kept & ~stays
        reason[goes] = place
        blank = int((unknown & kept & stays).sum())
        kept = kept & stays
        rows.append(_line(label, frame, kept, int(goes.sum()), blank))
    if not kept.any():
        raise MeasureError.of("firms.no_rows_stay", steps=[row["rule"] for row in rows[1:] if row["dropped"]])
    notes: list[Text] = []
    if absent:
        notes.append(note_of("firms.steps_not_applied", steps=absent))
    return kept, reason, pd.DataFrame(rows), notes


def _line(label: Text, frame: pd.DataFrame, kept: Booleans, dropped: int, unknown: int) -> dict[str, object]:
    return {
        "rule": label,
        "dropped": dropped,
        "unknown": unknown,
        "rows": int(kept.sum()),
        "firms": int(frame.loc[kept, "firm"].nunique()),
    }


def _stays(column: pd.Series, step: SampleStep) -> tuple[Booleans, Booleans]:
    unknown = column.isna().to_numpy(dtype=bool)
    if step.among:
        named = _industries(column) if step.column == "industry" else column.astype("string")
        stays = named.isin(step.among).to_numpy(dtype=bool)
    elif step.at_least is None and step.above is None and step.at_most is None:
        stays = np.ones(len(column), dtype=bool)
    else:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        stays = np.ones(len(values), dtype=bool)
        with np.errstate(invalid="ignore"):
            if step.at_least is not None:
                stays &= ~(values < step.at_least)
            if step.above is not None:
                stays &= ~(values <= step.above)
            if step.at_most is not None:
                stays &= ~(values > step.at_most)
    return (stays & ~unknown if step.present else stays | unknown), unknown


def _industries(column: pd.Series) -> pd.Series:
    """Return two-digit codes; a longer code of an industry is its division's.

    Raises
    ------
    MeasureError
        If codes are of the guideline of 2001, whose numbers mean other industries.
    """
    codes = {value: _division(value) for value in column.dropna().unique()}
    former = sorted({code for code in codes.values() if _of_2001(code)})
    if former:
        raise MeasureError.of("firms.industry_codes_of_2001", codes=former[:5])
    return column.map(codes)


def _of_2001(code: str) -> bool:
    """Return whether a code of manufacturing has a number that only the guideline of 2001 gives."""
    return bool(re.fullmatch(r"C\d\d", code)) and code not in MANUFACTURING_INDUSTRIES


def _no_column(name: str, frame: pd.DataFrame) -> MeasureError:
    return MeasureError.unknown(
        name, frame.columns, where=Text("dm.firm_panel(sample=…)", "dm.firm_panel(sample=…)"), of="columns"
    )


def _division(value: object) -> str:
    text = str(value).strip()
    found = unit_code("industry", text)
    return found or text[:3].upper()
