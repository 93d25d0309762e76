"""What a register is: words of the paper in cells, a frame made from them, and rules that find mistakes in
it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digimfg.errors import DigimfgError
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

__all__ = ["Cell", "Finding", "Register", "Row", "Words", "find_register", "unknown_name"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell and where the paper has it.

    Parameters
    ----------
    row, column
        Its address; the cells that belong to a whole table have the row ``"header"``.
    verbatim
        The words of the transcription, blanks included; empty where the paper has none.
    text
        The same without the transcription's blanks.
    english
        Translation of the words, mistakes included; empty for names and numbers.
    lines
        First and last line of the paper's text; ``None`` where the cell is not in the paper.
    """

    row: str
    column: str
    verbatim: str
    text: str
    english: str
    lines: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a cell says in one view."""

    text: str
    english: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its key, its coded values, and its words by column in one view.

    Parameters
    ----------
    key
        The key values joined by ``":"``.
    coded
        Key values and values coded by this project.
    words
        Column → words.
    in_paper
        False for rows that the paper does not have.
    source
        Where such a row comes from.
    """

    key: str
    coded: Mapping[str, Any]
    words: Mapping[str, Words]
    in_paper: bool = True
    source: str = ""

    def text(self, column: str) -> str:
        """Return the words of a column, empty where the row has none."""
        return self.words[column].text if column in self.words else ""

    def english(self, column: str) -> str | None:
        """Return the English of a column, ``None`` where there is none."""
        return (self.words[column].english or None) if column in self.words else None

    def chinese(self, column: str) -> str | None:
        """Return the words of a column, ``None`` where there are none."""
        return self.text(column) or None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing in a register that a rule calls a mistake.

    Parameters
    ----------
    kind
        Name of the rule.
    row, column
        Where; ``"header"`` for a whole table.
    got
        What stands there.
    expected
        What the rule asks for.
    proposal
        What it may have been, where the rule can tell; empty otherwise.
    """

    kind: str
    row: str
    column: str
    got: str
    expected: Text
    proposal: str = ""


@dataclass(frozen=True, kw_only=True)
class Register:
    """Declare a register.

    Parameters
    ----------
    variables
        Columns of the frame, names of the dictionary.
    keys
        Columns that name a row.
    build
        Pure function ``(rows, header) -> frame``, the same for every view.
    rules
        Pure functions ``frame -> findings``.
    """

    variables: tuple[str, ...]
    keys: tuple[str, ...]
    build: Callable[[tuple[Row, ...], Mapping[str, Words]], pd.DataFrame]
    rules: tuple[Callable[[pd.DataFrame], list[Finding]], ...] = field(default=())


def find_register(name: str) -> Register:
    """Return a register's declaration.

    Raises
    ------
    DigimfgError
        If there is none of that name; the nearest are suggested.
    """
    known = instances("paper.registers", "REGISTER")
    if name not in known:
        raise unknown_name(Text("the name of a register", "资料表名称"), name, known)
    found: Register = known[name]
    return found


def unknown_name(where: Text, got: str, known: Iterable[str]) -> DigimfgError:
    """Return the error for a name that is none of those known, with the nearest."""
    return DigimfgError.unknown(got, known, where=where)
