"""Check and read JSON answers, every number as it was written."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from digimfg.errors import Fault
from digimfg.fetching.faults import UnusableError, decoded

__all__ = ["WrittenNumber", "read_json", "written_number"]


class WrittenNumber(str):
    """Keep a number as it was written."""

    __slots__ = ()


_NUMBERS = frozenset({int, WrittenNumber})


def read_json(content: bytes, *, unique_names: bool = False) -> Any:
    """Return a JSON value whose decimal numbers are `WrittenNumber`, or say why it cannot be used.

    Parameters
    ----------
    content
        UTF-8 text.
    unique_names
        Refuse an object that holds a name twice, of which JSON readers keep the last.

    Raises
    ------
    UnusableError
        If it is not UTF-8, a web page, or no whole JSON value.

    Examples
    --------
    >>> read_json(b'{"value": [0.30, null]}')
    {'value': ['0.30', None]}
    """
    text = decoded(content)
    if text.lstrip().startswith("<"):
        raise UnusableError(Fault.of("answers.web_page_for_json"))
    try:
        return json.loads(
            text,
            parse_float=WrittenNumber,
            parse_constant=_no_number,
            object_pairs_hook=_unique if unique_names else None,
        )
    except (ValueError, RecursionError) as error:
        raise UnusableError(Fault.of("answers.json_broken", reason=str(error))) from error


def written_number(value: Any) -> str | None:
    """Return the text of a finite number that `read_json` read, ``None`` for anything else.

    Examples
    --------
    >>> written_number(read_json(b"0.30")), written_number("0.30")
    ('0.30', None)
    """
    if type(value) not in _NUMBERS:
        return None
    try:
        return str(value) if math.isfinite(float(value)) else None
    except OverflowError:
        return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnusableError(Fault.of("answers.name_twice", name=twice))
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
