"""Put chapters together: numbers in their places, captions numbered by chapter, shared notes said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from digimfg.display.notes import note_paragraph
from digimfg.display.table import Table
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
from digimfg.documents.grids import grid_table
from digimfg.documents.mathematics import Node
from digimfg.documents.notations import in_words
from digimfg.documents.prose import result_sentence
from digimfg.documents.shared_notes import shared_notes
from digimfg.errors import ExhibitError, at_line
from digimfg.notes import note_of
from digimfg.replication.stored_tables import stored_paragraphs, stored_table
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from digimfg.documents.references import Results

__all__ = [
    "Book",
    "Part",
    "Placed",
    "PlacedContents",
    "PlacedEquation",
    "PlacedFigure",
    "PlacedTable",
    "Pointer",
    "make_book",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A cross-reference that is resolved: ``label`` ("表 4-1") of the target ``kind``, ``name``."""

    kind: str
    name: str
    label: str


Part: TypeAlias = Words | Formula | Pointer


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedTable:
    """A table with its number: ``label`` is "表 4-1", of ``chapter``, ``number``; empty without a title.

    One that is written in the text stays where it is written.
    """

    table: Table
    label: str
    chapter: int
    number: int
    stays: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedFigure:
    """A figure with its number, its image without suffix, and its notes."""

    name: str
    title: str
    notes: tuple[str, ...]
    image: Path
    label: str
    chapter: int
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedEquation:
    """A displayed formula with its number."""

    latex: str
    tree: Node
    name: str
    label: str
    chapter: int
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedContents:
    """Here the table of contents stands."""


