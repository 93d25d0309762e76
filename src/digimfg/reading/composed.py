"""Read unions, choices, lists and dicts of what other readers read."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any

from digimfg.reader import Faulty, Reader, Refused
from digimfg.reading.values import read_none, unwrapped
from digimfg.text import Text

__all__ = ["choice_reader", "list_reader", "mapping_reader", "parts_reader", "union_reader"]

_MANY = 16


def union_reader(members: Sequence[Reader]) -> Reader:
    """Return the reader of a union; an entry stands for a list of one, a text for both languages where
    nothing else takes it.
    """
    members = sorted(members, key=lambda member: bool(member.names & {"list", "Text"}))
    reads = [(member.read, "list" in member.names) for member in members if member.read is not read_none]
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
            except Faulty:
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


def choice_reader(choices: tuple[Any, ...]) -> Reader:
    """Return the reader of a choice; whole numbers may come from a column of floats."""

    def read(value: Any) -> Any:
        plain = unwrapped(value)
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


def list_reader(kind: Any, element: Reader) -> Reader:
    """Return the reader of a list of any length: what is one entry stands for a list of one."""

    def read(value: Any) -> Any:
        if not _holds_several(value):
            return (element.read(value),)
        given = tuple(value) if isinstance(value, Iterator) else value
        if isinstance(value, set | frozenset):
            given = _sorted(value)
        entries = list(given)
        found = entries if _all_fit(entries, element) else [element.read(each) for each in entries]
        same = found is entries or all(map(_is, found, entries))
        if kind in (tuple, list, Sequence):
            kept = same and isinstance(given, tuple if kind is tuple else tuple | list)
            return given if kept else tuple(found)
        return given if same or hasattr(given, "index") else tuple(found)

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


def parts_reader(parts: Sequence[Reader]) -> Reader:
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


def mapping_reader(held: Reader | None, names: Reader | None) -> Reader:
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
