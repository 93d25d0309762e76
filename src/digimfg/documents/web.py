"""Write a document as one HTML page that needs no other file and reads on a phone."""

from __future__ import annotations

import base64
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from digimfg.display.html import render_html
from digimfg.display.table import cell_text
from digimfg.documents.blocks import Code, Formula, Heading, Item, Paragraph, Words
from digimfg.documents.book import (
    Book,
    Part,
    Placed,
    PlacedContents,
    PlacedEquation,
    PlacedFigure,
    PlacedTable,
    Pointer,
)
from digimfg.documents.notations import in_mathml
from digimfg.documents.pages import caption
from digimfg.documents.typeset import shown_pointer
from digimfg.documents.written import WrittenTables
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["render_page"]

_STYLE = """\
:root{color-scheme:light dark}
body{font-family:"Times New Roman","Songti SC","SimSun","Noto Serif CJK SC",serif;
font-size:1.06rem;line-height:1.75;max-width:44rem;margin:0 auto;
padding:1rem 1.1rem 4rem;overflow-wrap:anywhere}
h1,h2,h3,h4{font-family:"Times New Roman","Heiti SC","SimHei","Noto Sans CJK SC",sans-serif;line-height:1.35}
h1{font-size:1.5rem}h2{font-size:1.25rem}h3,h4{font-size:1.08rem}
:lang(zh-CN) p.text{text-indent:2em}
nav ol{list-style:none;padding-left:0}nav .l2{padding-left:1.2em}nav .l3{padding-left:2.4em}
a{color:inherit}figure{margin:1.6em 0}figure.plot{text-align:center}
figure.plot img{max-width:100%;height:auto;background:#fff}
figcaption{font-weight:bold;margin-top:.4em}figure.plot p{font-size:.85rem;text-align:left;margin:.2em 0}
.equation span,.equation math{flex:none}
.digimfg{overflow-wrap:normal}.digimfg tbody .p{min-width:5.5em}.digimfg tbody .p:last-child{min-width:13em}
.equation{display:flex;gap:1em;align-items:center;overflow-x:auto;margin:1em 0}.equation math{margin:auto}
pre{overflow-x:auto}blockquote{margin-left:2em}
.item{margin:.3em 0;padding-left:1.5em;text-indent:-1.1em}
@media(max-width:40rem){
.digimfg{margin-left:-1.1rem;margin-right:-1.1rem;max-width:calc(100% + 2.2rem)}
.digimfg .notes{padding:0 1.1rem}}
"""


def render_page(book: Book, tables: WrittenTables | None = None) -> str:
    """Return the page; figures stand in it as PNG, formulas as MathML; `tables` were written before."""
    written = WrittenTables() if tables is None else tables
    code = "zh-CN" if book.language == "zh" else "en"
    title = escape(book.title or _first_heading(book))
    blocks = [
        _outline(book) if isinstance(block, PlacedContents) else _block(block, book.language, written)
        for block in book.blocks
    ]
    head = f"<header><h1>{escape(book.title)}</h1><p>{escape(book.author)}</p></header>" if book.title else ""
    page = (
        f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{_table_style(book, written)}{_STYLE}</style>\n</head>\n<body>\n{head}\n"
        f"{_contents(book)}<main>\n" + "\n".join(blocks) + "\n</main>\n</body>\n</html>\n"
    )
    written.leave()
    return page


def _first_heading(book: Book) -> str:
    heads = (block for block in book.blocks if isinstance(block, Heading))
    return next((_plain(head) for head in heads), "")


def _table_style(book: Book, tables: WrittenTables) -> str:
    for block in book.blocks:
        if isinstance(block, PlacedTable):
            return _parted(block, book.language, tables)[0]
    return ""


def _parted(block: PlacedTable, language: Language, tables: WrittenTables) -> tuple[str, str]:
    """Return the style of a table and what it styles."""
    parts: tuple[str, str] = tables.of(block, lambda: _parts_of_table(block, language), labelled=True)
    return parts


