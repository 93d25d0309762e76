"""Check a multi-region input–output table: labels, shapes, signs and balance, each with a message that says
where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from digimfg.errors import MeasureError
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = [
    "check_balance",
    "check_labels",
    "check_signs",
    "checked_array",
    "final_demand_by_country",
    "first_labels",
]

_TABLE = Text("input–output table", "投入产出表")


class Accounts(Protocol):
    """What of a table is checked."""

    @property
    def transactions(self) -> Array:
        """Return what each row delivers to each column."""
        ...

    @property
    def final_demand(self) -> Array:
        """Return what each row delivers to final users by country."""
        ...

    @property
    def net_taxes(self) -> Array:
        """Return the net taxes of every column."""
        ...

    @property
    def value_added(self) -> Array:
        """Return the value added of every column."""
        ...

    @property
    def output(self) -> Array:
        """Return gross output."""
        ...

    @property
    def balance_tolerance(self) -> float:
        """Return how far rows and columns may be out of balance."""
        ...

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Return the (country, sector) of every row."""
        ...


def checked_array(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Array:
    """Return `values` as a finite array of the given shape."""
    array = np.asarray(values, dtype=float)
    if array.shape != shape:
        raise MeasureError(
            where=_part(name),
            expected=Text(f"shape {shape} (countries × sectors)", f"形状{shape}(国家数 × 部门数)"),
            got=Text(f"shape {array.shape}", f"形状{array.shape}"),
            remedy=Text("pass countries, sectors and arrays that agree", "使国家、部门标签与数组一致"),
        )
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        raise MeasureError(
            where=_part(name),
            expected=Text("finite numbers", "有限数值"),
            got=Text(
                f"{len(bad)} missing or infinite, first at {bad[:3].tolist()}",
                f"{len(bad)}个缺失或无穷，首见于{bad[:3].tolist()}",
            ),
            remedy=Text("fill or drop them before, by a rule that you state", "事先按明示的规则填补或删除"),
        )
    return array


def final_demand_by_country(values: ArrayLike, size: int, countries: int) -> Array:
    """Return final demand N × G, categories of use added up."""
    array = np.asarray(values, dtype=float)
    columns = array.shape[1] if array.ndim == 2 else 0
    categories = max(columns // countries, 1)
    array = checked_array(array, "final_demand", (size, countries * categories))
    total: Array = array.reshape(size, countries, categories).sum(axis=2)
    return total


def check_labels(countries: tuple[str, ...], sectors: tuple[str, ...]) -> None:
    """Refuse empty or repeated labels."""
    for name, labels in (("countries", countries), ("sectors", sectors)):
        repeated = sorted({label for label in labels if labels.count(label) > 1})
        if repeated or not labels:
            raise MeasureError(
                where=_part(name),
                expected=Text("labels without repetition", "不重复的标签"),
                got=say(
                    "{n} labels, repeated: {repeated}",
                    "{n}个标签，重复：{repeated}",
                    n=len(labels),
                    repeated=repeated[:5],
                ),
                remedy=Text("name each country and each sector once", "每个国家、部门各列一次"),
            )


def check_signs(table: Accounts) -> None:
    """Refuse negative sales and negative output."""
    negative = np.argwhere(table.transactions < 0)
    if len(negative):
        row, column = negative[0]
        value = table.transactions[row, column]
        raise MeasureError(
            where=_part("transactions"),
            expected=Text("no negative sales", "无负的中间投入"),
            got=Text(
                f"{len(negative)} negative cells, first {table.labels[row]} → {table.labels[column]}: "
                f"{value:g}",
                f"{len(negative)}个负值，首个{table.labels[row]} → {table.labels[column]}:{value:g}",
            ),
            remedy=Text("correct the table; subsidies belong in net taxes", "改正表格；补贴应列入净税"),
        )
    if (table.output < 0).any():
        bad = np.flatnonzero(table.output < 0)
        names = first_labels(table.labels, bad)
        raise MeasureError(
            where=_part("output"),
            expected=Text("output that is not negative", "产出非负"),
            got=say("{n} negative: {names}", "{n}个为负：{names}", n=len(bad), names=names),
            remedy=Text("check the signs of final demand", "检查最终需求的符号"),
        )


def check_balance(table: Accounts) -> None:
    """Refuse rows or columns that do not add up to output, naming the worst."""
    floor = np.maximum(table.output, table.output.mean() / 1000)
    sums = {
        "row": table.transactions.sum(axis=1) + table.final_demand.sum(axis=1),
        "column": table.transactions.sum(axis=0) + table.net_taxes + table.value_added,
    }
    wording = {
        "row": Text("output = intermediate + final sales in every row", "各行：产出 = 中间使用 + 最终使用"),
        "column": Text(
            "output = inputs + net taxes + value added in every column",
            "各列：产出 = 中间投入 + 净税 + 增加值",
        ),
    }
    for side, total in sums.items():
        gap = total - table.output
        bad = np.flatnonzero(np.abs(gap) > table.balance_tolerance * floor)
        if len(bad):
            worst = bad[np.argsort(-np.abs(gap[bad]), kind="stable")][:3]
            listed = "; ".join(
                f"{table.labels[i][0]} {table.labels[i][1]} {gap[i]:+.6g} ({table.output[i]:.6g})"
                for i in worst
            )
            raise MeasureError(
                where=_TABLE,
                expected=wording[side],
                got=Text(
                    f"{len(bad)} of {len(gap)} {side}s off; sum minus output (output): {listed}",
                    f"{len(gap)}个中有{len(bad)}个不平衡；合计减产出（产出）：{listed}",
                ),
                remedy=Text(
                    "correct the table, or state a larger balance_tolerance for rounded tables",
                    "改正表格；若为四舍五入的表，可明示更大的 balance_tolerance",
                ),
            )
    idle = np.flatnonzero((table.output == 0) & (table.transactions.sum(axis=0) > 0))
    if len(idle):
        names = first_labels(table.labels, idle)
        raise MeasureError(
            where=_part("output"),
            expected=Text("output wherever there are inputs", "有投入则有产出"),
            got=say("inputs without output: {names}", "有投入而无产出：{names}", names=names),
            remedy=Text("check these columns", "检查这些列"),
        )


def first_labels(labels: Sequence[tuple[str, str]], positions: NDArray[np.intp], limit: int = 5) -> str:
    """List the first labels at some positions."""
    shown = ", ".join(f"{labels[i][0]} {labels[i][1]}" for i in positions[:limit])
    return shown + (" …" if len(positions) > limit else "")


def _part(name: str) -> Text:
    return say("{table}: {name}", "{table}:{name}", table=_TABLE, name=name)
