"""Find the table in a sheet: titles above it, header rows, a row of units, the body, and the lines below
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.importing.cells import Cells, clean_text, is_missing
from digimfg.importing.grids import Grid
from digimfg.importing.rich_text import without_marks
from digimfg.importing.totals import AGGREGATES
from digimfg.importing.units import parse_unit
from digimfg.importing.years import read_year
from digimfg.variables.unit_names import known_names

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Header", "Table", "body_amounts", "body_column", "find_table", "split_unit"]

_LOOKED_AT = 40
_FOOTER = re.compile(
    r"^(注|备注|说明|资料来源|数据来源|来源|source|note|notes|data ?source|\*|#|a\)|\d+[.、)]\s*[^\d\s])",
    re.IGNORECASE,
)
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]?\s*([^\s,;，；)）]+)")
_PARENTHESES = re.compile(r"[(\[（【]((?:[^()\[\]（）【】]|\([^()]*\))+)[)\]）】]?\s*$")
_EMPTY = re.compile(r"[(\[（【]\s*[)\]）】]\s*$")
_GLUED = re.compile(r"^(.+?)((?:[十百千万亿]+(?:美元|元|人|吨|户|个|件)|吨标准煤|%|‰))$")
_NO_UNIT = ("没有单位", "无单位")
_NUMBER = re.compile(r"^[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?\s*(?:%|亿|万|元|万元|亿元)?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """Hold what stands above one column: the texts from top to bottom, and the unit among them."""

    parts: tuple[str, ...]
    unit: str = ""

    @property
    def text(self) -> str:
        """Return the header as one text; mappings name columns by it."""
        return " ".join(self.parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Say where the table lies in a grid.

    Parameters
    ----------
    grid
        The sheet.
    headers
        One per column; columns without any header or cell have empty ones.
    first, last
        Rows of the body, `last` exclusive.
    title
        Lines above the header.
    unit
        Unit that a line above the header declares for the whole table.
    footer
        Lines below the body.
    """

    grid: Grid
    headers: tuple[Header, ...]
    first: int
    last: int
    title: tuple[str, ...] = ()
    unit: str = ""
    footer: tuple[str, ...] = ()


def find_table(grid: Grid, header_rows: tuple[int, ...] = ()) -> Table:
    """Find the table of a sheet.

    The body begins at the first row that holds a number that is no year, or the name of one province or city
    beside something else. Above it, rows with one text are titles, the others are header rows. Below it,
    lines with one text, or that begin like a note or a source, are left out and kept as `footer`.

    Parameters
    ----------
    grid
        The sheet.
    header_rows
        Rows of the header as a spreadsheet counts them, from 1, where the rule would go wrong.
    """
    if grid.header is not None:
        headers = tuple(_named(tuple(part for part in parts if part)) for parts in grid.header)
        return Table(grid=grid, headers=headers, first=0, last=grid.n_rows)
    top = [_texts(grid, row) for row in range(min(_LOOKED_AT, grid.n_rows))]
    if header_rows:
        chosen = [row - 1 for row in header_rows if row - 1 < len(top)]
        first = max(chosen, default=-1) + 1
    else:
        first = _first_of_body(top)
        chosen = _header_rows(grid, top, first)
    titles = [row for row in range(min([*chosen, first])) if any(top[row])]
    lines = tuple(" ".join(dict.fromkeys(cell for cell in top[row] if cell)) for row in titles)
    unit = next(
        (
            found.group(1)
            for line in lines
            if (found := _UNIT_LINE.search(line)) and parse_unit(found.group(1))
        ),
        "",
    )
    headers = _headers(grid, [top[row] for row in chosen])
    last, footer = _last_of_body(grid, first, len(headers))
    return Table(grid=grid, headers=headers, first=first, last=last, title=lines, unit=unit, footer=footer)


def split_unit(text: str) -> tuple[str, str]:
    """Split a header into its name and its unit, ``""`` where it declares none.

    Examples
    --------
    >>> split_unit("地区生产总值（亿元）"), split_unit("GDP/万元"), split_unit("GDP亿元"), split_unit("人口(常住)"), split_unit("R&D经费")
    (('地区生产总值', '亿元'), ('GDP', '万元'), ('GDP', '亿元'), ('人口(常住)', ''), ('R&D经费', ''))
    """  # noqa: E501
    name = _EMPTY.sub("", clean_text(text)).strip()
    found = _PARENTHESES.search(name)
    if found:
        inside = re.sub(r"^(?:计量)?单位\s*[:：]?\s*", "", found.group(1))
        if parse_unit(inside) is not None:
            return name[: found.start()].strip(), inside.strip()
        before, unit = split_unit(name[: found.start()])
        if unit and parse_unit(f"{unit}({inside})") is not None:
            return before, f"{unit}({inside})"
        return name, ""
    for mark in (":", "/", "_", ",", " "):
        before, there, after = name.rpartition(mark)
        if there and before and after and not read_year(after) and _is_unit_word(after):
            return before.strip(" ,:_"), after.strip()
    glued = _GLUED.match(name)
    return (glued.group(1), glued.group(2)) if glued and not read_year(glued.group(1)) else (name, "")


