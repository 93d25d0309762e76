"""Where units gather in the long run: the ergodic density, its modes, and the density of the last period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.ergodic_modes import ErgodicModes
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

__all__ = ["ErgodicModesPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ErgodicModesPlot(OfStudy, FigureExhibit):
    """Draw the answer of `ergodic_modes`: points mark the modes.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; an `ErgodicModes` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> ErgodicModesPlot("lock_in").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, ErgodicModes, self.study)
        sentence = note_of(
            "exhibits.modes_drawn",
            n=int(found.statistics["n_modes"]),
            p=found.statistics["p_value"],
            share=found.statistics["share_multimodal"],
            width=found.statistics["bandwidth"],
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["ergodic_density"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: ErgodicModes, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    values = found.density.index.to_numpy(dtype=np.float64)
    axes.plot(
        values,
        found.density["last"].to_numpy(dtype=np.float64),
        color=COLORS[1],
        linewidth=1.1,
        linestyle="--",
        label=_HEADINGS["last_period"].language(language),
    )
    axes.plot(
        values,
        found.density["ergodic"].to_numpy(dtype=np.float64),
        color=COLORS[0],
        linewidth=1.3,
        label=_HEADINGS["ergodic"].language(language),
    )
    axes.plot(
        found.modes["at"].to_numpy(dtype=np.float64),
        found.modes["density"].to_numpy(dtype=np.float64),
        "o",
        color=COLORS[0],
        markersize=4,
    )
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    axes.set_xlabel(_HEADINGS["value"].language(language))
    axes.set_ylabel(_HEADINGS["density"].language(language))
    legend_above(figure, axes, 2)
    return figure
