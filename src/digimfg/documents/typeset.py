"""Write a document for Typst, which sets a PDF without TeX."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from digimfg.display.table import cell_text
from digimfg.documents.blocks import Code, Formula, Heading, Item, Paragraph
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
from digimfg.documents.notations import in_typst
from digimfg.documents.pages import caption, continued, pieces
from digimfg.errors import ExhibitError
from digimfg.exhibits.style import font_folders
from digimfg.exhibits.writers.typst import quote_typst, render_typst
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["render_pdf", "render_typst_document"]

_START = """\
#set document(title: {title}, author: (), date: none)
#set page(paper: "a4", margin: 2.5cm, numbering: "1")
#set text(font: ("Libertinus Serif", "Noto Sans SC"), size: 11pt, lang: "{lang}")
#set par(justify: true, leading: 0.85em, spacing: 1em{indent})
#set figure(numbering: none)
#show figure.caption: it => it.body
#show heading: set block(above: 1.5em, below: 0.9em)
#show heading: set par(first-line-indent: 0pt)
#let whole(body) = layout(size => {{
  let fits = measure(block(width: size.width, body)).height <= size.height
  align(top + left, block(breakable: not fits, width: 100%, body))
}})
"""


def render_pdf(book: Book, root: Path) -> bytes:
    """Return the PDF; images are found below `root`.

    Raises
    ------
    ExhibitError
        If Typst cannot set it, with its own message.
    """
    import typst

    try:
        source: Any = render_typst_document(book, root).encode()
        content: bytes = typst.compile(
            source,
            root=str(root),
            font_paths=[str(folder) for folder in font_folders()],
            ignore_system_fonts=True,
            format="pdf",
        )
    except RuntimeError as error:
        raise ExhibitError.of(
            "documents.not_typeset", got=getattr(error, "diagnostic", None) or str(error)
        ) from error
    return content


def render_typst_document(book: Book, root: Path) -> str:
    """Return the document as Typst's markup; all words are string literals."""
    indent = ", first-line-indent: (amount: 2em, all: true)" if book.language == "zh" else ""
    lines = [_START.format(title=quote_typst(book.title), lang=book.language, indent=indent)]
    for text, size in ((book.title, "18pt"), (book.author, "11pt")):
        if text:
            lines.append(f"#align(center, par(justify: false, text(size: {size}, {quote_typst(text)})))")
    if book.contents:
        lines.append(f"{_outline(book.language)}\n#pagebreak()")
    floating = _in_prose(book.blocks)
    for place, (block, floats) in enumerate(zip(book.blocks, floating, strict=True)):
        if isinstance(block, Heading) and block.level == 1:
            if not place and not book.contents:  # the title stands above it
                words = _number(block, book.language) + _parts(block.parts, book.language)
                lines.append(f"#heading(level: 1)[{words}]")
                continue
            lines.append("#pagebreak(weak: true)")
        lines.append(
            _block(block, book.language, floats, lambda image: "/" + image.relative_to(root).as_posix())
        )
    return "\n\n".join(lines) + "\n"


def _in_prose(blocks: Sequence[Placed]) -> list[bool]:
    """Return for each block whether its section has words: tables move to other pages only beside words."""
    found: list[bool] = []
    start = 0
    for place in range(len(blocks) + 1):
        if place == len(blocks) or isinstance(blocks[place], Heading):
            section = blocks[start:place]
            words = any(isinstance(block, Paragraph | Item) for block in section)
            found += [words] * len(section)
            start = place
    return found


def _outline(language: Language) -> str:
    title = quote_typst(Text("Contents", "目录").language(language))
    return f"#outline(title: {title}, depth: 2)"


