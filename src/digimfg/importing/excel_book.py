"""Read what a workbook says of itself: its sheets, its styles, its shared strings, how it counts days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from digimfg.errors import Fault
from digimfg.importing.excel_package import Package, Relation, open_package
from digimfg.importing.excel_styles import Styles, read_styles
from digimfg.importing.excel_usual import is_usual
from digimfg.importing.excel_xml import read_xml
from digimfg.importing.faults import ReadingError
from digimfg.importing.rich_text import MOST_CHARACTERS, RichText

__all__ = ["Book", "Sheet", "open_book"]

_MOST_BYTES, _MOST_TAGS = 1 << 29, 40_000_000
_UNUSUAL = re.compile(
    rb"<!|vertAlign"
)  # comments and CDATA; raised digits, which another reader writes like others
_ROOT = re.compile(rb"""<(?:[\w.-]+:)?sst((?:\s+[\w:.-]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*)\s*/?>""")
_COUNT = re.compile(rb"ount\s*=\s*[\"']\s*([0-9]+)")
_HEAD = 4096
_TRUE = {"1", "true", "on"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Name a sheet: its part (``""`` where the one that is named is not there), and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Book:
    """Hold what a workbook says of itself.

    Parameters
    ----------
    package
        Its container.
    part
        Name of the part of the workbook.
    sheets
        Worksheets in their order; sheets of charts and macros have no cells.
    styles
        Formats of numbers.
    epoch
        Whether dates count from 1904.
    stale
        Whether it asks the next program that opens it to compute everything, as only one that computed
        nothing does.
    strings
        Part of the shared strings, ``""`` without one.
    """

    package: Package
    part: str
    sheets: tuple[Sheet, ...]
    styles: Styles
    epoch: bool
    stale: bool
    strings: str
    _shared: list[str] = field(default_factory=list)

    def shared(self, number: int) -> str:
        """Return a shared string.

        Raises
        ------
        ReadingError
            If there is none of this number.
        """
        if not self._shared and self.strings:
            self.check_strings()
            self._shared.extend(_strings(self.package, self.strings))
        if number >= len(self._shared):
            raise ReadingError(Fault.of("importing.shared_string_lacking", number=number))
        return self._shared[number]

    def check_strings(self) -> bool:
        """Tell whether the shared strings are spelt so that every reader reads them alike.

        Raises
        ------
        ReadingError
            If they are damaged or too many.
        """
        usual, total, tags, before, declared, silent = True, 0, 0, b"", 0, 0
        for chunk in self.package.chunks(self.strings) if self.strings else ():
            if not total:
                root = _ROOT.search(chunk[:_HEAD])
                usual = root is not None and is_usual(chunk)
                declared = max(map(int, _COUNT.findall(root.group(1) if root else b"")), default=0)
            usual = usual and not _UNUSUAL.search(before + chunk)
            total, tags, before = total + len(chunk), tags + chunk.count(b"<"), chunk[-9:]
            silent = 0 if b"<" in chunk else silent + len(chunk)
            if silent > MOST_CHARACTERS:
                raise ReadingError(Fault.of("importing.text_too_long"))
            if total > _MOST_BYTES or tags > _MOST_TAGS:
                raise ReadingError(Fault.of("importing.too_many_strings"))
        # The other reader makes room for as many strings as are declared, whether or not they are there.
        return usual and declared <= tags


def open_book(content: bytes) -> Book:
    """Open a workbook of the format .xlsx.

    Raises
    ------
    ReadingError
        If it is no workbook, or a damaged one.
    """
    package = open_package(content)
    part = next((one.part for one in package.related("") if one.kind == "officeDocument"), "xl/workbook.xml")
    if part.lower().endswith(".bin"):
        raise ReadingError(Fault.of("importing.binary_workbook"))
    if part not in package:
        raise ReadingError(Fault.of("importing.container_without_workbook"))
    related = package.related(part)
    relations = {one.identifier: one for one in related}
    if len(relations) < len(related):
        raise ReadingError(Fault.of("importing.relations_of_one_name"))
    of_kind = {one.kind: one.part for one in relations.values()}
    sheets: list[Sheet] = []
    told: dict[str, bool] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and (found := _sheet(package, relations, attributes)):
            sheets.append(found)
        elif tag == "workbookPr":
            told["epoch"] = attributes.get("date1904", "").lower() in _TRUE
        elif tag == "calcPr":
            told["stale"] = attributes.get("fullCalcOnLoad", "").lower() in _TRUE

    package.read(part, start)
    names = [sheet.name.casefold() for sheet in sheets]
    if len(set(names)) < len(names):
        raise ReadingError(Fault.of("importing.sheets_of_one_name"))
    styles = of_kind.get("styles", "")
    return Book(
        package=package,
        part=part,
        sheets=tuple(sheets),
        styles=read_styles(package, styles) if styles in package else Styles(),
        epoch=told.get("epoch", False),
        stale=told.get("stale", False),
        strings=of_kind.get("sharedStrings", "") if of_kind.get("sharedStrings", "") in package else "",
    )


def _sheet(
    package: Package, relations: Mapping[str, Relation], attributes: Mapping[str, str]
) -> Sheet | None:
    link = next((value for key, value in attributes.items() if key.endswith("relationships id")), "")
    found = relations.get(link)
    if found is not None and found.kind != "worksheet":
        return None
    part = found.part if found is not None and found.part in package else ""
    return Sheet(
        name=attributes.get("name", ""), part=part, hidden=attributes.get("state", "visible") != "visible"
    )


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    rich = RichText()

    def end(tag: str) -> None:
        rich.end(tag)
        if tag == "si":
            strings.append(rich.done())

    read_xml(part, package.chunks(part), rich.start, end, rich.text)
    return strings
