"""Selection: growth of shares against relative fitness, by groups of the moderator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.notes import note_of
from digimfg.selection.replicator import SelectionTest
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SelectionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_GROUPS = sheet_beside(__file__, "selection_plot", "groups")


@checked
@dataclass(frozen=True, kw_only=True)
class SelectionPlot(OfStudy, FigureExhibit):
    """Draw the answer of `selection_test`: the steeper the line, the more the fitter gain.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `SelectionTest` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> SelectionPlot("selection").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, SelectionTest, self.study)
        groups = found.groups["slope"].to_dict()
        slopes = "; ".join(f"{_GROUPS[str(name)].en}: {value:.3f}" for name, value in groups.items())
        in_chinese = "；".join(f"{_GROUPS[str(name)].zh}：{value:.3f}" for name, value in groups.items())
        sentences = [
            note_of("exhibits.selection_drawn", n=int(found.statistics["n_obs"])),
            Text(slopes, in_chinese),
        ]
        if "high" in groups:
            sentences.append(
                note_of(
                    "exhibits.high_and_low",
                    apart=found.statistics["difference"],
                    p=found.statistics["p_difference"],
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["growth_and_fitness"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([*sentences, *found.notes]),),
            name=self.name,
        )


def _draw(found: SelectionTest, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.9)
    zero_line(axes)
    zero_line(axes, vertical=True)
    present = found.bins.index.get_level_values("group")
    for number, (name, line) in enumerate(found.groups.to_dict("index").items()):
        if name not in present:
            continue
        points = found.bins.xs(name, level="group")
        across = points["fitness"].to_numpy(dtype=np.float64)
        ends = np.linspace(min(float(across.min()), 0.0), max(float(across.max()), 0.0), 50)
        color = COLORS[number]
        edges = np.sort(np.column_stack([ends * line["conf_low"], ends * line["conf_high"]]), axis=1)
        axes.fill_between(ends, edges[:, 0], edges[:, 1], color=color, alpha=0.15, linewidth=0)
        axes.plot(ends, ends * line["slope"], color=color, linestyle=("-", "--")[number], linewidth=1.3)
        axes.plot(
            across,
            points["growth"].to_numpy(dtype=np.float64),
            MARKERS[number],
            color=color,
            markersize=4,
            linestyle="none",
            label=_GROUPS[str(name)].language(language),
        )
    axes.set_xlabel(_HEADINGS["fitness_relative_to_the_market"].language(language))
    axes.set_ylabel(_HEADINGS["growth_of_the_share_log_points"].language(language))
    if len(found.groups) > 1:
        legend_above(figure, axes, 2)
    return figure
