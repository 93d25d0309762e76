"""Write a frame as a Stata file with labels of variables, the same bytes every time."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any

from digimfg.labels import term_label
from digimfg.postestimation.bridge.names import stata_names

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.text import Language

__all__ = ["stata_bytes"]

_EPOCH = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  (the file carries no zone)
_LONGEST_LABEL = 80


def stata_bytes(frame: pd.DataFrame, language: Language = "zh") -> bytes:
    """Return a ``.dta`` (Stata 14 and newer): labels of variables are those of the dictionary.

    Missing values stay missing; words are words, not codes. Names that Stata cannot hold become those of
    `stata_names`.
    """
    import pandas as pd

    names = stata_names(frame.columns)
    columns: dict[str, Any] = {}
    for column, name in names.items():
        values = frame[column]
        if pd.api.types.is_bool_dtype(values) and not values.isna().any():
            columns[name] = values.astype("int8")
        elif pd.api.types.is_integer_dtype(values) and not values.isna().any():
            columns[name] = values.astype("int32" if values.abs().max() < 2**31 - 200 else "float64")
        elif pd.api.types.is_numeric_dtype(values):
            columns[name] = values.astype("float64")
        else:
            columns[name] = values.astype(object).where(values.notna(), "").map(str).astype(object)
    labels = {
        name: term_label(str(column)).language(language)[:_LONGEST_LABEL] for column, name in names.items()
    }
    stream = io.BytesIO()
    pd.DataFrame(columns).to_stata(
        stream, write_index=False, version=118, time_stamp=_EPOCH, variable_labels=labels
    )
    return stream.getvalue()
