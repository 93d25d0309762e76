"""What reads one declared value, and how it refuses others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from digimfg.kinds import ColumnOf, Remedy
from digimfg.text import Text

__all__ = ["Fault", "Reader", "Refused"]


class Refused(Exception):  # noqa: N818
    """A value is of another kind, or `outside`: of the right kind but not one of the choices or outside the
    range.
    """

    def __init__(self, *, outside: bool = False) -> None:
        self.outside = outside
        super().__init__(outside)


class Fault(Refused):
    """A value cannot be read: what was expected, what it is, and the way out, in words of its own.

    Parameters
    ----------
    expected, got, remedy
        As in an error.
    column
        The column at fault.
    """

    def __init__(self, expected: Text, got: Text | str, remedy: Text, *, column: str | None = None) -> None:
        super().__init__(outside=True)
        self.expected, self.got, self.remedy, self.column = expected, Text.of(got), remedy, column


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Read one declared value.

    Parameters
    ----------
    read
        Returns the value as declared (a text for a list of texts is a list of one), or raises `Refused`.
    words
        What is expected.
    names
        Kinds by name, for remedies.
    choices
        Of a `Literal`.
    remedies
        Declared beside it.
    declared
        False where the annotation leaves open what will do: a bare ``int`` or ``float``, ``Any``.
    plain
        Types whose values are taken as they are, numbers if they lie between two that are taken.
    column
        Which frame's columns it names.
    """

    read: Callable[[Any], Any]
    words: Text
    names: frozenset[str] = frozenset()
    choices: tuple[Any, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    declared: bool = True
    plain: frozenset[type] | None = None
    column: ColumnOf | None = None

    def accepts(self, value: Any) -> bool:
        """Return whether a value is as declared."""
        try:
            self.read(value)
        except Refused:
            return False
        return True
