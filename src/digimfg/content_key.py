"""Name values by all that they hold, so that an answer is kept under everything it was made from."""

from __future__ import annotations

import datetime
import decimal
import fractions
import functools
import hashlib
import platform
import re
import struct
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.frames.said import said_of
from digimfg.text import Text
from digimfg.version import PACKAGE

__all__ = ["code_key", "content_key"]

_OWN = "digimfg"
_PACKAGES = frozenset({"builtins", "numpy", "pandas", "scipy", "math", "operator", "functools"})
_SAID_IN_FULL = (
    datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, fractions.Fraction, range, re.Pattern,
    np.dtype, pd.Timedelta, pd.Period, pd.Interval, pd.DateOffset,
)  # fmt: skip


def content_key(*values: object) -> str | None:
    """Return a hash of everything that values hold, in their order; ``None`` where no hash could tell.

    Two lists of values that differ in anything (a number in its last digit, the order of a mapping, the
    type of a column, what is said beside a frame) have different names; the same values have the same name
    in every process. The code that works on them is not in it: see `code_key`.

    Parameters
    ----------
    values
        Numbers, texts, arrays, frames, values of this package, functions of it and of its engines, and lists
        and mappings of these. No hash tells what another function, an open file or a path leads to.

    Examples
    --------
    >>> content_key({"a": 1, "b": 2}) == content_key({"b": 2, "a": 1})
    False
    >>> content_key(lambda number: number + 1) is None
    True
    """
    digest = hashlib.sha256()
    try:
        _Told(digest.update).tell(values)
    except _UntoldError:
        return None
    return digest.hexdigest()


@functools.cache
def code_key() -> str:
    """Return a hash of what computes: every file of this package, the packages installed, Python and the
    machine.
    """
    digest = hashlib.sha256(f"{sys.version} {platform.machine()} {platform.system()}".encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"\n{path.relative_to(PACKAGE).as_posix()} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    digest.update(repr(_installed()).encode())
    return digest.hexdigest()


def _installed() -> list[str]:
    """Return the packages that Python would find, with their versions: as the folders are called that hold
    what is known of them.
    """
    folders = [Path(each) for each in dict.fromkeys(sys.path) if each and Path(each).is_dir()]
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))


class _UntoldError(Exception):
    """What a value holds cannot be told."""


