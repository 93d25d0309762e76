"""What the site adds to Sphinx: formulas as MathML, search of Chinese by pairs of characters, words of docstrings."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.search import SearchLanguage
from sphinx.util.logging import getLogger

from docs.site.search_words import pairs

__all__ = ["PairsOfCharacters", "setup"]

_ITEM = re.compile(r"^\d+\. ")
_CODE = re.compile(r"(``.*?``)")


_SPLITTER = r"""
var splitQuery = (query) => (query.match(/[\u3400-\u9fff]+|[^\s\u3400-\u9fff.,:;!?()\[\]{}"'`~·。，、；：！？（）“”《》—*\/|=<>+-]+/g) || [])
  .flatMap((run) => /^[\u3400-\u9fff]/.test(run) && run.length > 2
    ? Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2)) : [run]);
"""


class PairsOfCharacters(SearchLanguage):
    """Find any Chinese word of two characters or more without a dictionary, and Latin words whole.

    A word of n characters is found where its n − 1 pairs are: no list of words decides what can be found, and
    the browser cuts what is typed as the pages were cut.
    """

    lang = "zh"
    language_name = "Chinese and English"
    js_splitter_code = _SPLITTER
    js_stemmer_rawcode = ""
    js_stemmer_code = (
        "var Stemmer = function () { this.stemWord = (word) => word.replace(/(?<=\\w{3})s$/, ); };"
    )
    stopwords = frozenset(
        [
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "by",
            "for",
            "if",
            "in",
            "into",
            "is",
            "it",
            "no",
            "not",
            "of",
            "on",
            "or",
            "such",
            "that",
            "the",
            "to",
        ]
    )

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's name
        """Return the words of a text."""
        return pairs(input)

    def stem(self, word: str) -> str:
        """Return a word without the s of a plural."""
        return re.sub(r"(?<=\w{3})s$", "", word.lower(), flags=re.ASCII)

    def word_filter(self, word: str) -> bool:
        """Return whether a word is kept in the index."""
        return len(word) > 1 and word.lower() not in self.stopwords


class _PairsInEnglish(PairsOfCharacters):
    lang = "en"


def _converted(formula: str, display: str) -> str:
    """Return a formula as MathML; a command that is not known fails the build."""
    made = str(convert(re.sub(r"\\arg\s*\\(max|min)", r"\\text{arg \1}", formula), display=display))
    if re.search(r">\\[A-Za-z]", made):
        getLogger(__name__).warning("formula with an unknown command: %s", formula)
    return made


def _mathml(self: Any, node: nodes.Element) -> None:
    self.body.append(_converted(node.astext(), "inline"))
    raise nodes.SkipNode


def _mathml_block(self: Any, node: nodes.Element) -> None:
    self.body.append(f'<div class="formula">{_converted(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def _as_written(*told: Any) -> None:
    """Keep bars and trailing underscores of formulas from being read as markup, and lines of an item together."""
    lines: list[str] = told[-1]
    code = item = False
    for at, line in enumerate(lines):
        item = bool(_ITEM.match(line)) or (item and bool(line.strip()))
        if item and not _ITEM.match(line) and line.strip():
            lines[at] = line = f"   {line.strip()}"
        code = bool(line.strip()) if line.lstrip().startswith(">>>") else code and bool(line.strip())
        if not code and ("|" in line or "_ " in line):
            pieces = _CODE.split(line)
            pieces[::2] = [
                re.sub(r"(?<=\w)_(?=\W)", r"\\_", each.replace("|", r"\|")) for each in pieces[::2]
            ]
            lines[at] = "".join(pieces)


def _shorter(*told: Any) -> tuple[str, str] | None:
    """Return a signature whose defaults that are values of ours stand without their own arguments."""
    arguments, returned = told[-2:]
    if not arguments:
        return None
    short = re.sub(r"=(\w+)\((?:[^()]|\([^()]*\))*\)", r"=\1(…)", arguments)
    return re.sub(r"<factory>", "…", short), returned


def setup(app: Any) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml_block, None))
    app.add_search_language(PairsOfCharacters)
    app.add_search_language(_PairsInEnglish)
    app.connect("autodoc-process-docstring", _as_written, priority=400)
    app.connect("autodoc-process-signature", _shorter)
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
