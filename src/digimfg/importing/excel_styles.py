"""Read which number format each style of a workbook shows its numbers in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digimfg.importing.excel_formats import BUILTIN_FORMATS, NumberFormat, number_format
from digimfg.importing.excel_package import Package

__all__ = ["Styles", "read_styles"]

_GENERAL = number_format("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Styles:
    """Hold the formats of cells by style, and those of conditional formatting (``None`` where it sets
    none).
    """

    cells: tuple[NumberFormat, ...] = (_GENERAL,)
    conditional: tuple[NumberFormat | None, ...] = ()

    def of(self, style: int) -> NumberFormat:
        """Return the format of a style; General where there is no such style."""
        return self.cells[style] if 0 <= style < len(self.cells) else _GENERAL


def read_styles(package: Package, part: str) -> Styles:
    """Read the part of styles.

    A style of cells that names no format has that of the named style which it belongs to.

    Raises
    ------
    ReadingError
        If the part is damaged.
    """
    codes: dict[int, str] = {}
    blocks: dict[str, list[Mapping[str, str]]] = {"cellStyleXfs": [], "cellXfs": []}
    conditional: list[NumberFormat | None] = []
    inside: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        above = inside[-1] if inside else ""
        inside.append(tag)
        if tag == "numFmt" and above == "numFmts":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "numFmt" and above == "dxf":
            conditional[-1] = number_format(attributes.get("formatCode", ""))
        elif tag == "dxf":
            conditional.append(None)
        elif tag == "xf" and above in blocks:
            blocks[above].append(dict(attributes))

    package.read(part, start, lambda _: inside.pop())
    named = [_number(style.get("numFmtId")) for style in blocks["cellStyleXfs"]]

    def format_of(style: Mapping[str, str]) -> NumberFormat:
        parent = _number(style.get("xfId"))
        inherited = named[parent] if 0 <= parent < len(named) else 0
        number = _number(style["numFmtId"]) if "numFmtId" in style else inherited
        return number_format(codes.get(number, BUILTIN_FORMATS.get(number, "")))

    cells = tuple(format_of(style) for style in blocks["cellXfs"])
    return Styles(cells=cells or (_GENERAL,), conditional=tuple(conditional))


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 10 else 0
