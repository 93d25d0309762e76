"""Spatial weights as a value: labels and links, matched to the units of a panel by label."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.linalg import eigs

from digimfg.errors import EstimationError
from digimfg.text import Text, counted

__all__ = ["Standardization", "WeightMatrix", "align_weights", "empty_rows", "weight_matrix"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Standardization = Literal["none", "row", "spectral"]


@dataclass(frozen=True, init=False, eq=False)
class WeightMatrix:
    """Hold the links between units; two are equal when labels and links are.

    Parameters
    ----------
    labels
        A label per unit in the order of rows and columns, or ``None``: the sorted labels of the panel.
    size
        Number of units.
    rows, columns, values
        The entries that are not zero: row, column and weight.

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
        labels: tuple[Any, ...] | None,
        size: int,
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

    @property
    def matrix(self) -> sparse.csr_array:
        """Return the sparse matrix."""
        shape = (self.size, self.size)
        return sparse.csr_array((self.values, (self.rows, self.columns)), shape=shape)

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
        A frame whose index and columns are the same units; a square array or sparse matrix in the order of the
        panel's sorted units; a libpysal ``W`` or ``Graph`` (labels are its ids); or a `WeightMatrix`.

    Raises
    ------
    EstimationError
        If it is not square, labels of rows and columns differ, a weight is missing, or a unit is its own neighbour.
    """
    if isinstance(weights, WeightMatrix):
        return weights
    labels: tuple[Any, ...] | None = None
    if isinstance(weights, pd.DataFrame):
        labels = tuple(weights.index)
        if set(labels) != set(weights.columns) or len(labels) != len(weights.columns):
            odd = sorted({str(x) for x in set(labels) ^ set(weights.columns)})[:3]
            raise _bad(
                Text("index and columns with the same units", "行标签与列标签为相同单元"),
                Text(f"units in only one of them: {odd}", f"仅出现在一侧的单元：{odd}"),
            )
        found = sparse.csr_array(weights.loc[list(labels), list(labels)].to_numpy(dtype=np.float64))
    elif hasattr(weights, "id_order") and hasattr(weights, "sparse"):
        labels, found = tuple(weights.id_order), sparse.csr_array(weights.sparse)
    elif hasattr(weights, "unique_ids") and hasattr(weights, "sparse"):
        labels, found = tuple(weights.unique_ids), sparse.csr_array(weights.sparse)
    else:
        if not (sparse.issparse(weights) or np.ndim(weights) == 2):
            raise _bad(
                Text(
                    "a frame, a matrix, or a libpysal W or Graph", "数据框、矩阵，或 libpysal 的 W 或 Graph"
                ),
                Text(type(weights).__name__, type(weights).__name__),
            )
        found = sparse.csr_array(weights, dtype=np.float64)
    if found.shape[0] != found.shape[1]:
        raise _bad(
            Text("a square matrix", "方阵"),
            Text(f"{found.shape[0]} × {found.shape[1]}", f"{found.shape[0]} × {found.shape[1]}"),
        )
    entries = sparse.coo_array(found)
    entries.sum_duplicates()
    finite = np.isfinite(entries.data)
    if not np.all(finite):
        raise _bad(
            Text("finite weights", "有限的权重"),
            Text(f"{int(np.sum(~finite))} missing or infinite", f"{int(np.sum(~finite))} 个缺失或无穷"),
        )
    kept = entries.data != 0.0
    rows, columns = entries.row[kept], entries.col[kept]
    own = rows[rows == columns]
    if len(own):
        named = [str(labels[i]) if labels is not None else str(i) for i in own[:3]]
        raise _bad(
            Text("a zero diagonal", "对角线为零"),
            Text(
                f"{len(own)} units that neighbour themselves: {named}",
                f"{len(own)} 个单元与自身相邻：{named}",
            ),
        )
    return WeightMatrix(
        labels=labels, size=found.shape[0], rows=rows, columns=columns, values=entries.data[kept]
    )


def align_weights(
    weights: WeightMatrix, units: NDArray[np.generic], standardization: Standardization
) -> tuple[sparse.csr_array, list[Text]]:
    """Return the matrix in the order of the panel's units, standardised among them, and notes.

    Parameters
    ----------
    units
        Sorted labels of the units in the sample.
    standardization
        ``"row"``: rows sum to one; ``"spectral"``: divided by the largest eigenvalue in absolute value.

    Raises
    ------
    EstimationError
        If the order does not match, or a unit of the panel has no row.
    """
    notes: list[Text] = []
    if weights.labels is None:
        if weights.size != len(units):
            raise _bad(
                Text(
                    f"order {len(units)}, one row per unit of the sample",
                    f"{len(units)} 阶，样本中每个单元一行",
                ),
                Text(f"order {weights.size}", f"{weights.size} 阶"),
            )
        matrix = weights.matrix
        notes.append(
            Text(
                f"weights have no labels: taken in the order of sorted units, {units[0]} to {units[-1]}",
                f"权重矩阵无标签：按排序后的单元顺序对应，从 {units[0]} 到 {units[-1]}",
            )
        )
    else:
        matrix = _by_label(weights, units, notes)
    if standardization == "row":
        sums = np.asarray(matrix.sum(axis=1)).ravel()
        scale = np.where(sums != 0, 1.0 / np.where(sums != 0, sums, 1.0), 0.0)
        matrix = sparse.csr_array(sparse.diags_array(scale) @ matrix)
    elif standardization == "spectral":
        matrix = sparse.csr_array(matrix / _spectral_radius(matrix))
    return matrix, notes


def empty_rows(matrix: sparse.csr_array, units: NDArray[np.generic]) -> list[str]:
    """Return the units without neighbours."""
    return [str(units[i]) for i in np.flatnonzero(np.asarray(abs(matrix).sum(axis=1)).ravel() == 0)]


def _by_label(weights: WeightMatrix, units: NDArray[np.generic], notes: list[Text]) -> sparse.csr_array:
    labels = weights.labels or ()
    place: dict[Any, int] = {label: i for i, label in enumerate(labels)}
    wanted = units.tolist()
    if any(unit not in place for unit in wanted):
        place = {str(label): i for i, label in enumerate(labels)}
        wanted = [str(unit) for unit in wanted]
    missing = [str(unit) for unit in wanted if unit not in place]
    if missing:
        raise _bad(
            Text(f"a row for each of the {len(wanted)} units", f"{len(wanted)} 个单元各有一行"),
            Text(f"{len(missing)} without: {missing[:3]}", f"{len(missing)} 个没有：{missing[:3]}"),
        )
    if len(labels) > len(wanted):
        notes.append(
            Text(
                f"{counted(len(labels) - len(wanted), 'unit of the weights is', 'units of the weights are')} not in the sample and {'is' if len(labels) - len(wanted) == 1 else 'are'} left out",
                f"权重矩阵中 {len(labels) - len(wanted)} 个单元不在样本内，已去除",
            )
        )
    order = [place[unit] for unit in wanted]
    return sparse.csr_array(weights.matrix[order][:, order])


def _spectral_radius(matrix: sparse.csr_array) -> float:
    if matrix.shape[0] <= 1000:
        return float(np.max(np.abs(np.linalg.eigvals(matrix.toarray()))))
    start = np.ones(matrix.shape[0])
    return float(np.abs(eigs(matrix, k=1, v0=start, return_eigenvectors=False)[0]))


def _bad(expected: Text, got: Text) -> EstimationError:
    return EstimationError(
        where=Text("spatial weights", "空间权重矩阵"),
        expected=expected,
        got=got,
        remedy=Text(
            "give a frame labelled by the panel's units in rows and columns",
            "提供行列均以面板单元为标签的数据框",
        ),
    )
