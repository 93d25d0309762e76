"""Check a multi-region input–output table: labels, shapes, signs and balance, each with a message that says
where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from digimfg.errors import MeasureError
from digimfg.notes import note_of
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
        raise MeasureError.of(
            "measures.table_shape", where=_part(name), shape=str(shape), found=str(array.shape)
        )
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        raise MeasureError.of(
            "measures.table_not_finite", where=_part(name), n_bad=len(bad), first=str(bad[:3].tolist())
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
            raise MeasureError.of(
                "measures.labels_repeated", where=_part(name), n=len(labels), repeated=repeated[:5]
            )


def check_signs(table: Accounts) -> None:
    """Refuse negative sales and negative output."""
    negative = np.argwhere(table.transactions < 0)
    if len(negative):
        row, column = negative[0]
        value = table.transactions[row, column]
        raise MeasureError.of(
            "measures.sales_negative",
            where=_part("transactions"),
            n_negative=len(negative),
            row=str(table.labels[row]),
            column=str(table.labels[column]),
            value=value,
        )
    if (table.output < 0).any():
        bad = np.flatnonzero(table.output < 0)
        names = first_labels(table.labels, bad)
        raise MeasureError.of("measures.output_negative", where=_part("output"), n=len(bad), names=names)


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
            raise MeasureError.of(
                "measures.table_not_balanced",
                where=_TABLE,
                expected=wording[side],
                n_off=len(bad),
                n=len(gap),
                side=Text(side, {"row": "行", "column": "列"}[side]),
                listed=listed,
            )
    idle = np.flatnonzero((table.output == 0) & (table.transactions.sum(axis=0) > 0))
    if len(idle):
        names = first_labels(table.labels, idle)
        raise MeasureError.of("measures.inputs_without_output", where=_part("output"), names=names)


def first_labels(labels: Sequence[tuple[str, str]], positions: NDArray[np.intp], limit: int = 5) -> str:
    """List the first labels at some positions."""
    shown = ", ".join(f"{labels[i][0]} {labels[i][1]}" for i in positions[:limit])
    return shown + (" …" if len(positions) > limit else "")


def _part(name: str) -> Text:
    return note_of("measures.part_of_table", table=_TABLE, name=name)
