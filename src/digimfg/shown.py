"""Let answers show themselves: a table where they are printed or end a notebook's cell, and a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from digimfg.above import ANSWERS
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["save_shown", "shown", "shown_as"]

Answer = TypeVar("Answer")


def shown(title: Text, *, first: str | None = None) -> Callable[[type[Answer]], type[Answer]]:
    """Return a decorator of an answer's dataclass: printed, it is a table in the language of messages.

    ``answer.save("table.docx")`` writes the table whole, unless the class saves something else by that word.

    Parameters
    ----------
    title
        What the answer is.
    first
        Name of the field or property that is the table: a frame, a series, an array, or parts of one kind;
        by default the first field with a frame, ``""`` for none.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @shown(Text("Mean", "均值"))
    ... @dataclass(frozen=True)
    ... class Mean:
    ...     estimate: float
    >>> print(Mean(0.25))
    Mean
    ================
    ----------------
    Estimate  0.2500
    ================
    """

    def decorate(kind: type[Answer]) -> type[Answer]:
        own = {"__repr__": _terminal, "_repr_mimebundle_": _notebook, "__shown__": (title, first)}
        for name, value in own.items():
            setattr(kind, name, value)
        if not hasattr(kind, "save"):
            kind.save = save_shown  # type: ignore[attr-defined]
        return kind

    return decorate


def shown_as(answer: object) -> tuple[Text, str | None]:
    """Return the title of an answer and the name of its table, as its class declares them."""
    declared: tuple[Text, str | None] | None = getattr(type(answer), "__shown__", None)
    return declared or (Text.of(type(answer).__name__), None)


def save_shown(self: Any, path: str | Path, *, language: Language | None = None) -> Path:
    """Write the answer's table; see `digimfg.save`."""
    return ANSWERS().save(self, path, language=language)


def _terminal(self: Any) -> str:
    return ANSWERS().terminal(self)


def _notebook(self: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """Show the answer in a notebook, in the language of messages."""
    del include, exclude
    return {"text/plain": repr(self), **ANSWERS().notebook(self)}
