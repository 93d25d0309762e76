"""Fit a table to a page: how wide each column is, which ones wrap, and how large the letters are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from digimfg.display.alignment import decimal_padding
from digimfg.display.table import Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.text import Language

__all__ = [
    "BODY_SIZE",
    "SMALL_SIZE",
    "Layout",
    "breakable",
    "header_lines",
    "page_layout",
    "text_width",
    "turned_layout",
    "wrapped",
]

BODY_SIZE, SMALL_SIZE = 9.0, 7.5  # points: 小五 and 六号
_SMALLEST = (6.5, 5.5)  # points: 小六 and 七号, for tables that even a landscape page is too narrow for
_MARGIN = 1.1  # letters are taken for wider than they are, for fonts differ
_OPENING, _CLOSING = "（《〈“‘【〔(", "，。、；：！？）》〉”’】〕)"
_NARROWEST = 54.0  # points: a wrapped column keeps room for a few words
_HEAD_LINES = (3, 5)  # of a column head: at most, and where the table would not fit otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The widths of a table set on a page.

    Parameters
    ----------
    font_size
        In points.
    gap
        Space left and right of every column, in points.
    widths
        Width of each column's text, in points.
    wrapped
        Columns whose text must break into lines.
    fits
        Whether the table fits the width asked for.
    """

    font_size: float
    gap: float
    widths: tuple[float, ...]
    wrapped: frozenset[int]
    fits: bool


def page_layout(table: Table, language: Language, available: float) -> Layout:
    """Return the layout of `table` in `available` points of width.

    Paragraph columns (``"p"``) take what the others leave; if that is not enough the stub wraps, then the
    letters become smaller, then long column heads break into more lines. Widths are estimated from the
    letters, for no font is at hand here.
    """
    return _first_that_fits(table, language, available, (BODY_SIZE, SMALL_SIZE))


def turned_layout(table: Table, language: Language, portrait: float, landscape: float) -> tuple[Layout, bool]:
    """Return the layout of `table` on a portrait page or, where it does not fit, on a landscape one, and
    whether turned.

    Parameters
    ----------
    portrait, landscape
        Width of the text on either page, in points. On the latter letters shrink as far as 5.5 points.
    """
    layout = page_layout(table, language, portrait)
    if layout.fits:
        return layout, False
    return _first_that_fits(table, language, landscape, (BODY_SIZE, SMALL_SIZE, *_SMALLEST)), True


def header_lines(text: str, layout: Layout, start: int, width: int) -> list[str]:
    """Return a header cell's text as the lines that fit its columns (`width` of them from `start`)."""
    room = sum(layout.widths[start : start + width]) + 2 * layout.gap * (width - 1)
    ems = room / (layout.font_size * _MARGIN)
    return [text] if text_width(text) <= ems + 0.01 else wrapped(text, ems + 0.01).split("\n")


def breakable(text: str, column: int, layout: Layout) -> str:
    """Return text that may break after "_" (by a zero-width blank) where its column must wrap."""
    return text.replace("_", "_\u200b") if column in layout.wrapped else text


@lru_cache(maxsize=8192)  # cells repeat, and every form of a table asks anew
def text_width(text: str) -> float:
    """Return the width of a line of text in ems: a Chinese character is one, a Latin letter about half.

    Examples
    --------
    >>> text_width("年份"), text_width("0.12")
    (2.0, 1.75)
    """
    return sum(_character_width(character) for character in text)


def wrapped(text: str, ems: float) -> str:
    r"""Break a label into lines of at most `ems` ems, at blanks, after "_" or between Chinese characters.

    Examples
    --------
    >>> wrapped("Internet users per 100 people", 8)
    'Internet users\nper 100 people'
    """
    lines, line = [], ""
    for token in _tokens(text):
        if line.strip() and text_width((line + token).rstrip()) > ems:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return "\n".join([*lines, line.rstrip()])


@lru_cache(maxsize=8192)
def _character_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in " .,:;'|!ilj()[]/-":
        return 0.3 if character != "." else 0.25
    return 0.7 if character.isupper() or character in "mw%−×—" else 0.5


