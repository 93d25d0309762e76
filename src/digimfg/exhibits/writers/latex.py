"""Write tables for LaTeX: a booktabs float that needs no package but booktabs, and rotating where it must
lie on its side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.alignment import Padding, decimal_padding
from digimfg.display.layout import Layout, breakable, header_lines, text_width, turned_layout, wrapped
from digimfg.display.table import Row, Span, Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.text import Language

__all__ = ["escape_latex", "render_latex"]

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",  # a line that starts with "[" would be the optional argument of the row end before it
    "]": "{]}",
    "−": r"\(-\)",
    "×": r"\(\times\)",
    "·": r"\(\cdot\)",
    "±": r"\(\pm\)",
    "≤": r"\(\leq\)",
    "≥": r"\(\geq\)",
    "≠": r"\(\neq\)",
    "≈": r"\(\approx\)",
    "→": r"\(\rightarrow\)",
    "∞": r"\(\infty\)",
    "√": r"\(\surd\)",
    "●": r"{\Large\textbullet}",
    "•": r"\textbullet{}",
    "⊗": r"\(\otimes\)",
    "\u00a0": "~",
    "\u200b": r"\allowbreak{}",
    "\ufffd": "?",  # what was no character; few fonts of LaTeX have the sign for it
}
_ESCAPES |= {
    character: rf"\textsuperscript{{{plain}}}"
    for character, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)
}
_ESCAPES |= {
    character: rf"\textsubscript{{{plain}}}"
    for character, plain in zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)
}
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda",
    "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_ESCAPES |= {character: rf"\(\{name}\)" for character, name in _GREEK.items()}

_ALIGNMENT = {"l": "l", "c": "c", "r": "r", "d": "c", "p": "l"}
_TEXT_WIDTH, _TEXT_HEIGHT = 15 / 2.54 * 72, 22 / 2.54 * 72  # points: the text block of a thesis on A4


def render_latex(table: Table, language: Language, *, standalone: bool = False) -> str:
    """Return a ``table`` float for a document that loads booktabs (and ctex or xeCJK for Chinese).

    A table that is too wide for a text block of 15 cm is a ``sidewaystable`` of package rotating, as a
    comment above it says; one that is too wide even for that is scaled down to the page.

    Parameters
    ----------
    standalone
        Give a whole document that xelatex compiles by itself.
    """
    padding = decimal_padding(table, language)
    layout, turned = turned_layout(table, language, _TEXT_WIDTH, _TEXT_HEIGHT)
    columns = "".join(_ALIGNMENT[alignment] for alignment in table.alignment)
    lines = [
        *(
            [r"% needs \usepackage{rotating}", r"\begin{sidewaystable}[htbp]"]
            if turned
            else [r"\begin{table}[htbp]"]
        ),
        r"\centering",
        rf"\caption{{{escape_latex(cell_text(table.title, language))}}}",
        *([rf"\label{{tab:{table.name}}}"] if table.name else []),
        rf"\fontsize{{{layout.font_size:g}bp}}{{{layout.font_size * 1.25:g}bp}}\selectfont",
        r"\setlength{\heavyrulewidth}{1.5bp}\setlength{\lightrulewidth}{0.75bp}",
        rf"\setlength{{\tabcolsep}}{{{layout.gap:g}bp}}",
        *([] if layout.fits else [r"\resizebox{\linewidth}{!}{%"]),
        rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}",
        r"\toprule",
        *(_header_line(table, spans, layout, language) for spans in table.header),
        r"\midrule",
    ]
    overflow = ""
    for number, row in enumerate(table.rows):
        if row.rule_above and number:
            lines.append(r"\midrule")
        stub, overflow = overflow or cell_text(row.cells[0], language), ""
        if table.stub_hangs(number) and 0 in layout.wrapped:
            stub, _, overflow = wrapped(stub, layout.widths[0] / layout.font_size).partition("\n")
        filled = [padding.get((number, column)) for column in range(table.n_columns)]
        lines.append(_row_line(row, stub, filled, layout, language))
    lines += [r"\bottomrule", r"\end{tabular}" if layout.fits else r"\end{tabular}}"]
    if table.notes:
        notes = r"\par ".join(escape_latex(cell_text(note, language)) for note in table.notes)
        lines.append(
            rf"\par\vspace{{2bp}}\begin{{minipage}}{{\linewidth}}\setlength{{\parindent}}{{0pt}}{notes}\end{{minipage}}"
        )
    lines.append(r"\end{sidewaystable}" if turned else r"\end{table}")
    body = "\n".join(lines) + "\n"
    return _document(body, language, turned=turned) if standalone else body


def escape_latex(text: str) -> str:
    r"""Return `text` with every character that LaTeX would read as a command made literal.

    Examples
    --------
    >>> print(escape_latex("R&D 50% of log_y_2, 研发"))
    R\&D 50\% of log\_y\_2, 研发
    """
    return "".join(_ESCAPES.get(character, character) for character in text)


def _header_line(table: Table, spans: tuple[Span, ...], layout: Layout, language: Language) -> str:
    cells, start = [], 0
    for span in spans:
        alignment = _ALIGNMENT[table.header_alignment(start, span.width)]
        text = cell_text(span.text, language)
        lines = [escape_latex(line) for line in header_lines(text, layout, start, span.width)]
        latex = lines[0] if len(lines) == 1 else _stacked(lines, alignment)
        if text and (span.width > 1 or alignment != _ALIGNMENT[table.alignment[start]]):
            latex = rf"\multicolumn{{{span.width}}}{{{alignment}}}{{{latex}}}"
        cells.append(latex)
        start += span.width
    return " & ".join(cells) + r" \\"


def _stacked(lines: Sequence[str], alignment: str) -> str:
    return rf"\begin{{tabular}}[b]{{@{{}}{alignment}@{{}}}}" + r"\\".join(lines) + r"\end{tabular}"


def _row_line(
    row: Row, stub: str, padding: Sequence[Padding | None], layout: Layout, language: Language
) -> str:
    if row.heading:
        return rf"\multicolumn{{{len(padding)}}}{{@{{}}l@{{}}}}{{{escape_latex(stub)}}} \\"
    cells = []
    for column, filled in enumerate(padding):
        text = cell_text(row.cells[column], language) if column else " ".join(stub.split("\n"))
        latex = escape_latex(breakable(text, column, layout))
        if column in layout.wrapped and text_width(text) * layout.font_size > layout.widths[column]:
            latex = rf"\parbox[t]{{{layout.widths[column]:.0f}bp}}{{\raggedright {latex}\strut}}"
        elif filled is not None:
            latex = _phantom(filled.left) + latex + _phantom(filled.right)
        cells.append(latex)
    guard = "{}" if cells[0].startswith("*") else ""  # the row end before it would take the star for its own
    return guard + " & ".join(cells) + r" \\"


def _phantom(characters: str) -> str:
    return rf"\phantom{{{escape_latex(characters)}}}" if characters else ""


def _document(body: str, language: Language, *, turned: bool) -> str:
    document_class = r"\documentclass[UTF8]{ctexart}" if language == "zh" else r"\documentclass{article}"
    return "\n".join(
        [
            document_class,
            r"\usepackage[a4paper,margin=2.5cm]{geometry}",
            r"\usepackage{booktabs}",
            *([r"\usepackage{rotating}"] if turned else []),
            r"\begin{document}",
            body.rstrip("\n"),
            r"\end{document}",
            "",
        ]
    )
