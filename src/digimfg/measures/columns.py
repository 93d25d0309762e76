"""Read the columns that a distribution measure needs: values, keys, groups, weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from digimfg.column_names import names_fault
from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.labels import value_labels
from digimfg.periods import Calendar, calendar
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Missing",
    "UnbrokenPanel",
    "check_columns",
    "check_keys",
    "group_codes",
    "numbers",
    "positive_total",
    "refuse_infinite",
    "same_rows",
    "unbroken_panel",
    "weights_of",
]

Missing = Literal["raise", "drop"]


def check_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise unless a frame has these columns.

    Raises
    ------
    MeasureError
        With the columns that it has.
    """
    if fault := names_fault(frame):
        raise MeasureError(where=Text("the columns of the frame", "数据框的列"), **fault._asdict())
    for name in names:
        if name not in frame.columns:
            raise MeasureError.unknown(
                name, frame.columns, where=Text("the columns of the frame", "数据框的列"), of="columns"
            )


def numbers(values: Any, name: str, *, minimum: float | None = None, exclusive: bool = False) -> Floats:
    """Return `values` as finite numbers in their order.

    Parameters
    ----------
    values
        Anything one-dimensional: a Series, a list, an array.
    name
        What they are, for messages.
    minimum, exclusive
        Smallest value allowed, or with `exclusive` the bound that must be exceeded.

    Raises
    ------
    MeasureError
        If they are empty, not numbers, missing, infinite or below the minimum; with the count and the first
        rows.
    """
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    where = say("values '{name}'", "变量“{name}”", name=name)
    array = as_numbers(series)
    if series.empty or array is None:
        raise MeasureError(
            where=where,
            expected=Text("numbers", "数值"),
            got=Text(
                "nothing" if series.empty else str(series.dtype), "空" if series.empty else str(series.dtype)
            ),
            remedy=Text("pass a numeric column", "请传入数值列"),
        )
    bad = ~np.isfinite(array)
    if bad.any():
        raise MeasureError(
            where=where,
            expected=Text("finite numbers", "有限数值"),
            got=say("missing or infinite: {rows}", "缺失或无穷：{rows}", rows=_rows(series, bad)),
            remedy=Text(
                "drop or fill these rows before, by a rule you state", "先按明示规则删除或补全这些行"
            ),
        )
    if minimum is not None:
        bad = array <= minimum if exclusive else array < minimum
        if bad.any():
            sign = ">" if exclusive else "≥"
            raise MeasureError(
                where=where,
                expected=say(
                    "values {sign} {minimum:g}", "取值{sign} {minimum:g}", sign=sign, minimum=minimum
                ),
                got=say("others: {rows}", "不符者：{rows}", rows=_rows(series, bad)),
                remedy=Text(
                    "the measure is not defined there: check units and signs, or choose another measure",
                    "该测度在此无定义：检查单位与符号，或改用其他测度",
                ),
            )
    return array


def refuse_infinite(values: Any, name: str) -> None:
    """Raise where numbers are infinite, as no measure takes them; missing ones will do.

    Raises
    ------
    MeasureError
        With their count and the first rows.
    """
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    array = as_numbers(series)
    if array is None or not np.isinf(array).any():
        return
    infinite = np.isinf(array)
    raise MeasureError(
        where=say("column '{name}'", "列“{name}”", name=name),
        expected=Text("finite numbers", "有限数值"),
        got=say(
            "{n:,|infinite value}, first rows: {first}",
            "{n}个无穷值，首先在行：{first}",
            n=int(infinite.sum()),
            first=", ".join(str(index) for index in series.index[infinite][:3]),
        ),
        remedy=Text("correct these rows or set them missing", "更正这些行或设为缺失"),
    )


def positive_total(array: Floats, name: str) -> float:
    """Return the sum of `array`.

    Raises
    ------
    MeasureError
        If it is zero.
    """
    total = float(array.sum())
    if total <= 0:
        raise MeasureError(
            where=say("values '{name}'", "变量“{name}”", name=name),
            expected=Text("a total above zero", "合计大于零"),
            got=f"{total:g}",
            remedy=Text(
                "shares of a zero total are not defined: leave the case out",
                "合计为零时份额无定义：去掉该情形",
            ),
        )
    return total


