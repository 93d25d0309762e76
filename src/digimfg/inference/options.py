"""Refuse options outside their range, all in the same words."""

from __future__ import annotations

from digimfg.errors import SpecificationError
from digimfg.text import Text

__all__ = ["check_options"]


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
    for name, value, right, expected in options:
        if not right:
            raise SpecificationError(
                where=Text(f"{name} of {function}", f"{function} 的 {name}"),
                expected=expected,
                got=repr(value),
                remedy=Text("choose such a value", "请选择这样的值"),
            )
