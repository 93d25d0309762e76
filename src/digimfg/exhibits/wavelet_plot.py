"""A wavelet spectrum: power over the level of red noise by period and date, and its mean over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.wavelets import WaveletSpectrum
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, figure_size, whole_ticks
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["WaveletPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_BOUNDS = (0.0, 0.125, 0.25, 0.5, 1.0, 1.5, 2.0)


@checked
@dataclass(frozen=True, kw_only=True)
class WaveletPlot(OfStudy, FigureExhibit):
    """Draw the answer of `wavelet_spectrum`: hatched dates are reached by the ends of the series.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `WaveletSpectrum` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> WaveletPlot("long_waves", width="narrow").width
    'narrow'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, WaveletSpectrum, self.study)
        sentences = [
            note_of("exhibits.wavelet_drawn", level=1 - found.level),
            note_of(
                "exhibits.wavelet_tests",
                alpha=found.statistics["autocorrelation"],
                p=found.statistics["p_value"],
                whole=found.statistics["p_value_global"],
            ),
            *found.notes,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["wavelet_spectrum"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(found: WaveletSpectrum, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size(width, 0.6 if width == "wide" else 0.95))
    axes, side = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1))
    _map(figure, axes, found, language)
    whole = found.global_spectrum
    side.plot(whole["power"], whole.index, color=COLORS[0], linewidth=1.2)
    side.plot(whole["level"], whole.index, color="0.35", linewidth=0.8, linestyle=(0, (4, 2)))
    side.set_xlabel(_HEADINGS["mean_power"].language(language))
    side.set_xlim(left=0)
    side.grid(axis="y")
    return figure


def _map(figure: Figure, axes: Axes, found: WaveletSpectrum, language: Language) -> None:
    from matplotlib.ticker import FixedLocator, NullLocator

    dates = found.power.columns.to_numpy(dtype=np.float64)
    periods = found.power.index.to_numpy(dtype=np.float64)
    ratio = found.power.to_numpy(dtype=np.float64) / found.local_level.to_numpy(dtype=np.float64)[:, None]
    shades = axes.contourf(dates, periods, ratio, levels=_BOUNDS, cmap="YlGnBu", extend="max")
    axes.contour(dates, periods, ratio, levels=[1.0], colors=["0.1"], linewidths=0.8)
    reached = np.clip(found.cone["longest_period"].to_numpy(dtype=np.float64), periods[0], None)
    axes.fill_between(
        dates,
        np.minimum(reached, periods[-1]),
        periods[-1],
        facecolor="white",
        alpha=0.45,
        edgecolor="0.5",
        hatch="////",
        linewidth=0.3,
    )
    axes.set_yscale("log", base=2)
    marks = 2.0 ** np.arange(np.ceil(np.log2(periods[0])), np.floor(np.log2(periods[-1])) + 1)
    axes.yaxis.set_major_locator(FixedLocator(marks.tolist()))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticks(marks.tolist(), [f"{mark:g}" for mark in marks])
    axes.set_ylim(periods[-1], periods[0])
    axes.set_xlim(dates[0], dates[-1])
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["date"].language(language))
    axes.set_ylabel(_HEADINGS["period_length"].language(language))
    bar = figure.colorbar(shades, ax=axes, location="bottom", fraction=0.05, pad=0.03, aspect=40)
    bar.set_ticks(list(_BOUNDS), labels=[f"{bound:g}" for bound in _BOUNDS])
    share = f"{1 - found.level:.0%}"
    bar.set_label(Text(f"Power over its {share} level", f"功率与{share}临界值之比").language(language))
