"""Read single values: numbers, truths, text, paths, and frames, series and arrays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, Literal

from digimfg.reader import Refused
from digimfg.text import Text

__all__ = [
    "as_it_is",
    "read_bare_frame",
    "read_bool",
    "read_float",
    "read_frame",
    "read_int",
    "read_none",
    "read_numbers",
    "read_path",
    "read_series",
    "read_stored_frame",
    "read_str",
    "read_text",
    "such",
    "unwrapped",
]

_LARGEST = 2**63


def as_it_is(value: Any) -> Any:
    """Return a value."""
    return value


def such(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """Return a reader of values for which a test is true."""

    def read(value: Any) -> Any:
        if not test(value):
            raise Refused
        return value

    return read


def unwrapped(value: Any) -> Any:
    """Return what numpy wraps: a number, a truth, a text."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def read_none(value: Any) -> None:
    """Refuse all but ``None``."""
    if value is not None:
        raise Refused


def read_bool(value: Any) -> bool:
    """Return a truth; numbers are none."""
    if isinstance(value, bool):
        return value
    value = unwrapped(value)
    if not isinstance(value, bool):
        raise Refused
    return value


def read_int(value: Any) -> int:
    """Return a whole number that 64 bits hold."""
    if type(value) is int:
        if -_LARGEST < value < _LARGEST:
            return value
        raise Refused(outside=True)
    value = unwrapped(value)
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise Refused
    return read_int(int(value))


def read_float(value: Any) -> Any:
    """Return a number, as it is where Python's own; truths are none."""
    if type(value) is float or (type(value) is int and -_LARGEST < value < _LARGEST):
        return value
    value = unwrapped(value)
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise Refused
    if isinstance(value, Integral):
        return read_int(value)
    try:
        return value if isinstance(value, float) else float(value)
    except (OverflowError, ValueError):
        raise Refused(outside=True) from None


def read_str(value: Any) -> str:
    """Return text."""
    if type(value) is str:
        return value
    if not isinstance(value, str):
        raise Refused
    return str.__str__(value)


def read_path(value: Any) -> Any:
    """Return a path, or text that can be one."""
    if not isinstance(value, str | os.PathLike) or "\0" in os.fspath(value):
        raise Refused
    return value


def read_frame(value: Any) -> Any:
    """Return a frame in numpy's types, see `digimfg.frames.plain_frame`."""
    return _of_pandas(value, "DataFrame", "plain_frame")


def read_stored_frame(value: Any) -> Any:
    """Return a frame as it is, see `digimfg.frames.whole_frame`."""
    return _of_pandas(value, "DataFrame", "whole_frame")


def read_bare_frame(value: Any) -> Any:
    """Return a frame without other packages' declarations, see `digimfg.frames.bare_frame`."""
    return _of_pandas(value, "DataFrame", "bare_frame")


def read_series(value: Any) -> Any:
    """Return a series in numpy's types, see `digimfg.frames.plain_series`."""
    return _of_pandas(value, "Series", "plain_series")


def _of_pandas(value: Any, kind: Literal["DataFrame", "Series"], how: str) -> Any:
    """Return a frame or a series as `digimfg.frames` reads it, those of other packages by way of Arrow."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, getattr(pandas, kind)):
        value = _by_arrow(value, kind)
        if value is None:
            raise Refused
    from digimfg import frames

    return getattr(frames, how)(value)


def _by_arrow(value: Any, kind: Literal["DataFrame", "Series"]) -> Any:
    """Return what another package holds as a frame or series of pandas; None where it holds neither."""
    if not hasattr(value, "__arrow_c_stream__") and not hasattr(value, "collect_schema"):
        return None
    from digimfg.frames.arrow import as_pandas

    return as_pandas(value, kind)


def read_text(value: Any) -> Text:
    """Return a text in both languages."""
    if not isinstance(value, Text | str):
        raise Refused
    return Text.of(value)


def read_numbers(value: Any) -> Any:
    """Return what an array of numbers can be made of, read once where it can be read only once."""
    import numpy as np

    found = _by_arrow(value, "DataFrame")
    value = value if found is None else found
    if value is None or isinstance(value, str | bytes | Mapping | type) or not isinstance(value, Iterable):
        raise Refused
    if isinstance(value, Iterator):
        value = list(value)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.Series | pandas.DataFrame):
        value = read_series(value) if value.ndim == 1 else read_frame(value)
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Refused(outside=True) from None
    if array.dtype.kind in "cUSmM":
        raise Refused(outside=True)
    return value
