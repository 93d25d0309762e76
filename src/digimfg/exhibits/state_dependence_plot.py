"""The hold of a state: today's probability after each state of yesterday, along the moderator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.state_dependence import StateDependence
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["StateDependencePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_STATES = {
    1: _HEADINGS["in_it_the_period_before"],
    0: _HEADINGS["not_in_it_the_period_before"],
}
_PLACES = sheet_beside(__file__, "state_dependence_plot", "places")


@checked
@dataclass(frozen=True, kw_only=True)
class StateDependencePlot(OfStudy, FigureExhibit):
    """Draw the answer of `state_dependence`: the probability of the state after each state of the period
    before; what lies between them is state dependence.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `StateDependence` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> StateDependencePlot("lock_in").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, StateDependence, self.study)
        effects = found.effects.to_dict("index")
        sentence = note_of(
            "exhibits.state_dependence_drawn",
            level=found.level,
            effect=float(effects["mean"]["effect"]),
            raw=float(effects["raw"]["effect"]),
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["probability_by_state_before"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: StateDependence, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.55 if width == "wide" else 0.85)
    table = found.probabilities
    levels = list(dict.fromkeys(table.index.get_level_values("at")))
    for number, (state, label) in enumerate(_STATES.items()):
        rows = table.xs(state, level="state").loc[levels]
        middle, low, high = (
            rows[name].to_numpy(dtype=np.float64) for name in ("probability", "conf_low", "conf_high")
        )
        axes.errorbar(
            np.arange(len(levels)) + 0.08 * (number - 0.5),
            middle,
            yerr=[middle - low, high - middle],
            color=COLORS[number],
            marker=MARKERS[number],
            linestyle=("-", "--")[number] if len(levels) > 1 else "none",
            linewidth=1.2,
            markersize=5,
            capsize=3,
            label=label.language(language),
        )
    axes.set_xticks(range(len(levels)))
    axes.set_xlim(-0.5, len(levels) - 0.5)
    if len(levels) > 1:
        axes.set_xticklabels([_PLACES[level].language(language) for level in levels])
        axes.set_xlabel(_HEADINGS["moderator"].language(language))
    else:
        axes.set_xticks([])
    axes.set_ylim(0, 1)
    axes.grid(axis="y")
    axes.set_ylabel(_HEADINGS["probability"].language(language))
    legend_above(figure, axes, 2 if width == "wide" else 1)
    return figure
