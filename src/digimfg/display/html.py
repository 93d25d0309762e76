"""Write tables as HTML: one self-contained page, or the bare table for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from digimfg.display.alignment import Padding, decimal_padding
from digimfg.display.layout import Layout, header_lines, page_layout
from digimfg.display.table import Alignment, Cell, Span, Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["render_html"]

_WIDTH = 560.0  # points, of letters of 9 points: what a reader sees without scrolling
_STYLE = """\
.digimfg{font-family:"Times New Roman",Tinos,"Liberation Serif","SimSun","Songti SC","Noto Serif CJK SC",serif;
font-size:10.5pt;line-height:1.45;width:max-content;max-width:100%;overflow-x:auto;margin:1em auto;color:inherit}
.digimfg table{border-collapse:collapse;border-top:1.5pt solid;border-bottom:1.5pt solid;margin:0 auto}
.digimfg caption{caption-side:top;font-weight:bold;padding-bottom:.4em}
.digimfg th,.digimfg td{font-weight:normal;padding:.12em .7em;border:0;background:none;font-variant-numeric:tabular-nums}
.digimfg thead>tr>*{white-space:normal;word-break:keep-all;vertical-align:bottom}
.digimfg thead tr:last-child>*{border-bottom:.75pt solid;padding-bottom:.3em}
.digimfg tr.rule th,.digimfg tr.rule td{border-top:.75pt solid}
.digimfg .l,.digimfg .p{text-align:left;vertical-align:top}
.digimfg .l{word-break:keep-all}.digimfg thead .l,.digimfg thead .p{vertical-align:bottom}.digimfg .c,.digimfg .d{text-align:center;white-space:nowrap}.digimfg .r{text-align:right;white-space:nowrap}
.digimfg .h{visibility:hidden}
.digimfg .notes{font-size:9pt;contain:inline-size;margin-top:.4em}.digimfg .notes p{margin:0}
"""  # noqa: E501


def render_html(table: Table, language: Language, *, standalone: bool = True) -> str:
    """Return a page with its own style and no outside file; ``standalone=False`` gives only the table's
    block.
    """
    padding, layout = decimal_padding(table, language), page_layout(table, language, _WIDTH)
    title = escape(cell_text(table.title, language))
    lines = ['<div class="digimfg">', "<table>", f"<caption>{title}</caption>", "<thead>"]
    for spans in table.header:
        lines.append("<tr>" + "".join(_header_cells(table, spans, layout, language)) + "</tr>")
    lines += ["</thead>", "<tbody>"]
    for number, row in enumerate(table.rows):
        rule = ' class="rule"' if row.rule_above and number else ""
        stub = _text(row.cells[0], table.alignment[0], language)
        if row.heading:
            cells = f'<th class="l" scope="rowgroup" colspan="{table.n_columns}">{stub}</th>'
        else:
            height = table.stub_height(number)
            rows = f' rowspan="{height}"' if height > 1 else ""
            cells = f'<th class="{table.alignment[0]}" scope="row"{rows}>{stub}</th>' if stub else "<td></td>"
            if not height:
                cells = ""
            for column, cell in enumerate(row.cells[1:], start=1):
                text = _padded(_text(cell, table.alignment[column], language), padding.get((number, column)))
                cells += f'<td class="{table.alignment[column]}">{text}</td>'
        lines.append(f"<tr{rule}>{cells}</tr>")
    lines += ["</tbody>", "</table>"]
    if table.notes:
        notes = "".join(f"<p>{escape(cell_text(note, language))}</p>" for note in table.notes)
        lines.append(f'<div class="notes">{notes}</div>')
    lines.append("</div>")
    block = "\n".join(lines) + "\n"
    if not standalone:
        return f"<style>\n{_STYLE}</style>\n{block}"
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n{block}</body>\n</html>\n"
    )


def _header_cells(table: Table, spans: tuple[Span, ...], layout: Layout, language: Language) -> list[str]:
    cells, start = [], 0
    for span in spans:
        lines = header_lines(cell_text(span.text, language), layout, start, span.width)
        text = "<br>".join(escape(line) for line in lines)
        scope = "colgroup" if span.width > 1 else "col"
        width = f' colspan="{span.width}"' if span.width > 1 else ""
        style = table.header_alignment(start, span.width)
        cells.append(
            f'<th class="{style}" scope="{scope}"{width}>{text}</th>' if text else f"<td{width}></td>"
        )
        start += span.width
    return cells


def _text(cell: Cell, alignment: Alignment, language: Language) -> str:
    text = escape(cell_text(cell, language))
    return text.replace("_", "_<wbr>") if alignment == "p" else text


def _padded(text: str, padding: Padding | None) -> str:
    if padding is None:
        return text
    hidden = [
        f'<span class="h" aria-hidden="true">{part}</span>' if part else ""
        for part in (padding.left, padding.right)
    ]
    return hidden[0] + text + hidden[1]
