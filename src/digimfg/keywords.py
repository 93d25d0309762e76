"""Keywords of calls: those of siblings, declared once; those of other packages, answered in our words."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from digimfg.errors import DigimfgError, nearest
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["known_keywords", "takes"]

P = ParamSpec("P")
R = TypeVar("R")


def takes(options: type[Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that shows the fields of a dataclass as keywords in place of ``**options``.

    The function passes its ``**options`` on to the dataclass; siblings that share keywords, their kinds and
    defaults name them once. A keyword that the function names itself is its own.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Rows:
    ...     missing: str = "raise"
    >>> @takes(Rows)
    ... def mean(values, **options):
    ...     return Rows(**options).missing
    >>> inspect.signature(mean)
    <Signature (values, *, missing: 'str' = 'raise')>
    >>> mean([1.0], missing="drop")
    'drop'
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        declared = inspect.signature(function)
        own = [each for each in declared.parameters.values() if each.kind is not each.VAR_KEYWORD]
        shared = [
            inspect.Parameter(
                each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=each.type
            )
            for each in fields(options)
            if each.name not in declared.parameters
        ]
        whole = declared.replace(parameters=[*own, *shared])

        @wraps(function)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            whole.bind(*args, **kwargs)
            return function(*args, **kwargs)

        homes = [vars(sys.modules[kind.__module__]) for kind in options.__mro__]
        vars(told).update(__signature__=whole, homes_of_keywords=homes)
        return told

    return decorate


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
            raise error.of(
                "arguments.keyword_unknown",
                where=where,
                got=f"{unknown}=…",
                listed=listed,
                advice=spellings.get(
                    unknown.lower().strip("_"), note_of("arguments.nearest_names", near=near)
                ),
            )

        return told

    return decorate
