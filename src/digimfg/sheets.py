"""Sheets of words: files of names and what each is called in both languages, read when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from digimfg.text import Text

__all__ = ["as_words", "names_in", "read_words", "rooms_in", "sheet_beside", "sheets_beside", "table_in"]

_HEADING = re.compile(r"^\[([a-z0-9_]+)\]$", re.MULTILINE)


def sheet_beside(module: str, name: str, *tables: str) -> Mapping[str, Text]:
    """Return the words of the sheet ``words/<name>.toml`` in the folder of a module, by name, in their order.

    A line of a sheet is ``name = ["English", "Chinese"]``, or ``name = "…"`` where both are the same. It is
    read when the first of its words is asked for.

    Parameters
    ----------
    module
        Its ``__file__``.
    name
        Of the sheet.
    tables
        Names of the table that holds them, where it is not the whole sheet.

    Examples
    --------
    >>> from digimfg.display import statistics
    >>> sheet_beside(statistics.__file__, "statistics")["n_obs"].zh
    '观测值'
    """
    return _Sheet(_beside(module, name), tables)


def sheets_beside(module: str, name: str) -> Mapping[str, Mapping[str, Text]]:
    """Return the tables of words of the sheet ``words/<name>.toml`` in the folder of a module, by name."""
    return _Sheet(_beside(module, name))


@cache
def read_words(path: Path) -> Mapping[str, Any]:
    """Return the words of a file: `Text` by name, or tables of them."""
    import tomllib

    return _table(tomllib.loads(path.read_text(encoding="utf-8")))


def as_words(held: str | list[str] | dict[str, str]) -> Text:
    """Return words of a sheet: a pair, ``{en = "…", zh = "…"}``, or one string for both languages.

    Examples
    --------
    >>> as_words(["Rows", "行"]), as_words("δ")
    (Text(en='Rows', zh='行'), Text(en='δ', zh='δ'))
    """
    if isinstance(held, str):
        return Text(held, held)
    return Text(*held) if isinstance(held, list) else Text(**held)


@cache
def rooms_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the sheets of a folder: one for each room."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def names_in(folder: Path, room: str) -> tuple[str, ...]:
    """Return the names of the tables of a room's sheet, in order."""
    return tuple(_written(folder / f"{room}.toml"))


def table_in(folder: Path, kind: str) -> Mapping[str, Any]:
    """Return one table of a room's sheet, the only one that is read for it.

    Parameters
    ----------
    folder
        Where the sheets are.
    kind
        Room and name: ``"did.treatment_not_binary"``.

    Raises
    ------
    KeyError
        If there is no such room or name: an error of the code.
    """
    import tomllib

    room, _, name = kind.partition(".")
    return tomllib.loads(_written(folder / f"{room}.toml")[name])


@cache
def _written(path: Path) -> Mapping[str, str]:
    """Return the tables of a sheet as they are written, by name."""
    try:
        _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(path.stem) from None
    return dict(zip(parts[::2], parts[1::2], strict=True))


class _Sheet(Mapping[str, Any]):
    __slots__ = ("_path", "_tables")

    def __init__(self, path: Path, tables: tuple[str, ...] = ()) -> None:
        self._path, self._tables = path, tables

    def __getitem__(self, name: str) -> Any:
        return self._held()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __len__(self) -> int:
        return len(self._held())

    def _held(self) -> Mapping[str, Any]:
        found = read_words(self._path)
        for table in self._tables:
            found = found[table]
        return found


def _beside(module: str, name: str) -> Path:
    return Path(module).parent / "words" / f"{name}.toml"


def _table(held: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(
        {name: _table(each) if _holds(each) else as_words(each) for name, each in held.items()}
    )


def _holds(each: Any) -> bool:
    return isinstance(each, dict) and each.keys() != {"en", "zh"}