class _Told:
    """Tell a hash what values hold: each with its kind and its length, so that none runs into the next."""

    def __init__(self, update: Callable[[bytes], None]) -> None:
        self._update = update
        self._within: set[int] = set()
        self._frames: dict[int, bytes] = {}

    def tell(self, value: Any) -> None:
        """Tell one value."""
        if value is None or isinstance(value, bool):
            self._say("constant", repr(value).encode())
        elif type(value) is str:
            self._say("str", value.encode("utf-8", "surrogatepass"))
        elif type(value) is int:
            self._say("int", str(value).encode())
        elif type(value) is float:
            self._say("float", struct.pack("<d", value))
        elif type(value) in (bytes, complex):
            self._say(type(value).__name__, value if isinstance(value, bytes) else repr(value).encode())
        elif value is pd.NA or value is pd.NaT or value is Ellipsis:
            self._say("constant", repr(value).encode())
        elif id(value) in self._within:
            raise _UntoldError  # it holds itself
        else:
            self._within.add(id(value))
            self._tell_parts(value)
            self._within.discard(id(value))

    def _tell_parts(self, value: Any) -> None:
        if isinstance(value, Enum):
            self._several(type(value), [value.name])
        elif isinstance(value, pd.DataFrame):
            self._frame(value)
        elif isinstance(value, pd.Series):
            self._several(type(value), [value.name, value.index, said_of(value)])
            self._column(value.array)
        elif isinstance(value, pd.Index):
            self._index(value)
        elif isinstance(value, pd.api.extensions.ExtensionArray):
            self._say(type(value).__name__)
            self._column(value)
        elif isinstance(value, np.ndarray):
            self._array(value)
        elif isinstance(value, np.generic):
            self._say(f"scalar {value.dtype.str}", value.tobytes())
        elif isinstance(value, np.random.SeedSequence):
            self._several(type(value), [value.entropy, value.spawn_key, value.pool_size])
        elif isinstance(value, functools.partial):
            self._several(type(value), [value.func, value.args, value.keywords])
        elif isinstance(value, types.MethodType):
            self._several(type(value), [value.__self__, value.__func__])
        elif callable(value) and isinstance(
            value, type | types.FunctionType | types.BuiltinFunctionType | np.ufunc
        ):
            self._code(value)
        elif isinstance(value, Text):
            self._several(type(value), _parts(value))
        elif is_dataclass(value):
            self._values(value, [field.name for field in fields(value)])
        elif isinstance(value, Mapping):
            self._several(type(value), [part for pair in value.items() for part in pair])
        elif isinstance(value, tuple | list):
            self._several(type(value), value)
        elif isinstance(value, set | frozenset):
            self._several(type(value), sorted(_key(each) for each in value))
        elif isinstance(value, _SAID_IN_FULL):
            self._say(_name(type(value)), repr(value).encode())
        else:
            raise _UntoldError

    def _say(self, kind: str, content: bytes = b"") -> None:
        self._update(f"{kind} {len(content)}:".encode())
        self._update(content)

    def _several(self, kind: type, parts: Iterable[Any]) -> None:
        held = list(parts)
        self._say(f"{_name(kind)} of {len(held)}")
        for part in held:
            self.tell(part)

    def _values(self, value: Any, names: list[str]) -> None:
        if not type(value).__module__.startswith(f"{_OWN}."):
            raise _UntoldError  # its methods are the user's
        self._several(type(value), [part for name in names for part in (name, getattr(value, name))])

    def _code(self, value: Any) -> None:
        """Tell a class or function of a package by its name, which stands for its code; within a function of
        ours, also by what it holds.
        """
        if isinstance(value, np.ufunc):
            self._say("code", f"numpy.{value.__name__}".encode())
            return
        if not isinstance(getattr(value, "__self__", None), types.ModuleType | None):
            raise _UntoldError  # a method of a value
        module, name = value.__module__ or "", value.__qualname__
        if "<locals>" in name:
            self._closure(value, f"{module}.{name}")
        elif module.partition(".")[0] in (_OWN, *_PACKAGES) and _found(module, name) is value:
            self._say("code", f"{module}.{name}".encode())
        else:
            raise _UntoldError

    def _closure(self, value: Any, name: str) -> None:
        """Tell a function of ours that was made within another by where it stands and what it holds."""
        if not isinstance(value, types.FunctionType) or not name.startswith(f"{_OWN}."):
            raise _UntoldError
        code = value.__code__
        if PACKAGE not in Path(code.co_filename).parents:
            raise _UntoldError  # it only goes by the name of one of ours
        held = [cell.cell_contents for cell in value.__closure__ or ()]
        self._say("closure", f"{name} {code.co_firstlineno}".encode())
        self._several(tuple, [held, value.__defaults__, value.__kwdefaults__])

    def _frame(self, value: pd.DataFrame) -> None:
        """Tell a frame by its hash, which is made once however many results hold it."""
        if id(value) not in self._frames:
            digest = hashlib.sha256()
            _Told(digest.update)._tell_frame(value)
            self._frames[id(value)] = digest.digest()
        self._say(_name(type(value)), self._frames[id(value)])

    def _tell_frame(self, value: pd.DataFrame) -> None:
        self._several(type(value), [value.index, value.columns, said_of(value), value.shape[1]])
        for place in range(value.shape[1]):
            self._column(value.iloc[:, place].array)

    def _index(self, value: pd.Index) -> None:
        self._several(type(value), [list(value.names), len(value)])
        if isinstance(value, pd.MultiIndex):
            for level, codes in zip(value.levels, value.codes, strict=True):
                self.tell(level)
                self._array(np.asarray(codes))
        else:
            self._column(value.array)

    def _column(self, values: Any) -> None:
        """Tell the values of a column of pandas."""
        kind = values.dtype
        self._say(f"column {kind!r} {len(values)}")
        if isinstance(values, pd.arrays.NumpyExtensionArray):
            self._array(values.to_numpy())
        elif isinstance(kind, pd.CategoricalDtype):
            self._several(tuple, [kind.categories, kind.ordered])
            self._array(np.asarray(values.codes))
        elif isinstance(kind, pd.StringDtype):
            self._array(np.asarray(values.isna()))
            self._array(np.asarray(pd.util.hash_array(values, categorize=True)))
        else:
            for each in values:
                self.tell(each)

    def _array(self, value: np.ndarray[Any, Any]) -> None:
        self._say(f"{_name(type(value))} {value.dtype.descr} {value.shape}")
        if value.dtype.hasobject:
            for each in value.ravel().tolist():
                self.tell(each)
        else:
            self._update(value.tobytes())


def _key(value: object) -> str:
    found = content_key(value)
    if found is None:
        raise _UntoldError
    return found


def _found(module: str, name: str) -> object:
    """Return what a module that is imported calls by a name."""
    found: object = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _parts(value: Text) -> tuple[Any, ...]:
    """Return what a text is made of: its words, or its template, facts and weight."""
    if type(value) is Text:
        return value.en, value.zh
    made: Any = value.__reduce__()
    return tuple(made[1])
