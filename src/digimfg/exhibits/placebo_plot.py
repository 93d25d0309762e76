"""Where the estimate stands among those of reassigned variables: the placebo figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number, format_p_value
from digimfg.display.notes import joined, note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Count, Share
from digimfg.labels import term_label
from digimfg.robustness.randomization import RandomizationTest
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PlaceboPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class PlaceboPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the density of placebo coefficients, the p value of each, and the estimate.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `RandomizationTest`, or several by name.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    level
        Height of the dashed line across p values.
    points
        The most p values to draw, evenly spread over the replications; the density is of all.

    Examples
    --------
    >>> PlaceboPlot("placebo", level=0.05).level
    0.05
    """

    level: Share = 0.1
    points: Count = 1_000

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, RandomizationTest, self.study)
        p = format_p_value(found.p_value, 3)
        p = p if p.startswith("<") else f"= {p}"
        estimate = format_number(found.estimate, 4)
        count = format_count(found.replications)
        label = term_label(found.term, self.labels)
        sentences = [
            Text(
                f"{label.en}: {count} reassignments{' (all there are)' if found.exact else ''}; solid "
                f"vertical line: the "
                f"estimate, {estimate} (randomization p {p})",
                f"{label.zh}：{count}次置换{'（全部）' if found.exact else ''}；"
                f"竖直实线为实际估计值{estimate}（随机化p值{p}）",
            ),
            Text(
                f"Curve: density of the placebo coefficients; circles: p value of each; dashed: p = "
                f"{self.level:g}",
                f"曲线为安慰剂系数的核密度，圆点为各系数的p值，虚线为p = {self.level:g}",
            ),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["placebo_test"]),
            draw=partial(_draw, found, self.level, self.points, self.width),
            notes=(
                note_paragraph(sentences),
                joined(found.notes),
            ),
            name=self.name,
        )


def _draw(found: RandomizationTest, level: float, points: int, width: Width, language: Language) -> Figure:
    from scipy.stats import gaussian_kde

    figure, axes = new_figure(width, 0.62 if width == "wide" else 0.85)
    values = found.placebo["estimate"].to_numpy(dtype=np.float64)
    step = max(1, -(-len(values) // points))
    axes.scatter(
        values[::step],
        found.placebo["p_value"].to_numpy(dtype=np.float64)[::step],
        s=9,
        facecolors="none",
        edgecolors=COLORS[2],
        linewidths=0.6,
        label=_HEADINGS["p_value"].language(language),
        zorder=2,
    )
    axes.axhline(level, color="0.35", linestyle="--", linewidth=0.7, zorder=1)
    axes.axvline(
        found.estimate,
        color=COLORS[1],
        linewidth=1.1,
        zorder=4,
        label=_HEADINGS["actual_estimate"].language(language),
    )
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(_HEADINGS["placebo_coefficient"].language(language))
    axes.set_ylabel(_HEADINGS["p_value"].language(language))
    right = axes.twinx()
    if np.ptp(values) > 0:
        span = np.ptp(values)
        grid = np.linspace(values.min() - 0.1 * span, values.max() + 0.1 * span, 400)
        density = gaussian_kde(values)(grid)
        right.plot(grid, density, color=COLORS[0], linewidth=1.3, zorder=3)
        axes.plot(
            [], [], color=COLORS[0], linewidth=1.3, label=_HEADINGS["kernel_density"].language(language)
        )
        right.set_ylim(0, density.max() * 1.08)
    right.set_ylabel(_HEADINGS["kernel_density"].language(language))
    right.grid(visible=False)
    right.spines["right"].set_visible(True)
    legend_above(figure, axes, 3)
    return figure
