"""Write tables as RTF, which every word processor opens: three rules, the title above, notes below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.layout import header_lines, turned_layout
from digimfg.display.table import Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["escape_rich_text", "render_rich_text"]

_PORTRAIT, _LANDSCAPE = 453.5, 700.2  # points of text between the margins of A4
_MARGIN, _SHORT, _LONG = 1417, 11906, 16838  # twips
_HEAVY, _LIGHT = 30, 15  # twips: 1.5 pt and 0.75 pt
_PLACES = {"l": "ql", "p": "ql", "c": "qc", "d": "qc", "r": "qr"}
_FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}"
    r"{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5{\*\falt SimSun};}}"
)
_SIMPLE = 128


def render_rich_text(table: Table, language: Language) -> str:
    """Return the file, of ASCII characters alone; wide tables lie on a landscape page."""
    layout, landscape = turned_layout(table, language, _PORTRAIT, _LANDSCAPE)
    width, height = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
    ends, end = [], 0.0
    for each in layout.widths:
        end += 20 * (each + 2 * layout.gap)
        ends.append(round(end))
    size = rf"\fs{round(2 * layout.font_size)} "
    lines = [
        rf"{{\rtf1\ansi\ansicpg936\deff0{_FONTS}\paperw{width}\paperh{height}"
        rf"\margl{_MARGIN}\margr{_MARGIN}\margt{_MARGIN}\margb{_MARGIN}"
        + (r"\landscape" if landscape else ""),
        rf"\pard\qc\keepn\sa60{{\b\fs21 {escape_rich_text(cell_text(table.title, language))}}}\par",
    ]
    last = len(table.rows) - 1
    for number, spans in enumerate(table.header):
        cells, bounds, start = [], [], 0
        for span in spans:
            place = _PLACES[table.header_alignment(start, span.width)]
            words = header_lines(cell_text(span.text, language), layout, start, span.width)
            cells.append((r"\line ".join(map(escape_rich_text, words)), place))
            start += span.width
            bounds.append(ends[start - 1])
        top = _HEAVY if number == 0 else 0
        bottom = 0 if number < len(table.header) - 1 else _LIGHT if table.rows else _HEAVY
        lines.append(_row(cells, bounds, top, bottom, size, repeated=True))
    for number, row in enumerate(table.rows):
        top = _HEAVY if number == 0 and not table.header else _LIGHT if row.rule_above and number else 0
        words = [escape_rich_text(cell_text(cell, language)) for cell in row.cells]
        whole = row.heading and len(row.cells) == 1
        places = ["ql"] if whole else [_PLACES[each] for each in table.alignment]
        bounds = ends[-1:] if whole else ends
        bottom = _HEAVY if number == last else 0
        lines.append(_row(list(zip(words, places, strict=True)), bounds, top, bottom, size))
    lines += [
        rf"\pard\qj\sb40{{\fs18 {escape_rich_text(cell_text(note, language))}}}\par" for note in table.notes
    ]
    return "\n".join([*lines, "}"]) + "\n"


def escape_rich_text(text: str) -> str:
    r"""Return `text` in the ASCII characters of RTF.

    Examples
    --------
    >>> print(escape_rich_text("{a} 0.1 省"))
    \{a\} 0.1 \u30465?
    """
    found = []
    for character in text:
        if character in "\\{}":
            found.append("\\" + character)
        elif ord(character) < _SIMPLE:
            found.append(character)
        else:
            units = character.encode("utf-16-le")
            for place in range(0, len(units), 2):
                unit = int.from_bytes(units[place : place + 2], "little", signed=True)
                found.append(rf"\u{unit}?")
    return "".join(found)


def _row(
    cells: list[tuple[str, str]], ends: list[int], top: int, bottom: int, size: str, *, repeated: bool = False
) -> str:
    edges = "".join(
        rf"\clbrdr{side}\brdrs\brdrw{weight}" for side, weight in (("t", top), ("b", bottom)) if weight
    )
    defined = "".join(rf"\clvertalc{edges}\cellx{end}" for end in ends)
    written = "".join(rf"\pard\intbl\{place}{{{size}{words}}}\cell" for words, place in cells)
    head = r"\trhdr" if repeated else ""
    return rf"\trowd\trqc\trkeep{head}\trgaph60{defined}{written}\row"
