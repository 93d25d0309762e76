"""The shift-share instrument: local shares times common shocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import ColumnOf
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.variables.unit_names import in_words_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ShiftShareInstrument", "check_columns", "shift_share_instrument"]

_COMPLETE = 1e-6


@checked
@shown(Text("Shift-share instrument", "份额移动工具变量"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ShiftShareInstrument:
    """A shift-share instrument by unit and period.

    Parameters
    ----------
    frame
        Key columns, ``instrument`` and ``share_total``, the sum of the unit's shares.
    notes
        What a reader must know, as shares that do not add up to one.
    """

    frame: pd.DataFrame
    notes: tuple[Text, ...]


@checked
def shift_share_instrument(
    shares: pd.DataFrame,
    shocks: pd.DataFrame,
    *,
    entity: Annotated[str, ColumnOf("keys", ("shares",))],
    sector: Annotated[str, ColumnOf("keys", ("shares", "shocks"))],
    time: Annotated[str | None, ColumnOf("keys", ("shocks",))] = None,
    share: Annotated[str, ColumnOf("numbers", ("shares",))] = "share",
    shock: Annotated[str, ColumnOf("numbers", ("shocks",))] = "shock",
    leave_out: Annotated[str | None, ColumnOf("numbers", ("shocks",))] = None,
) -> ShiftShareInstrument:
    """Compute B_it = Σ_k s_ik g_kt.

    Parameters
    ----------
    shares
        One row per unit and sector (and period, if the column `time` is there): the shares s_ik, usually of
        a base period. Absent rows are zero.
    shocks
        One row per sector (and period): the shocks g_kt. With `leave_out`, one row per unit, sector (and
        period): the unit's own growth.
    entity, sector, time
        Key columns. Without `time` there is one period.
    share, shock
        Columns of the numbers.
    leave_out
        Column of `shocks` with weights ω; the shock to unit i then is the mean over the other units,
        g_kt⁽⁻ⁱ⁾ = Σ_{j≠i} ω_jkt g_jkt / Σ_{j≠i} ω_jkt, so that a unit's own fortune is not in its instrument.

    Returns
    -------
    ShiftShareInstrument
        A note says where shares do not add up to one: then ``share_total`` (times periods) belongs among the
        controls (Borusyak, Hull & Jaravel 2022), since a unit with larger shares takes more of every shock.

    Raises
    ------
    MeasureError
        If a column is absent, a key repeats, a number is missing or infinite, a share is negative, a sector
        with shares has no shock, or no other unit is left to average.

    References
    ----------
    Bartik (1991), Who Benefits from State and Local Economic Development Policies?; Borusyak, Hull & Jaravel
    (2022), "Quasi-Experimental Shift-Share Research Designs", doi:10.1093/restud/rdab030.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"province": ["A", "A", "B"], "sector": ["x", "y", "x"], "share": [0.25, 0.75,
    ...     1.0]})
    >>> shocks = pd.DataFrame({"sector": ["x", "y"], "shock": [2.0, 4.0]})
    >>> shift_share_instrument(shares, shocks, entity="province",
    ...     sector="sector").frame["instrument"].tolist()
    [3.5, 2.0]
    """
    import pandas as pd

    timed = [time] if time is not None else []
    share_keys = [entity, *(key for key in timed if key in shares.columns), sector]
    shock_keys = [*([entity] if leave_out is not None else []), sector, *timed]
    check_columns(shares, Text("shares", "份额"), share_keys, [share], lowest=0.0)
    numbers = [shock, *([leave_out] if leave_out is not None else [])]
    check_columns(shocks, Text("shocks", "冲击"), shock_keys, numbers)
    left = shares[[*share_keys, share]]
    for key in [sector, *([entity] if leave_out is not None else [])]:
        shocks = shocks.assign(**{key: in_words_of(shocks[key], left[key].unique().tolist())})
    right = shocks[[*shock_keys, *numbers]]
    if leave_out is not None:
        check_columns(shocks, Text("shocks", "冲击"), shock_keys, [leave_out], lowest=0.0)
        right = _others(right, entity, [sector, *timed], shock, leave_out)
    periods = right[timed].drop_duplicates() if timed else None
    if periods is not None and time not in shares.columns:
        left = left.merge(periods, how="cross")
    joined = left.merge(right, on=[*([entity] if leave_out is not None else []), sector, *timed], how="left")
    _check_shocks(joined, share, shock, sector, timed)
    joined = joined.assign(_product=joined[share] * joined[shock].where(joined[share] != 0, 0.0))
    grouped = joined.sort_values([entity, *timed, sector], kind="stable").groupby([entity, *timed], sort=True)
    frame = pd.DataFrame(
        {"instrument": grouped["_product"].sum(), "share_total": grouped[share].sum()}
    ).reset_index()
    return ShiftShareInstrument(frame=frame, notes=_notes(frame["share_total"].to_numpy()))


def check_columns(
    frame: pd.DataFrame, name: Text, keys: list[str], numbers: list[str], *, lowest: float | None = None
) -> None:
    """Raise an error if columns are absent, keys are missing or repeat, or numbers are not finite or too
    low.
    """
    where = note_of("shift_share_design.place_of_column", name=name)
    absent = [column for column in (*keys, *numbers) if column not in frame.columns]
    if absent:
        raise MeasureError.of(
            "shift_share_design.columns_lacking",
            where=where,
            columns=(*keys, *numbers),
            absent=absent,
            map=map(str, frame.columns),
        )
    bad = frame[keys].isna().any(axis=1) | frame.duplicated(keys)
    if bad.any():
        rows = frame.loc[bad, keys].head(3).to_dict("records")
        raise MeasureError.of(
            "shift_share_design.keys_not_unique", where=where, keys=keys, n=int(bad.sum()), rows=rows
        )
    for column in numbers:
        values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = ~np.isfinite(values)
        if lowest is not None:
            wrong |= values < lowest
        if wrong.any():
            rows = frame.loc[wrong, keys].head(3).to_dict("records")
            raise MeasureError.of(
                "shift_share_design.column_not_finite",
                place=where,
                column=column,
                n=int(wrong.sum()),
                rows=rows,
                bound="" if lowest is None else note_of("shift_share_design.or_more", lowest=lowest),
            )


def _others(frame: pd.DataFrame, entity: str, group: list[str], shock: str, weight: str) -> pd.DataFrame:
    product = frame[shock] * frame[weight]
    sums = frame.assign(_product=product).groupby(group)[["_product", weight]].transform("sum")
    rest = sums[weight] - frame[weight]
    alone = ~(rest > 0)
    if alone.any():
        rows = frame.loc[alone, [entity, *group]].head(3).to_dict("records")
        raise MeasureError.of("shift_share_design.no_other_units", n=int(alone.sum()), rows=rows)
    return frame.assign(**{shock: (sums["_product"] - product) / rest}).drop(columns=weight)


def _check_shocks(joined: pd.DataFrame, share: str, shock: str, sector: str, timed: list[str]) -> None:
    lost = joined[shock].isna() & (joined[share] != 0)
    if not lost.any():
        return
    keys = joined.loc[lost, [sector, *timed]].drop_duplicates()
    raise MeasureError.of(
        "shift_share_design.shocks_lacking", n=len(keys), keys=keys.head(3).to_dict("records")
    )


def _notes(totals: np.ndarray) -> tuple[Text, ...]:
    off = np.abs(totals - 1) > _COMPLETE
    if not off.any():
        return ()
    low, high = float(totals.min()), float(totals.max())
    return (
        note_of(
            "shift_share_design.shares_incomplete",
            total=int(off.sum()),
            n_totals=len(totals),
            low=low,
            high=high,
        ),
    )