def same_rows(values: Any, other: Any, name: str) -> None:
    """Refuse two Series whose labels differ or stand in another order: rows are matched by position.

    Raises
    ------
    MeasureError
        Saying how many labels differ.
    """
    if (
        not isinstance(values, pd.Series)
        or not isinstance(other, pd.Series)
        or values.index.equals(other.index)
    ):
        return
    if len(values) == len(other):
        differing = str(int((values.index.to_numpy() != other.index.to_numpy()).sum()))
        raise MeasureError(
            where=say("column '{name}'", "列“{name}”", name=name),
            expected=Text("the same rows in the same order as the values", "与变量同行同序"),
            got=say("{differing} labels of rows differ", "{differing}个行标签不同", differing=differing),
            remedy=Text("take both from one frame, or pass arrays", "从同一数据框取列，或传入数组"),
        )


def group_codes(groups: Any, size: int, name: str = "groups") -> tuple[NDArray[np.intp], list[Hashable]]:
    """Return codes 0…k−1 and the labels in sorted order.

    Raises
    ------
    MeasureError
        If there is not one label per value, or one is missing.
    """
    labels = pd.Series(groups).reset_index(drop=True)
    where = say("column '{name}'", "列“{name}”", name=name)
    remedy = Text("give one label per row", "每行给出一个标签")
    if len(labels) != size:
        raise MeasureError(
            where=where,
            expected=say("{size} labels", "{size}个标签", size=size),
            got=str(len(labels)),
            remedy=remedy,
        )
    if labels.isna().any():
        raise MeasureError(
            where=where,
            expected=Text("no missing label", "无缺失标签"),
            got=say("missing: {rows}", "缺失：{rows}", rows=_rows(labels, labels.isna().to_numpy())),
            remedy=remedy,
        )
    codes, found = pd.factorize(labels, sort=True)
    return codes, list(found)


def weights_of(weights: Any, size: int) -> Floats:
    """Return weights scaled to sum to one; equal ones for ``None``.

    Raises
    ------
    MeasureError
        If there is not one per value, one is negative or missing, or all are zero.
    """
    if weights is None:
        return np.full(size, 1.0 / size)
    array = numbers(weights, "weights", minimum=0.0)
    if len(array) != size:
        raise MeasureError(
            where=Text("values 'weights'", "变量“weights”"),
            expected=say("{size} weights", "{size}个权重", size=size),
            got=str(len(array)),
            remedy=Text("give one weight per row", "每行给出一个权重"),
        )
    return array / positive_total(np.sort(array), "weights")


@dataclass(frozen=True, kw_only=True, eq=False)
class UnbrokenPanel:
    """Hold one variable of entities that are seen in the same periods.

    Parameters
    ----------
    values
        Entities × periods, sorted both ways.
    name
        Of the variable.
    notes
        On entities left out.
    """

    values: pd.DataFrame
    name: str
    notes: tuple[Text, ...]

    @cached_property
    def calendar(self) -> Calendar:
        """Return where the periods lie on the calendar, for whatever counts time.

        Raises
        ------
        PanelError
            If they have no place on one.
        """
        return calendar(self.values.columns, str(self.values.columns.name))

    def require_every_period(self, what: Text) -> None:
        """Refuse periods without data between the first and the last: what needs equal steps cannot bridge
        them.

        Raises
        ------
        MeasureError
            With the first periods next to a gap.
        """
        dates = self.calendar
        if not dates.n_missing:
            return
        ends = np.flatnonzero(np.diff(dates.places) > 1)
        named = [f"{dates.periods[i]} → {dates.periods[i + 1]}" for i in ends[:3]]
        raise MeasureError(
            where=say("values '{name}', {what}", "变量“{name}”，{what}", name=self.name, what=what),
            expected=Text("data in every period from the first to the last", "首末期之间各期均有数据"),
            got=say(
                "{n_missing} periods without: {named}",
                "{n_missing}期无数据：{named}",
                n_missing=dates.n_missing,
                named=named,
            ),
            remedy=Text(
                "keep a run of periods without a gap; nothing is filled here", "保留连续时期；此处不做填补"
            ),
        )


