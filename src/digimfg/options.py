"""Refuse options that do not fit each other, all in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from digimfg.errors import SpecificationError
from digimfg.text import Text

__all__ = ["refuse_options"]


def refuse_options(function: str, problems: Iterable[tuple[str, Text | str, str]]) -> None:
    """Raise for the first of the problems, if there is one: option, what is expected, what was given.

    Raises
    ------
    SpecificationError
        Naming all three.
    """
    for name, expected, got in problems:
        raise SpecificationError.of(
            "arguments.option_refused", where=f"{function}({name}=…)", expected=expected, got=got
        )