def _parts_of_table(block: PlacedTable, language: Language) -> tuple[str, str]:
    title = caption(block.label, cell_text(block.table.title, language), language)
    whole = render_html(replace(block.table, title=Text(title, title)), language, standalone=False)
    style, _, body = whole.partition("</style>\n")
    return style.removeprefix("<style>\n"), body


def _contents(book: Book) -> str:
    return _outline(book) if book.contents else ""


def _outline(book: Book) -> str:
    heads = [block for block in book.blocks if isinstance(block, Heading) and block.level <= 3]
    items = "".join(
        f'<li class="l{head.level}"><a href="#{escape(_anchor(head))}">'
        f"{escape(_numbered(head, book.language))}</a></li>"
        for head in heads
    )
    return f"<nav><ol>{items}</ol></nav>\n"


def _anchor(head: Heading[Part]) -> str:
    return f"s-{head.number or _plain(head)}"


def _numbered(head: Heading[Part], language: Language) -> str:
    if not head.number:
        return _plain(head)
    if head.level > 1:
        return f"{head.number} {_plain(head)}"
    return (
        f"第{head.number}章　{_plain(head)}" if language == "zh" else f"Chapter {head.number}. {_plain(head)}"
    )


def _plain(head: Heading[Part]) -> str:
    return "".join(part.text for part in head.parts if isinstance(part, Words))


def _block(block: Placed, language: Language, tables: WrittenTables) -> str:
    if isinstance(block, PlacedContents):
        return ""
    if isinstance(block, Heading):
        lead = escape(_numbered(replace(block, parts=()), language))
        tag, name = f"h{block.level}", escape(_anchor(block))
        return f'<{tag} id="{name}">{lead}{_parts(block.parts, language)}</{tag}>'
    if isinstance(block, Paragraph):
        words = f'<p class="text">{_parts(block.parts, language)}</p>'
        return f"<blockquote>{words}</blockquote>" if block.quoted else words
    if isinstance(block, Item):
        mark = f"{escape(block.mark)} " if block.mark else ""
        words = mark + _parts(block.parts, language)
        return f'<p class="item" style="margin-left:{1.5 * block.depth:g}em">{words}</p>'
    if isinstance(block, Code):
        return f"<pre>{escape(block.text)}</pre>"
    if isinstance(block, PlacedTable):
        return f'<figure id="tbl-{escape(block.table.name)}">{_parted(block, language, tables)[1]}</figure>'
    if isinstance(block, PlacedFigure):
        return _figure(block, language)
    return _equation(block)


def _figure(block: PlacedFigure, language: Language) -> str:
    image = base64.b64encode(block.image.with_suffix(".png").read_bytes()).decode()
    notes = "".join(f"<p>{escape(note)}</p>" for note in block.notes)
    head = escape(caption(block.label, block.title, language))
    return (
        f'<figure class="plot" id="fig-{escape(block.name)}"><img alt="{escape(block.title)}" '
        f'src="data:image/png;base64,{image}"><figcaption>{head}</figcaption>{notes}</figure>'
    )


def _equation(block: PlacedEquation) -> str:
    number = f"<span>({escape(block.label.partition(' ')[2])})</span>" if block.label else ""
    name = f' id="eq-{escape(block.name)}"' if block.name else ""
    return f'<div class="equation"{name}><math display="block">{in_mathml(block.tree)}</math>{number}</div>'


def _parts(parts: Sequence[Part], language: Language) -> str:
    return "".join(_part(part, language) for part in parts)


def _part(part: Part, language: Language) -> str:
    if isinstance(part, Pointer):
        return f'<a href="#{part.kind}-{escape(part.name)}">{escape(shown_pointer(part))}</a>'
    if isinstance(part, Formula):
        return f"<math>{in_mathml(part.tree)}</math>"
    if part.text == "\n":
        return "" if language == "zh" else " "
    text = escape(part.text)
    for wanted, tag in ((part.code, "code"), (part.bold, "strong"), (part.italic, "em")):
        if wanted:
            text = f"<{tag}>{text}</{tag}>"
    return f'<a href="{escape(part.url)}">{text}</a>' if part.url else text
