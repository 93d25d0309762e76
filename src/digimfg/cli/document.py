"""The command that writes the chapters of a project."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.sheets import sheet_beside
from digimfg.text import LANGUAGES

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "document")


class Languages(StrEnum):
    """In which languages a document is written, one language a file."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


class Formats(StrEnum):
    """What a document is written as."""

    DOCX = "docx"
    PDF = "pdf"
    TEX = "tex"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("document", help=str(_WORDS["document"]))(_document)


def _document(
    lang: Annotated[Languages, typer.Option(help=str(_WORDS["document_lang"]))] = Languages.BOTH,
    format: Annotated[  # noqa: A002  (the option's name)
        list[Formats] | None,
        typer.Option(help=str(_WORDS["document_format"])),
    ] = None,
) -> None:
    from digimfg.documents.build import FORMATS, write_document
    from digimfg.paper.report_parts import report_parts
    from digimfg.project import find_project

    project = find_project()
    languages = tuple(each for each in LANGUAGES if lang in (each, Languages.BOTH))
    formats = tuple(each for each in FORMATS if format is None or each in format)
    print_files(
        project.relative(path) for path in write_document(project, languages, formats, report_parts(project))
    )
