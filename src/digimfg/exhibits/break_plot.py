"""A break at an unknown date: the F statistic of every date above its simulated critical value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.breaks import BreakTest
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BreakPlot"]


@checked
@dataclass(frozen=True, kw_only=True)
class BreakPlot(OfStudy, FigureExhibit):
    """Draw the answer of `break_test`.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `BreakTest` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> BreakPlot("turn").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, BreakTest, self.study)
        test = found.tests.to_dict("index")["sup_f"]
        sentence = note_of(
            "exhibits.largest_break",
            f=float(test["statistic"]),
            before=found.last_before,
            after=found.first_after,
            p=float(test["p_value"]),
            critical=float(test["critical_5"]),
        )
        return Chart(
            title=Text.of(self.title or Text("F statistics of a break by date", "各时点结构突变的F统计量")),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: BreakTest, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    axes.plot(
        found.path.index.to_numpy(dtype=np.float64),
        found.path["f"].to_numpy(dtype=np.float64),
        color=COLORS[0],
        linewidth=1.2,
        label=Text("F statistic", "F统计量").language(language),
    )
    axes.axhline(
        float(found.tests.to_dict("index")["sup_f"]["critical_5"]),
        color="0.35",
        linewidth=0.8,
        linestyle=(0, (4, 2)),
        label=Text("5% critical value of the largest", "最大值的5%临界值").language(language),
    )
    axes.axvline(
        found.last_before,
        color=COLORS[1],
        linewidth=0.9,
        label=Text("Last date before the break", "突变前最后一期").language(language),
    )
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    whole_ticks(axes)
    axes.set_xlabel(Text("Last date before a break", "突变前最后一期的时间").language(language))
    axes.set_ylabel(Text("F statistic", "F统计量").language(language))
    legend_above(figure, axes, 3 if width == "wide" else 1)
    return figure
