"""Spatial weights as a value: labels and links."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.frames import as_numbers
from digimfg.kinds import Count, Label, Such
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.variables.unit_names import held_values

__all__ = [
    "SpatialWeights",
    "Standardization",
    "WeightMatrix",
    "weight_matrix",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Standardization = Literal["none", "row", "spectral"]


def _may_be_weights(value: Any) -> bool:
    return not isinstance(value, type | str | Mapping) and (
        isinstance(value, WeightMatrix)
        or hasattr(value, "sparse")
        or sparse.issparse(value)
        or np.ndim(value) == 2
    )


SpatialWeights = (
    pd.DataFrame
    | Annotated[
        Any,
        Such(
            _may_be_weights,
            Text(
                "spatial weights: a dm.WeightMatrix, a frame labelled both ways, a matrix, or a "
                "libpysal W or Graph",
                "空间权重：dm.WeightMatrix、行列均有标签的数据框、矩阵，或 libpysal 的 W 或 Graph",
            ),
        ),
    ]
)


@checked
@shown(Text("Spatial weights", "空间权重矩阵"), first="summary")
@dataclass(frozen=True, init=False, eq=False)
class WeightMatrix:
    """Hold the links between units, checked where they are made; two are equal when labels and links are.

    Parameters
    ----------
    labels
        A label per unit in the order of rows and columns, or ``None``: the sorted labels of the panel.
    size
        Number of units.
    rows, columns, values
        The entries that are not zero: row, column and weight.

    Raises
    ------
    EstimationError
        If a weight is negative, missing or infinite, a unit is its own neighbour, labels repeat or are not
        one per unit, or a place lies outside the matrix. Rows without any weight are allowed.

    Examples
    --------
    >>> weight_matrix(np.array([[0, 1], [1, 0]])).values.tolist()
    [1.0, 1.0]
    """

    labels: tuple[Any, ...] | None
    size: int
    rows: Codes
    columns: Codes
    values: Floats

    def __init__(
        self,
        *,
        labels: tuple[Label, ...] | None,
        size: Count,
        rows: ArrayLike,
        columns: ArrayLike,
        values: ArrayLike,
    ) -> None:
        order = np.lexsort((np.asarray(columns), np.asarray(rows)))
        fields = {
            "labels": None if labels is None else tuple(labels),
            "size": int(size),
            "rows": np.asarray(rows, dtype=np.int64)[order],
            "columns": np.asarray(columns, dtype=np.int64)[order],
            "values": np.asarray(values, dtype=np.float64)[order],
        }
        for name, value in fields.items():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            object.__setattr__(self, name, value)
        self._check()

    @property
    def summary(self) -> pd.DataFrame:
        """Return links and weights by unit: ``neighbours sum_of_weights largest_weight``."""
        units = pd.Index(range(self.size) if self.labels is None else self.labels, name="unit")
        largest = np.zeros(self.size)
        np.maximum.at(largest, self.rows, self.values)
        return pd.DataFrame(
            {
                "neighbours": np.bincount(self.rows, minlength=self.size),
                "sum_of_weights": np.bincount(self.rows, weights=self.values, minlength=self.size),
                "largest_weight": largest,
            },
            index=units,
        )

    def place_of(self, units: Iterable[Any]) -> dict[Any, int]:
        """Return the row of each unit that the matrix has: by its label, or by the label's code or name.

        Parameters
        ----------
        units
            As the data hold them.
        """
        labels = self.labels or ()
        rows = {label: row for row, label in enumerate(labels)}
        return {unit: rows[label] for unit, label in held_values(units, labels).items()}

    def _check(self) -> None:
        labels = self.labels
        if labels is not None:
            _refuse_repeated(labels, self.size)
        outside = (np.minimum(self.rows, self.columns) < 0) | (
            np.maximum(self.rows, self.columns) >= self.size
        )
        if outside.any():
            raise EstimationError.of(
                "spatial.weights_outside",
                last=self.size - 1,
                count=outside.sum(),
                first=self._links(outside),
            )
        unknown = ~np.isfinite(self.values)
        if unknown.any():
            raise EstimationError.of(
                "spatial.weights_not_finite", count=unknown.sum(), first=self._links(unknown)
            )
        negative = self.values < 0
        if negative.any():
            raise EstimationError.of(
                "spatial.weights_negative", count=negative.sum(), first=self._links(negative)
            )
        own = self.rows == self.columns
        if own.any():
            raise EstimationError.of("spatial.weights_of_own", count=own.sum(), first=self._links(own))

    def _links(self, bad: NDArray[np.bool_]) -> str:
        """Return the first of the links that are bad."""
        return ", ".join(self._link(place) for place in np.flatnonzero(bad)[:3])

    def _link(self, place: int) -> str:
        row, column, value = int(self.rows[place]), int(self.columns[place]), float(self.values[place])
        if self.labels is not None and min(row, column) >= 0 and max(row, column) < self.size:
            return f"{self.labels[row]} → {self.labels[column]}: {value:g}"
        return f"{row} → {column}: {value:g}"

    @property
    def matrix(self) -> sparse.csr_array:
        """Return the sparse matrix."""
        shape = (self.size, self.size)
        same = (self.rows[1:] == self.rows[:-1]) & (self.columns[1:] == self.columns[:-1])
        if same.any():
            return sparse.csr_array((self.values, (self.rows, self.columns)), shape=shape)
        kind = np.int32 if max(len(self.values), self.size) < 2**31 else np.int64
        starts = np.zeros(self.size + 1, dtype=kind)
        np.cumsum(np.bincount(self.rows, minlength=self.size), out=starts[1:])
        return sparse.csr_array((self.values.copy(), self.columns.astype(kind), starts), shape=shape)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of labels and links."""
        hashed = hashlib.sha256(repr((self.size, self.labels)).encode())
        for part in (self.rows, self.columns, self.values):
            hashed.update(part.tobytes())
        return hashed.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WeightMatrix) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def weight_matrix(weights: Any) -> WeightMatrix:
    """Return weights as a value.

    Parameters
    ----------
    weights
        A frame whose index and columns are the same units; a square array or sparse matrix in the order of
        the panel's sorted units; a libpysal ``W`` or ``Graph`` (labels are its ids); or a `WeightMatrix`.

    Raises
    ------
    EstimationError
        If it is not square, labels of rows and columns differ, or a weight is not one, see `WeightMatrix`.
    """
    if isinstance(weights, WeightMatrix):
        return weights
    labels: tuple[Any, ...] | None = None
    found: sparse.csr_array | Floats
    if isinstance(weights, pd.DataFrame):
        labels, across = tuple(weights.index.tolist()), tuple(weights.columns.tolist())
        same_order = labels == across
        if not same_order and (set(labels) != set(across) or len(labels) != len(across)):
            odd = sorted({str(x) for x in set(labels) ^ set(across)})[:3]
            raise EstimationError.of("spatial.labels_of_sides_differ", odd=odd)
        _refuse_repeated(labels, len(labels))
        found = _numbers(weights if same_order else weights[list(labels)])
    elif hasattr(weights, "id_order") and hasattr(weights, "sparse"):
        labels, found = tuple(weights.id_order), sparse.csr_array(weights.sparse)
    elif hasattr(weights, "unique_ids") and hasattr(weights, "sparse"):
        labels, found = tuple(weights.unique_ids), sparse.csr_array(weights.sparse)
    else:
        if not (sparse.issparse(weights) or np.ndim(weights) == 2):
            raise EstimationError.of("spatial.not_weights", given=type(weights).__name__)
        found = sparse.csr_array(weights, dtype=np.float64)
    if found.shape[0] != found.shape[1]:
        raise EstimationError.of(
            "spatial.weights_not_square", n_rows=found.shape[0], n_columns=found.shape[1]
        )
    if isinstance(found, np.ndarray):
        rows, columns = np.nonzero(found)
        values = found[rows, columns]
    else:
        entries = sparse.coo_array(found)
        entries.sum_duplicates()
        kept = entries.data != 0.0
        rows, columns, values = entries.row[kept], entries.col[kept], entries.data[kept]
    return WeightMatrix(labels=labels, size=found.shape[0], rows=rows, columns=columns, values=values)


def _numbers(frame: pd.DataFrame) -> NDArray[np.float64]:
    if set(frame.dtypes.tolist()) <= {np.dtype(np.float64)}:
        return frame.to_numpy(dtype=np.float64)
    columns = [as_numbers(frame[label]) for label in frame.columns]
    held = [column for column in columns if column is not None]
    if len(held) < len(columns):
        kinds = ", ".join(sorted({str(kind) for kind in frame.dtypes}))
        raise EstimationError.of("spatial.weights_not_numbers", got=Text.of(kinds))
    return np.array(held, dtype=np.float64).T.reshape(frame.shape)


def _refuse_repeated(labels: tuple[Any, ...], size: int) -> None:
    twice = _repeated(labels)
    if twice or len(labels) != size:
        raise EstimationError.of("spatial.labels_repeated", size=size, n=len(labels), twice=twice[:3])


def _repeated(labels: tuple[Any, ...]) -> list[str]:
    """Return the labels that stand more than once, or cannot be told apart from others."""
    try:
        return [str(label) for label, count in Counter(labels).items() if count > 1]
    except TypeError:
        return [str(label) for label in labels if not isinstance(label, Hashable)]
