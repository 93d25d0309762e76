"""Turn annotations into readers: each returns a value as declared, or refuses it."""

from __future__ import annotations

import builtins
import inspect
import sys
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import InitVar, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal, get_args, get_origin

from digimfg.kinds import AsStored, Bound, ColumnOf, Made, Or, Remedy, Such, bounds_said
from digimfg.reader import Reader, Refused
from digimfg.reading.composed import choice_reader, list_reader, mapping_reader, parts_reader, union_reader
from digimfg.reading.values import (
    as_it_is,
    read_bare_frame,
    read_bool,
    read_float,
    read_frame,
    read_int,
    read_none,
    read_numbers,
    read_path,
    read_series,
    read_stored_frame,
    read_str,
    read_text,
    such,
)
from digimfg.text import Text

__all__ = ["as_stored", "readers_of"]

_SEVERAL = (tuple, list, Iterable, Sequence, Collection)
_AS_THEY_ARE = {str: frozenset({str}), float: frozenset({float, int}), int: frozenset({int})}


def readers_of(signature: inspect.Signature, homes: Sequence[Mapping[str, Any]]) -> dict[str, Reader]:
    """Return parameter → reader of a function with annotations, ``**options`` left out.

    Parameters
    ----------
    signature
        Annotations may be text.
    homes
        Where the names of the annotations are looked up, in this order.

    Raises
    ------
    NameError
        If an annotation names what cannot be found when the function runs.
    """
    kept = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD and parameter.annotation is not parameter.empty
    }
    names = _Names(homes)
    hints = typing.get_type_hints(
        SimpleNamespace(__annotations__=kept), globalns={}, localns=names, include_extras=True
    )
    return {name: _reader(hint) for name, hint in hints.items()}


def as_stored(reader: Reader) -> Reader:
    """Return the reader of a frame whose columns keep their types."""
    return reader if reader.read is read_stored_frame else replace(reader, read=read_bare_frame)


