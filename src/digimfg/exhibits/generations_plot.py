"""Technologies that follow one another: each observed and fitted, and how far neighbours overlap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.generations import TechnologyGenerations
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, legend_name, new_figure, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

__all__ = ["GenerationsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class GenerationsPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answer of `fit_generations`.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `TechnologyGenerations` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> GenerationsPlot("machines").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, TechnologyGenerations, self.study)
        labels = self.labels
        pairs = [
            note_of(
                "exhibits.overlap_of_generations",
                earlier=term_label(str(pair[0]), labels),
                later=term_label(str(pair[1]), labels),
                value=float(value),
            )
            for pair, value in zip(
                found.overlap.index.to_list(), found.overlap["overlap"].to_numpy(), strict=True
            )
        ]
        signs = _HEADINGS["signs_observed_lines_fitted_jointly"]
        return Chart(
            title=Text.of(self.title or _HEADINGS["successive_generations"]),
            draw=partial(_draw, found, labels, self.width),
            notes=(note_paragraph([signs, *pairs, *found.notes]),),
            name=self.name,
        )


def _draw(
    found: TechnologyGenerations, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    names = [str(each) for each in dict.fromkeys(found.overlap.index.to_frame().to_numpy().ravel())]
    periods = found.fitted.index.to_numpy(dtype=np.float64)
    for place, name in enumerate(names):
        color = COLORS[place % len(COLORS)]
        axes.plot(
            periods,
            found.fitted[name].to_numpy(dtype=np.float64),
            linestyle="none",
            marker=MARKERS[place % len(MARKERS)],
            markersize=3,
            markerfacecolor="none",
            color=color,
        )
        axes.plot(
            periods,
            found.fitted[f"{name} fitted"].to_numpy(dtype=np.float64),
            color=color,
            marker=MARKERS[place % len(MARKERS)],
            markevery=[0],
            markersize=3,
            linewidth=1.2,
            label=legend_name(term_label(name, labels).language(language)),
        )
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["date"].language(language))
    axes.set_ylabel(_HEADINGS["in_use"].language(language))
    legend_above(figure, axes, 4 if width == "wide" else 2)
    return figure
