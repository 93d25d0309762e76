"""Turn annotations into readers: each returns a value as declared, or refuses it."""

from __future__ import annotations

import builtins
import inspect
import math
import os
import sys
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from decimal import Decimal
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal, get_args, get_origin

from digimfg.kinds import AsStored, Bound, ColumnOf, Or, Remedy, bounds_said
from digimfg.text import Text

__all__ = ["Fault", "Reader", "Refused", "as_stored", "readers_of"]

_SEVERAL = (tuple, list, Iterable, Sequence, Collection)
_LARGEST = 2**63
_MANY = 1_000
_AS_THEY_ARE = {str: frozenset({str}), float: frozenset({float, int}), int: frozenset({int})}


class Refused(Exception):  # noqa: N818
    """A value is of another kind, or `outside`: of the right kind but not one of the choices or outside the range."""

    def __init__(self, *, outside: bool = False) -> None:
        self.outside = outside
        super().__init__(outside)


class Fault(Refused):
    """A value cannot be read: what was expected, what it is, and the way out, in words of its own.

    Parameters
    ----------
    expected, got, remedy
        As in an error.
    column
        The column at fault.
    """

    def __init__(self, expected: Text, got: Text | str, remedy: Text, *, column: str | None = None) -> None:
        super().__init__(outside=True)
        self.expected, self.got, self.remedy, self.column = expected, Text.of(got), remedy, column


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


