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
        found = _usual(pa.table({"": column})).to_pandas(date_as_object=False)[""]
        return found.rename(getattr(value, "name", None))
    try:
        table = pa.RecordBatchReader.from_stream(value).read_all()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    return _usual(table).to_pandas(date_as_object=False)


def _usual(table: pa.Table) -> pa.Table:
    """Return a table whose columns have types that pandas has as well; without pandas' own index."""
    fields = [pa.field(field.name, _usual_type(field.type)) for field in table.schema]
    return pa.table(
        [column.cast(field.type) for column, field in zip(table.columns, fields, strict=True)],
        schema=pa.schema(fields),
    )


def _usual_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
        return pa.dictionary(kind.index_type, pa.large_string(), ordered=kind.ordered)
    return kind
