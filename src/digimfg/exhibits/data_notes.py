"""Say below every table and figure which data it was made from: sources, fetched vintages, cells that were
filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from digimfg.display.notes import joined
from digimfg.errors import SpecificationError
from digimfg.filled import filled_column_notes, is_filled_note
from digimfg.frame_notes import frame_sources
from digimfg.frames.said import vintage_note
from digimfg.result import Result
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.display.table import Table
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.evidence import Evidence

__all__ = ["naming_filled", "naming_sources", "naming_vintages", "shown_columns"]

_WORDING = {"name", "evidence", "title", "notes", "note_form", "labels", "column_titles"}
_OF_RESULTS = ("columns", "specification", "specifications")
_OF_FRAMES = ("variable", "variables", "x", "subsystems")


def naming_vintages(product: Table | Chart, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the vintages of its frame, where it uses fetched data and no
    note does.
    """
    frame = evidence.frame
    said = None if frame is None else vintage_note(frame)
    if said is None:
        return product
    if any(said.en in note.en for note in product.notes):
        return product
    return replace(product, notes=(*product.notes, said))


def naming_sources(product: Table | Chart, exhibit: Any, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the sources of what it shows, where the panel knows them.

    The same results and columns count as for filled-in cells; an exhibit of a study counts as the result
    that it was asked of.
    """
    words = _option_words(exhibit)
    answers = _results([*_answers(exhibit, evidence, words), *_studied(exhibit, evidence, words)])
    frame = evidence.frame
    found = [source for each in answers for source in each.provenance.sources]
    if frame is not None and _shows_columns(exhibit):
        found += frame_sources(frame, _shown_columns(exhibit, frame, words))
    elif not answers:
        found = [source for each in evidence.results.values() for source in each.provenance.sources]
    sources = list(dict.fromkeys(found))
    if not sources:
        return product
    note = Text(
        f"Data: {'; '.join(each.en for each in sources)}",
        f"数据来源：{'；'.join(each.zh for each in sources)}",
    )
    return replace(product, notes=(*product.notes, joined([note])))


def naming_filled(product: Table | Chart, exhibit: Any, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes tell of filled-in cells in what it shows, where none of its own
    does.

    An exhibit shows the results and studies that it names, all of them where it takes results and names
    none, results that hold the terms of the tests that it names, and the columns of the frame that it names.
    """
    words = _option_words(exhibit)
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


def shown_columns(exhibit: Any, frame: pd.DataFrame) -> set[str]:
    """Return the columns of a frame that an exhibit shows; none where it shows results or studies."""
    return _shown_columns(exhibit, frame, _option_words(exhibit)) if _shows_columns(exhibit) else set()


def _answers(exhibit: Any, evidence: Evidence, words: Sequence[str]) -> list[Any]:
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


def _frame_notes(exhibit: Any, evidence: Evidence, words: Sequence[str]) -> tuple[Text, ...]:
    frame = evidence.frame
    if frame is None or not _shows_columns(exhibit):
        return ()
    return filled_column_notes(frame, _shown_columns(exhibit, frame, words))


def _shown_columns(exhibit: Any, frame: pd.DataFrame, words: Sequence[str]) -> set[str]:
    # `variables=()` without a specification means all columns.
    if not getattr(exhibit, "variables", True) and getattr(exhibit, "specification", None) is None:
        return set(frame.columns)
    return {name for word in words for name in _columns(word, frame)}


def _studied(exhibit: Any, evidence: Evidence, words: Sequence[str]) -> list[Any]:
    shown = [word for word in words if word in evidence.studies]
    names = shown or (evidence.studied if hasattr(exhibit, "study") else ())
    return [evidence.results[evidence.studied[name]] for name in names if name in evidence.studied]


def _results(answers: Sequence[Any]) -> list[Result]:
    return [each for each in answers if isinstance(each, Result)]


def _option_words(exhibit: Any) -> list[str]:
    return _words([getattr(exhibit, field.name) for field in fields(exhibit) if field.name not in _WORDING])


def _shows_columns(exhibit: Any) -> bool:
    if hasattr(exhibit, "directions"):  # of columns; without them it shows a study
        return exhibit.directions is not None
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
