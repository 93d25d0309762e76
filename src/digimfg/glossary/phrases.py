"""Find the templates and labels in source files: strings of Python, words of TOML, prose of Markdown and
Typst.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from digimfg.glossary import reworded, typeset
from digimfg.text import Language

__all__ = ["Phrase", "phrases", "rewritten"]

_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_MAKERS = frozenset({"Text", "say", "Said", "Term"})
_TOML = re.compile(r'(?<![A-Za-z0-9_])(?P<language>en|zh) = "(?P<words>(?:[^"\\]|\\.)*)"')
_TOML_PAIR = re.compile(
    r'= \[\s*(?:"""(?P<long_en>(?:[^"\\]|\\.|"(?!""))*)"""|"(?P<en>(?:[^"\\]|\\.)*)"),'
    r'\s*(?:"""(?P<long_zh>(?:[^"\\]|\\.|"(?!""))*)"""|"(?P<zh>(?:[^"\\]|\\.)*)"),?\s*\]',
    re.DOTALL,
)
_TYPST = re.compile(r"\[(?P<words>[^\[\]]*)\]")
_LITERAL = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<quote>'''|\"\"\"|'|\")(?P<words>.*)(?P=quote)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in one language, and where they begin and end in a file's text."""

    words: str
    language: Language
    start: int
    end: int

    @property
    def now(self) -> str:
        """Return the phrase as the glossary says and sets it."""
        words = reworded(self.words, self.language)
        return typeset(words) if self.language == "zh" else words


def phrases(path: Path | PurePath, text: str) -> Iterator[Phrase]:
    """Yield the templates and labels of a file, by its kind; what data are read by is no label.

    Parameters
    ----------
    path
        Its name says its kind: ``.py``, ``.toml``, ``.md`` or ``.typ``.
    text
        What it holds.

    Examples
    --------
    >>> [each.words for each in phrases(Path("a.py"), 'x = Text("Rows", "行 数")')]
    ['Rows', '行 数']
    """
    found = {".py": _python, ".toml": _toml, ".md": _prose, ".typ": _typst}.get(path.suffix)
    if found is not None:
        yield from found(text)


def rewritten(path: Path | PurePath, text: str) -> str:
    """Return a file's text with every template and label as the glossary says and sets it."""
    for each in sorted(phrases(path, text), key=lambda each: each.start, reverse=True):
        text = text[: each.start] + each.now + text[each.end :]
    return text


def _python(text: str) -> Iterator[Phrase]:
    """Yield strings given to `Text` or `say`, and Chinese strings anywhere but in docstrings."""
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    tree = ast.parse(text)
    made = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node.func) in _MAKERS
    ]
    told = {
        node.body[0].lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for (row, column), (last, until) in _strings(text):
        start, end = offsets[row - 1] + column, offsets[last - 1] + until
        match = _LITERAL.fullmatch(text[start:end])
        if match is None or row in told:
            continue
        words = match["words"]
        first = start + match.start("words")
        if _CHINESE.search(words):
            yield Phrase(words, "zh", first, first + len(words))
        elif any(top <= row <= bottom for top, bottom in made):
            yield Phrase(words, "en", first, first + len(words))


def _strings(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where string literals begin and end; a formatted one is one string."""
    opened: list[tuple[int, int]] = []
    names = {getattr(tokenize, name, -1): name for name in ("FSTRING_START", "FSTRING_END")}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = names.get(token.type)
        if name == "FSTRING_START":
            opened.append(token.start)
        elif name == "FSTRING_END":
            begun = opened.pop()
            if not opened:
                yield begun, token.end
        elif token.type == tokenize.STRING and not opened:
            yield token.start, token.end


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _toml(text: str) -> Iterator[Phrase]:
    for match in _TOML.finditer(text):
        language: Language = "zh" if match["language"] == "zh" else "en"
        if (language == "zh") == bool(_CHINESE.search(match["words"])):
            yield Phrase(match["words"], language, match.start("words"), match.end("words"))
    for match in _TOML_PAIR.finditer(text):
        spans = [match.span(name) for name in ("en", "long_en", "zh", "long_zh") if match[name] is not None]
        (first, last), (start, end) = spans
        if _CHINESE.search(text[start:end]) and not _CHINESE.search(text[first:last]):
            yield Phrase(text[first:last], "en", first, last)
            yield Phrase(text[start:end], "zh", start, end)


def _prose(text: str) -> Iterator[Phrase]:
    """Yield lines of one language, outside of blocks of code, tables and headings."""
    code, place = False, 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("```"):
            code = not code
        words = line.strip()
        chinese = len(_CHINESE.findall(words))
        latin = len(_LATIN.findall(words))
        if not code and words and (not chinese or chinese > latin) and not words.startswith(("|", "#")):
            first = place + line.index(words)
            yield Phrase(words, "zh" if chinese else "en", first, first + len(words))
        place += len(line)


def _typst(text: str) -> Iterator[Phrase]:
    """Yield Chinese content, which stands in square brackets."""
    for match in _TYPST.finditer(text):
        if _CHINESE.search(match["words"]) and '"' not in match["words"]:
            yield Phrase(match["words"], "zh", match.start("words"), match.end("words"))
