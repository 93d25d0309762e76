"""Refuse arguments of the wrong kind where public functions are called, and say how to call them."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sized
from decimal import Decimal
from functools import cache, wraps
from numbers import Integral, Real
from typing import Any

import numpy as np

from digimfg.errors import ArgumentError
from digimfg.text import Text

__all__ = ["checked"]

_PLAIN: dict[str, type | tuple[type, ...]] = {
    "None": type(None),
    "bool": (bool, np.bool_),
    "float": (Real, Decimal),
    "int": Integral,
    "str": str,
    "Path": (os.PathLike, str),
}
_READ = 80
_OF_NUMPY = {"bool": "b", "float": "iuf", "int": "iu"}
_SEVERAL = ("Iterable", "Sequence", "tuple", "list")
_NUMBERS = ("ArrayLike", "Floats")
_PANDAS = {"pd.DataFrame": "DataFrame", "pd.Series": "Series"}


def checked(function: Callable[..., Any], package: str) -> Callable[..., Any]:
    """Return a public function that looks at the kinds of its arguments before it runs.

    Kinds are those of its annotations: public classes of `package`, frames and series of pandas, text, numbers, mappings,
    lists of text or numbers, arrays. An annotation that names anything else (an alias, ``Any``) is not looked at.

    Parameters
    ----------
    function
        With annotations as text (``from __future__ import annotations``).
    package
        Where users find the function: its home in errors and for pickle.

    Raises
    ------
    ArgumentError
        From the function returned: where an argument is of another kind, with the call that was meant where it can be
        told (arguments in another order, a result in place of its specification, a panel's name in place of the panel).
    """
    signature = inspect.signature(function)
    parameters = dict(signature.parameters)

    @wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind_partial(*args, **kwargs).arguments
        except TypeError:
            return function(*args, **kwargs)  # Python's own words on arguments it does not know
        for name, value in given.items():
            if not _fits(value, parameters[name], package):
                raise _wrong(function.__name__, signature, name, given, package)
        return function(*args, **kwargs)

    public.__module__ = package
    return public


def _fits(value: Any, parameter: inspect.Parameter, package: str) -> bool:
    """Return whether a value is of a kind that an annotation names, or the annotation names one not looked at."""
    if not isinstance(parameter.annotation, str) or parameter.kind in (
        parameter.VAR_POSITIONAL,
        parameter.VAR_KEYWORD,
    ):
        return True
    return any(_is_a(value, member, package) is not False for member in _members(parameter.annotation))


def _is_a(value: Any, member: str, package: str) -> bool | None:
    """Return whether a value is of the kind that one member of a union names; None for kinds not looked at."""
    name, _, inside = member.partition("[")
    if name in _PLAIN:
        return isinstance(value, _PLAIN[name]) or (
            isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in _OF_NUMPY.get(name, "")
        )
    if name == "Callable":
        return callable(value)
    if name == "Mapping":
        held = _split(inside[:-1], ",")[-1]
        by_name = isinstance(value, Mapping) or (hasattr(value, "items") and getattr(value, "ndim", 0) == 1)
        return by_name and _all_are((each for _, each in value.items()), held, package)
    if name in _SEVERAL:
        elements = _split(inside[:-1], ",")
        if name == "tuple" and elements[-1] != "...":
            parts = list(value) if _holds_several(value) else []
            return len(parts) == len(elements) and all(
                _is_a(each, element, package) is not False
                for each, element in zip(parts, elements, strict=True)
            )
        return isinstance(value, Iterable) and _all_are(_some(value), elements[0], package)
    if name in _NUMBERS:
        return isinstance(value, Real) or (
            isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | type)
        )
    kind = _class(name, package)
    return None if kind is None else isinstance(value, kind)


def _all_are(values: Iterable[Any], member: str, package: str) -> bool:
    if member.partition("[")[0] not in ("Mapping", *_SEVERAL):
        values = {type(each): each for each in values}.values()  # one of each type tells of all
    return all(_is_a(each, member, package) is not False for each in values)


def _some(values: Iterable[Any]) -> Iterable[Any]:
    """Return all values of a list, the first of another collection, none of what can be read only once."""
    if isinstance(values, list | tuple):
        return values
    return [next(iter(values))] if _holds_several(values) and len(values) else []  # type: ignore[arg-type]


def _holds_several(value: Any) -> bool:
    return isinstance(value, Sized) and isinstance(value, Iterable) and getattr(value, "ndim", 1) > 0


@cache
def _class(name: str, package: str) -> type | None:
    if name in _PANDAS:
        import pandas as pd

        found = getattr(pd, _PANDAS[name])
    else:
        public = sys.modules[package]
        found = getattr(public, name) if name in public.__all__ else None
    return found if isinstance(found, type) else None


@cache
def _members(annotation: str) -> tuple[str, ...]:
    """Return the members of a union.

    Examples
    --------
    >>> _members("str | Mapping[str, int | None] | None")
    ('str', 'Mapping[str, int | None]', 'None')
    """
    return _split(annotation, "|")


@cache
def _split(text: str, mark: str) -> tuple[str, ...]:
    """Split at marks that stand outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts)


