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
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BreakPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


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
            title=Text.of(self.title or _HEADINGS["f_by_date_of_break"]),
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
        label=_HEADINGS["f_statistic"].language(language),
    )
    axes.axhline(
        float(found.tests.to_dict("index")["sup_f"]["critical_5"]),
        color="0.35",
        linewidth=0.8,
        linestyle=(0, (4, 2)),
        label=_HEADINGS["critical_value_of_the_largest"].language(language),
    )
    axes.axvline(
        found.last_before,
        color=COLORS[1],
        linewidth=0.9,
        label=_HEADINGS["last_date_before_the_break"].language(language),
    )
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["last_date_before_a_break"].language(language))
    axes.set_ylabel(_HEADINGS["f_statistic"].language(language))
    legend_above(figure, axes, 3 if width == "wide" else 1)
    return figure
