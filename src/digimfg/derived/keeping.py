"""Compute the columns of a panel once: kept under a hash of the data, the declaration and the code that
computes.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.files import canonical_json
from digimfg.frames.said import said_of
from digimfg.kept_answers import keep_answer, kept_answer
from digimfg.text import Text
from digimfg.version import PACKAGE, __version__

__all__ = ["computed_once"]

_MOST = 8
_CODE = ("derived", "measures", "terms", "variables")
_KEPT: OrderedDict[str, pd.DataFrame] = OrderedDict()


def computed_once(
    declared: Sequence[object],
    frame: pd.DataFrame,
    compute: Callable[[], pd.DataFrame],
    folder: Path | None,
) -> pd.DataFrame:
    """Return what `compute` returns, from before where the same was computed: in this process, or in a
    folder.

    A declaration that holds a function of the user's is computed anew every time: no hash tells what a
    function does.
    """
    name = _name(declared, frame)
    if name is None:
        return compute()
    if name not in _KEPT:
        held = kept_answer(folder, name) if folder is not None else None
        found = held[0] if held is not None and isinstance(held[0], pd.DataFrame) else compute()
        if folder is not None and held is None:
            keep_answer(folder, name, found)
        _KEPT[name] = found
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return _KEPT[name].copy()


def _name(declared: Sequence[object], frame: pd.DataFrame) -> str | None:
    try:
        told = [_plain(each) for each in declared]
    except TypeError:
        return None
    content = canonical_json([_frame_hash(frame), _code_hash(), told])
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _plain(value: Any) -> Any:
    """Return a declaration as plain values.

    Raises
    ------
    TypeError
        If a function stands in it.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Text):
        return [value.en, value.zh]
    if isinstance(value, pd.DataFrame):
        return _frame_hash(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return [type(value).__module__, type(value).__qualname__, parts]
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(held)] for key, held in value.items()]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    raise TypeError(type(value).__name__)


def _frame_hash(frame: pd.DataFrame) -> str:
    digest = hashlib.sha256(repr([(str(name), str(kind)) for name, kind in frame.dtypes.items()]).encode())
    digest.update(repr(said_of(frame)).encode())
    digest.update(np.asarray(pd.util.hash_pandas_object(frame, index=False)).tobytes())
    return digest.hexdigest()


@cache
def _code_hash() -> str:
    """Return a hash of what computes: this package's code and the versions of its engines."""
    home = PACKAGE
    digest = hashlib.sha256(f"{__version__} {np.__version__} {pd.__version__}".encode())
    for path in sorted(path for part in _CODE for path in (home / part).rglob("*")):
        if path.suffix in (".py", ".toml"):  # variables are declared in sheets
            digest.update(path.read_bytes())
    return digest.hexdigest()
