"""A curve of adoption: what was observed, what was fitted, and how far saturation is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.diffusion import DiffusionCurve
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, written_ends

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DiffusionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class DiffusionPlot(OfStudy, FigureExhibit):
    """Draw the answer of `fit_diffusion`: a band where the data bound saturation, none where they do not.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `DiffusionCurve` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> DiffusionPlot("users").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, DiffusionCurve, self.study)
        sentence = note_of(
            "exhibits.diffusion_drawn",
            curve=_NAMES[found.curve],
            turn=found.statistics["inflection"],
            share=found.statistics["share_adopted"],
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["diffusion_observed_and_fitted"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *_saturation(found), *found.notes]),),
            name=self.name,
        )


_NAMES = sheet_beside(__file__, "diffusion_plot", "names")


def _saturation(found: DiffusionCurve) -> list[Text]:
    if "m" not in found.parameters.index:
        return []
    estimate, low, high = found.parameters.loc[["m"], ["estimate", "conf_low", "conf_high"]].to_numpy()[0]
    first, last = written_ends(float(low), float(high), 4)
    return [
        note_of("exhibits.saturation_interval", m=float(estimate), level=found.level, first=first, last=last)
    ]


def _draw(found: DiffusionCurve, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    times, observed, fitted = (
        found.fitted[name].to_numpy(dtype=np.float64) for name in ("time", "observed", "fitted")
    )
    axes.plot(
        times,
        observed,
        linestyle="none",
        marker="o",
        markersize=3.5,
        color="0.25",
        label=_HEADINGS["observed"].language(language),
    )
    axes.plot(times, fitted, color=COLORS[0], linewidth=1.3, label=_HEADINGS["fitted"].language(language))
    turn = found.statistics["inflection"]
    if times[0] <= turn <= times[-1]:
        axes.axvline(
            turn,
            color=COLORS[1],
            linewidth=0.9,
            linestyle="--",
            label=_HEADINGS["inflection"].language(language),
        )
    if "m" in found.parameters.index and found.curve != "bass":
        low, high = found.parameters.loc[["m"], ["conf_low", "conf_high"]].to_numpy(dtype=np.float64)[0]
        if np.isfinite([low, high]).all() and high < 3 * max(float(observed.max()), float(fitted.max())):
            axes.axhspan(
                low,
                high,
                color="0.9",
                linewidth=0,
                zorder=0,
                label=_HEADINGS["interval_of_saturation"].language(language),
            )
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["date"].language(language))
    axes.set_ylabel(_HEADINGS["adopters"].language(language))
    legend_above(figure, axes, 4 if width == "wide" else 2)
    return figure
