"""Hold a finished table as JSON values beside its estimates, and give it back to documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from digimfg.display.table import Cell, Row, Span, Table, cell_text
from digimfg.say import Sentences
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from digimfg.replication.record_form import ExhibitRecord

__all__ = ["plain_paragraphs", "plain_table", "stored_paragraphs", "stored_table"]


def plain_table(table: Table) -> dict[str, Any]:
    """Return the cells of a table in both languages.

    Examples
    --------
    >>> table = Table(title=Text("T", "表"), header=((Span(text=""), Span(text="(1)")),),
    ...     rows=(Row(cells=(Text("a", "甲"), "1")),))
    >>> plain_table(table)["rows"]
    [{'cells': [{'en': 'a', 'zh': '甲'}, '1']}]
    """
    return {
        "alignment": list(table.alignment),
        "header": [
            [{"text": _plain(span.text), "width": span.width} for span in spans] for spans in table.header
        ],
        "rows": [
            {
                "cells": [_plain(cell) for cell in row.cells],
                **{name: True for name in ("rule_above", "attached", "heading") if getattr(row, name)},
            }
            for row in table.rows
        ],
    }


def stored_table(exhibit: ExhibitRecord, notes: Sequence[Text], language: Language) -> Table:
    """Return the table of an exhibit's record in one language, with the notes given: it holds no words of
    another, so that a document is made again only if it shows something else.
    """
    held = exhibit["table"]
    cell = partial(_cell, language=language)
    return Table(
        title=Text.of(exhibit["title"][language]),
        header=tuple(
            tuple(Span(text=cell(span["text"]), width=span["width"]) for span in spans)
            for spans in held["header"]
        ),
        rows=tuple(Row(**{**row, "cells": tuple(map(cell, row["cells"]))}) for row in held["rows"]),
        alignment=tuple(held["alignment"]),
        notes=tuple(Text.of(note.language(language)) for note in notes),
        name=exhibit["name"],
    )


def plain_paragraphs(notes: Sequence[Text]) -> list[list[dict[str, str]]]:
    """Return the sentences of each paragraph of notes; what opens a paragraph ("Notes:") is left out."""
    return [[{"en": each.en, "zh": each.zh} for each in _sentences(note)] for note in notes]


def stored_paragraphs(exhibit: ExhibitRecord) -> list[list[Text]]:
    """Return the sentences of each paragraph of an exhibit's notes."""
    return [[Text(**each) for each in paragraph] for paragraph in exhibit["sentences"]]


def _sentences(note: Text) -> tuple[Text, ...]:
    return note.sentences if isinstance(note, Sentences) else (note,)


def _plain(cell: Cell) -> Any:
    if isinstance(cell, str):
        return cell
    en, zh = cell_text(cell, "en"), cell_text(cell, "zh")
    return en if en == zh else {"en": en, "zh": zh}


def _cell(held: Any, language: Language) -> Cell:
    return Text.of(held[language]) if isinstance(held, Mapping) else str(held)
