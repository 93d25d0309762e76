"""Critical slowing down: rolling variance and autocorrelation, and what stationary noise shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.early_warning import EarlyWarning
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, figure_size, legend_above, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EarlyWarningPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LABELS = {"variance": _HEADINGS["variance"], "autocorrelation": _HEADINGS["autocorrelation"]}


@checked
@dataclass(frozen=True, kw_only=True)
class EarlyWarningPlot(OfStudy, FigureExhibit):
    """Draw the answer of `early_warning`: each indicator above the middle 95 % of stationary noise.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; an `EarlyWarning` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> EarlyWarningPlot("slowing").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, EarlyWarning, self.study)
        trends = found.trends.to_dict("index")
        variance, memory = trends["variance"], trends["autocorrelation"]
        sentence = note_of(
            "exhibits.windows_drawn",
            n=int(found.statistics["n_window"]),
            variance=float(variance["tau"]),
            p=float(variance["p_value"]),
            memory=float(memory["tau"]),
            q=float(memory["p_value"]),
            joint=found.statistics["p_joint"],
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["early_warning_indicators"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: EarlyWarning, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size(width, 0.6 if width == "wide" else 1.0))
    both = figure.subplots(2, 1, sharex=True)
    dates = found.indicators.index.to_numpy(dtype=np.float64)
    for axes, (name, label) in zip(both, _LABELS.items(), strict=True):
        low, high = (found.noise[f"{name}_{end}"].to_numpy(dtype=np.float64) for end in ("low", "high"))
        axes.fill_between(
            dates,
            low,
            high,
            color=COLORS[2],
            alpha=0.3,
            linewidth=0,
            label=_HEADINGS["stationary_noise_95_pct"].language(language),
        )
        axes.plot(
            dates,
            found.indicators[name].to_numpy(dtype=np.float64),
            color=COLORS[0],
            linewidth=1.2,
            label=_HEADINGS["series"].language(language),
        )
        axes.set_ylabel(label.language(language))
        axes.grid(axis="y")
    whole_ticks(both[1])
    both[1].set_xlabel(_HEADINGS["end_of_the_window"].language(language))
    legend_above(figure, both[0], 2)
    return figure
