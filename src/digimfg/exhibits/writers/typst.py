"""Write tables and charts for Typst: figures that a report includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.alignment import Padding, decimal_padding
from digimfg.display.layout import Layout, breakable, header_lines, turned_layout
from digimfg.display.table import Span, Table, cell_text

if TYPE_CHECKING:
    from digimfg.exhibits.chart import Chart
    from digimfg.text import Language, Text

__all__ = ["quote_typst", "render_typst", "render_typst_chart"]

_ALIGNMENT = {"l": "left", "c": "center", "r": "right", "d": "center", "p": "left"}
_PORTRAIT, _LANDSCAPE = 16 / 2.54 * 72, 24.7 / 2.54 * 72  # points: A4 with margins of 2.5 cm


def render_typst(table: Table, language: Language) -> str:
    """Return a figure of kind table, its title above and its notes below; it may break over pages.

    A table too wide for an upright page lies on a landscape one.

    All words are string literals, so nothing in them is read as markup.
    """
    padding = decimal_padding(table, language)
    layout, turned = turned_layout(table, language, _PORTRAIT, _LANDSCAPE)
    alignment = ", ".join(_ALIGNMENT[each] for each in table.alignment)
    columns = ", ".join(
        f"{width + 2 * layout.gap:.0f}pt" if column in layout.wrapped else "auto"
        for column, width in enumerate(layout.widths)
    )
    lines = [
        "#page(flipped: true)[" if turned else "#[",
        "#show figure: set block(breakable: true)",
        '#show figure.caption: set text(10.5pt, weight: "bold")',
        "#figure(",
        "  kind: table,",
        f"  caption: figure.caption(position: top, {quote_typst(cell_text(table.title, language))}),",
        "  {",
        f"    set text({layout.font_size:g}pt)",
        "    set par(leading: 0.5em, justify: false)",
        "    table(",
        f"      columns: ({columns},), align: ({alignment},), stroke: none,",
        f"      inset: (x: {layout.gap:g}pt, y: 3.6pt),",
        "      table.header(",
        "        table.hline(stroke: 1.5pt),",
        *(f"        {_header_line(table, spans, layout, language)}," for spans in table.header),
        "        table.hline(stroke: 0.75pt),",
        "      ),",
    ]
    for number, row in enumerate(table.rows):
        if row.rule_above and number:
            lines.append("      table.hline(stroke: 0.75pt),")
        stub = quote_typst(breakable(cell_text(row.cells[0], language), 0, layout))
        height = table.stub_height(number)
        if height > 1:
            stub = f"table.cell(rowspan: {height}, {stub})"
        if row.heading:
            lines.append(f"      table.cell(colspan: {table.n_columns}, align: left, {stub}),")
            continue
        cells = [stub] if height else []
        cells += [
            _padded(breakable(cell_text(cell, language), column, layout), padding.get((number, column)))
            for column, cell in enumerate(row.cells[1:], start=1)
        ]
        lines.append(f"      {', '.join(cells)},")
    lines += ["      table.hline(stroke: 1.5pt),", "    )", *_notes(table.notes, language), "  },", ")"]
    lines += [f"<tab-{table.name}>", "]"] if table.name else ["]"]
    return "\n".join(lines) + "\n"


def render_typst_chart(chart: Chart, image: str, language: Language) -> str:
    """Return a figure around the image file `image` (a path that Typst resolves), title and notes below."""
    lines = [
        "#[",
        '#show figure.caption: set text(10.5pt, weight: "bold")',
        "#figure(",
        f"  image({quote_typst(image)}),",
        f"  caption: {quote_typst(cell_text(chart.title, language))},",
        ")" + (f" <fig-{chart.name}>" if chart.name else ""),
    ]
    if chart.notes:
        lines += ["#{", *_notes(chart.notes, language), "}"]
    return "\n".join([*lines, "]"]) + "\n"


def quote_typst(text: str) -> str:
    r"""Return `text` as a Typst string literal.

    Examples
    --------
    >>> print(quote_typst('a "b" \\c #d'))
    "a \"b\" \\c #d"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _header_line(table: Table, spans: tuple[Span, ...], layout: Layout, language: Language) -> str:
    cells, start = [], 0
    for span in spans:
        lines = header_lines(cell_text(span.text, language), layout, start, span.width)
        text = quote_typst(lines[0])
        if len(lines) > 1:
            text = "[" + " \\ ".join(f"#{quote_typst(line)}" for line in lines) + "]"
        width = f"colspan: {span.width}, " if span.width > 1 else ""
        alignment = _ALIGNMENT[table.header_alignment(start, span.width)]
        cells.append(f"table.cell({width}align: {alignment} + bottom, {text})")
        start += span.width
    return ", ".join(cells)


def _padded(text: str, padding: Padding | None) -> str:
    if padding is None:
        return quote_typst(text)
    left, right = (f"#hide({quote_typst(part)})" if part else "" for part in (padding.left, padding.right))
    return f"[{left}#{quote_typst(text)}{right}]"


def _notes(notes: tuple[Text, ...], language: Language) -> list[str]:
    if not notes:
        return []
    paragraphs = [f"      par({quote_typst(cell_text(note, language))})" for note in notes]
    return [
        "    align(left, block(width: 100%, above: 5pt, {",
        "      set text(8.5pt)",
        "      set par(leading: 0.5em, spacing: 0.6em, justify: true, first-line-indent: 0pt)",
        *paragraphs,
        "    }))",
    ]
