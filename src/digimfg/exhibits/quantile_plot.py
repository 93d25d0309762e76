"""Slopes across quantiles, with their confidence bands and the slope of the mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, width_inches, zero_line
from digimfg.exhibits.selection import check_names, exhibit_where, select_results
from digimfg.exhibits.style import COLORS
from digimfg.exhibits.terms import declared_as
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from digimfg.result import Result

__all__ = ["QuantilePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class QuantilePlot(Labelled, FigureExhibit):
    """Draw the slopes of `QuantileRegression` over quantiles, one panel per term.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; one result with several quantiles, or results of one quantile each.
    specifications
        Names of the specifications, where the analysis has others.
    keep
        Terms to show, in this order; by default the terms of interest.

    Examples
    --------
    >>> QuantilePlot("quantiles", specifications=("quantile_regression",)).width
    'wide'
    """

    uses: ClassVar[Uses] = Uses(results=("specifications",), other=("keep",))

    specifications: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        results = select_results(self, evidence, self.specifications)
        found = {name: result for name, result in results.items() if "quantiles" in result.tables}
        if not found or (self.specifications and len(found) < len(results)):
            raise ExhibitError.of(
                "exhibits.not_quantile_results", where=exhibit_where(self), names=list(results)
            )
        curves = pd.concat([result.tables["quantiles"] for result in found.values()]).sort_index(
            level="quantile", kind="stable"
        )
        terms = self.keep or _interest(next(iter(found.values())), curves)
        check_names(
            self, terms, list(dict.fromkeys(curves.index.get_level_values("term"))), _HEADINGS["term_word"]
        )
        levels = curves.index.get_level_values("quantile")
        if levels.nunique() < 2 or curves.index.duplicated().any():
            raise ExhibitError.of(
                "exhibits.too_few_quantiles",
                where=exhibit_where(self),
                got=", ".join(f"{level:g}" for level in sorted(levels)),
            )
        means = {
            term: float(table["location"].loc[term])
            for result in found.values()
            if (table := result.tables.get("location_scale")) is not None
            for term in terms
            if term in table.index
        }
        errors = errors_phrase(list(found.values()), self.labels)
        sentences = [
            _HEADINGS["line_and_band_by_quantile"],
            *([_HEADINGS["dashed_slope_of_the_mean"]] if means else []),
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["slopes_across_quantiles"]),
            draw=partial(_draw, curves, terms, means, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _interest(result: Result, curves: pd.DataFrame) -> tuple[str, ...]:
    controls = [declared_as(term) for term in result.specification.controls]
    terms = dict.fromkeys(str(term) for term in curves.index.get_level_values("term"))
    return tuple(term for term in terms if not any(control.fullmatch(term) for control in controls))


def _draw(
    curves: pd.DataFrame,
    terms: tuple[str, ...],
    means: Mapping[str, float],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    columns = 1 if len(terms) == 1 or width == "narrow" else 2
    rows = -(-len(terms) // columns)
    inches = width_inches(width)
    height = inches * (0.5 if columns == 1 and width == "wide" else 0.75 / columns)
    figure = Figure(figsize=(inches, height * rows))
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for axes, term in zip(panels, terms, strict=False):
        curve = curves.xs(term, level="term")
        places = curve.index.to_numpy(dtype=float)
        zero_line(axes)
        axes.fill_between(
            places, curve["conf_low"], curve["conf_high"], color=COLORS[2], alpha=0.4, linewidth=0, zorder=2
        )
        axes.plot(places, curve["estimate"], "o-", color=COLORS[0], markersize=3, linewidth=1.0, zorder=3)
        if term in means:
            axes.axhline(means[term], color=COLORS[1], linestyle="--", linewidth=0.9, zorder=2)
        name = term_label(term, labels).language(language)
        axes.set_title(balanced(name, 40 if columns == 1 else 20), loc="left", fontsize=8)
        axes.set_xlabel(_HEADINGS["quantile"].language(language))
        axes.set_ylabel(_HEADINGS["slope"].language(language))
    for axes in panels[len(terms) :]:
        axes.set_visible(False)
    return figure
