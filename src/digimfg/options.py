"""Refuse options outside their range, all in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from digimfg.errors import SpecificationError
from digimfg.text import Text

__all__ = ["check_options", "refuse_options"]


def check_options(function: str, *options: tuple[str, object, bool, Text | str]) -> None:
    """Raise for the first option that is not as expected.

    Parameters
    ----------
    function
        As users call it: ``"dm.randomization_test"``.
    options
        Name, value, whether it is right, what is expected.

    Raises
    ------
    SpecificationError
        Naming the option, what is expected and the value.
    """
    refuse_options(
        function, [(name, expected, repr(value)) for name, value, right, expected in options if not right]
    )


def refuse_options(function: str, problems: Iterable[tuple[str, Text | str, str]]) -> None:
    """Raise for the first of the problems, if there is one: option, what is expected, what was given.

    Raises
    ------
    SpecificationError
        Naming all three.
    """
    for name, expected, got in problems:
        raise SpecificationError(
            where=f"{function}({name}=…)",
            expected=expected,
            got=got,
            remedy=Text("change this option", "修改该选项"),
        )