class _Names(dict[str, Any]):
    """Find what annotations name: in their modules, else pandas' and our classes that a module need not import."""

    def __init__(self, homes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(_USUAL)
        self.homes = homes

    def __missing__(self, name: str) -> Any:
        for home in (*self.homes, vars(builtins)):
            if name in home:
                return home[name]
        if name in _LATE:
            return _imported(name)
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
_LATE = {"Combinations", "Covariance", "Estimator"}


def _imported(name: str) -> Any:
    """Return what the annotations of values and answers name without importing it."""
    from digimfg.estimators import Estimator
    from digimfg.inference.covariance import Covariance

    if name == "Combinations":
        from digimfg.inference.reference_distribution import Combinations

        return Combinations
    return {"Covariance": Covariance, "Estimator": Estimator}[name]


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
        return _union([_reader(member) for member in inside])
    if origin is Literal:
        return _literal(inside)
    if hint in _PLAIN:
        read, words, name = _PLAIN[hint]
        return Reader(
            read, words, frozenset({name}), declared=hint not in (int, float), plain=_AS_THEY_ARE.get(hint)
        )
    if hint is Any:
        return Reader(_same, Text("anything", "任意值"), declared=False)
    if hint in (object, Hashable):
        return Reader(_same, Text("anything", "任意值"), frozenset({"anything"}))
    if (origin or hint) in _SEVERAL:
        return _several(origin or hint, inside)
    if (origin or hint) is Mapping:
        return _mapping(_reader(inside[1]) if inside else None, _reader(inside[0]) if inside else None)
    if (origin or hint) is Callable:
        return Reader(_if(callable), Text("a function", "函数"), frozenset({"Callable"}))
    if getattr(origin or hint, "__name__", "") == "ndarray":
        return _reader(_Numbers)
    if isinstance(hint, type):
        pandas = {"DataFrame": _Frame, "Series": _Series} if hint.__module__.startswith("pandas") else {}
        return _reader(pandas[hint.__name__]) if hint.__name__ in pandas else _instance(hint)
    raise NameError(f"an annotation that cannot be read: {hint}")


def _same(value: Any) -> Any:
    return value


def _if(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not test(value):
            raise Refused
        return value

    return read


def _scalar(value: Any) -> Any:
    """Return what numpy wraps: a number, a truth, a text."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def _none(value: Any) -> None:
    if value is not None:
        raise Refused


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    value = _scalar(value)
    if not isinstance(value, bool):
        raise Refused
    return value


def _int(value: Any) -> int:
    if type(value) is int:
        if -_LARGEST < value < _LARGEST:
            return value
        raise Refused(outside=True)
    value = _scalar(value)
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise Refused
    return _int(int(value))


def _float(value: Any) -> Any:
    if type(value) is float or (type(value) is int and -_LARGEST < value < _LARGEST):
        return value
    value = _scalar(value)
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise Refused
    if isinstance(value, Integral):
        return _int(value)
    try:
        return value if isinstance(value, float) else float(value)
    except (OverflowError, ValueError):
        raise Refused(outside=True) from None


def _str(value: Any) -> str:
    if type(value) is str:
        return value
    if not isinstance(value, str):
        raise Refused
    return str.__str__(value)


def _path(value: Any) -> Any:
    if not isinstance(value, str | os.PathLike) or "\0" in os.fspath(value):
        raise Refused
    return value


def _frame(value: Any) -> Any:
    return _of_pandas(value, "DataFrame", "plain_frame")


def _stored_frame(value: Any) -> Any:
    return _of_pandas(value, "DataFrame", "whole_frame")


def as_stored(reader: Reader) -> Reader:
    """Return the reader of a frame whose columns keep their types."""
    return replace(reader, read=_stored_frame)


def _series(value: Any) -> Any:
    return _of_pandas(value, "Series", "plain_series")


def _of_pandas(value: Any, kind: str, how: str) -> Any:
    """Return a frame or a series as `digimfg.frames` reads it; who holds one has imported pandas."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, getattr(pandas, kind)):
        raise Refused
    from digimfg import frames

    return getattr(frames, how)(value)


def _text(value: Any) -> Text:
    if not isinstance(value, Text | str):
        raise Refused
    return Text.of(value)


def _numbers(value: Any) -> Any:
    """Return what an array of numbers can be made of, read once where it can be read only once."""
    import numpy as np

    if value is None or isinstance(value, str | bytes | Mapping | type | bool):
        raise Refused
    if isinstance(value, Iterator):
        value = list(value)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.Series | pandas.DataFrame):
        value = _series(value) if value.ndim == 1 else _frame(value)
    if not isinstance(value, Real | Decimal | Iterable):
        raise Refused
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Refused(outside=True) from None
    if array.dtype.kind in "cUSmM":
        raise Refused(outside=True)
    return value


def _union(members: Sequence[Reader]) -> Reader:
    """Return the reader of a union; an entry stands for a list of one, a text for both languages where nothing else takes it."""
    members = sorted(members, key=lambda member: bool(member.names & {"list", "Text"}))
    reads = [(member.read, "list" in member.names) for member in members if member.read is not _none]
    or_none = len(reads) < len(members)
    usual: dict[type, Callable[[Any], Any]] = {}  # which member took a value of this type before

    def read(value: Any) -> Any:
        if value is None and or_none:
            return None
        if type(value) in usual:
            try:
                return usual[type(value)](value)
            except Refused:
                pass
        outside = False
        for each, several in reads:
            if several and outside and (isinstance(value, Mapping) or not _holds_several(value)):
                break  # no entry where it is no value either
            try:
                found = each(value)
            except Fault:
                raise
            except Refused as refused:
                outside |= refused.outside
                continue
            usual[type(value)] = each
            return found
        raise Refused(outside=outside)

    said = [member.words for member in members]
    return Reader(
        read,
        Text(" or ".join(word.en for word in said), "或".join(word.zh for word in said)),
        frozenset().union(*(member.names for member in members)),
        tuple(choice for member in members for choice in member.choices),
        tuple(remedy for member in members for remedy in member.remedies),
        all(member.declared for member in members),
        column=next((member.column for member in members if member.column is not None), None),
    )


def _literal(choices: tuple[Any, ...]) -> Reader:
    def read(value: Any) -> Any:
        plain = _scalar(value)
        if isinstance(plain, str):
            plain = str.__str__(plain)
        elif isinstance(plain, Integral | float) and not isinstance(plain, bool) and plain == plain // 1:
            plain = int(plain)  # a whole number, also one from a column of floats
        alike = [choice for choice in choices if type(choice) is type(plain)]
        if plain not in alike:
            raise Refused(outside=bool(alike))
        return alike[alike.index(plain)]

    said = [repr(choice) for choice in choices]
    return Reader(read, Text(_listed(said, ", ", " or "), _listed(said, "、", " 或 ")), choices=choices)


def _listed(words: Sequence[str], mark: str, last: str) -> str:
    return last.join(filter(None, (mark.join(words[:-1]), words[-1])))


def _several(kind: Any, inside: tuple[Any, ...]) -> Reader:
    """Return the reader of a list of any length: what is one entry stands for a list of one."""
    if kind is tuple and inside and inside[-1] is not Ellipsis:
        return _parts([_reader(part) for part in inside])
    element = _reader(inside[0]) if inside else Reader(_same, Text("", ""), declared=False)

    def read(value: Any) -> Any:
        if not _holds_several(value):
            return (element.read(value),)
        given = tuple(value) if isinstance(value, Iterator) else value
        if isinstance(value, set | frozenset):
            given = _sorted(value)
        entries = list(given)
        found = entries if _all_fit(entries, element) else [element.read(each) for each in entries]
        same = found is entries or all(map(_is, found, entries))
        if kind is tuple:
            return given if same and isinstance(given, tuple) else tuple(found)
        return given if same or hasattr(given, "ndim") else tuple(found)

    words = Text("a list", "列表")
    if element.words.en:
        words = Text(f"a list ({element.words.en})", f"列表（{element.words.zh}）")
    return Reader(
        read, words, frozenset({"list"}), element.choices, element.remedies, declared=element.declared
    )


def _all_fit(entries: list[Any], element: Reader) -> bool:
    """Return whether many plain entries are all as declared, by one of each type and, of numbers, the ends.

    Raises
    ------
    Refused
        If a type among them is of another kind.
    """
    if len(entries) < _MANY:
        return False
    for each in {type(entry): entry for entry in entries}.values():
        try:
            element.read(each)
        except Refused as refused:
            if not refused.outside:
                raise
    if element.plain is None or not set(map(type, entries)) <= element.plain:
        return False
    if str in element.plain:
        return True
    return not math.isnan(math.fsum(entries)) and all(map(element.accepts, (min(entries), max(entries))))


def _holds_several(value: Any) -> bool:
    """Return whether a value is a list of any kind; raise for a dict, whose values would be lost."""
    if type(value) in (tuple, list):
        return True
    if value is None or isinstance(value, Mapping | bytes | type):
        raise Refused
    return not isinstance(value, str) and isinstance(value, Iterable) and getattr(value, "ndim", 1) == 1


def _sorted(values: Collection[Any]) -> tuple[Any, ...]:
    """Return the entries of a set in an order that does not change from run to run."""
    try:
        return tuple(sorted(values))
    except TypeError:
        return tuple(sorted(values, key=repr))


def _parts(parts: Sequence[Reader]) -> Reader:
    """Return the reader of a list of so many parts."""

    def read(value: Any) -> Any:
        if not _holds_several(value):
            raise Refused
        given = tuple(value)
        if len(given) != len(parts):
            raise Refused
        found = tuple(part.read(each) for part, each in zip(parts, given, strict=True))
        return value if isinstance(value, tuple) and all(map(_is, found, given)) else found

    return Reader(
        read,
        Text(
            f"a list ({', '.join(part.words.en for part in parts)})",
            f"列表（{'、'.join(part.words.zh for part in parts)}）",
        ),
        frozenset({"parts"}),
        declared=all(part.declared for part in parts),
    )


def _is(new: Any, old: Any) -> bool:
    return new is old


def _mapping(held: Reader | None, names: Reader | None) -> Reader:
    """Return the reader of a dict; a series by name stands for one."""

    def read(value: Any) -> Any:
        given = value
        if not isinstance(value, Mapping):
            if not hasattr(value, "items") or getattr(value, "ndim", 0) != 1:
                raise Refused
            given = dict(value.items())
        if held is None or names is None:
            return given
        found = {names.read(name): held.read(each) for name, each in given.items()}
        same = all(map(_is, found.values(), given.values())) and all(map(_is, found, given))
        return given if same else found

    of = held.words if held is not None else Text("", "")
    words = Text("a dict", "字典") if not of.en else Text(f"a dict ({of.en})", f"字典（{of.zh}）")
    return Reader(
        read,
        words,
        frozenset({"Mapping"}),
        declared=(held is None or held.declared) and (names is None or names.declared),
    )


def _instance(kind: type) -> Reader:
    if getattr(kind, "_is_protocol", False):
        members = [name for name in (*vars(kind), *kind.__annotations__) if not name.startswith("_")]
        return Reader(
            _if(lambda value: not isinstance(value, type) and all(hasattr(value, each) for each in members)),
            Text.of(f"dm.{kind.__name__}"),
            frozenset({kind.__name__}),
        )
    if issubclass(kind, _Ours):
        name = kind.__name__
        return Reader(
            _if(lambda value: _is_ours(value.__class__, name)), Text.of(f"dm.{name}"), frozenset({name})
        )
    ours = kind.__module__.partition(".")[0] == "digimfg"
    words = Text.of(f"dm.{kind.__name__}" if ours else kind.__qualname__)
    return Reader(_if(lambda value: isinstance(value, kind)), words, frozenset({kind.__name__}))


@cache
def _is_ours(kind: type[object], name: str) -> bool:
    return any(
        each.__name__ == name and each.__module__.partition(".")[0] == "digimfg" for each in kind.__mro__
    )


def _ruled(hint: Any, metadata: Sequence[Any]) -> Reader:
    """Return the reader of a kind with rules beside it."""
    kind = _reader(hint)
    if any(isinstance(each, AsStored) for each in metadata):
        kind = as_stored(kind)
    column = next((each for each in metadata if isinstance(each, ColumnOf)), kind.column)
    remedies = (*kind.remedies, *(each for each in metadata if isinstance(each, Remedy)))
    others = [each for each in metadata if isinstance(each, Or)]
    rules = [each for each in metadata if not isinstance(each, Or | Remedy | AsStored | ColumnOf)]
    if not rules:
        return replace(kind, remedies=remedies, column=column)

    def read(value: Any) -> Any:
        found = kind.read(value)
        if all(rule.holds(found) for rule in rules) or any(other.holds(found) for other in others):
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
    return Reader(read, words, kind.names, kind.choices, remedies, plain=between, column=column)


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
    type(None): (_none, Text("None", "None"), "None"),
    bool: (_bool, Text("True or False", "True 或 False"), "bool"),
    float: (_float, Text("a number", "数值"), "float"),
    int: (_int, Text("a whole number", "整数"), "int"),
    str: (_str, Text("text", "文本（加引号）"), "str"),
    Text: (_text, Text.of("dm.Text"), "Text"),
    Path: (_path, Text("a path", "路径"), "Path"),
    _Frame: (_frame, Text("a DataFrame of pandas", "pandas 的 DataFrame"), "pd.DataFrame"),
    _Series: (_series, Text("a Series of pandas", "pandas 的 Series"), "pd.Series"),
    _Numbers: (_numbers, Text("numbers in an array", "数值数组"), "ArrayLike"),
}
