"""Set a tree of mathematics in the notation of Word (OMML), Typst and HTML (MathML)."""

from __future__ import annotations

from html import escape

from digimfg.documents.mathematics import ACCENTS, Accent, Fraction, Group, Node, Root, Scripts, Symbol
from digimfg.exhibits.writers.typst import quote_typst

__all__ = ["in_mathml", "in_omml", "in_typst", "in_words"]

_TYPST_ACCENTS = {mark: {"vec": "arrow", "bar": "macron"}.get(name, name) for name, mark in ACCENTS.items()}
_LOOSE = {"\u0302": "^", "\u0304": "¯", "\u0303": "~", "\u0307": "˙", "\u20d7": "→"}
_BELOW, _ABOVE = "0123456789+−ijtkn", "0123456789+−n"
_LOWERED = str.maketrans(_BELOW, "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₜₖₙ")
_RAISED = str.maketrans(_ABOVE, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_OPERATORS = frozenset("+−=<>×⋅±≤≥≠≈∼∈→∣≡∑∏∫()[],|")


def in_omml(node: Node) -> str:
    """Return the elements of Word's mathematics, namespace ``m``.

    Examples
    --------
    >>> from digimfg.documents.mathematics import read_mathematics
    >>> in_omml(read_mathematics("x"))
    '<m:r><m:t xml:space="preserve">x</m:t></m:r>'
    """
    if isinstance(node, Symbol):
        style = '<m:rPr><m:sty m:val="p"/></m:rPr>' if node.upright else ""
        return f'<m:r>{style}<m:t xml:space="preserve">{escape(node.text)}</m:t></m:r>'
    if isinstance(node, Group):
        return "".join(in_omml(part) for part in node.parts)
    if isinstance(node, Fraction):
        return f"<m:f><m:num>{in_omml(node.top)}</m:num><m:den>{in_omml(node.bottom)}</m:den></m:f>"
    if isinstance(node, Root):
        hidden = '<m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>'
        return f"<m:rad>{hidden}<m:e>{in_omml(node.inside)}</m:e></m:rad>"
    if isinstance(node, Accent):
        mark = f'<m:accPr><m:chr m:val="{node.mark}"/></m:accPr>'
        return f"<m:acc>{mark}<m:e>{in_omml(node.inside)}</m:e></m:acc>"
    base = f"<m:e>{in_omml(node.base)}</m:e>"
    below = "" if node.below is None else f"<m:sub>{in_omml(node.below)}</m:sub>"
    above = "" if node.above is None else f"<m:sup>{in_omml(node.above)}</m:sup>"
    name = "sSubSup" if below and above else "sSub" if below else "sSup"
    return f"<m:{name}>{base}{below}{above}</m:{name}>"


def in_typst(node: Node) -> str:
    r"""Return the formula as Typst writes it, without its dollar signs.

    Examples
    --------
    >>> from digimfg.documents.mathematics import read_mathematics
    >>> in_typst(read_mathematics(r"\frac{x}{2}"))
    'frac(x, upright("2"))'
    """
    if isinstance(node, Symbol):
        if node.text and set(node.text) == {"′"}:
            return f"primes(#{len(node.text)})"
        if node.text == "\u2009":
            return "thin"
        if node.large or (len(node.text) == 1 and not node.upright and node.text.isalpha()):
            return node.text
        if len(node.text) == 1 and not node.text.isalnum() and node.text in _OPERATORS - set("(),[]|"):
            return node.text
        return f"upright({quote_typst(node.text)})" if node.text else '""'
    if isinstance(node, Group):
        return " ".join(in_typst(part) for part in node.parts) or '""'
    if isinstance(node, Fraction):
        return f"frac({in_typst(node.top)}, {in_typst(node.bottom)})"
    if isinstance(node, Root):
        return f"sqrt({in_typst(node.inside)})"
    if isinstance(node, Accent):
        return f"{_TYPST_ACCENTS[node.mark]}({in_typst(node.inside)})"
    below = "" if node.below is None else f", b: {in_typst(node.below)}"
    above = "" if node.above is None else f", t: {in_typst(node.above)}"
    large = isinstance(node.base, Symbol) and node.base.large
    if not large:
        below, above = below.replace(", b:", ", br:", 1), above.replace(", t:", ", tr:", 1)
    return f"attach({in_typst(node.base)}{below}{above})"


def in_words(node: Node) -> str | None:
    r"""Return a formula as characters of a line, or None where it needs more than one line.

    Examples
    --------
    >>> from digimfg.documents.mathematics import read_mathematics
    >>> in_words(read_mathematics(r"\beta_1 x^2")), in_words(read_mathematics(r"\frac{1}{2}"))
    ('β₁x²', None)
    """
    if isinstance(node, Symbol):
        return node.text
    if isinstance(node, Group):
        parts = [in_words(part) for part in node.parts]
        return None if None in parts else "".join(part for part in parts if part)
    if not isinstance(node, Scripts):
        return None
    base, below, above = (
        "" if each is None else in_words(each) for each in (node.base, node.below, node.above)
    )
    if base is None or below is None or above is None:
        return None
    if not (set(below) <= set(_BELOW) and set(above) <= {*_ABOVE, "′"}):
        return None
    return base + below.translate(_LOWERED) + above.translate(_RAISED)


def in_mathml(node: Node) -> str:
    """Return the elements of MathML.

    Examples
    --------
    >>> from digimfg.documents.mathematics import read_mathematics
    >>> in_mathml(read_mathematics("x^2"))
    '<msup><mi>x</mi><mn>2</mn></msup>'
    """
    if isinstance(node, Symbol):
        text = escape(node.text)
        if node.text[:1].isdigit():
            return f"<mn>{text}</mn>"
        if node.text in _OPERATORS or node.large:
            return f"<mo>{text}</mo>"
        if node.upright and len(node.text) != 1:
            return f"<mtext>{text}</mtext>"
        return f"<mi>{text}</mi>" if node.text.isalpha() else f"<mo>{text}</mo>"
    if isinstance(node, Group):
        return f"<mrow>{''.join(in_mathml(part) for part in node.parts)}</mrow>"
    if isinstance(node, Fraction):
        return f"<mfrac>{in_mathml(node.top)}{in_mathml(node.bottom)}</mfrac>"
    if isinstance(node, Root):
        return f"<msqrt>{in_mathml(node.inside)}</msqrt>"
    if isinstance(node, Accent):
        return f'<mover accent="true">{in_mathml(node.inside)}<mo>{_LOOSE[node.mark]}</mo></mover>'
    parts = [in_mathml(each) for each in (node.base, node.below, node.above) if each is not None]
    large = isinstance(node.base, Symbol) and node.base.large
    both = "munderover" if large else "msubsup"
    one = ("munder" if large else "msub") if node.below is not None else ("mover" if large else "msup")
    name = both if len(parts) == 3 else one
    return f"<{name}>{''.join(parts)}</{name}>"
