"""Write the document of a project: one source, four formats, one language a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from digimfg.documents.blocks import Block, Call, Chapter
from digimfg.documents.book import Book, PlacedFigure, PlacedTable, make_book
from digimfg.documents.latex import render_latex_document
from digimfg.documents.references import Results
from digimfg.documents.source import read_chapter
from digimfg.documents.typeset import render_pdf
from digimfg.documents.web import render_page
from digimfg.documents.word import render_document
from digimfg.documents.written import WrittenTables, table_names
from digimfg.errors import ExhibitError, at_line
from digimfg.files import sha256_file, write_bytes
from digimfg.replication.kept import KeptFiles
from digimfg.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from digimfg.project import Project

__all__ = ["FORMATS", "NO_PARTS", "Format", "Parts", "chapter_files", "read_book", "write_document"]

Parts: TypeAlias = "Mapping[str, Callable[[str, Language, Text], str]]"
NO_PARTS: Parts = MappingProxyType({})
Format = Literal["docx", "pdf", "tex", "html"]
FORMATS: tuple[Format, ...] = ("docx", "pdf", "tex", "html")


def write_document(
    project: Project,
    languages: Sequence[Language] = LANGUAGES,
    formats: Sequence[Format] = FORMATS,
    parts: Parts = NO_PARTS,
) -> list[Path]:
    """Write the chapters of ``paper/`` with the results of the project and return the files.

    Parameters
    ----------
    project
        Whose ``paper/*.md``, in the order of their names, make one document; ``x_zh.md`` and ``x_en.md``
        are of one language, and names that begin with ``_`` are left out.
    languages, formats
        What to write: ``output/document/<name>_<language>.<format>``.
    parts
        Kind → what gives the Markdown that stands for ``{{kind: name}}``, told name, language and place.

    Raises
    ------
    ExhibitError, AnalysisError
        Naming file and line, if there is no text, or it refers to what is missing or older than its analysis.
        Then nothing is written.
    """
    kept = KeptFiles(project.output, "document")
    asked: list[tuple[Path, Callable[[], bytes]]] = []
    for language in languages:
        book = read_book(project, language, parts)
        stem = project.output / "document" / f"{_stem(project)}_{language}"
        names = table_names(book)
        told = None if None in names.values() else kept.name(*_told(book, project, names))
        for each in formats:
            path = stem.with_suffix(f".{each}")
            name = None if told is None else kept.name(told, each)
            make = partial(_rendered, book, project, each, kept, names)
            asked.append((path, partial(kept.content, name, path, make)))
    # Typst sets PDFs outside of Python's lock, beside each other and the other formats.
    with ThreadPoolExecutor(max_workers=len(LANGUAGES)) as beside:
        setting = {path: beside.submit(make) for path, make in asked if path.suffix == ".pdf"}
        made = {path: make() for path, make in asked if path.suffix != ".pdf"}
        made |= {path: each.result() for path, each in setting.items()}
    for path, _ in asked:
        write_bytes(path, made[path])
    return [path for path, _ in asked]


def read_book(project: Project, language: Language, parts: Parts = NO_PARTS) -> Book:
    """Return the document of a project in one language, every reference resolved."""
    files = chapter_files(project, language)
    if not files:
        raise ExhibitError.of("documents.no_text_in_language", where=str(project.paper))
    chapters = [
        _filled(
            read_chapter(path.read_text(encoding="utf-8"), project.relative(path), language, parts),
            language,
            parts,
        )
        for path in files
    ]
    return make_book(chapters, Results(project), language)


def chapter_files(project: Project, language: Language | None = None) -> list[Path]:
    """Return the files of the text in one language, or in any, in the order of their names."""
    others = () if language is None else tuple(f"_{each}" for each in LANGUAGES if each != language)
    return sorted(
        path
        for path in project.paper.glob("*.md")
        if not path.name.startswith("_") and path.stem.lower() != "readme" and not path.stem.endswith(others)
    )


def _filled(chapter: Chapter, language: Language, parts: Parts) -> Chapter:
    blocks: list[Block] = []
    for block in chapter.blocks:
        if isinstance(block, Call) and block.kind in parts:
            where = at_line(chapter.where, block.line)
            text = parts[block.kind](block.name, language, where)
            blocks += read_chapter(text, f"{chapter.where} ({block.kind} {block.name})", language).blocks
        else:
            blocks.append(block)
    return replace(chapter, blocks=tuple(blocks))


def _told(book: Book, project: Project, names: Mapping[int, str | None]) -> list[object]:
    """Return all that a document is made of: its parts, its figures by their content."""
    found: list[object] = [book.language, book.title, book.author, book.contents, book.chapter]
    for block in book.blocks:
        if isinstance(block, PlacedFigure):
            image = block.image.with_suffix(".png")
            where = image.relative_to(project.root).as_posix()
            parts = (block.name, block.title, block.notes, block.label, block.chapter, block.number)
            found += [PlacedFigure, parts, where, sha256_file(image)]
        elif isinstance(block, PlacedTable):
            placed = (block.label, block.chapter, block.number, block.stays)
            found += [PlacedTable, names[id(block)], placed]
        else:
            found.append(block)
    return found


def _stem(project: Project) -> str:
    names = {path.stem.removesuffix("_zh").removesuffix("_en") for path in chapter_files(project)}
    return names.pop() if len(names) == 1 else "document"


def _rendered(
    book: Book, project: Project, kind: Format, kept: KeptFiles, names: Mapping[int, str | None]
) -> bytes:
    if kind == "pdf":
        return render_pdf(book, project.root)
    with kept.parts(f"tables_{book.language}_{kind}") as held:
        tables = WrittenTables(names, held)
        if kind == "docx":
            return render_document(book, tables)
        if kind == "tex":
            return render_latex_document(book, "../figures", tables).encode("utf-8")
        return render_page(book, tables).encode("utf-8")
