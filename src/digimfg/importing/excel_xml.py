"""Read XML as the formats of workbooks allow it to be written, without what they forbid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from digimfg.errors import Fault
from digimfg.importing.faults import ReadingError

__all__ = ["read_xml"]

_OWN = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "",
}
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PASSED_OVER = {"extLst", "Choice"}
_DEEPEST = 100
_LONGEST = 1 << 24


def read_xml(
    part: str,
    chunks: Iterable[bytes],
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part and call back for each element of the format, under its bare name.

    Both namespaces of SpreadsheetML (transitional and strict) and every prefix read alike. Elements of
    others are not told, nor what stands in extensions or is a choice for newer programs; the fallback
    beside it is.

    Parameters
    ----------
    part
        Its name, for messages.
    chunks
        Its bytes.
    start, end, text
        Called with name and attributes, with name, and with characters.

    Raises
    ------
    ReadingError
        If it is no well-formed XML, declares a document type (entities could expand without end), is nested
        too deeply, or holds one piece of markup of many megabytes.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = passed = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, passed
        depth += 1
        if depth > _DEEPEST:
            raise ReadingError(Fault.of("importing.elements_nested", part=part, deepest=_DEEPEST))
        if passed:
            return
        tag = _NAMES[name]
        if depth == 1 and not tag:
            raise ReadingError(Fault.of("importing.part_of_no_workbook", part=part, name=name))
        if tag in _PASSED_OVER:
            passed = depth
        elif tag:
            start(tag, attributes)

    def ended(name: str) -> None:
        nonlocal depth, passed
        if passed:
            passed = 0 if passed == depth else passed
        elif end is not None and (tag := _NAMES[name]):
            end(tag)
        depth -= 1

    def declared(*_: object) -> None:
        raise ReadingError(Fault.of("importing.document_type", part=part))

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = declared
    if text is not None:
        parser.CharacterDataHandler = lambda data: None if passed else text(data)
    silent = 0
    try:
        for chunk in chunks:
            silent = 0 if b">" in chunk else silent + len(chunk)
            if silent > _LONGEST:
                raise ReadingError(Fault.of("importing.piece_too_long", part=part))
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ReadingError(Fault.of("importing.xml_damaged", part=part, error=error)) from error


class _Names(dict[str, str]):
    """Bare names of elements of the format by their full ones; ``""`` for those of others."""

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        known = space in _OWN or (space == _ALTERNATIVES and local == "Choice")
        if len(self) < 10_000:
            self[name] = local if known else ""
        return local if known else ""


_NAMES = _Names()
