"""Read the subsystems of a coupled system: names, values in [0, 1], and where rows come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.kinds import Finite, Numbers
from digimfg.measures.indicators import first_rows
from digimfg.text import Text

__all__ = ["Subsystems", "read_subsystems"]

Floats = NDArray[np.float64]
SubsystemValues = pd.DataFrame | Mapping[str, Numbers] | Mapping[str, Finite] | Numbers

_ROUNDING = 1e-9  # an index that sums weights may exceed one by rounding


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Subsystems:
    """Hold subsystem indices.

    Parameters
    ----------
    names
        One name per subsystem, in order.
    degrees
        Shape (n, k), in [0, 1] or missing.
    index
        Index of the rows.
    """

    names: tuple[str, ...]
    degrees: Floats
    index: pd.Index


def read_subsystems(subsystems: Any) -> Subsystems:
    """Read subsystem indices in any of their usual forms.

    Parameters
    ----------
    subsystems
        A DataFrame (columns are subsystems), a mapping name → column (numbers for a single unit), a sequence
        of Series or one-dimensional arrays (one per subsystem), or an array: two dimensions are units ×
        subsystems, one dimension is a single unit.

    Raises
    ------
    MeasureError
        If there are fewer than two subsystems, or a value is not a number in [0, 1] (missing ones are
        allowed).
    """
    frame = _frame(subsystems)
    names = tuple(str(name) for name in frame.columns)
    where = Text("subsystems of a coupled system", "耦合系统的子系统")
    if len(names) < 2 or len(set(names)) < len(names):
        raise MeasureError.of("measures.too_few_subsystems", where=where, got=", ".join(names) or "—")
    columns = []
    for position, name in enumerate(names):
        column = frame.iloc[:, position]
        values = as_numbers(column)
        if values is None:
            raise MeasureError.of("measures.subsystem_not_numbers", got=str(column.dtype), name=name)
        bad = (values < -_ROUNDING) | (values > 1.0 + _ROUNDING)
        if bad.any():
            raise MeasureError.of(
                "measures.subsystem_outside_unit",
                name=name,
                nanmin=np.nanmin(values),
                nanmax=np.nanmax(values),
                first_rows=first_rows(frame.index, bad),
            )
        columns.append(np.clip(values, 0.0, 1.0))
    return Subsystems(names=names, degrees=np.column_stack(columns), index=frame.index)


def _frame(subsystems: Any) -> pd.DataFrame:
    if isinstance(subsystems, pd.DataFrame):
        return subsystems
    if isinstance(subsystems, Mapping):
        columns = {str(name): column for name, column in subsystems.items()}
        if all(np.ndim(column) == 0 for column in columns.values()):
            return pd.DataFrame({name: [column] for name, column in columns.items()})
        return pd.DataFrame(columns)
    if isinstance(subsystems, pd.Series):
        return pd.DataFrame([subsystems.to_numpy()], columns=[str(name) for name in subsystems.index])
    if isinstance(subsystems, Sequence) and subsystems and all(map(_is_column, subsystems)):
        names = [_name(column, position) for position, column in enumerate(subsystems)]
        return pd.DataFrame(dict(zip(names, subsystems, strict=True)))
    array = np.asarray(subsystems)
    if array.ndim not in (1, 2):
        raise MeasureError.of("measures.subsystems_not_a_table", ndim=array.ndim)
    array = np.atleast_2d(array)
    return pd.DataFrame(array, columns=[f"u{k + 1}" for k in range(array.shape[1])])


def _is_column(part: Any) -> bool:
    return isinstance(part, pd.Series | np.ndarray) and part.ndim == 1


def _name(column: Any, position: int) -> str:
    name = getattr(column, "name", None)
    return f"u{position + 1}" if name is None else str(name)
