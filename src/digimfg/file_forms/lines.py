"""Find the line on which a value of a TOML or JSON file stands, with the languages' own parsers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

__all__ = ["deep_line", "digits_line", "existing", "json_line", "repeated_name", "toml_line"]

_Path = tuple[str | int, ...]

_DEEPEST = 100
_SPACE = re.compile(r"[ \t\n\r]*")
_DIGITS = re.compile(r"[\d_]{4000,}")
# What a file cut within a value lacks at its end.
_CLOSINGS = ("", "]", '"""', "'''", "]]", '"""]', "''']", "}]", "]}", "]]]")


def toml_line(text: str, content: Any, path: _Path) -> int:
    r"""Return the first line of a TOML text after which a value is there.

    Parameters
    ----------
    text, content
        The text and what it holds.
    path
        Names and positions that lead to the value; what of it is not there is left out.

    Examples
    --------
    >>> text = 'a = 1\n[[b]]\nc = [\n  1,\n  2,\n]\n'
    >>> [toml_line(text, tomllib.loads(text), path) for path in (("a",), ("b", 0), ("b", 0, "c", 1))]
    [1, 2, 5]
    """
    there = existing(content, path)
    lines = [f"{line}\n" for line in text.split("\n")]
    low, high = 1, len(lines)
    while there and low < high:
        middle = (low + high) // 2
        if _holds(lines[:middle], there):
            high = middle
        else:
            low = middle + 1
    return low if there else 1


def json_line(text: str, content: Any, path: _Path) -> int:
    r"""Return the line of a JSON text on which a value (or its name) stands; see `toml_line`.

    Examples
    --------
    >>> text = '{"a": 1,\n "b": [\n  {"c": 2},\n  {"c": 3}]}'
    >>> json_line(text, json.loads(text), ("b", 1, "c"))
    4
    """
    there = existing(content, path)
    place = next((at for found, at in _json_places(text) if found == there), 0)
    return text.count("\n", 0, place) + 1


def repeated_name(text: str) -> tuple[str, int]:
    """Return a name that an object of a JSON text holds twice, and the line of its second place."""
    seen: set[_Path] = set()
    for path, place in _json_places(text):
        # Below a repeated name everything repeats: the name itself comes first.
        if path in seen:
            return str(path[-1]), text.count("\n", 0, place) + 1
        seen.add(path)
    return "", 1


def existing(content: Any, path: _Path) -> _Path:
    """Return the part of a path that leads to a value."""
    for number, step in enumerate(path):
        held = isinstance(content, dict) and step in content
        listed = isinstance(content, list) and isinstance(step, int) and 0 <= step < len(content)
        if not held and not listed:
            return path[:number]
        content = content[step]
    return path


def deep_line(text: str, depth: int) -> int:
    """Return the line on which brackets are nested deeper than `depth`."""
    level = 0
    for place, character in enumerate(text):
        level += (character in "[{") - (character in "]}")
        if level > depth:
            return text.count("\n", 0, place) + 1
    return 1


def digits_line(text: str) -> int:
    """Return the line of a number with thousands of digits, the first line where there is none."""
    found = _DIGITS.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _holds(lines: list[str], path: _Path) -> bool:
    """Tell whether the longest beginning of these lines that is TOML, or lacks but a closing, holds a
    value.
    """
    for count in range(len(lines), 0, -1):
        beginning = "".join(lines[:count])
        for closing in _CLOSINGS:
            try:
                content = tomllib.loads(beginning + closing)
            except (ValueError, RecursionError):
                continue
            return existing(content, path) == path
    return False


def _json_places(text: str) -> Iterator[tuple[_Path, int]]:
    """Yield every value of a valid JSON text with the place of its name, or of itself in a list."""
    decoder = json.JSONDecoder(
        parse_int=len
    )  # of numbers only the place counts, and some have too many digits

    def after_space(place: int) -> int:
        found = _SPACE.match(text, place)
        return found.end() if found else place

    def walk(path: _Path, place: int) -> Iterator[tuple[_Path, int]]:
        """Yield what lies within a value that begins at `place`, and last its end."""
        if text[place] not in "[{" or len(path) > _DEEPEST:
            yield path, decoder.raw_decode(text, place)[1]
            return
        named = text[place] == "{"
        place, number = after_space(place + 1), 0
        while text[place] not in "]}":
            begun, step = place, number
            if named:
                step, place = decoder.raw_decode(text, place)
                place = after_space(after_space(place) + 1)
            yield (*path, step), begun
            for found in walk((*path, step), place):
                if found[0] == (*path, step):
                    place = found[1]
                else:
                    yield found
            place, number = after_space(place), number + 1
            if text[place] == ",":
                place = after_space(place + 1)
        yield path, place + 1

    start = after_space(0)
    yield (), start
    yield from (found for found in walk((), start) if found[0])
