"""Generate pandera schemas from the dictionary: one rule per promise that a variable makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digimfg.variables import Variable

__all__ = ["panel_schema", "variable_column"]

_DTYPES = {"float": "float64", "integer": "int64", "boolean": "bool", "string": None}


def panel_schema(
    keys: Iterable[str], variables: Iterable[str], others: Iterable[str] = (), *, unique: bool = True
) -> pa.DataFrameSchema:
    """Return the schema of a panel: its columns' rules, at least one row, and one row per key.

    Parameters
    ----------
    keys
        Columns whose values together name one row; they may not be missing. Without keys rows may repeat.
    variables
        Columns that must be there, names of the dictionary.
    others
        Columns that are there besides; those that the dictionary knows keep its rules.
    unique
        Whether to look for rows of one key; not where the order of the rows says that there are none.
    """
    keys = list(keys)
    entries = dictionary()
    columns = {name: variable_column(entries[name], key=name in keys) for name in variables}
    columns |= {name: variable_column(entries[name]) for name in others if name in entries}
    return pa.DataFrameSchema(
        columns,
        checks=[pa.Check(lambda frame: len(frame) > 0, name="rows")],
        unique=(keys or None) if unique else None,
        report_duplicates="all",
    )


def variable_column(variable: Variable, *, key: bool = False) -> pa.Column:
    """Return the column that keeps a variable's dtype, bounds and categories.

    Missing values are allowed in floats and strings that are no key. Check names are the rules that
    `digimfg.panels.validate` puts into words: ``finite lower upper text category``.
    """
    checks: list[pa.Check] = []
    if variable.dtype == "float":
        checks.append(pa.Check(np.isfinite, name="finite"))
    if variable.lower is not None:
        checks.append(_bound("lower", "ge", variable.lower))
    if variable.upper is not None:
        checks.append(_bound("upper", "le", variable.upper))
    if variable.dtype == "string":
        checks.append(pa.Check(_is_text, name="text"))
    if variable.categories:
        checks.append(pa.Check(_is_one_of(variable.categories), name="category"))
    nullable = not key and variable.dtype in ("float", "string")
    return pa.Column(_DTYPES[variable.dtype], checks, nullable=nullable, required=True)


def _bound(name: str, operation: str, value: float) -> pa.Check:
    return pa.Check(lambda column: getattr(column, operation)(value), name=name)


def _is_text(column: pd.Series[Any]) -> pd.Series[bool]:
    if isinstance(column.dtype, pd.StringDtype):
        return column.notna()
    return column.map(lambda value: isinstance(value, str)).astype(bool)


def _is_one_of(categories: tuple[str, ...]) -> Any:
    return lambda column: column.isin(categories)
