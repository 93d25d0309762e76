"""Take frames and columns of other packages as pandas' own, by Arrow's stream of columns."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
import pyarrow as pa

__all__ = ["as_pandas"]


def as_pandas(value: Any, kind: Literal["DataFrame", "Series"]) -> pd.DataFrame | pd.Series[Any] | None:
    """Return a frame or a column of any package that speaks Arrow's protocol (polars, pyarrow, DuckDB, …).

    Its values are those that pandas would hold: dictionaries are categories, decimals are numbers; plans
    that have not run (``polars.LazyFrame``) are run. Whoever reads it turns columns into numpy's types.

    Parameters
    ----------
    value
        What has ``__arrow_c_stream__``, or a ``collect`` that returns such.
    kind
        What is wanted.

    Returns
    -------
    pandas.DataFrame or pandas.Series or None
        None where it speaks no Arrow, is a column where a frame is wanted, or a frame in place of a column.

    Examples
    --------
    >>> as_pandas(pa.table({"x": [1, None]}), "DataFrame")["x"].tolist()
    [1.0, nan]
    """
    if isinstance(value, type | pd.DataFrame | pd.Series | pd.Index):
        return None
    if hasattr(value, "collect_schema") and hasattr(value, "collect"):
        value = value.collect()
    if not hasattr(value, "__arrow_c_stream__"):
        return None
    if kind == "Series":
        column = pa.chunked_array(value)
        if pa.types.is_struct(column.type):
            return None
        held = _held(pa.table({"": column}))[""]
        return held.rename(getattr(value, "name", None))
    try:
        table = pa.RecordBatchReader.from_stream(value).read_all()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    return _held(table)


def _held(table: pa.Table) -> pd.DataFrame:
    """Return a table as pandas holds it, its columns in types that pandas has as well."""
    fields = [pa.field(field.name, _usual_type(field.type)) for field in table.schema]
    columns = [column.cast(field.type) for column, field in zip(table.columns, fields, strict=True)]
    made: pd.DataFrame = pa.table(columns, schema=pa.schema(fields)).to_pandas(date_as_object=False)
    return made


def _usual_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
        return pa.dictionary(kind.index_type, pa.large_string(), ordered=kind.ordered)
    return kind
