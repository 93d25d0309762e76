"""Say below every table and figure which data it was made from: sources, fetched vintages, cells that were
filled in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.contracts import notes_of_answer
from digimfg.display.notes import joined
from digimfg.errors import SpecificationError
from digimfg.exhibits.uses import Using, words_in
from digimfg.filled import filled_column_notes, is_filled_note
from digimfg.frame_notes import frame_sources
from digimfg.frames.said import vintage_note
from digimfg.result import Result
from digimfg.sentences import holds
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.display.table import Table
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.evidence import Evidence

__all__ = ["naming_filled", "naming_sources", "naming_vintages", "shown_columns"]


def naming_vintages(product: Table | Chart, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the vintages of its frame, where it uses fetched data and no
    note does.
    """
    frame = evidence.frame
    said = None if frame is None else vintage_note(frame)
    if said is None:
        return product
    if any(holds(note, said) for note in product.notes):
        return product
    return replace(product, notes=(*product.notes, said))


def naming_sources(product: Table | Chart, exhibit: Using, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the sources of what it shows, where the panel knows them.

    The same results and columns count as for filled-in cells; an exhibit of a study counts as the result
    that it was asked of.
    """
    answers = _results([*_answers(exhibit, evidence), *_studied(exhibit, evidence)])
    frame = evidence.frame
    found = [source for each in answers for source in each.provenance.sources]
    if frame is not None and _shows_columns(exhibit):
        found += frame_sources(frame, shown_columns(exhibit, frame))
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


def naming_filled(product: Table | Chart, exhibit: Using, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes tell of filled-in cells in what it shows, where none of its own
    does.

    An exhibit shows the results and studies that it names, all of them where it takes results and names
    none, results that hold the terms of the tests that it names, and the columns of the frame that it names.
    """
    told = [
        [note for note in notes_of_answer(answer) or () if is_filled_note(note)]
        for answer in _answers(exhibit, evidence)
    ]
    columns = [note for notes in told for note in notes if is_filled_note(note) == "column"]
    # What only some of the results shown do with filled cells cannot be said of all.
    shared = [
        note
        for note in (told[0] if told else ())
        if is_filled_note(note) == "result" and all(note in notes for notes in told)
    ]
    found = dict.fromkeys((*columns, *_frame_notes(exhibit, evidence), *shared))
    said = [note for note in found if not any(holds(other, note) for other in product.notes)]
    return replace(product, notes=(*product.notes, joined(said))) if said else product


def shown_columns(exhibit: Using, frame: pd.DataFrame) -> set[str]:
    """Return the columns of a frame that an exhibit shows; none where it shows results or studies."""
    if not _shows_columns(exhibit):
        return set()
    uses = exhibit.uses
    if not words_in(exhibit, uses.columns[:1]) and not words_in(exhibit, uses.results):
        return set(frame.columns)
    return {name for word in words_in(exhibit, uses.columns) for name in _columns(word, frame)}


def _answers(exhibit: Using, evidence: Evidence) -> list[object]:
    uses = exhibit.uses
    known = {**evidence.results, **evidence.studies}
    named = [known[word] for word in words_in(exhibit, (*uses.results, *uses.studies)) if word in known]
    if named:
        return named
    if uses.studies:
        return list(evidence.studies.values())
    if _shows_columns(exhibit):
        return []
    if uses.results:
        return list(evidence.results.values())
    if not uses.tests:
        return []
    chosen = words_in(exhibit, uses.tests) or tuple(evidence.tests)
    terms = [set(evidence.tests[name].terms) for name in chosen]
    return [
        each
        for each in evidence.results.values()
        if any(held <= set(each.coefficients.index) for held in terms)
    ]


def _frame_notes(exhibit: Using, evidence: Evidence) -> tuple[Text, ...]:
    frame = evidence.frame
    return () if frame is None else filled_column_notes(frame, shown_columns(exhibit, frame))


def _studied(exhibit: Using, evidence: Evidence) -> list[Result]:
    named = words_in(exhibit, exhibit.uses.studies)
    shown = [word for word in named if word in evidence.studies]
    names = shown or (evidence.studied if exhibit.uses.studies else ())
    return [evidence.results[evidence.studied[name]] for name in names if name in evidence.studied]


def _results(answers: Sequence[object]) -> list[Result]:
    return [each for each in answers if isinstance(each, Result)]


def _shows_columns(exhibit: Using) -> bool:
    return any(getattr(exhibit, option) is not None for option in exhibit.uses.columns[:1])


def _columns(word: str, frame: pd.DataFrame) -> set[str]:
    try:
        return set(columns_of(parse_term(word, frame.columns)))
    except SpecificationError:
        return set()  # a word of an option, or a filter
