"""Read from a workbook's parts what a reader of values does not tell: percentages, scaled formats, errors, formulas."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["SheetParts", "sheet_parts"]

_PERCENT_FORMATS = {9, 10}
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\br="([A-Z]+)(\d+)")(?=[^>]*\bt="e")[^>]*>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>'
)
_UNCOMPUTED = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL = re.compile(rb'<c\b(?=[^>]*\br="([A-Z]+)(\d+)")[^>]*>')
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*\bhidden="(?:1|true)"')
# A single letter is found ten times as fast as a word: it tells which parts of a sheet need the search for words.
_TELLING = {b"f": (b"<f>", b"<f ", b"<f/"), b"h": (b'hidden="',), b't="e"': (b't="e"',)}
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetParts:
    """Hold what a sheet says beside its values.

    Parameters
    ----------
    scaled
        Address → number format of cells that are shown in another scale than they are stored.
    percent
        Column → rows, both from 0, of cells shown as percentages.
    errors
        (row, column) from 0 → text of Excel's errors.
    uncomputed
        Addresses of formulas that no program has computed; a text of no characters is a result.
    hidden
        How many rows, and how many groups of columns, are hidden; they are read like others.
    """

    scaled: Mapping[str, str] = field(default_factory=dict)
    percent: Mapping[int, frozenset[int]] = field(default_factory=dict)
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: tuple[str, ...] = ()
    hidden: tuple[int, int] = (0, 0)


def sheet_parts(content: bytes) -> dict[str, SheetParts]:
    """Return what each sheet of a workbook says beside its values.

    Raises
    ------
    ValueError
        If the file is no whole workbook of the format .xlsx: then nobody can tell which of its cells are percentages.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            percent: set[int] = set()
            scaled: dict[int, str] = {}
            if "xl/styles.xml" in archive.namelist():
                percent, scaled = _special_formats(archive.read("xl/styles.xml"))
            return {
                name: _sheet(archive.read(part), percent, scaled)
                for name, part in _sheets(archive)
                if percent or scaled or _tells(archive, part)
            }
    except Exception as error:  # a damaged archive raises whatever its bytes lead to
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _sheet(text: bytes, percent: set[int], scaled: dict[int, str]) -> SheetParts:
    shown, places = _special_cells(text, percent, scaled) if percent or scaled else ({}, {})
    errors = {
        _position(found.group(1), found.group(2)): found.group(3).decode("utf-8", "replace")
        for found in (_ERROR.finditer(text) if b't="e"' in text else ())
    }
    uncomputed = tuple(_uncomputed(text))
    hidden = len(_HIDDEN_ROW.findall(text)), len(_HIDDEN_COLUMN.findall(text))
    return SheetParts(scaled=shown, percent=places, errors=errors, uncomputed=uncomputed, hidden=hidden)


def _uncomputed(text: bytes) -> Iterator[str]:
    """Return the addresses of formulas without a result: what stands before such a formula is its cell."""
    for found in _UNCOMPUTED.finditer(text):
        cell = _CELL.match(text, text.rfind(b"<", 0, found.start()))
        if cell is not None and b't="str"' not in cell.group(0):
            yield (cell.group(1) + cell.group(2)).decode()


def _tells(archive: zipfile.ZipFile, part: str) -> bool:
    """Tell whether a sheet holds a formula or an error, without keeping it in memory."""
    kept = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            held = kept + chunk
            if any(sign in held and any(mark in held for mark in marks) for sign, marks in _TELLING.items()):
                return True
            kept = chunk[-16:]
    return False


def _special_formats(styles: bytes) -> tuple[set[int], dict[int, str]]:
    codes = {
        int(number): html.unescape(code.decode("utf-8", "replace"))
        for number, code in re.findall(rb'<numFmt\b[^>]*numFmtId="(\d+)"[^>]*formatCode="([^"]*)"', styles)
    }
    block = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
    used = [
        int(number)
        for number in re.findall(rb'<xf\b[^>]*?numFmtId="(\d+)"', block.group(0) if block else b"")
    ]
    percent, scaled = set(), {}
    for position, number in enumerate(used):
        code = codes.get(number, "")
        bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)
        if number in _PERCENT_FORMATS or "%" in bare:
            percent.add(position)
        elif re.search(r"[0#?],+(?![0#?])", bare) or re.search(r'0!\.|"[^"]*[万亿千百][^"]*"', code):
            scaled[position] = code
    return percent, scaled


def _special_cells(
    sheet: bytes, percent: set[int], scaled: dict[int, str]
) -> tuple[dict[str, str], dict[int, frozenset[int]]]:
    found: dict[str, str] = {}
    places: dict[int, set[int]] = {}
    special = "|".join(str(style) for style in sorted({*percent, *scaled}))
    for mark in re.finditer(rf' s="({special})"'.encode(), sheet):
        cell = _CELL.match(sheet, sheet.rfind(b"<", 0, mark.start()))
        if cell is None:
            continue
        style = int(mark.group(1))
        if style in percent:
            row, column = _position(cell.group(1), cell.group(2))
            places.setdefault(column, set()).add(row)
        elif sheet[cell.end() : cell.end() + 3] in (b"<v>", b"<f>") and b't="s"' not in cell.group(0):
            found[(cell.group(1) + cell.group(2)).decode()] = scaled[style]
    return found, {column: frozenset(rows) for column, rows in places.items()}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    from xml.etree import ElementTree

    relations = {
        node.get("Id"): str(node.get("Target")).lstrip("/")
        for node in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    }
    tree = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    for node in tree.iter():
        if node.tag.endswith("}sheet"):
            link = next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
            target = relations.get(link, "")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in archive.namelist():
                yield str(node.get("name")), part


def _position(letters: bytes, row: bytes) -> tuple[int, int]:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return int(row) - 1, number - 1
