"""Answer keywords that a call does not know, as other packages write them, in our words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from digimfg.errors import DigimfgError, nearest
from digimfg.say import say
from digimfg.text import Text

__all__ = ["known_keywords"]

P = ParamSpec("P")
R = TypeVar("R")


def known_keywords(
    where: str, error: type[DigimfgError], spellings: Mapping[str, Text]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator under which a call answers unknown keywords with our error; its signature stays as
    it is.

    Parameters
    ----------
    where
        The call, as users write it.
    error
        What is raised for the first unknown keyword: the keywords there are, and what was probably meant.
    spellings
        Keyword of another package → what to write here; other keywords are answered with those that resemble
        them.

    Examples
    --------
    >>> from digimfg.errors import SpecificationError
    >>> @known_keywords("mean", SpecificationError, {"w": Text("write weights=…", "请写成 weights=…")})
    ... def mean(values, *, weights=None):
    ...     return sum(values) / len(values)
    >>> try:
    ...     mean([1.0], w="population")
    ... except SpecificationError as error:
    ...     print(error.got.en, "→", error.remedy.en)
    w=… → write weights=…
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        names = [name for name in inspect.signature(function).parameters if name != "self"]

        @wraps(function)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            unknown = next((name for name in kwargs if name not in names), None)
            if unknown is None:
                return function(*args, **kwargs)
            near, listed = nearest(unknown, names), ", ".join(names)
            raise error(
                where=where,
                expected=say("one of {listed}", "下列参数之一：{listed}", listed=listed),
                got=f"{unknown}=…",
                remedy=spellings.get(
                    unknown.lower().strip("_"), say("nearest: {near}", "相近的参数：{near}", near=near)
                ),
            )

        return told

    return decorate
