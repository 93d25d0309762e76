"""The note below a regression table: which errors, clusters, rule, stars, and what the results want said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from digimfg.covariance import Clustered
from digimfg.display.covariance_names import covariance_phrase
from digimfg.display.dropped_rows import dropped_rows
from digimfg.display.formatting import format_count
from digimfg.display.notes import by_column, joined, merged_notes, note_paragraph, stars_phrase
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sample_phrase import sample_phrase
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.contracts import Reported

__all__ = ["errors_phrase", "regression_notes"]

Labels = Mapping[str, Text | str] | None

_PARENTHESES = {
    "std_error": Text("", ""),
    "t": Text("{letters} statistics from ", "{letters}值，采用"),
    "p": Text("p values from ", "p值，采用"),
}
_SMALL_SAMPLE = sheet_beside(__file__, "regression_notes", "small_sample")


def regression_notes(
    results: Sequence[Reported],
    *,
    parentheses: str,
    stars: Sequence[float],
    labels: Labels,
    show_controls: bool = False,
    brackets: bool = False,
) -> tuple[Text, ...]:
    """Return the paragraphs below the table: how it was computed, then what the results say of themselves."""
    start, errors = _parentheses(results, parentheses), errors_phrase(results, labels)
    sentences: list[Text] = [note_of("display.in_parentheses", start=start, errors=errors)]
    if brackets:
        sentences.append(
            Text(
                "In brackets: p values of the wild cluster bootstrap", "方括号内为wild cluster bootstrap的p值"
            )
        )
    if stars:
        sentences.append(stars_phrase(stars))
    if not show_controls:
        sentences += _listed(results, "controls", Text("Controls", "控制变量"), labels)
    sentences += _listed(results, "endogenous", Text("Instrumented", "内生变量"), labels)
    sentences += _listed(results, "instruments", Text("Excluded instruments", "工具变量"), labels)
    sentences += by_column(
        [
            sample_phrase(result.specification.sample, labels) if result.specification.sample else None
            for result in results
        ],
        lambda columns: note_of("display.samples_of_columns", columns=columns),
    )
    sentences += by_column(
        [
            term_label(result.specification.weights, labels) if result.specification.weights else None
            for result in results
        ],
        lambda columns: note_of("display.weights_of_columns", columns=columns),
    )
    paragraphs = [note_paragraph(sentences)]
    dropped, others = dropped_rows(results)
    if said := [*dropped, *merged_notes(others)]:
        paragraphs.append(joined(said))
    return tuple(paragraphs)


def _letter(result: Reported) -> str:
    # Rows that are neither t nor normal by their own numbers are called t.
    distribution = result.distribution
    return "t" if distribution.own.all() else distribution.symbol


def _parentheses(results: Sequence[Reported], kind: str) -> Text:
    letters = sorted({_letter(result) for result in results}) if kind == "t" else ()
    said = _PARENTHESES[kind]
    return Text(said.en.format(letters=" or ".join(letters)), said.zh.format(letters="值或".join(letters)))


def errors_phrase(results: Sequence[Reported], labels: Labels = None) -> Text:
    """Return how the standard errors of all columns were estimated: method, clusters, rule for small samples.

    An estimator that brings its own errors says so in its ``errors_label``; otherwise the specification's
    covariance is named.
    """
    phrases = []
    for result in results:
        own = result.specification.estimator.errors_label(result.specification.covariance)
        if own is not None:
            phrases.append(own)
            continue
        covariance = result.specification.covariance
        details: list[Text] = []
        counts = [
            other.statistics["n_clusters"]
            for other in results
            if other.specification.covariance == covariance and "n_clusters" in other.statistics
        ]
        if isinstance(covariance, Clustered) and counts:
            low, high = format_count(min(counts)), format_count(max(counts))
            count = low if low == high else f"{low}–{high}"
            details.append(note_of("display.clusters_in_columns", count=count))
        if (rule := _SMALL_SAMPLE.get(covariance.small_sample)) is not None:
            details.append(rule)
        name = covariance_phrase(covariance, labels)
        phrases.append(
            note_of(
                "display.name_with_detail",
                name=name,
                detail=(note_of("display.details_in_brackets", details=details) if details else Text("", "")),
            )
        )
    listed = by_column(phrases, lambda columns: Text(f"{columns.en.strip()} ".lstrip(), columns.zh))
    return note_of("display.kinds_of_errors", listed=listed)


def _listed(results: Sequence[Reported], part: str, name: Text, labels: Labels) -> list[Text]:
    values = []
    for result in results:
        terms = [term_label(term, labels) for term in getattr(result.specification, part)]
        values.append(note_of("display.listed_terms", terms=terms) if terms else None)
    return by_column(values, lambda columns: note_of("display.name_of_columns", name=name, columns=columns))
