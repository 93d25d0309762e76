"""What reads one declared value, and how it refuses others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from digimfg.errors import Fault
from digimfg.kinds import ColumnOf, Remedy
from digimfg.text import Text

__all__ = ["Faulty", "Reader", "Refused"]


class Refused(Exception):  # noqa: N818
    """A value is of another kind, or `outside`: of the right kind but not one of the choices or outside the
    range.
    """

    def __init__(self, *, outside: bool = False) -> None:
        self.outside = outside
        super().__init__(outside)


class Faulty(Refused):
    """A value cannot be read, for a reason of its own.

    Parameters
    ----------
    fault
        The reason.
    column
        The column at fault.
    """

    def __init__(self, fault: Fault, *, column: str | None = None) -> None:
        super().__init__(outside=True)
        self.fault, self.column = fault, column


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
