"""Estimates and their confidence intervals, by term and by specification."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, legend_above, legend_name, new_figure, zero_line
from digimfg.exhibits.selection import check_choice, check_names, select_results
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.exhibits.terms import core_terms
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CoefficientPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@dataclass(frozen=True, slots=True)
class _Point:
    row: int
    column: int
    estimate: float
    low: float
    high: float


@checked
@dataclass(frozen=True, kw_only=True)
class CoefficientPlot(Labelled, FigureExhibit):
    """Draw estimates with 95 % confidence intervals.

    Several terms are the rows, and specifications stand beside each other by colour and marker; for one term
    the specifications are the rows.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`.
    columns
        Specifications to show, in this order; all of them by default.
    column_titles
        Their names in the figure; by default their names in the analysis.
    keep
        Terms to show, in this order; by default the terms of interest.

    Examples
    --------
    >>> CoefficientPlot("promotion_coefficients", keep=("internet",)).keep
    ('internet',)
    """

    uses: ClassVar[Uses] = Uses(results=("columns",), other=("column_titles", "keep"))

    columns: tuple[str, ...] = ()
    column_titles: tuple[Text | str, ...] = ()
    keep: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        named = select_results(self, evidence, self.columns)
        results = tuple(named.values())
        everything = list(dict.fromkeys(term for result in results for term in result.coefficients.index))
        check_names(self, self.keep, everything, _HEADINGS["term_word"])
        interest = {term for result in results for term in core_terms(result)}
        terms = self.keep or tuple(term for term in everything if term in interest)
        if self.column_titles:
            check_choice(self, "column_titles", len(self.column_titles), (len(results),))
        titles = tuple(
            Text.of(title) for title in self.column_titles or [name.replace("_", " ") for name in named]
        )
        points = [
            _Point(row, column, *(float(line[name]) for name in ("estimate", "conf_low", "conf_high")))
            for row, term in enumerate(terms)
            for column, result in enumerate(results)
            if term in result.coefficients.index
            for line in [result.coefficients.loc[[term]].astype(float).iloc[0].to_dict()]
        ]
        names = tuple(term_label(term, self.labels) for term in terms)
        if len(terms) == 1:
            points = [_Point(point.column, 0, point.estimate, point.low, point.high) for point in points]
            names, titles, subject = titles, (), names[0]
        else:
            subject = _HEADINGS["estimate"]
        errors = errors_phrase(results, self.labels)
        sentences = [
            _HEADINGS["points_and_bars"],
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["estimates_and_confidence_intervals"]),
            draw=partial(_draw, points, names, titles, subject, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    points: list[_Point],
    rows: tuple[Text, ...],
    columns: tuple[Text, ...],
    subject: Text,
    width: Width,
    language: Language,
) -> Figure:
    n_columns = max(1, len(columns))
    height = max(1.1, 0.32 + len(rows) * (0.22 + 0.13 * n_columns))
    figure, axes = new_figure(width, 1.0)
    figure.set_size_inches(figure.get_figwidth(), height + (0.3 if len(columns) > 1 else 0.0) + 0.25)
    zero_line(axes, vertical=True)
    spread = 0.6 if n_columns > 1 else 0.0
    for column in range(n_columns):
        shown = [point for point in points if point.column == column]
        offset = spread * (column / (n_columns - 1) - 0.5) if n_columns > 1 else 0.0
        axes.errorbar(
            [point.estimate for point in shown],
            [point.row + offset for point in shown],
            xerr=[
                [point.estimate - point.low for point in shown],
                [point.high - point.estimate for point in shown],
            ],
            fmt=MARKERS[column % len(MARKERS)],
            color=COLORS[column % len(COLORS)],
            label=legend_name(columns[column].language(language)) if columns else None,
            capsize=2,
            elinewidth=1.0,
            zorder=3,
        )
    ems = 16.0 if width == "wide" else 9.0
    axes.set_yticks(range(len(rows)), [balanced(row.language(language), ems) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(balanced(subject.language(language), 40 if width == "wide" else 20))
    if len(columns) > 1:
        legend_above(figure, axes, 4 if width == "wide" else 2)
    return figure