def unbroken_panel(
    frame: pd.DataFrame, value: str, entity: str, time: str, missing: Missing = "raise"
) -> UnbrokenPanel:
    """Return the values of entities seen in every period of the frame.

    A period that no entity has is left to the reader of `UnbrokenPanel.calendar`.

    Parameters
    ----------
    frame
        One row per entity and period.
    value, entity, time
        Columns.
    missing
        ``"raise"``, or ``"drop"``: entities without a value in some period are left out and noted.

    Raises
    ------
    MeasureError
        If a column is missing, a key occurs twice, a value is not a number, or (``missing="raise"``) an
        entity lacks a period; if fewer than two entities or periods remain.
    """
    check_columns(frame, (value, entity, time))
    check_keys(frame, (entity, time))
    twice = frame.duplicated([entity, time])
    if twice.any():
        first = frame.loc[twice, [entity, time]].head(3).to_numpy().tolist()
        raise MeasureError(
            where=say("keys '{entity}', '{time}'", "主键“{entity}”“{time}”", entity=entity, time=time),
            expected=Text("one row per entity and period", "每个个体每期一行"),
            got=say("{n} repeated, first {first}", "重复{n}行，首见{first}", n=int(twice.sum()), first=first),
            remedy=Text("aggregate or correct them", "先汇总或更正"),
        )
    present = frame[frame[value].notna()] if missing == "drop" else frame
    present = present[[entity, time]].assign(**{value: numbers(present[value], value)})
    table = present.pivot(index=entity, columns=time, values=value).sort_index().sort_index(axis=1)  # noqa: PD010
    gaps = table.isna().to_numpy()
    notes: tuple[Text, ...] = ()
    if gaps.any() and missing == "raise":
        rows, columns = np.nonzero(gaps)
        named = [f"{table.index[i]} {table.columns[j]}" for i, j in zip(rows[:3], columns[:3], strict=True)]
        raise MeasureError(
            where=say("values '{value}'", "变量“{value}”", value=value),
            expected=Text("a value for every entity in every period", "每个个体每期均有数值"),
            got=say("{n:,|gap}, first {named}", "{n}处缺口，首见{named}", n=int(gaps.sum()), named=named),
            remedy=Text(
                'keep complete entities or periods, or missing="drop"; nothing is filled here',
                '保留完整的个体或时期，或 missing="drop"；此处不做填补',
            ),
        )
    if gaps.any():
        whole: NDArray[np.bool_] = ~np.any(gaps, axis=1)
        left_out = table.index[~whole].tolist()
        listed = value_labels(left_out, entity, most=5)
        notes = (
            say(
                "{n_left_out} of {n_table} entities left out for missing periods: {listed}",
                "{n_table}个个体中{n_left_out}个因时期缺失未纳入：{listed}",
                kind="dropped",
                n_left_out=len(left_out),
                n_table=len(table),
                listed=listed,
            ),
        )
        table = table.loc[whole]
    if min(table.shape) < 2:
        raise MeasureError(
            where=say("values '{value}'", "变量“{value}”", value=value),
            expected=Text("two or more entities and periods", "至少两个个体、两个时期"),
            got=Text(f"{table.shape[0]} and {table.shape[1]}", f"{table.shape[0]}个、{table.shape[1]}个"),
            remedy=Text("give more of the panel", "提供更多面板数据"),
        )
    return UnbrokenPanel(values=table, name=value, notes=notes)


def check_keys(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse keys that are no single values, are infinite, or have no common order.

    Raises
    ------
    MeasureError
        Naming the key and its kinds.
    """
    for name in names:
        refuse_infinite(frame[name], name)
        if frame[name].dtype != np.dtype(object):
            continue
        try:
            sorted(set(frame[name].dropna()))
        except TypeError:
            kinds = ", ".join(sorted({type(key).__name__ for key in frame[name].dropna()}))
            raise MeasureError(
                where=say("key '{name}'", "主键“{name}”", name=name),
                expected=Text("keys of one kind that can be put in order", "同一类型且可排序的主键"),
                got=kinds,
                remedy=say(
                    "convert it: frame['{name}'] = frame['{name}'].astype(str)",
                    "先转换：frame['{name}'] = frame['{name}'].astype(str)",
                    name=name,
                ),
            ) from None


def _rows(series: pd.Series[Any], bad: NDArray[np.bool_], limit: int = 3) -> str:
    positions = np.flatnonzero(bad)
    shown = ", ".join(f"{series.index[i]}: {series.iloc[i]}" for i in positions[:limit])
    return f"{len(positions)} ({shown}{', …' if len(positions) > limit else ''})"
