"""A filtered cycle above the share of variance that the same filter finds in noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.band_pass import BandPass
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, figure_size, legend_above, whole_ticks, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BandPassPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class BandPassPlot(OfStudy, FigureExhibit):
    """Draw the answer of `band_pass`: the series and what is not its cycle above, the cycle below.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `BandPass` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> BandPassPlot("kondratieff").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, BandPass, self.study)
        numbers = found.spurious.to_dict("index")
        share, length = numbers["variance_share"], numbers["mean_period"]
        sentences = [
            note_of(
                "exhibits.cycle_share",
                share=float(share["series"]),
                low=float(share["noise_low"]),
                high=float(share["noise_high"]),
                p=float(share["p_value"]),
                noise=float(length["noise_mean"]),
                own=float(length["series"]),
            ),
            *found.notes,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["filtered_cycle"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(found: BandPass, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size(width, 0.6 if width == "wide" else 1.0))
    above, below = figure.subplots(2, 1, sharex=True)
    dates = found.cycle.index.to_numpy(dtype=np.float64)
    above.plot(
        dates,
        found.cycle["observed"],
        color="0.55",
        linewidth=0.9,
        label=_HEADINGS["series"].language(language),
    )
    above.plot(
        dates,
        found.cycle["rest"],
        color=COLORS[1],
        linewidth=1.1,
        linestyle="--",
        label=_HEADINGS["without_the_cycle"].language(language),
    )
    zero_line(below)
    below.plot(dates, found.cycle["cycle"], color=COLORS[0], linewidth=1.2)
    below.set_ylabel(_HEADINGS["cycle"].language(language))
    for axes in (above, below):
        axes.grid(axis="y")
    whole_ticks(below)
    below.set_xlabel(_HEADINGS["date"].language(language))
    legend_above(figure, above, 2)
    return figure
