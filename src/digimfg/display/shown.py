"""Let answers show themselves: a table where they are printed, or are the last line of a notebook's cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from digimfg.text import Text

__all__ = ["shown"]

Answer = TypeVar("Answer")


def shown(title: Text, *, first: str | None = None) -> Callable[[type[Answer]], type[Answer]]:
    """Return a decorator of an answer's dataclass: printed, it is a table in the language of messages.

    Parameters
    ----------
    title
        What the answer is.
    first
        Name of the field or property whose frame is the table; by default the first field with a frame,
        ``""`` for none.

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
        def view(self: Any) -> str:
            from digimfg.display.answer_view import answer_view
            from digimfg.display.views import terminal_view

            return terminal_view(answer_view(self, title, first))

        def bundle(self: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
            """Show the answer in a notebook, in the language of messages."""
            del include, exclude
            from digimfg.display.answer_view import answer_view
            from digimfg.display.views import table_bundle

            return {"text/plain": repr(self), **table_bundle(answer_view(self, title, first))}

        for name, method in (("__repr__", view), ("_repr_mimebundle_", bundle)):
            setattr(kind, name, method)
        return kind

    return decorate
