"""Read the text of a chapter: plain Markdown with references to numbers, tables, figures and formulas.

References are those of Quarto where it has them: ``@tbl-main``, ``@fig-trend``, ``@eq-model``, ``$…$``,
``$$…$$ {#eq-model}``, ``::: zh`` … ``:::``. Numbers are ``{analysis.specification.term.field:.3f}``; what the
analyses made stands on a line of its own: ``{{table: main}}``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from digimfg.documents.blocks import (
    Block,
    Call,
    Chapter,
    Code,
    CrossReference,
    Equation,
    Formula,
    Grid,
    Heading,
    Inline,
    Item,
    Number,
    Paragraph,
    Words,
)
from digimfg.documents.markdown import chapter_markdown
from digimfg.documents.mathematics import read_mathematics
from digimfg.errors import ExhibitError, at_line
from digimfg.text import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

__all__ = ["read_chapter"]


_HEAD = ("title", "title_en", "title_zh", "author", "chapter", "contents", "notes")
_CALLS = ("table", "figure", "sentence", "notes", "contents")
_NAMELESS = ("notes", "contents")
_FORM = re.compile(r"^(?P<path>.+?)(?::(?P<form>[+]?,?(?:\.[0-9])?[dfeg%]?|p|stars))?$")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$\s*(?:\{#eq-([\w-]+)\})?", re.DOTALL)
_TITLE = re.compile(r"^(?:Table|表)?\s*[:：]\s*(.*?)\s*(?:\{#tbl-([\w-]+)\})?\s*$")
_DIV = re.compile(r"^:::+\s*\{?\.?([A-Za-z]*)\}?\s*$")


def read_chapter(text: str, where: str, language: Language, others: Collection[str] = ()) -> Chapter:
    r"""Return a chapter's blocks in one language.

    Parameters
    ----------
    text
        The file's content. Parts between ``::: zh`` or ``::: en`` and ``:::`` are of that language alone.
    where
        What the file is called, for errors.
    language
        Of the document.
    others
        What ``{{…}}`` may call besides tables, figures, sentences, notes and contents.

    Raises
    ------
    ExhibitError
        Naming the line, if the head, a formula or a reference cannot be read, or a part is not closed.

    Examples
    --------
    >>> chapter = read_chapter("# Results\n\nThe slope is {a.main.x.estimate:.2f}.", "paper/a.md", "en")
    >>> chapter.blocks[1].parts[1]
    Number(path='a.main.x.estimate', form='.2f', line=3)
    """
    lines = text.removeprefix("\ufeff").splitlines()
    head, start = _head(lines, where)
    lines[:start] = [""] * start
    source = "\n".join(_of_language(lines, where, language))
    reader = _Reader(where, others)
    tokens = reader.markdown.parse(source)
    return Chapter(where=where, head=head, blocks=tuple(reader.blocks(tokens)))


def _head(lines: Sequence[str], where: str) -> tuple[dict[str, str], int]:
    if not lines or lines[0].strip() != "---":
        return {}, 0
    head: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            return head, number
        name, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or name.strip() not in _HEAD:
            raise ExhibitError.unknown(name.strip(), _HEAD, where=at_line(where, number))
        head[name.strip()] = value.strip().strip("\"'")
    raise ExhibitError.of("documents.head_not_closed", where=at_line(where, 1))


def _of_language(lines: Sequence[str], where: str, language: Language) -> list[str]:
    kept, inside, opened = [], "", 0
    for number, line in enumerate(lines, start=1):
        found = _DIV.match(line)
        if found is None:
            kept.append(line if inside in ("", language) else "")
            continue
        name = found[1]
        if name and name not in LANGUAGES:
            raise ExhibitError.unknown(name, LANGUAGES, where=at_line(where, number))
        if bool(name) == bool(inside):
            opened = number
            break
        inside, opened = name, number
        kept.append("")
    else:
        if not inside:
            return kept
    raise ExhibitError.of("documents.language_part_not_closed", where=at_line(where, opened))


class _Reader:
    def __init__(self, where: str, others: Collection[str]) -> None:
        self._where = where
        self._others = others
        self.markdown = chapter_markdown()

    def blocks(self, tokens: Sequence[Any]) -> list[Block]:
        found: list[Block] = []
        lists: list[list[Any]] = []
        quoted, heading, marked = 0, 0, ""
        following = iter(tokens)
        for token in following:
            kind = token.type
            if kind == "table_open":
                found.append(self._grid(token, following))
            elif kind in ("bullet_list_open", "ordered_list_open"):
                lists.append([kind.startswith("ordered"), int(token.attrGet("start") or 1)])
            elif kind in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
            elif kind == "list_item_open":
                ordered, number = lists[-1]
                marked = f"{number}." if ordered else "•"
                lists[-1][1] += 1
            elif kind in ("blockquote_open", "blockquote_close"):
                quoted += 1 if kind.endswith("open") else -1
            elif kind == "heading_open":
                heading = int(token.tag[1:])
            elif kind in ("fence", "code_block"):
                found.append(Code(text=token.content.rstrip("\n")))
            elif kind == "display":
                found.append(self._equation(token.content, token.map[0] + 1))
            elif kind == "inline":
                line = token.map[0] + 1
                if heading:
                    found.append(Heading(level=heading, parts=self._parts(token, line)))
                    heading = 0
                elif lists:
                    found.append(Item(parts=self._parts(token, line), mark=marked, depth=len(lists) - 1))
                    marked = ""
                elif (
                    found
                    and isinstance(above := found[-1], Grid)
                    and (grid := self._titled(above, token, line)) is not None
                ):
                    found[-1] = grid
                else:
                    found += self._paragraphs(token, line, quoted > 0)
        return found

    def _grid(self, opened: Any, following: Iterator[Any]) -> Grid:
        """Read a table up to its end; a paragraph ``: Title {#tbl-name}`` below it is its title."""
        rows: list[list[tuple[Inline, ...]]] = []
        alignment = []
        for token in following:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
                line = token.map[0] + 1 if token.map else opened.map[0] + 1
            elif token.type == "th_open":
                alignment.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
            elif token.type == "inline":
                rows[-1].append(self._parts(token, line))
        return Grid(
            head=tuple(rows[0]),
            rows=tuple(map(tuple, rows[1:])),
            alignment=tuple(alignment),
            title=(),
            name="",
            line=opened.map[0] + 1,
        )

    def _titled(self, grid: Grid, token: Any, line: int) -> Grid | None:
        """Return the table with the title that a paragraph gives it, where it is one."""
        found = _TITLE.match(token.content)
        if found is None:
            return None
        inline = self.markdown.parseInline(found[1])
        own = re.sub(r"\W+", "-", f"{self._where} {grid.line}")
        return replace(grid, title=self._parts(inline[0], line), name=found[2] or own)

    def _paragraphs(self, token: Any, line: int, quoted: bool) -> list[Block]:
        parts = self._parts(token, line)
        alone = [part for part in parts if not (isinstance(part, Words) and not part.text.strip())]
        if len(alone) == 1 and isinstance(alone[0], Call):
            return [alone[0]]
        for part in alone:
            if isinstance(part, Call) and part.kind != "sentence":
                raise ExhibitError.of(
                    "documents.call_beside_words", where=at_line(self._where, part.line), call=part.kind
                )
        return [Paragraph(parts=parts, quoted=quoted)]

    def _equation(self, content: str, line: int) -> Equation:
        found = _DISPLAY.fullmatch(content.strip())
        if found is None:
            raise ExhibitError.of("documents.equation_not_closed", where=at_line(self._where, line))
        latex = found[1].strip()
        tree = read_mathematics(latex, at_line(self._where, line))
        return Equation(latex=latex, tree=tree, name=found[2] or "", line=line)

    def _parts(self, token: Any, line: int) -> tuple[Inline, ...]:
        found: list[Inline] = []
        bold = italic = 0
        url = ""
        for child in token.children or ():
            place = line + child.meta.get("line", 0)
            if child.type in ("strong_open", "strong_close"):
                bold += 1 if child.type.endswith("open") else -1
            elif child.type in ("em_open", "em_close"):
                italic += 1 if child.type.endswith("open") else -1
            elif child.type == "link_open":
                url = str(child.attrGet("href") or "")
            elif child.type == "link_close":
                url = ""
            elif child.type in ("softbreak", "hardbreak"):
                found.append(Words(text="\n"))
            elif child.type == "formula":
                tree = read_mathematics(child.content, at_line(self._where, place))
                found.append(Formula(latex=child.content, tree=tree))
            elif child.type == "number":
                found.append(self._number(child.content, place))
            elif child.type == "cross":
                found.append(CrossReference(kind=child.meta["kind"], name=child.meta["name"], line=place))
            elif child.type == "call":
                found.append(self._call(child.meta["kind"], child.meta["name"], place))
            else:
                code = child.type == "code_inline"
                found.append(Words(text=child.content, bold=bold > 0, italic=italic > 0, code=code, url=url))
        return tuple(found)

    def _number(self, content: str, line: int) -> Number:
        found = _FORM.match(content.strip())
        if found is None or "." not in found["path"]:
            raise ExhibitError.of(
                "documents.number_not_readable", where=at_line(self._where, line), got=f"{{{content}}}"
            )
        return Number(path=found["path"].strip(), form=found["form"] or "", line=line)

    def _call(self, kind: str, name: str, line: int) -> Call:
        if kind not in (known := (*_CALLS, *self._others)):
            raise ExhibitError.unknown(kind, known, where=at_line(self._where, line))
        if not name and kind in _CALLS and kind not in _NAMELESS:
            raise ExhibitError.of("documents.call_without_name", where=at_line(self._where, line), call=kind)
        return Call(kind=kind, name=name, line=line)
