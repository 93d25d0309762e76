"""Where change leaps: the plane of the controls with its region of two states, and sections of the
surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.cusp import CuspFit
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, figure_size, legend_above, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CuspPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_SECTIONS = ((10, "-"), (50, "--"), (90, "-."))


@checked
@dataclass(frozen=True, kw_only=True)
class CuspPlot(OfStudy, FigureExhibit):
    """Draw the answer of `fit_cusp`: observations in the plane of the controls, where the shaded region has
    two stable states, and on the surface of equilibria.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `CuspFit` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> CuspPlot("leap").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, CuspFit, self.study)
        low, middle, high = _levels(found)
        sentence = note_of(
            "exhibits.cusp_drawn", n=int(found.statistics["n_obs"]), low=low, middle=middle, high=high
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["the_cusp_and_its_controls"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _levels(found: CuspFit) -> list[float]:
    beta = found.points["bifurcation"].to_numpy(dtype=np.float64)
    return [float(np.percentile(beta, share)) for share, _ in _SECTIONS]


def _draw(found: CuspFit, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    wide = width == "wide"
    figure = Figure(figsize=figure_size(width, 0.5 if wide else 1.6))
    plane, surface = figure.subplots(1, 2) if wide else figure.subplots(2, 1)
    _plane(plane, found, language)
    _surface(surface, found, language)
    legend_above(figure, surface, 3 if wide else 1)
    return figure


def _plane(axes: Axes, found: CuspFit, language: Language) -> None:
    alpha, beta, state = _points(found)
    top = max(float(beta.max()), 1.0)
    span = np.linspace(0, top * 1.05, 200)
    edge = np.sqrt(4 * span**3 / 27)
    axes.fill_betweenx(span, -edge, edge, color="0.88", linewidth=0)
    axes.plot(edge, span, color="0.35", linewidth=0.8)
    axes.plot(-edge, span, color="0.35", linewidth=0.8)
    _dots(axes, alpha, beta, state > 0)
    low, high = min(float(alpha.min()), -1.0), max(float(alpha.max()), 1.0)
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    axes.set_xlabel(_HEADINGS["asymmetry"].language(language))
    axes.set_ylabel(_HEADINGS["bifurcation"].language(language))


def _surface(axes: Axes, found: CuspFit, language: Language) -> None:
    alpha, _, state = _points(found)
    reach = max(float(np.abs(state).max()), 1.0) * 1.05
    height = np.linspace(-reach, reach, 801)
    zero_line(axes)
    for color, (_, line), beta in zip(COLORS, _SECTIONS, _levels(found), strict=False):
        place = height**3 - beta * height
        repels = 3 * height**2 < beta
        axes.plot(
            np.where(repels, np.nan, place),
            height,
            color=color,
            linestyle=line,
            linewidth=1.3,
            label=Text(f"Bifurcation {beta:.2f}", f"分叉因子{beta:.2f}").language(language).replace("-", "−"),
        )
        axes.plot(np.where(repels, place, np.nan), height, color=color, linestyle=":", linewidth=1.0)
    _dots(axes, alpha, state, state > 0)
    low, high = min(float(alpha.min()), -1.0), max(float(alpha.max()), 1.0)
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    axes.set_ylim(-reach, reach)
    axes.set_xlabel(_HEADINGS["asymmetry"].language(language))
    axes.set_ylabel(_HEADINGS["state"].language(language))


def _points(found: CuspFit) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    names = ("asymmetry", "bifurcation", "state")
    alpha, beta, state = (found.points[name].to_numpy(dtype=np.float64) for name in names)
    return alpha, beta, state


def _dots(axes: Axes, across: np.ndarray, up: np.ndarray, filled: np.ndarray) -> None:
    for chosen, face in ((~filled, "none"), (filled, "0.3")):
        axes.plot(
            across[chosen],
            up[chosen],
            "o",
            markersize=2.5,
            markeredgewidth=0.5,
            markeredgecolor="0.3",
            markerfacecolor=face,
            alpha=0.6,
            zorder=2,
        )
