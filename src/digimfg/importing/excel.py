"""Read Excel sheets with what their numbers' display says: percentages, scaled formats, merged cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.importing.grids import Grid, unreadable_file
from digimfg.text import Text

__all__ = ["read_excel_grids"]

_PERCENT_FORMATS = {9, 10}
_CELL = re.compile(rb'<c\b(?=[^>]*\br="([A-Z]+)(\d+)")(?=[^>]*\bs="(\d+)")[^>]*>')
_MOST_CELLS = 200_000_000


def read_excel_grids(path: Path, content: bytes, sheets: tuple[str, ...] = ()) -> tuple[Grid, ...]:
    """Read the sheets of a workbook.

    Cells that Excel shows as percentages hold fractions: they are marked, so that 45 % is never read as 0.45 %. A format
    that shows numbers in another scale than they are stored (thousands, 万) is an error, because then the unit in the
    header cannot be told.

    Raises
    ------
    PanelError
        If the file is damaged or protected, a sheet is not there, or a number format hides the scale.
    """
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        names = [name for name in book.sheet_names if not sheets or name in sheets]
    except Exception as error:  # calamine's errors share no base class over its versions
        raise _damaged(path, error) from error
    absent = [name for name in sheets if name not in book.sheet_names]
    if absent:
        raise unreadable_file(
            path,
            Text(f"sheets {', '.join(sheets)}", f"工作表 {'、'.join(sheets)}"),
            ", ".join(book.sheet_names),
            Text("correct `sheets` in the mapping", "更正映射中的 `sheets`"),
        )
    styles = _styles(content)
    grids = []
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.total_height, sheet.total_width
            if height * width > _MOST_CELLS:
                raise _too_large(path, name, height * width)
            rows = sheet.to_python(skip_empty_area=False)
            merged = sheet.merged_cell_ranges or []
        except calamine.CalamineError as error:
            raise _damaged(path, error) from error
        except BaseException as error:
            # A damaged sheet can make the reader panic, which is no Exception; anything else passes on.
            if type(error).__name__ != "PanicException":
                raise
            raise _damaged(path, error) from error
        grids.append(_grid(path, name, rows, merged, styles.get(name, ({}, frozenset()))))
    return tuple(grids)


def _grid(
    path: Path,
    name: str,
    rows: list[list[Any]],
    merged: list[Any],
    style: tuple[dict[str, str], frozenset[tuple[int, int]]],
) -> Grid:
    scaled, percent = style
    width = max((len(row) for row in rows), default=0)
    table = np.empty((len(rows), width), dtype=object)
    for position, row in enumerate(rows):
        table[position, : len(row)] = row
        table[position, len(row) :] = ""
    if scaled:
        place, shown = next(iter(scaled.items()))
        raise unreadable_file(
            path,
            Text("numbers shown as they are stored", "显示值与存储值一致的数字"),
            Text(
                f"sheet {name}, cell {place}: number format {shown}",
                f"工作表 {name}，单元格 {place}：数字格式 {shown}",
            ),
            Text(
                "give these cells a plain number format, then check the unit in the header",
                "请改为常规数字格式，并核对表头单位",
            ),
        )
    ranges = tuple((int(first[0]), int(last[0]), int(first[1]), int(last[1])) for first, last in merged)
    for top, bottom, left, right in ranges:
        filling = table[top, left] if top < len(rows) and left < width else ""
        if isinstance(filling, str) or (isinstance(filling, int | float) and 1900 <= filling <= 2100):
            table[top : bottom + 1, left : right + 1] = filling
    return Grid(
        sheet=name, columns=tuple(table[:, place] for place in range(width)), percent=percent, merged=ranges
    )


def _styles(content: bytes) -> dict[str, tuple[dict[str, str], frozenset[tuple[int, int]]]]:
    """Return per sheet the cells shown in another scale (address → format) and those shown as percentages."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/styles.xml" not in archive.namelist():
                return {}
            percent, scaled = _special_formats(archive.read("xl/styles.xml"))
            if not percent and not scaled:
                return {}
            return {
                name: _special_cells(archive.read(part), percent, scaled)
                for name, part in _sheet_parts(archive)
            }
    except (zipfile.BadZipFile, KeyError, ValueError):
        return {}


def _special_formats(styles: bytes) -> tuple[set[int], dict[int, str]]:
    import html

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
) -> tuple[dict[str, str], frozenset[tuple[int, int]]]:
    found: dict[str, str] = {}
    places = set()
    for match in _CELL.finditer(sheet):
        style = int(match.group(3))
        if style in percent:
            places.add((int(match.group(2)) - 1, _column_number(match.group(1).decode())))
        elif (
            style in scaled
            and sheet[match.end() : match.end() + 3] in (b"<v>", b"<f>")
            and b't="s"' not in match.group(0)
        ):
            found[match.group(1).decode() + match.group(2).decode()] = scaled[style]
    return found, frozenset(places)


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
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


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _damaged(path: Path, error: BaseException) -> Exception:
    return unreadable_file(
        path,
        Text("an Excel workbook (.xlsx) without password", "无密码的 Excel 工作簿（.xlsx）"),
        f"{type(error).__name__}: {error}",
        Text("open it in Excel or WPS and save it again as .xlsx", "用 Excel 或 WPS 打开后另存为 .xlsx"),
    )


def _too_large(path: Path, name: str, cells: int) -> Exception:
    return unreadable_file(
        path,
        Text(f"at most {_MOST_CELLS:,} cells a sheet", f"每张工作表至多 {_MOST_CELLS:,} 个单元格"),
        Text(f"{cells:,} in {name}", f"{name} 有 {cells:,} 个"),
        Text(
            "delete the empty rows and columns beyond the table, or use CSV", "删除表外的空行空列，或改用 CSV"
        ),
    )
