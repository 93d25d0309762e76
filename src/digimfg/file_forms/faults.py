"""Say in both languages where a value and its schema part."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from digimfg.errors import nearest
from digimfg.file_forms.lines import existing
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

__all__ = ["Fault", "fitted"]

_LONGEST_SHOWN = 80
_KINDS = {
    "string": Text("text", "文本"),
    "int": Text("a whole number", "整数"),
    "float": Text("a number", "数"),
    "bool": Text("true or false", "true 或 false"),
    "list": Text("a list", "列表"),
    "tuple": Text("a list", "列表"),
    "dict": Text("a table of names and values", "名称与值的表"),
    "finite": Text("a finite number", "有限的数"),
}
_BOUNDS: dict[str, Callable[[Mapping[str, Any]], Text]] = {
    "greater_than": lambda context: Text(f"more than {context['gt']}", f"大于{context['gt']}"),
    "greater_than_equal": lambda context: Text(f"at least {context['ge']}", f"不小于{context['ge']}"),
    "less_than": lambda context: Text(f"less than {context['lt']}", f"小于{context['lt']}"),
    "less_than_equal": lambda context: Text(f"at most {context['le']}", f"不大于{context['le']}"),
    "literal_error": lambda context: Text(
        f"one of: {context['expected']}", f"下列之一：{context['expected'].replace(' or ', ', ')}"
    ),
    "string_pattern_mismatch": lambda context: Text(
        f"text of the form {context['pattern']}", f"形如{context['pattern']}的文本"
    ),
    "too_short": lambda context: Text(
        f"at least {context['min_length']} values", f"至少{context['min_length']}个值"
    ),
    "too_long": lambda context: Text(
        f"at most {context['max_length']} values", f"至多{context['max_length']}个值"
    ),
    "string_too_short": lambda context: Text(
        f"text of at least {context['min_length']} characters", f"至少{context['min_length']}个字符的文本"
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Name a value that is not what its file must hold.

    Parameters
    ----------
    path
        Names and positions (from 0) that lead to it, or to what lacks something.
    expected, got
        In words.
    remedy
        Where there is a better one than the form's.
    """

    path: tuple[str | int, ...]
    expected: Text
    got: Text | str
    remedy: Text | None = None


def fitted(adapter: TypeAdapter[Any], schema: Any, plain: Any, *, closed: bool) -> tuple[Any, Fault | None]:
    """Return plain values as a schema has them, and the first of them that does not fit, ``None`` where all
    do.

    Of a value that may be of two kinds and is neither, what its nearer kind lacks is told.

    Parameters
    ----------
    adapter, schema
        The schema, made ready and as it was written.
    plain
        What a parser made of a file.
    closed
        Whether a name that the schema has not is a fault; else it is left out.
    """
    from pydantic import ValidationError

    try:
        return adapter.validate_python(plain, strict=True, extra="forbid" if closed else "ignore"), None
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        if (slip := _misspelled(errors)) is not None:
            return plain, _fault(slip, schema)
        place = existing(plain, errors[0]["loc"])
        alike = [error for error in errors if existing(plain, error["loc"]) == place]
        return plain, _fault(min(alike, key=lambda error: error["type"].endswith("_type")), schema)


def _misspelled(errors: Sequence[ErrorDetails]) -> ErrorDetails | None:
    """Return the unknown name that stands where the first fault misses one like it: it was written
    otherwise, not left out.
    """
    first = errors[0]
    if first["type"] != "missing":
        return None
    others = [
        error
        for error in errors
        if error["type"] == "extra_forbidden"
        and error["loc"][:-1] == first["loc"][:-1]
        and difflib.get_close_matches(str(first["loc"][-1]), [str(error["loc"][-1])])
    ]
    return others[0] if others else None


def _fault(error: ErrorDetails, schema: Any) -> Fault:
    kind, path, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "missing":
        return Fault(
            path=path[:-1],
            expected=say("the field '{path}'", "字段“{path}”", path=path[-1]),
            got=Text("nothing under that name", "没有该名称"),
        )
    if kind == "extra_forbidden":
        known = _names_at(schema, path[:-1])
        near = nearest(path[-1], known)
        return Fault(
            path=path,
            expected=say("one of: {known}", "下列之一：{known}", known=known),
            got=f"'{path[-1]}'",
            remedy=say("nearest: {near}", "相近：{near}", near=near),
        )
    wanted = _BOUNDS[kind](context) if kind in _BOUNDS else _KINDS.get(kind.partition("_")[0])
    return Fault(path=path, expected=wanted or Text.of(error["msg"]), got=_shown(error["input"]))


def _names_at(schema: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the names that the tables at a place of a schema have."""
    kinds = _kinds(schema)
    for step in path:
        kinds = [inner for kind in kinds for inner in _within(kind, step)]
    return tuple(dict.fromkeys(name for kind in kinds for name in getattr(kind, "__annotations__", ())))


def _kinds(schema: Any) -> list[Any]:
    """Return a type without its bounds, or the types that it may be."""
    if get_origin(schema) in (Annotated, NotRequired, Required):
        return _kinds(get_args(schema)[0])
    if get_origin(schema) in (Union, UnionType):
        return [kind for each in get_args(schema) for kind in _kinds(each)]
    return [schema]


def _within(kind: Any, step: str | int) -> list[Any]:
    """Return the types of what stands under a name, or at a place of a list; a step that names a type stays
    there.
    """
    if hasattr(kind, "__annotations__"):
        hints = get_type_hints(kind, include_extras=True)
        return _kinds(hints[str(step)]) if step in hints else [kind]
    return _kinds(get_args(kind)[-1]) if get_args(kind) else []


def _shown(value: Any) -> str:
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