Placed: TypeAlias = (
    PlacedContents
    | Heading[Part]
    | Paragraph[Part]
    | Item[Part]
    | Code
    | PlacedTable
    | PlacedFigure
    | PlacedEquation
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """A whole document in one language, ready to be written: every part of a paragraph is a `Part`."""

    language: Language
    title: str
    author: str
    contents: bool
    chapter: int
    blocks: tuple[Placed, ...]


_KINDS = sheet_beside(__file__, "book", "kinds")
_CALLED = {"table": "tbl", "figure": "fig"}


def make_book(chapters: Sequence[Chapter], results: Results, language: Language) -> Book:
    """Return chapters as one document in which every number, table and figure is that of the results.

    Raises
    ------
    ExhibitError, AnalysisError
        Naming file, line and the nearest, if something referred to is missing, stands twice, or is older than
        its analysis.
    """
    maker = _Maker(chapters, results, language)
    head = chapters[0].head
    title = head.get(f"title_{language}", head.get("title", ""))
    return Book(
        language=language,
        title=title,
        author=head.get("author", ""),
        contents=head.get("contents", "true").lower() not in ("false", "no") and not maker.has_contents,
        chapter=maker.first,
        blocks=tuple(maker.blocks()),
    )


class _Maker:
    def __init__(self, chapters: Sequence[Chapter], results: Results, language: Language) -> None:
        self._chapters = chapters
        self._sharing = chapters[0].head.get("notes", "shared") != "own"
        self.has_contents = False
        self._results = results
        self._language = language
        self._labels: dict[tuple[str, str], tuple[str, int, int]] = {}
        self._starts = [_first_number(chapter) for chapter in chapters]
        self.first = self._starts[0] or 1
        self._place_labels()
        self._tables, self._shared = self._read_tables()
        self.has_contents = any(kind == "contents" for _, kind in self._calls())

    def blocks(self) -> Iterator[Placed]:
        told = self._shared is None or any(block == "notes" for _, block in self._calls())
        sections = [0, 0, 0]
        for chapter, number, block in self._walk():
            where = chapter.where
            if isinstance(block, Heading):
                level = min(block.level, 4)
                own = [0, *sections[: level - 1]]
                own[-1] += level > 1
                sections = [*own[1:], 0, 0, 0][:3]
                numbered = ".".join(map(str, (number, *sections[: level - 1]))) if level <= 3 else ""
                yield Heading(level=level, parts=self._parts(block.parts, where), number=numbered)
            elif isinstance(block, Paragraph):
                yield Paragraph(parts=self._parts(block.parts, where), quoted=block.quoted)
            elif isinstance(block, Item):
                yield Item(parts=self._parts(block.parts, where), mark=block.mark, depth=block.depth)
            elif isinstance(block, Code):
                yield block
            elif isinstance(block, Equation):
                label, at, count = self._labels.get(("eq", block.name), ("", number, 0))
                yield PlacedEquation(
                    latex=block.latex, tree=block.tree, name=block.name, label=label, chapter=at, number=count
                )
            elif isinstance(block, Grid):
                label, at, count = self._labels.get(("tbl", block.name), ("", number, 0))
                table = grid_table(block, partial(self._plain, where=where))
                yield PlacedTable(table=table, label=label, chapter=at, number=count, stays=True)
            elif block.kind == "sentence":
                yield Paragraph(parts=self._parts((block,), where))
            elif block.kind == "notes":
                yield from self._notes()
            elif block.kind == "contents":
                yield PlacedContents()
            else:
                if block.kind == "table" and not told:
                    told = True
                    yield from self._notes()
                yield self._placed(block, where)

    def _walk(self) -> Iterator[tuple[Chapter, int, Block]]:
        """Yield each block with its file and the number of its chapter."""
        number = 0
        for chapter, start in zip(self._chapters, self._starts, strict=True):
            number, opened = start or number + 1, False
            for block in chapter.blocks:
                if isinstance(block, Heading) and block.level == 1:
                    number, opened = number + 1 if opened else number, True
                yield chapter, number, block

    def _calls(self) -> Iterator[tuple[str, str]]:
        for chapter, _, block in self._walk():
            if isinstance(block, Call):
                yield chapter.where, block.kind

    def _place_labels(self) -> None:
        counts: dict[tuple[str, int], int] = {}
        for chapter, number, block in self._walk():
            if isinstance(block, Call) and block.kind in _CALLED:
                kind = _CALLED[block.kind]
            elif isinstance(block, Equation) and block.name:
                kind = "eq"
            elif isinstance(block, Grid) and block.title:
                kind = "tbl"
            else:
                continue
            key = (kind, block.name)
            if key in self._labels:
                raise ExhibitError.of(
                    "documents.label_twice",
                    where=at_line(chapter.where, block.line),
                    name=block.name,
                    what=kind,
                )
            count = counts[kind, number] = counts.get((kind, number), 0) + 1
            word = _KINDS[kind].language(self._language)
            self._labels[key] = (f"{word} {number}-{count}", number, count)

    def _read_tables(self) -> tuple[dict[str, Table], Text | None]:
        found, paragraphs, labels = {}, {}, {}
        for chapter, _, block in self._walk():
            if isinstance(block, Call) and block.kind == "table":
                where = at_line(chapter.where, block.line)
                record = self._results.exhibit(block.name, "table", where)
                found[block.name] = record
                paragraphs[block.name] = stored_paragraphs(record)
                _, number, count = self._labels["tbl", block.name]
                labels[block.name] = note_of("documents.number_of_table", n=f"{number}-{count}")
        if not self._sharing:
            own = {
                name: tuple(note_paragraph(sentences) for sentences in several if sentences)
                for name, several in paragraphs.items()
            }
            shared = None
        else:
            shared, own = shared_notes(paragraphs, labels)
        tables = {name: stored_table(record, own[name], self._language) for name, record in found.items()}
        return tables, shared

    def _notes(self) -> Iterator[Paragraph[Part]]:
        if self._shared is not None:
            yield Paragraph(parts=(Words(text=self._shared.language(self._language)),))

    def _placed(self, block: Call, where: str) -> PlacedTable | PlacedFigure:
        label, number, count = self._labels[_CALLED[block.kind], block.name]
        if block.kind == "table":
            return PlacedTable(table=self._tables[block.name], label=label, chapter=number, number=count)
        record = self._results.exhibit(block.name, "figure", at_line(where, block.line))
        return PlacedFigure(
            name=block.name,
            title=Text(**record["title"]).language(self._language),
            notes=tuple(str(note[self._language]) for note in record["notes"]),
            image=self._results.project.figures / f"{block.name}_{self._language}",
            label=label,
            chapter=number,
            number=count,
        )

    def _plain(self, parts: Sequence[Inline], line: int, where: str) -> str:
        """Return what stands in a cell, as words."""
        found = []
        for part in self._parts(parts, where):
            if isinstance(part, Formula):
                words = in_words(part.tree)
                if words is None:
                    raise ExhibitError.of(
                        "documents.formula_in_cell", where=at_line(where, line), got=f"${part.latex}$"
                    )
                found.append(words)
            else:
                found.append(part.label if isinstance(part, Pointer) else part.text)
        return "".join(found).strip()

    def _parts(self, parts: Sequence[Inline], where: str) -> tuple[Part, ...]:
        return tuple(self._part(part, where) for part in parts)

    def _part(self, part: Inline, where: str) -> Part:
        if isinstance(part, Number):
            return Words(text=self._results.number(part.path, part.form, at_line(where, part.line)))
        if isinstance(part, Call):
            said = result_sentence(self._results, part.name, at_line(where, part.line))
            return Words(text=said.language(self._language))
        if isinstance(part, CrossReference):
            label = self._labels.get((part.kind, part.name))
            if label is None:
                known = [name for kind, name in self._labels if kind == part.kind]
                raise ExhibitError.unknown(
                    part.name,
                    known,
                    where=at_line(where, part.line),
                    expected=note_of("documents.thing_that_stands", thing=_KINDS[part.kind]),
                )
            return Pointer(kind=part.kind, name=part.name, label=label[0])
        return part


def _first_number(chapter: Chapter) -> int:
    given = chapter.head.get("chapter", "")
    if not given:
        return 0
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 100:
        raise ExhibitError.of("documents.chapter_number", where=chapter.where, got=repr(given))
    return int(given)