def _first_that_fits(
    table: Table, language: Language, available: float, font_sizes: Sequence[float]
) -> Layout:
    layouts = (
        _layout(table, language, available, font_size, head_lines)
        for font_size in font_sizes
        for head_lines in (_HEAD_LINES[:1] if font_size == BODY_SIZE else _HEAD_LINES)
    )
    layout = next(layouts)
    while not layout.fits and (following := next(layouts, None)):
        layout = following
    return layout


def _layout(table: Table, language: Language, available: float, font_size: float, head_lines: int) -> Layout:
    gap = 6.0 if table.n_columns <= 6 else 4.0 if table.n_columns <= 9 else 2.5
    natural = [width * font_size * _MARGIN for width in _natural_widths(table, language, head_lines)]
    room = available - 2 * gap * table.n_columns
    paragraphs = [column for column, alignment in enumerate(table.alignment) if alignment == "p"]
    widths, wrapped = list(natural), set[int]()
    for shrinkable, floor in ((paragraphs, _NARROWEST), ([0], max(_NARROWEST, 0.4 * natural[0]))):
        excess = sum(widths) - room
        columns = [column for column in shrinkable if widths[column] > floor]
        if excess <= 0.01 or not columns:
            continue
        target = max(sum(widths[column] for column in columns) - excess, floor * len(columns))
        for column, width in _shared(columns, widths, target, floor).items():
            if width < widths[column]:
                widths[column] = width
                wrapped.add(column)
    return Layout(
        font_size=font_size,
        gap=gap,
        widths=tuple(widths),
        wrapped=frozenset(wrapped),
        fits=sum(widths) <= room + 0.01,
    )


def _shared(columns: list[int], widths: list[float], target: float, floor: float) -> dict[int, float]:
    """Share `target` among columns: short texts stay whole, long ones get more, none more than it needs."""
    even = target / len(columns)
    shares = {column: widths[column] for column in columns if widths[column] <= even / 2}
    open_columns, left = set(columns) - shares.keys(), target - sum(shares.values())
    while open_columns:
        total = sum(widths[column] ** 0.75 for column in open_columns)
        offers = {column: left * widths[column] ** 0.75 / total for column in sorted(open_columns)}
        settled = {column: widths[column] for column, offer in offers.items() if offer >= widths[column]}
        settled = settled or {column: floor for column, offer in offers.items() if offer < floor}
        settled = settled or offers
        shares |= settled
        open_columns -= settled.keys()
        left -= sum(settled.values())
    return shares


def _natural_widths(table: Table, language: Language, head_lines: int) -> list[float]:
    widths = [0.0] * table.n_columns
    padding = decimal_padding(table, language)
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(() if row.heading else row.cells):
            filled = padding.get((number, column))
            text = cell_text(cell, language) + (filled.left + filled.right if filled else "")
            widths[column] = max(widths[column], text_width(text))
    for spans in table.header:
        start = 0
        for span in spans:
            needed = _header_width(cell_text(span.text, language), head_lines)
            lacking = needed - sum(widths[start : start + span.width])
            for column in range(start, start + span.width):
                widths[column] += max(lacking, 0.0) / span.width
            start += span.width
    return widths


def _tokens(text: str) -> list[str]:
    """Split a text at the places where a line may break; a number keeps the word that it counts ("1995
    年").
    """
    tokens: list[str] = []
    for character in text:
        last = tokens[-1][-1] if tokens else ""
        counted = _is_chinese(character) and tokens[-1:] != [] and tokens[-1][-2:-1].isdigit() and last == " "
        may_break = (last in (" ", "_") or _is_chinese(last) or _is_chinese(character)) and not counted
        if not tokens or (may_break and character not in _CLOSING and last not in _OPENING):
            tokens.append(character)
        else:
            tokens[-1] += character
    return tokens


def _is_chinese(character: str) -> bool:
    return "\u2e80" <= character <= "\uffef"


def _header_width(text: str, head_lines: int) -> float:
    """Return the ems that a header cell needs: long ones take two lines, very long ones `head_lines`."""
    whole = text_width(text)
    if whole <= 6:
        return whole
    lines = 2 if whole <= 16 and head_lines == _HEAD_LINES[0] else head_lines
    for step in range(int(4 * whole) + 1):
        ems = whole / lines + 0.25 * step
        broken = wrapped(text, ems).split("\n")
        if len(broken) <= lines:
            return max(ems, *map(text_width, broken))
    return whole