def _is_unit_word(text: str) -> bool:
    """Tell whether a bare word is surely a unit: words like 年 or "ratio" name columns too."""
    unit = parse_unit(text)
    return unit is not None and (
        bool(re.search(r"[万亿元%‰$]|公里|吨|百人", text)) and unit.dimension not in ("year", "index")
    )


def _texts(grid: Grid, row: int) -> list[str]:
    return ["" if value is None or value == "" else _cell_text(value) for value in grid.row(row)]


def _cell_text(value: object) -> str:
    return clean_text(without_marks(value) if isinstance(value, str) else value)


def _first_of_body(top: Sequence[list[str]]) -> int:
    places = known_names("province") | known_names("city")
    headed = False
    for position, cells in enumerate(top):
        filled = [cell for cell in cells if cell]
        distinct = {cell.replace(" ", "").casefold() for cell in filled}
        named = sum(cell in places or cell in AGGREGATES for cell in distinct)
        numbers = [cell for cell in filled if _NUMBER.match(cell)]
        plain = [cell for cell in numbers if read_year(cell) is None]
        amounts = [cell for cell in plain if cell.replace(" ", "").casefold() not in places]
        if named > 1 and 2 * named >= len(distinct) and not amounts:
            headed = True
            continue  # names or codes of units across the columns: a header
        if (
            headed
            and cells
            and read_year(cells[0]) is not None
            and all(is_missing(cell) for cell in cells[1:])
        ):
            return position  # a year of which nothing is known
        headed = headed or len(filled) > 1
        # A number in a line of prose or a numbered title stands alone; a row of data has company.
        if position and len(filled) > 1 and (plain or (named == 1 and not _all_text(filled, numbers))):
            return position
    for position, cells in enumerate(top):
        if len([cell for cell in cells if cell]) > 1:
            return position + 1
    return min(1, len(top))


def _all_text(filled: list[str], numbers: list[str]) -> bool:
    return not numbers and not any(is_missing(cell) for cell in filled)


def _header_rows(grid: Grid, top: Sequence[list[str]], first: int) -> list[int]:
    chosen: list[int] = []
    for row in range(first - 1, -1, -1):
        distinct = {cell for cell in top[row] if cell}
        merged_wide = any(t <= row <= b and r > left for t, b, left, r in grid.merged) and len(distinct) > 1
        if len(distinct) >= 2 or merged_wide or (row == first - 1 and distinct and grid.n_columns == 1):
            if len(distinct) == 2 and chosen and any(_UNIT_LINE.search(cell) for cell in distinct):
                break
            chosen.insert(0, row)
        elif distinct or chosen:
            break
    return chosen


def _headers(grid: Grid, rows: list[list[str]]) -> tuple[Header, ...]:
    filled: list[list[str]] = []
    for position, cells in enumerate(rows):
        row = list(cells)
        below = rows[position + 1 :]
        if below:
            for place in range(1, len(row)):
                # A group title stands over its first column only where the sheet was not merged.
                if (
                    not row[place]
                    and row[place - 1]
                    and any(line[place] for line in below)
                    and _grouped(rows, position, place)
                ):
                    row[place] = row[place - 1]
        filled.append(row)
    return tuple(
        _named(tuple(dict.fromkeys(row[place] for row in filled if row[place])))
        for place in range(grid.n_columns)
    )


def _grouped(rows: list[list[str]], position: int, place: int) -> bool:
    return all(rows[line][place] for line in range(position + 1, len(rows))) and any(
        rows[line][place - 1] for line in range(position + 1, len(rows))
    )


def _named(parts: tuple[str, ...]) -> Header:
    kept: list[str] = []
    unit = ""
    for part in parts:
        bare = part.strip("()[] ")
        sure = bare != part or _is_unit_word(bare) or bare in _NO_UNIT
        if kept and sure and parse_unit(bare) is not None and read_year(bare) is None:
            unit = bare
            continue
        name, found = split_unit(part)
        unit = found or unit
        if name:
            kept.append(name)
    return Header(parts=tuple(kept), unit=unit)


def _last_of_body(grid: Grid, first: int, width: int) -> tuple[int, tuple[str, ...]]:
    footer: list[str] = []
    last = grid.n_rows
    while last > first:
        cells = _texts(grid, last - 1)[:width]
        filled = [cell for cell in dict.fromkeys(cells) if cell]
        if not filled:
            last -= 1
            continue
        lone = len(filled) == 1 and width > 1 and not _NUMBER.match(filled[0])
        if lone or (_FOOTER.match(filled[0]) and not any(_NUMBER.match(cell) for cell in filled[1:])):
            footer.insert(0, " ".join(filled))
            last -= 1
            continue
        break
    return last, tuple(footer)


def body_column(table: Table, place: int) -> np.ndarray:
    """Return the cells of one column of the body, merged cells filled with what they show."""
    return table.grid.column(place, table.first, table.last)


def body_cells(table: Table, place: int) -> Cells:
    """Return the cells of one column of the body as they are held."""
    return table.grid.cells(place, table.first, table.last)


def body_amounts(table: Table, place: int) -> Cells:
    """Return the cells of one column of the body, a number of merged cells once."""
    return table.grid.amounts(place, table.first, table.last)