class _Names(dict[str, Any]):
    """Find what annotations name: in their modules, else pandas' and our classes that a module need not
    import.
    """

    def __init__(self, homes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(_USUAL)
        self.homes = homes

    def __missing__(self, name: str) -> Any:
        for home in (*self.homes, vars(builtins)):
            if name in home:
                return home[name]
        if name in sys.modules["digimfg"].__all__ or name in _NOT_PUBLIC:
            return type(name, (_Ours,), {})
        raise KeyError(name)


class _Ours:
    """Stand for one of our classes by its name: whoever holds an instance has imported it."""


class _Frame:
    """Stand for a frame of pandas, which need not be imported for that."""


class _Series:
    """Stand for a series of pandas, with the type of its values or without."""

    def __class_getitem__(cls, item: Any) -> type[_Series]:
        return cls


class _Numbers:
    """Stand for what numpy makes an array of numbers of."""


_USUAL: dict[str, Any] = {
    "Text": Text,
    "Callable": Callable,
    "Collection": Collection,
    "Hashable": Hashable,
    "Iterable": Iterable,
    "Mapping": Mapping,
    "Path": Path,
    "Sequence": Sequence,
    "pd": SimpleNamespace(DataFrame=_Frame, Series=_Series),
    "ArrayLike": _Numbers,
    "Floats": _Numbers,
}
_NOT_PUBLIC = ("Dropped", "Exhibit", "Finding")


def _reader(hint: Any) -> Reader:
    """Return the reader of one annotation."""
    origin, inside = get_origin(hint), get_args(hint)
    if isinstance(hint, typing.ForwardRef | str):
        raise NameError(f"an annotation that cannot be read: {hint}")
    if isinstance(hint, InitVar):
        return _reader(hint.type)
    if origin is Annotated:
        return _ruled(inside[0], hint.__metadata__)
    if origin in (typing.Union, types.UnionType):
        return union_reader([_reader(member) for member in inside])
    if origin is Literal:
        return choice_reader(inside)
    if hint in _PLAIN:
        read, words, name = _PLAIN[hint]
        return Reader(
            read, words, frozenset({name}), declared=hint not in (int, float), plain=_AS_THEY_ARE.get(hint)
        )
    if hint is Any:
        return Reader(as_it_is, Text("anything", "任意值"), declared=False)
    if hint in (object, Hashable):
        return Reader(as_it_is, Text("anything", "任意值"), frozenset({"anything"}))
    if (origin or hint) is tuple and inside and inside[-1] is not Ellipsis:
        return parts_reader([_reader(part) for part in inside])
    if (origin or hint) in _SEVERAL:
        element = _reader(inside[0]) if inside else Reader(as_it_is, Text("", ""), declared=False)
        return list_reader(origin or hint, element)
    if (origin or hint) is Mapping:
        return mapping_reader(_reader(inside[1]) if inside else None, _reader(inside[0]) if inside else None)
    if (origin or hint) is Callable:
        return Reader(such(callable), Text("a function", "函数"), frozenset({"Callable"}))
    if getattr(origin or hint, "__name__", "") == "ndarray":
        return _reader(_Numbers)
    if isinstance(hint, type):
        pandas = {"DataFrame": _Frame, "Series": _Series} if hint.__module__.startswith("pandas") else {}
        return _reader(pandas[hint.__name__]) if hint.__name__ in pandas else _instance(hint)
    raise NameError(f"an annotation that cannot be read: {hint}")


def _instance(kind: type) -> Reader:
    if getattr(kind, "_is_protocol", False):
        members = [name for name in (*vars(kind), *kind.__annotations__) if not name.startswith("_")]
        return Reader(
            such(lambda value: not isinstance(value, type) and all(hasattr(value, each) for each in members)),
            Text.of(f"dm.{kind.__name__}"),
            frozenset({kind.__name__}),
        )
    if issubclass(kind, _Ours):
        name = kind.__name__
        return Reader(
            such(lambda value: _is_ours(value.__class__, name)), Text.of(f"dm.{name}"), frozenset({name})
        )
    ours = kind.__module__.partition(".")[0] == "digimfg"
    words = Text.of(f"dm.{kind.__name__}" if ours else kind.__qualname__)
    return Reader(such(lambda value: isinstance(value, kind)), words, frozenset({kind.__name__}))


@cache
def _is_ours(kind: type[object], name: str) -> bool:
    return any(
        each.__name__ == name and each.__module__.partition(".")[0] == "digimfg" for each in kind.__mro__
    )


def _ruled(hint: Any, metadata: Sequence[Any]) -> Reader:
    """Return the reader of a kind with rules beside it."""
    kind = _reader(hint)
    if any(isinstance(each, AsStored) for each in metadata):
        kind = replace(kind, read=read_stored_frame)
    for made in (each for each in metadata if isinstance(each, Made)):
        kind = _of_others(kind, made)
    column = next((each for each in metadata if isinstance(each, ColumnOf)), kind.column)
    remedies = (*kind.remedies, *(each for each in metadata if isinstance(each, Remedy)))
    others = [each for each in metadata if isinstance(each, Or)]
    rules = [each for each in metadata if not isinstance(each, Or | Remedy | AsStored | ColumnOf | Made)]
    if not rules:
        return replace(kind, remedies=remedies, column=column)

    only = rules[0].holds if len(rules) == 1 and not others else None

    def read(value: Any) -> Any:
        found = kind.read(value)
        if only is not None:
            if only(found):
                return found
        elif all(rule.holds(found) for rule in rules) or any(other.holds(found) for other in others):
            return found
        raise Refused(outside=hint is not Any)

    words = rules[0].said() if hint is Any else _with_rules(kind.words, rules)
    for other in (each.said() for each in others):
        words = Text(f"{words.en}, {other.en}", f"{words.zh}，{other.zh}")
    between = (
        kind.plain
        if kind.names & {"int", "float"} and all(isinstance(rule, Bound) for rule in rules)
        else None
    )
    if len(rules) == 1 and isinstance(rules[0], Such):
        between = rules[0].plain
    return Reader(read, words, kind.names, kind.choices, remedies, plain=between, column=column)


def _of_others(kind: Reader, made: Made) -> Reader:
    """Return the reader that also takes what stands for one of ours."""

    def read(value: Any) -> Any:
        return made.make(value) if made.stands(value) else kind.read(value)

    words = Text(f"{kind.words.en}, {made.said.en}", f"{kind.words.zh}、{made.said.zh}")
    return replace(kind, read=read, words=words)


def _with_rules(kind: Text, rules: Sequence[Any]) -> Text:
    said = [rule.said() for rule in rules if not isinstance(rule, Bound)]
    if bounds := [rule for rule in rules if isinstance(rule, Bound)]:
        said = [bounds_said(bounds), *said]
    en = " and ".join(rule.en for rule in said if rule.en)
    zh = " 且".join(rule.zh for rule in said if rule.zh)
    if not en:
        return kind
    of = " 的" if zh[-1].isascii() else "的"
    return Text(f"{kind.en} {en}", f"{zh}{of}{kind.zh}")


_PLAIN: dict[Any, tuple[Callable[[Any], Any], Text, str]] = {
    type(None): (read_none, Text("None", "None"), "None"),
    bool: (read_bool, Text("True or False", "True 或 False"), "bool"),
    float: (read_float, Text("a number", "数值"), "float"),
    int: (read_int, Text("a whole number", "整数"), "int"),
    str: (read_str, Text("text", "文本（加引号）"), "str"),
    Text: (read_text, Text.of("dm.Text"), "Text"),
    Path: (read_path, Text("a path", "路径"), "Path"),
    _Frame: (
        read_frame,
        Text("a DataFrame (pandas, polars, …)", "DataFrame（pandas、polars 等）"),
        "pd.DataFrame",
    ),
    _Series: (read_series, Text("a Series (pandas, polars, …)", "Series（pandas、polars 等）"), "pd.Series"),
    _Numbers: (read_numbers, Text("numbers in an array", "数值数组"), "ArrayLike"),
}
