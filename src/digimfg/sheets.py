"""Sheets of words: files of names and what each is called in both languages, read when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from digimfg.text import Text

__all__ = ["as_words", "head_of", "names_in", "rooms_in", "sheet_beside", "sheets_beside", "table_in"]

_HEADING = re.compile(r"^\[([a-z0-9_]+)\]$", re.MULTILINE)
_STRING = r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"'
_STRINGS = re.compile(_STRING, re.DOTALL)
_ESCAPE = re.compile(r'\\(?:(?P<mark>["\\bnt])|\s*\n\s*)')
_ESCAPED = {None: "", "b": "\b", '"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_LINE = re.compile(
    rf'^(?:\[(?P<table>[a-z0-9_]+)\]|(?P<name>[\w-]+|"[^"\n]+") = '
    rf"(?P<words>\[\s*(?:{_STRING}),\s*(?:{_STRING}),?\s*\]|{_STRING}))$",
    re.MULTILINE | re.DOTALL,
)


def sheet_beside(module: str, name: str, table: str = "") -> Mapping[str, Text]:
    """Return the words of the sheet ``words/<name>.toml`` in the folder of a module, by name, in their order.

    A line of a sheet is ``name = ["English", "Chinese"]``, or ``name = "…"`` where both are the same. The
    sheet is looked at when the first of its words is asked for, and only what is asked for is read.

    Parameters
    ----------
    module
        Its ``__file__``.
    name
        Of the sheet.
    table
        The table that holds them, where it is not the whole sheet.

    Examples
    --------
    >>> from digimfg.display import statistics
    >>> sheet_beside(statistics.__file__, "statistics")["n_obs"].zh
    '观测值'
    """
    return _Words(Path(module).parent / "words" / f"{name}.toml", table)


def sheets_beside(module: str, name: str) -> Mapping[str, Mapping[str, Text]]:
    """Return the tables of words of the sheet ``words/<name>.toml`` in the folder of a module, by name."""
    return _Tables(Path(module).parent / "words" / f"{name}.toml")


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
    return tuple(name for name in _written(folder / f"{room}.toml") if name)


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
    room, _, name = kind.partition(".")
    return _read(_written(folder / f"{room}.toml")[name])


def head_of(folder: Path, room: str) -> Mapping[str, Any]:
    """Return what a room's sheet says before its first table."""
    return _read(_written(folder / f"{room}.toml")[""])


class _Words(Mapping[str, Text]):
    def __init__(self, path: Path, table: str) -> None:
        self._path, self._table = path, table
        self._read: dict[str, Text] = {}

    def __getitem__(self, name: str) -> Text:
        if name not in self._read:
            self._read[name] = _worded(self._held()[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __len__(self) -> int:
        return len(self._held())

    def _held(self) -> Mapping[str, str]:
        return _words_in(self._path)[self._table]


class _Tables(Mapping[str, Mapping[str, Text]]):
    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, name: str) -> Mapping[str, Text]:
        if name not in _words_in(self._path):
            raise KeyError(name)
        return _Words(self._path, name)

    def __iter__(self) -> Iterator[str]:
        return (table for table in _words_in(self._path) if table)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _worded(written: str) -> Text:
    """Return words as a sheet writes them: one string, or a pair."""
    return as_words(
        [_string(each) for each in _STRINGS.findall(written)] if written[0] == "[" else _string(written)
    )


def _string(quoted: str) -> str:
    """Return what a string of TOML says: a line that ends with a backslash goes on in the next."""
    marks = 3 if quoted.startswith('"""') else 1
    words = quoted[marks:-marks]
    return _ESCAPE.sub(lambda match: _ESCAPED[match["mark"]], words) if "\\" in words else words


@cache
def _words_in(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a sheet as they are written, by table and name."""
    found: dict[str, dict[str, str]] = {"": {}}
    held = found[""]
    for match in _LINE.finditer(path.read_text(encoding="utf-8")):
        if match["table"] is not None:
            held = found[match["table"]] = {}
        else:
            held[match["name"].strip('"')] = match["words"]
    return found


@cache
def _written(path: Path) -> Mapping[str, str]:
    """Return the tables of a sheet as they are written, by name, and what stands before them."""
    try:
        head, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(path.stem) from None
    return {"": head, **dict(zip(parts[::2], parts[1::2], strict=True))}


def _read(written: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(written)
