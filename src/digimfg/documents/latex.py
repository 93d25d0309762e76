"""Write a document for LaTeX: ctexart for Chinese, article for English; xelatex sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.documents.blocks import Code, Formula, Heading, Item, Paragraph
from digimfg.documents.book import Book, Part, Placed, PlacedContents, PlacedFigure, PlacedTable, Pointer
from digimfg.documents.written import WrittenTables
from digimfg.exhibits.writers.latex import escape_latex, render_latex

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["render_latex_document"]

_PLACE = "[!htbp]"  # near the text, however many share a page: else pages of floats stay half empty
_LEVELS = {1: "section", 2: "subsection", 3: "subsubsection", 4: "paragraph"}


def render_latex_document(book: Book, figures: str, tables: WrittenTables | None = None) -> str:
    """Return a whole document; `figures` is the folder of figures as seen from it, `tables` are those written
    before.
    """
    document_class = r"\documentclass[UTF8]{ctexart}" if book.language == "zh" else r"\documentclass{article}"
    written = WrittenTables() if tables is None else tables
    blocks = [_block(block, book, figures, written) for block in book.blocks]
    written.leave()
    turned = any(block.startswith(r"% needs \usepackage{rotating}") for block in blocks)
    start = [
        document_class,
        r"\usepackage[a4paper,margin=2.5cm]{geometry}",
        r"\usepackage{amsmath,amssymb,booktabs,graphicx}",
        *([r"\usepackage{rotating}"] if turned else []),
        r"\usepackage[hidelinks]{hyperref}",
        *(
            rf"\counterwithin{{{each}}}{{section}}\renewcommand{{\the{each}}}{{\thesection-\arabic{{{each}}}}}"
            for each in ("table", "figure", "equation")
        ),
        rf"\setcounter{{section}}{{{book.chapter - 1}}}",
        *([rf"\title{{{escape_latex(book.title)}}}"] if book.title else []),
        *([rf"\author{{{escape_latex(book.author)}}}\date{{}}"] if book.title else []),
        r"\begin{document}",
        *([r"\maketitle"] if book.title else []),
        *([r"\tableofcontents"] if book.contents else []),
    ]
    return "\n".join(start) + "\n\n" + "\n\n".join(blocks) + "\n\n\\end{document}\n"


def _block(block: Placed, book: Book, figures: str, tables: WrittenTables) -> str:
    if isinstance(block, PlacedContents):
        return r"\tableofcontents"
    if isinstance(block, Heading):
        return rf"\{_LEVELS[block.level]}{{{_parts(block.parts)}}}"
    if isinstance(block, Paragraph):
        words = _parts(block.parts)
        return f"\\begin{{quote}}{words}\\end{{quote}}" if block.quoted else words
    if isinstance(block, Item):
        mark = escape_latex(block.mark)
        return rf"\noindent\hspace*{{{block.depth + 1}em}}{mark} {_parts(block.parts)}"
    if isinstance(block, Code):
        return f"\\begin{{verbatim}}\n{block.text}\n\\end{{verbatim}}"
    if isinstance(block, PlacedTable):
        whole: str = tables.of(block, lambda: render_latex(block.table, book.language))
        return whole.replace("\\caption{}\n", "").replace("[htbp]", _PLACE, 1)
    if isinstance(block, PlacedFigure):
        return _figure(block, figures)
    if not block.name:
        return f"\\[\n{block.latex}\n\\]"
    return f"\\begin{{equation}}\\label{{eq:{block.name}}}\n{block.latex}\n\\end{{equation}}"


def _figure(block: PlacedFigure, figures: str) -> str:
    notes = "".join(f"\n\n{{\\footnotesize\\noindent {escape_latex(note)}\\par}}" for note in block.notes)
    return "\n".join(
        [
            rf"\begin{{figure}}{_PLACE}",
            r"\centering",
            rf"\includegraphics[width=\linewidth]{{{figures}/{block.image.name}.pdf}}",
            rf"\caption{{{escape_latex(block.title)}}}\label{{fig:{block.name}}}{notes}",
            r"\end{figure}",
        ]
    )


def _parts(parts: Sequence[Part]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    if isinstance(part, Pointer):
        target = {"tbl": "tab", "fig": "fig", "eq": "eq"}[part.kind]
        word = part.label.partition(" ")[0]
        number = rf"\ref{{{target}:{part.name}}}"
        return f"{word}~({number})" if part.kind == "eq" else f"{word}~{number}"
    if isinstance(part, Formula):
        return f"${part.latex}$"
    text = escape_latex(part.text)
    for wanted, command in ((part.code, "texttt"), (part.bold, "textbf"), (part.italic, "emph")):
        if wanted:
            text = rf"\{command}{{{text}}}"
    return rf"\href{{{part.url}}}{{{text}}}" if part.url else text
