"""Say below every table and figure which data it was made from: fetched vintages, cells that were filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from digimfg.errors import SpecificationError
from digimfg.exhibits.notes import joined
from digimfg.filled import filled_column_notes, is_filled_note
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.exhibits import Evidence, Exhibit
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.table import Table

__all__ = ["naming_filled", "naming_vintages"]

_WORDING = {"name", "evidence", "title", "notes", "labels", "column_titles"}
_OF_RESULTS = ("columns", "specification", "specifications")
_OF_FRAMES = ("variable", "variables", "x", "subsystems")


def naming_vintages(product: Table | Chart, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the vintages of its frame, where it uses fetched data and no note does."""
    frame = evidence.frame
    if frame is None or not frame.attrs.get("vintages"):
        return product
    entry = frame.attrs["notes"][0]
    if any(entry["en"] in note.en for note in product.notes):
        return product
    return replace(product, notes=(*product.notes, Text(entry["en"], entry["zh"])))


def naming_filled(product: Table | Chart, exhibit: Exhibit, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes tell of filled-in cells in what it shows, where none of its own does.

    An exhibit shows the results and studies that it names, all of them where it takes results and names none, results that
    hold the terms of the tests that it names, and the columns of the frame that it names.
    """
    words = _words([getattr(exhibit, field.name) for field in fields(exhibit) if field.name not in _WORDING])
    told = [
        [note for note in getattr(answer, "notes", ()) if is_filled_note(note)]
        for answer in _answers(exhibit, evidence, words)
    ]
    columns = [note for notes in told for note in notes if is_filled_note(note) == "column"]
    # What only some of the results shown do with filled cells cannot be said of all.
    shared = [
        note
        for note in (told[0] if told else ())
        if is_filled_note(note) == "result" and all(note in notes for notes in told)
    ]
    found = dict.fromkeys((*columns, *_frame_notes(exhibit, evidence, words), *shared))
    said = [note for note in found if not any(note.en in other.en for other in product.notes)]
    return replace(product, notes=(*product.notes, joined(said))) if said else product


def _answers(exhibit: Exhibit, evidence: Evidence, words: Sequence[str]) -> list[Any]:
    known = {**evidence.results, **evidence.studies}
    named = [known[word] for word in dict.fromkeys(words) if word in known]
    if named:
        return named
    if hasattr(exhibit, "tests") and not _shows_columns(exhibit):
        chosen = exhibit.tests or tuple(evidence.tests)
        terms = [set(evidence.tests[name].terms) for name in chosen]
        return [
            each
            for each in evidence.results.values()
            if any(held <= set(each.coefficients.index) for held in terms)
        ]
    if hasattr(exhibit, "study"):
        return list(evidence.studies.values())
    if any(hasattr(exhibit, part) for part in _OF_RESULTS) and not _shows_columns(exhibit):
        return list(evidence.results.values())
    return []


def _frame_notes(exhibit: Exhibit, evidence: Evidence, words: Sequence[str]) -> tuple[Text, ...]:
    frame = evidence.frame
    if frame is None or not _shows_columns(exhibit):
        return ()
    # `variables=()` without a specification means all columns.
    everything = not getattr(exhibit, "variables", True) and getattr(exhibit, "specification", None) is None
    used = set(frame.columns) if everything else {name for word in words for name in _columns(word, frame)}
    return filled_column_notes(frame, used)


def _shows_columns(exhibit: Exhibit) -> bool:
    return any(hasattr(exhibit, part) for part in _OF_FRAMES)


def _columns(word: str, frame: pd.DataFrame) -> set[str]:
    try:
        return set(columns_of(parse_term(word, frame.columns)))
    except SpecificationError:
        return set()  # a word of an option, or a filter


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [word for pair in value.items() for part in pair for word in _words(part)]
    if isinstance(value, tuple | list):
        return [word for part in value for word in _words(part)]
    return []
