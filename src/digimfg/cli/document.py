"""The command that writes the chapters of a project."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.text import LANGUAGES, Text

__all__ = ["register"]


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
    app.command(
        "document",
        help=str(
            Text(
                "Write the chapters of paper/*.md as Word, PDF, LaTeX and HTML. Their numbers, tables and "
                "figures are those of the analyses.\n\n"
                "A reference to what no analysis makes, or to results older than their analysis, is an "
                "error.\n\n"
                "Example: digimfg document --lang zh --format docx",
                "将 paper/*.md 的章节写为 Word、PDF、LaTeX 与网页：数字、表与图均来自分析结果。\n\n"
                "引用不存在的结果，或结果早于其分析，均会报错。\n\n"
                "示例：digimfg document --lang zh --format docx",
            )
        ),
    )(_document)


def _document(
    lang: Annotated[
        Languages, typer.Option(help=str(Text("One file a language.", "每种语言一个文件。")))
    ] = Languages.BOTH,
    format: Annotated[  # noqa: A002  (the option's name)
        list[Formats] | None,
        typer.Option(help=str(Text("By default all four.", "默认四种全部写出。"))),
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
