"""Tell by kind and facts where a value and its schema part."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
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

from digimfg.errors import Fault, nearest
from digimfg.file_forms.bounds import Place
from digimfg.file_forms.lines import existing

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

__all__ = ["fitted"]

_LONGEST_SHOWN = 80
Made = Callable[[str, Mapping[str, Any]], Fault]

_KINDS: dict[str, Made] = {
    "string": lambda value, _: Fault.of("file_forms.not_text", value=value),
    "int": lambda value, _: Fault.of("file_forms.not_a_whole_number", value=value),
    "float": lambda value, _: Fault.of("file_forms.not_a_number", value=value),
    "bool": lambda value, _: Fault.of("file_forms.not_a_truth", value=value),
    "list": lambda value, _: Fault.of("file_forms.not_a_list", value=value),
    "tuple": lambda value, _: Fault.of("file_forms.not_a_list", value=value),
    "dict": lambda value, _: Fault.of("file_forms.not_a_table", value=value),
    "finite": lambda value, _: Fault.of("file_forms.not_finite", value=value),
}
_BOUNDS: dict[str, Made] = {
    "greater_than": lambda value, told: Fault.of("file_forms.not_above", bound=told["gt"], value=value),
    "greater_than_equal": lambda value, told: Fault.of(
        "file_forms.below_least", bound=told["ge"], value=value
    ),
    "less_than": lambda value, told: Fault.of("file_forms.not_below", bound=told["lt"], value=value),
    "less_than_equal": lambda value, told: Fault.of("file_forms.above_most", bound=told["le"], value=value),
    "literal_error": lambda value, told: Fault.of(
        "file_forms.not_a_choice", choices=re.split(", | or ", told["expected"]), value=value
    ),
    "string_pattern_mismatch": lambda value, told: Fault.of(
        "file_forms.text_of_other_form", pattern=told["pattern"], value=value
    ),
    "too_short": lambda value, told: Fault.of(
        "file_forms.too_few_values", bound=told["min_length"], value=value
    ),
    "too_long": lambda value, told: Fault.of(
        "file_forms.too_many_values", bound=told["max_length"], value=value
    ),
    "string_too_short": lambda value, told: Fault.of(
        "file_forms.text_too_short", bound=told["min_length"], value=value
    ),
}


def fitted(
    adapter: TypeAdapter[Any], schema: Any, plain: Any, *, closed: bool
) -> tuple[Any, tuple[Place, Fault] | None]:
    """Return plain values as a schema has them, and where and why the first does not fit, ``None`` where all
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


def _fault(error: ErrorDetails, schema: Any) -> tuple[Place, Fault]:
    kind, path, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "missing":
        return path[:-1], Fault.of("file_forms.field_lacking", name=path[-1])
    if kind == "extra_forbidden":
        known = _names_at(schema, path[:-1])
        near = nearest(path[-1], known)
        return path, Fault.of("file_forms.field_unknown", name=path[-1], known=known, near=near)
    value = _shown(error["input"])
    made = _BOUNDS.get(kind) or _KINDS.get(kind.partition("_")[0])
    if made is None:
        return path, Fault.of("file_forms.value_refused", reason=error["msg"], value=value)
    return path, made(value, context)


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
