"""Read simple LaTeX mathematics into a tree, which each writer sets in its own notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from digimfg.errors import ExhibitError
from digimfg.text import Text

__all__ = ["ACCENTS", "Accent", "Fraction", "Group", "Node", "Root", "Scripts", "Symbol", "read_mathematics"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One sign; `upright` for names of functions, words and digits, `large` for sums and products."""

    text: str
    upright: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with what stands below and above it."""

    base: Node
    below: Node | None
    above: Node | None


@dataclass(frozen=True, slots=True)
class Fraction:
    """One part over another."""

    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inside: Node


@dataclass(frozen=True, slots=True)
class Accent:
    """A sign over a base: the combining character."""

    mark: str
    inside: Node


Node: TypeAlias = Symbol | Group | Scripts | Fraction | Root | Accent

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδϵεζηθικλμνξπρστυϕφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))
_SIGNS = {
    "times": "×", "cdot": "⋅", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "approx": "≈", "sim": "∼", "in": "∈", "infty": "∞", "partial": "∂", "to": "→",
    "rightarrow": "→", "ldots": "…", "cdots": "⋯", "dots": "…", "mid": "∣", "quad": "\u2003", "forall": "∀",
    "equiv": "≡", "prime": "′", "perp": "⊥", "ell": "ℓ", "Delta": "Δ",
    ",": "\u2009", ";": "\u2005", " ": " ", "{": "{", "}": "}", "%": "%", "_": "_", "&": "&", "#": "#",
    "$": "$", "|": "‖",
}  # fmt: skip
_LARGE = {"sum": "∑", "prod": "∏", "int": "∫"}
_FUNCTION_NAMES = "ln log exp max min sin cos lim Pr det arg sup inf var cov"
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_WORDS = frozenset(("text", "mathrm", "operatorname", "textrm"))
_PLAIN = frozenset(("mathbf", "boldsymbol", "mathit", "mathbb", "mathcal"))
_TOKENS = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|\s+|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_KNOWN = sorted({*_GREEK, *_SIGNS, *_LARGE, *_FUNCTIONS, *_WORDS, *_PLAIN, *ACCENTS, "frac", "sqrt"})


def read_mathematics(text: str, where: Text | str = "LaTeX") -> Node:
    r"""Return the tree of a formula in simple LaTeX.

    Letters, digits and signs, Greek letters, ``_`` and ``^``, ``\frac``, ``\sqrt``, sums, products and
    integrals, accents, names of functions and ``\text``. It is read, never evaluated.

    Parameters
    ----------
    text
        Without its dollar signs.
    where
        Of the formula, for errors.

    Raises
    ------
    ExhibitError
        If a command is not known (with the nearest), or a brace is missing.

    Examples
    --------
    >>> read_mathematics(r"\beta_1")
    Scripts(base=Symbol(text='β', upright=False, large=False), below=Symbol(text='1', upright=True, large=False), above=None)
    """  # noqa: E501
    reader = _Reader(text, where)
    node = reader.group(closing=None)
    return node.parts[0] if isinstance(node, Group) and len(node.parts) == 1 else node


class _Reader:
    def __init__(self, text: str, where: Text | str) -> None:
        self._text = text
        self._where = where
        self._tokens = _TOKENS.findall(text)
        self._place = 0

    def group(self, closing: str | None) -> Node:
        parts: list[Node] = []
        for token in self._following(closing):
            if token in ("^", "_"):
                base = parts.pop() if parts else Symbol("")
                parts.append(self._scripts(base, token))
            elif token == "'":  # noqa: S105
                parts.append(self._primed(parts.pop() if parts else Symbol("")))
            elif (node := self._node(token)) is not None:
                parts.append(node)
        return parts[0] if len(parts) == 1 else Group(tuple(parts))

    def _following(self, closing: str | None) -> Iterator[str]:
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            self._place += 1
            if token == closing:
                return
            if token == "}":  # noqa: S105
                self._refuse(Text("a brace closes that was not opened", "右花括号没有对应的左花括号"))
            if not token.isspace():
                yield token
        if closing is not None:
            self._refuse(Text("a brace is not closed", "花括号未闭合"))

    def _argument(self) -> Node:
        for token in self._following(None):
            return self._node(token) or Group(())
        self._refuse(Text("the formula ends where something must follow", "公式在应有内容处结束"))
        raise AssertionError

    def _node(self, token: str) -> Node | None:
        if token == "{":  # noqa: S105
            return self.group("}")
        if not token.startswith("\\"):
            return Symbol({"-": "−", "*": "∗", "'": "′"}.get(token, token), upright=not token.isalpha())
        name = token[1:]
        if name in _GREEK:
            return Symbol(_GREEK[name])
        if name in _LARGE:
            return Symbol(_LARGE[name], upright=True, large=True)
        if name in _SIGNS:
            return Symbol(_SIGNS[name], upright=True)
        if name in _FUNCTIONS:
            return Symbol(name, upright=True)
        if name in _WORDS:
            return Symbol(self._words(), upright=True)
        if name in _PLAIN:
            return self._argument()
        if name in ACCENTS:
            return Accent(ACCENTS[name], self._argument())
        if name == "frac":
            return Fraction(self._argument(), self._argument())
        if name == "sqrt":
            return Root(self._argument())
        if name in ("left", "right"):
            return None
        raise ExhibitError.unknown(
            name,
            _KNOWN,
            where=self._where,
            expected=Text("a command of mathematics that every format can set", "各格式均可排版的数学命令"),
        )

    def _scripts(self, base: Node, token: str) -> Scripts:
        below, above = (base.below, base.above) if isinstance(base, Scripts) else (None, None)
        inner = base.base if isinstance(base, Scripts) else base
        if (below if token == "_" else above) is not None:  # noqa: S105
            self._refuse(Text("two subscripts or two superscripts", "两个下标或两个上标"))
        argument = self._argument()
        return Scripts(inner, argument, above) if token == "_" else Scripts(inner, below, argument)  # noqa: S105

    def _primed(self, base: Node) -> Scripts:
        below, above = (base.below, base.above) if isinstance(base, Scripts) else (None, None)
        inner = base.base if isinstance(base, Scripts) else base
        if isinstance(above, Symbol) and set(above.text) == {"′"}:
            return Scripts(inner, below, Symbol(above.text + "′", upright=True))
        if above is not None:
            self._refuse(Text("two superscripts", "两个上标"))
        return Scripts(inner, below, Symbol("′", upright=True))

    def _words(self) -> str:
        if self._tokens[self._place : self._place + 1] != ["{"]:
            self._refuse(Text("words without braces", "文字缺少花括号"))
        start = self._place + 1
        if "}" not in self._tokens[start:]:
            self._refuse(Text("a brace is not closed", "花括号未闭合"))
        end = self._tokens.index("}", start)
        self._place = end + 1
        return "".join(each.removeprefix("\\") for each in self._tokens[start:end])

    def _refuse(self, got: Text) -> None:
        raise ExhibitError.of("documents.formula_not_simple", where=self._where, found=got, text=self._text)