def _block(block: Placed, language: Language, floats: bool, path: Callable[[Path], str]) -> str:
    if isinstance(block, PlacedContents):
        return _outline(language)
    if isinstance(block, Heading):
        words = _number(block, language) + _parts(block.parts, language)
        heading = f"heading(level: {block.level})[{words}]"
        if block.level == 1:  # a float as well, so that no table comes above it
            return f"#place.flush()\n#place(top, float: true, block(width: 100%, {heading}))"
        return f"#{heading}" if floats else f"#place.flush()\n#{heading}"
    if isinstance(block, Paragraph):
        words = _parts(block.parts, language)
        return f"#pad(left: 2em)[{words}]" if block.quoted else words
    if isinstance(block, Item):
        mark = f"#{quote_typst(block.mark + ' ')}" if block.mark else ""
        words = mark + _parts(block.parts, language)
        return f"#pad(left: {1.5 * (block.depth + 1)}em, par(first-line-indent: 0pt, [{words}]))"
    if isinstance(block, Code):
        return f"#raw({quote_typst(block.text)}, block: true)"
    if isinstance(block, PlacedTable):
        return _table(block, language, floats)
    if isinstance(block, PlacedFigure):
        return _figure(block, language, floats, path)
    return _equation(block)


def _table(block: PlacedTable, language: Language, floats: bool) -> str:
    found = []
    parts = pieces(block.table, language, 44)
    for place, piece in enumerate(parts):
        title = cell_text(block.table.title, language)
        head = continued(block, language) if place else caption(block.label, title, language)
        markup = render_typst(replace(piece, title=Text(head, head)), language)
        lies = markup.startswith("#page(")
        if floats and len(parts) == 1 and not lies and not block.stays:
            found.append(f"#place(auto, float: true, whole[\n{markup}])")
        else:
            found.append(markup if lies or len(parts) > 1 else f"#whole[\n{markup}]")
    return "\n".join(found)


def _figure(block: PlacedFigure, language: Language, floats: bool, path: Callable[[Path], str]) -> str:
    head = caption(block.label, block.title, language)
    notes = "".join(
        "\n#block(width: 100%, { set text(8.5pt); set par(first-line-indent: 0pt, leading: 0.5em); "
        f"align(left, {quote_typst(note)}) }})"
        for note in block.notes
    )
    image = quote_typst(path(block.image.with_suffix(".png")))
    figure = f"#figure(image({image}), caption: {quote_typst(head)}) <fig-{block.name}>{notes}"
    return f"#place(auto, float: true, whole[\n{figure}\n])" if floats else f"#whole[\n{figure}\n]"


def _equation(block: PlacedEquation) -> str:
    formula = f"$ {in_typst(block.tree)} $"
    if not block.label:
        return formula
    number = quote_typst(f"({block.label.partition(' ')[2]})")
    anchor = f" <eq-{block.name}>"
    return f"#math.equation(block: true, numbering: _ => {number}, {formula}){anchor}"


def _parts(parts: Sequence[Part], language: Language) -> str:
    return "".join(_part(part, language) for part in parts)


def _part(part: Part, language: Language) -> str:
    if isinstance(part, Pointer):
        target = {"tbl": "tab", "fig": "fig", "eq": "eq"}[part.kind]
        return f"#link(<{target}-{part.name}>, {quote_typst(shown_pointer(part))})"
    if isinstance(part, Formula):
        return f"${in_typst(part.tree)}$"
    if part.text == "\n":
        return "" if language == "zh" else " "
    text = quote_typst(part.text)
    if part.code:
        return f"#raw({text})"
    if part.bold:
        text = f"strong({text})"
    if part.italic:
        text = f"emph({text})"
    return f"#link({quote_typst(part.url)}, {text})" if part.url else f"#{text}"


def shown_pointer(part: Pointer) -> str:
    """Return how a cross-reference reads: "表 4-1", "式 (4-1)"."""
    if part.kind != "eq":
        return part.label
    word, _, number = part.label.partition(" ")
    return f"{word} ({number})"


def _number(head: Heading[Part], language: Language) -> str:
    if not head.number:
        return ""
    if head.level > 1:
        return f"{head.number}#h(0.8em)"
    shown = f"第{head.number}章" if language == "zh" else f"Chapter {head.number}."
    return f"#{quote_typst(shown)}#h(0.8em)"
