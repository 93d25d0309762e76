"""Tails of growth rates: their density on a logarithmic scale beside Subbotin's, Laplace's and the normal
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.growth_tails import GrowthTails
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GrowthTailsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LABELS = sheet_beside(__file__, "growth_tails_plot", "labels")


@checked
@dataclass(frozen=True, kw_only=True)
class GrowthTailsPlot(OfStudy, FigureExhibit):
    """Draw the answer of `fit_growth_tails`: on a logarithmic scale Laplace's distribution is a tent.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `GrowthTails` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> GrowthTailsPlot("tent").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, GrowthTails, self.study)
        shape = found.parameters.to_dict("index")["shape"]
        sentence = note_of(
            "exhibits.growth_tails_drawn",
            shape=float(shape["estimate"]),
            low=float(shape["conf_low"]),
            high=float(shape["conf_high"]),
            n=int(found.statistics["n_obs"]),
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["density_of_growth_rates"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: GrowthTails, width: Width, language: Language) -> Figure:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.9)
    rates = found.density.index.to_numpy(dtype=np.float64)
    seen = found.density["observed"].to_numpy(dtype=np.float64)
    there = seen > 0
    axes.plot(
        rates[there],
        seen[there],
        "o",
        color="0.45",
        markersize=3,
        label=_HEADINGS["growth_rates"].language(language),
    )
    for place, (name, label) in enumerate(_LABELS.items()):
        axes.plot(
            rates,
            found.density[name].to_numpy(dtype=np.float64),
            color=COLORS[place],
            linewidth=1.2,
            linestyle=("-", "--", ":")[place],
            label=label.language(language),
        )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(seen[there].min() / 3, seen.max() * 3)
    axes.set_xlabel(_HEADINGS["growth_rate"].language(language))
    axes.set_ylabel(_HEADINGS["density"].language(language))
    legend_above(figure, axes, 4 if width == "wide" else 2)
    return figure
