"""Answers of long work on disk: one file each, proved whole, read back as values and never as code."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from digimfg.errors import DigimfgError
from digimfg.files import sha256_bytes, write_bytes

__all__ = ["keep_answer", "kept_answer", "kept_answers", "packed", "unpacked"]

_DIGEST = 64  # characters before the answer
# What values of these packages are made of. A name may stand in any module of its package: versions move
# them.
_LISTED: Mapping[str, frozenset[str]] = {
    "builtins": frozenset({"bytearray", "complex", "frozenset", "range", "set", "slice"}),
    "collections": frozenset({"OrderedDict"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "numpy": frozenset(
        {"SeedSequence", "__pyx_unpickle_SeedSequence", "_frombuffer", "_reconstruct", "dtype", "ndarray",
        "scalar"}
    ),
    "pandas": frozenset(
        {
            "ArrowStringArray", "BlockManager", "BooleanArray", "BooleanDtype", "Categorical",
            "CategoricalDtype",
            "CategoricalIndex", "DataFrame", "DatetimeArray", "DatetimeIndex", "Float64Dtype",
            "FloatingArray", "Index",
            "Int64Dtype", "IntegerArray", "Interval", "IntervalIndex", "MultiIndex", "NA", "Period",
            "PeriodArray",
            "PeriodDtype", "PeriodIndex", "RangeIndex", "Series", "SingleBlockManager", "StringDtype",
            "Timestamp",
            "__pyx_unpickle_NDArrayBacked", "_nat_unpickle", "_new_DatetimeIndex", "_new_Index",
            "_new_IntervalIndex",
            "_unpickle_block", "_unpickle_timestamp",
        }
    ),
    "pyarrow": frozenset({"_restore_array", "py_buffer", "type_for_alias"}),
}  # fmt: skip


def keep_answer(folder: Path, name: str | int, answer: object) -> None:
    """Write the answer of one task, under its place or a name.

    Raises
    ------
    DigimfgError
        If the folder cannot be written.
    """
    content = packed(answer)
    write_bytes(_file(folder, name), sha256_bytes(content).encode() + content)


def kept_answer(folder: Path, name: str | int) -> tuple[Any] | None:
    """Return the one answer under a name, ``None`` where there is none that is whole.

    A file that was cut short or changed is as good as none, and so is one that holds anything but values:
    arrays, frames, texts and the frozen values of this package.
    """
    try:
        content = _file(folder, name).read_bytes()
        if content[:_DIGEST] != sha256_bytes(content[_DIGEST:]).encode():
            return None
    except OSError:
        return None
    return unpacked(content[_DIGEST:])


def packed(answer: object) -> bytes:
    """Return the bytes of an answer, from which `unpacked` makes it again.

    Raises
    ------
    AttributeError, TypeError, RecursionError, pickle.PicklingError
        If it holds what cannot be written.
    """
    buffer = io.BytesIO()
    _Writer(buffer, protocol=4).dump(answer)
    return buffer.getvalue()


def unpacked(content: bytes) -> tuple[Any] | None:
    """Return the one answer that bytes hold, ``None`` where they hold none, or anything but values."""
    try:
        return (_Values(io.BytesIO(content)).load(),)
    except Exception:  # another version of a package may fail in any way on what it wrote before
        return None


def kept_answers(folder: Path, count: int) -> dict[int, Any]:
    """Return the answers of the first `count` tasks that are there (see `kept_answer`), by the place of
    their task.
    """
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    places = (place for place in range(count) if _file(folder, place).name in there)
    found = ((place, kept_answer(folder, place)) for place in places)
    return {place: answer[0] for place, answer in found if answer is not None}


def _file(folder: Path, name: str | int) -> Path:
    return folder / f"{name}.answer"


class _Writer(pickle.Pickler):
    """Write our errors as their values, also where another package has changed how errors are pickled."""

    def reducer_override(self, value: Any) -> Any:
        return value.__reduce__() if isinstance(value, DigimfgError) else NotImplemented


class _Values(pickle.Unpickler):
    """Read values only: no function but those that put a value together, no class but those of values."""

    def find_class(self, module: str, name: str) -> Any:
        package = module.partition(".")[0]
        if name in _LISTED.get(package, ()):
            return super().find_class(module, name)
        if package == "digimfg" and "." not in name:
            found = super().find_class(module, name)
            if _is_value(found) or (module, name) == ("digimfg.errors", "_rebuild"):
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def _is_value(found: object) -> bool:
    if not isinstance(found, type) or not found.__module__.startswith("digimfg."):
        return False
    frozen = is_dataclass(found) and found.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return frozen or issubclass(found, DigimfgError)
