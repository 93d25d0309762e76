"""Forms of TOML and JSON files that people or other programs write: read once, bounded, checked, faults told
by line.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from typing_extensions import TypedDict

from digimfg.errors import DigimfgError, Fault, at_line
from digimfg.file_forms.bounds import DEEPEST, Place, beyond_bounds, bounded_integer, too_deep
from digimfg.file_forms.faults import fitted
from digimfg.file_forms.lines import deep_line, digits_line, existing, json_line, repeated_name, toml_line
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Bilingual", "Document", "FileForm", "Words", "text_of"]

Content = TypeVar("Content")


class Words(TypedDict):
    """Words in both languages, as files write them."""

    en: str
    zh: str


_TOML_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
Bilingual = str | Words
"""One phrase for both languages, or one for each."""


def text_of(words: Bilingual) -> Text:
    """Return words as files write them as a `Text`.

    Examples
    --------
    >>> text_of({"en": "Share", "zh": "份额"}).zh, text_of("GDP").zh
    ('份额', 'GDP')
    """
    return Text.of(words) if isinstance(words, str) else Text(words["en"], words["zh"])


_LARGEST_FILE = 1 << 28  # bytes
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, kw_only=True, slots=True)
class FileForm(Generic[Content]):
    """Say what a kind of file must hold; every file that people or other programs write is read through its
    form.

    A file is UTF-8 (with or without a byte order mark), at most 256 MB, at most 64 levels deep; names occur
    once, whole numbers have 64 bits, and numbers are finite.

    Parameters
    ----------
    schema
        Type of the content, as pydantic reads it in its strict mode.
    what
        The file in a few words, for errors.
    remedy
        What to do about one that cannot be read.
    error
        Raised for every fault.
    closed
        Whether a name that the schema has not is a fault. A file that another version wrote may hold more,
        which is then left out.

    Examples
    --------
    >>> from typing_extensions import TypedDict
    >>> Point = TypedDict("Point", {"x": float})
    >>> form = FileForm(schema=Point, what=Text("a point", "一个点"), remedy=Text("correct it", "请更正"))
    >>> form.parse(b"x = 1.5", "point.toml").content
    {'x': 1.5}
    """

    schema: Any
    what: Text
    remedy: Text
    error: type[DigimfgError] = DigimfgError
    closed: bool = True

    def read(self, path: Path | str) -> Content:
        """Return the content of a file; see `open`."""
        return self.open(path).content

    def open(self, path: Path | str) -> Document[Content]:
        """Read a file; one whose name ends in ``.json`` is JSON, any other is TOML.

        Raises
        ------
        DigimfgError
            Of the form's kind, naming file and line, if the file is missing, too large, no text in UTF-8, no
            TOML or JSON, or does not hold what the form says.
        """
        path = Path(path)
        try:
            size = path.stat().st_size if path.is_file() else None
            content = path.read_bytes() if size is not None and size <= _LARGEST_FILE else b""
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            reason = f"{type(error).__name__}: {reason}"
            self._refuse(str(path), Fault.of("file_forms.file_not_opened", what=self.what, reason=reason))
        if size is None:
            if path.is_dir():
                self._refuse(str(path), Fault.of("file_forms.file_is_a_folder", what=self.what))
            self._refuse(str(path), Fault.of("file_forms.file_not_there", what=self.what))
        if size > _LARGEST_FILE:
            self._refuse(str(path), Fault.of("file_forms.file_too_large", most=_LARGEST_FILE, size=size))
        return self.parse(content, str(path))

    def parse(self, content: bytes, where: str) -> Document[Content]:
        """Return what the bytes of a file hold; `where` names the file, and its ending says which language
        it is in.

        Raises
        ------
        DigimfgError
            As `open`.
        """
        text = self._decoded(content, where)
        read = self._json if where.lower().endswith((".json", ".geojson")) else self._toml
        plain = read(text, where)
        document = Document(form=self, content=plain, text=text, file=where)
        if (found := beyond_bounds(plain)) is not None:
            document.refuse(*found)
        held, found = fitted(_adapter(self.schema), self.schema, plain, closed=self.closed)
        if found is not None:
            document.refuse(*found)
        return replace(document, content=held)

    def _decoded(self, content: bytes, where: str) -> str:
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line = 1 if content[:2] in _MARKS else before.count(b"\n") + 1
            self._refuse(at_line(where, line), _encoding(content))
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self._refuse(at_line(where, line), Fault.of("file_forms.null_character"))
        return text

    def _toml(self, text: str, where: str) -> Any:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _TOML_LINE.search(str(error))
            line = int(found[1]) if found else text.rstrip().count("\n") + 1
            odd = _TOML_QUOTED.sub("", text.split("\n")[line - 1])
            self._refuse(
                at_line(where, line),
                Fault.of("file_forms.toml_invalid", reason=str(error))
                if odd.isascii()
                else Fault.of("file_forms.toml_not_in_ascii", line=odd.strip()),
            )
        except (RecursionError, ValueError) as error:
            self._refuse_odd(error, text, where)

    def _json(self, text: str, where: str) -> Any:
        repeated: list[str] = []

        def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            made = dict(pairs)
            if len(made) < len(pairs):
                repeated.append("")
            return made

        try:
            plain = json.loads(text, object_pairs_hook=unique, parse_int=bounded_integer)
        except json.JSONDecodeError as error:
            self._refuse(at_line(where, error.lineno), Fault.of("file_forms.json_invalid", reason=error.msg))
        except (RecursionError, ValueError) as error:
            self._refuse_odd(error, text, where)
        if repeated and beyond_bounds(plain) is None:
            name, line = repeated_name(text)
            self._refuse(at_line(where, line), Fault.of("file_forms.name_twice", name=name))
        return plain

    def _refuse_odd(self, error: Exception, text: str, where: str) -> NoReturn:
        """Refuse what the parser could not hold: nesting without end, a number of thousands of digits, an
        odd date.
        """
        if isinstance(error, RecursionError):
            self._refuse(at_line(where, deep_line(text, DEEPEST)), too_deep())
        fault = Fault.of("file_forms.value_not_held", what=self.what, reason=str(error)[:200])
        self._refuse(at_line(where, digits_line(text)), fault)

    def _refuse(self, where: Text | str, fault: Fault) -> NoReturn:
        raise fault.error(self.error, where=where, remedy=self.remedy) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document(Generic[Content]):
    """Hold the content of a file and the way back from a value to its line.

    Parameters
    ----------
    form
        How it was read.
    content
        As the form's schema says.
    text, file
        The file's text and name.
    """

    form: FileForm[Content]
    content: Content
    text: str
    file: str

    def place(self, *path: str | int) -> Text:
        """Return file, line and name of a value, given the names and positions (from 0) that lead to it."""
        path = existing(self.content, path)
        find = json_line if self.file.lower().endswith(".json") else toml_line
        where, name = at_line(self.file, find(self.text, self.content, path)), _written(path, self.content)
        return note_of("phrases.name_in_place", where=where, name=name) if name else where

    def refuse(self, place: Place, fault: Fault) -> NoReturn:
        """Raise the form's error about one value.

        Parameters
        ----------
        place
            Names and positions (from 0) that lead to it, or to what lacks something.
        fault
            What is wrong with it.

        Raises
        ------
        DigimfgError
            Of the form's kind.
        """
        raise fault.error(self.form.error, where=self.place(*place), remedy=self.form.remedy)


def _encoding(content: bytes) -> Fault:
    if content[:2] in _MARKS:
        return Fault.of("file_forms.encoded_in_utf_16")
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return Fault.of("file_forms.encoded_in_no_known_way")
    return Fault.of("file_forms.encoded_in_gbk")


def _written(path: tuple[str | int, ...], content: Any) -> str:
    """Return a path as people write it, positions from 1: ``[[claims]] 3, rule.alpha``."""
    table, rest = "", path
    if isinstance(content, dict) and isinstance(content.get(path[0]) if path else None, list):
        named = len(path) > 1 and existing(content, path[:2]) == path[:2]
        if named and isinstance(content[path[0]][path[1]], dict):
            table, rest = f"[[{path[0]}]] {int(path[1]) + 1}", path[2:]
    dotted = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in rest).lstrip(".")
    return ", ".join(part for part in (table, dotted) if part)


@cache
def _adapter(schema: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(schema)