def _wrong(
    function: str, signature: inspect.Signature, name: str, given: Mapping[str, Any], package: str
) -> ArgumentError:
    value, parameter = given[name], signature.parameters[name]
    call = f"dm.{function}({_listed(signature)})"
    expected = _expected(parameter)
    return ArgumentError(
        where=f"dm.{function}({name}=…)",
        expected=expected,
        got=_described(value),
        remedy=_remedy(value, parameter, given, signature, call, package),
    )


def _remedy(
    value: Any,
    parameter: inspect.Parameter,
    given: Mapping[str, Any],
    signature: inspect.Signature,
    call: str,
    package: str,
) -> Text:
    wanted = {member.partition("[")[0] for member in _members(str(parameter.annotation))}
    is_a = type(value).__name__
    how = Text(f"the call is {call}", f"调用方式：{call}")
    if isinstance(value, type):
        brackets = f"{value.__name__}(…)"
        return Text(f"write {brackets}, with brackets; {how.en}", f"应写作 {brackets}（加括号）；{how.zh}")
    for other, held in given.items():
        theirs = signature.parameters[other]
        swapped = _fits(value, theirs, package) and _fits(held, parameter, package)
        if swapped and not _fits(held, theirs, package):
            return Text(f"the order is another: {call}", f"参数顺序有误，应为：{call}")
    if "Specification" in wanted and is_a == "Result":
        return Text(f"pass result.specification; {how.en}", f"请传入 result.specification；{how.zh}")
    if "Specification" in wanted and is_a == "DataFrame":
        first = "dm.Specification('outcome', ('regressor',), …)"
        return Text(f"state the equation first: {first}; {how.en}", f"请先写出设定：{first}；{how.zh}")
    if "Result" in wanted and is_a == "Specification":
        first = "result = dm.estimate(specification, frame)"
        return Text(f"estimate it first: {first}; {how.en}", f"请先估计：{first}；{how.zh}")
    if "pd.Series" in wanted and isinstance(value, list | tuple | np.ndarray):
        first = "frame.set_index('province')['value']"
        return Text(
            f"pass a Series with its labels, e.g. {first}; {how.en}",
            f"请传入带标签的 Series，例如 {first}；{how.zh}",
        )
    if "pd.DataFrame" in wanted and isinstance(value, str):
        from digimfg.panels.store import list_panels

        panel = value if value in list_panels() else "world"
        load = f"dm.load_panel({panel!r})"
        return Text(f"load the data first, e.g. {load}; {how.en}", f"请先载入数据，例如 {load}；{how.zh}")
    return how


def _expected(parameter: inspect.Parameter) -> Text:
    said = [_name(member) for member in _members(str(parameter.annotation))]
    return Text(" or ".join(word.en for word in said), "或".join(word.zh for word in said))


def _name(member: str) -> Text:
    name, _, inside = member.partition("[")
    elements = [element for element in _split(inside[:-1], ",") if element not in ("...", "Any", "")]
    if name == "Mapping" and elements:
        of = _name(elements[-1])
        return Text(f"a dict ({of.en})", f"字典（{of.zh}）")
    if name not in _SEVERAL:
        return _WORDS.get(name) or Text.of(f"dm.{name}")
    words = [_name(element) for element in elements]
    en, zh = ", ".join(word.en for word in words), "、".join(word.zh for word in words)
    return Text(f"a list ({en})", f"列表（{zh}）") if words else Text("a list", "列表")


def _described(value: Any) -> Text | str:
    kind = type(value)
    if isinstance(value, type):
        return Text(f"the class {value.__name__} itself", f"类 {value.__name__} 本身")
    first = value[:_READ] if isinstance(value, str | list | tuple) else value
    shown = repr(first) if isinstance(value, str | int | float | list | tuple | dict | None) else ""
    return f"{kind.__name__} {shown}"[:_READ].strip() if value is not None else "None"


def _listed(signature: inspect.Signature) -> str:
    """Return the arguments that a call needs, by name after the star."""
    parts = []
    for parameter in signature.parameters.values():
        if parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            continue
        by_name = parameter.kind is parameter.KEYWORD_ONLY
        parts.append(f"{parameter.name}=…" if by_name else parameter.name)
    return ", ".join(parts)


_WORDS = {
    "None": Text("None", "None"),
    "bool": Text("True or False", "True 或 False"),
    "float": Text("a number", "数值"),
    "int": Text("a whole number", "整数"),
    "str": Text("text", "文本（加引号）"),
    "Callable": Text("a function", "函数"),
    "Mapping": Text("a dict", "字典"),
    "Path": Text("a path", "路径"),
    "ArrayLike": Text("numbers in an array", "数值数组"),
    "Floats": Text("numbers in an array", "数值数组"),
    "pd.DataFrame": Text("a DataFrame of pandas", "pandas 的 DataFrame"),
    "pd.Series": Text("a Series of pandas", "pandas 的 Series"),
}
