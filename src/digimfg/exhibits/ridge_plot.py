"""Whether waves grow shorter: the period of greatest power by date, its line, and what a constant wave would
do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.ridge import WaveRidge
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["RidgePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class RidgePlot(OfStudy, FigureExhibit):
    """Draw the answer of `wave_ridge`.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `WaveRidge` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> RidgePlot("shorter_waves").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, WaveRidge, self.study)
        slope = found.trend.to_dict("index")["slope"]
        sentences = [
            note_of(
                "exhibits.ridge_drawn",
                slope=float(slope["estimate"]),
                period=found.statistics["constant_period"],
                low=float(slope["constant_low"]),
                high=float(slope["constant_high"]),
                constant=float(slope["p_constant"]),
                noise=float(slope["p_noise"]),
            ),
            *found.notes,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["length_of_waves_over_time"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(found: WaveRidge, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    there = found.ridge["period"].notna().to_numpy()
    dates = found.ridge.index.to_numpy(dtype=np.float64)
    ends = found.trend.loc[["start", "end"]]
    span = np.array([found.seen_from, found.seen_to], dtype=np.float64)
    axes.fill_between(
        span,
        ends["constant_low"].to_numpy(dtype=np.float64),
        ends["constant_high"].to_numpy(dtype=np.float64),
        color=COLORS[2],
        alpha=0.3,
        linewidth=0,
        label=_HEADINGS["lines_of_a_constant_wave"].language(language),
    )
    axes.plot(
        dates[there],
        found.ridge["period"].to_numpy(dtype=np.float64)[there],
        ".",
        color=COLORS[0],
        markersize=3,
        label=_HEADINGS["period_of_greatest_power"].language(language),
    )
    axes.plot(
        span,
        ends["estimate"].to_numpy(dtype=np.float64),
        color=COLORS[1],
        linewidth=1.3,
        label=_HEADINGS["trend"].language(language),
    )
    axes.grid(axis="y")
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["date"].language(language))
    axes.set_ylabel(_HEADINGS["period_length"].language(language))
    legend_above(figure, axes, 3 if width == "wide" else 1)
    return figure
