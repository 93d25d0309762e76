"""Estimates of all robustness checks around the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, width_inches, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.robustness.battery import RobustnessBattery
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

__all__ = ["RobustnessPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@dataclass(frozen=True, slots=True)
class _Point:
    label: Text
    estimate: float
    low: float
    high: float
    placebo: bool


@checked
@dataclass(frozen=True, kw_only=True)
class RobustnessPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the estimates of a battery that have the baseline's units, with 95 % confidence intervals.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `robustness_battery` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> RobustnessPlot("robustness_figure").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        battery = one_study(self, evidence, RobustnessBattery, self.study)
        baseline = _point(_HEADINGS["baseline"], battery.baseline)
        points = [baseline]
        elsewhere = []
        for row in battery.rows:
            if row.numbers is None:
                continue
            if row.other_units:
                elsewhere.append(row.label)
            else:
                points.append(_point(row.label, row.numbers))
        sentences = [
            Text(
                "Points are estimates, bars 95% confidence intervals; dashed: the baseline",
                "点为估计值，线段为95%置信区间，虚线为基准估计",
            )
        ]
        if any(point.placebo for point in points):
            sentences.append(
                Text(
                    "Hollow: mean of the placebo estimates, with where 95% of them lie",
                    "空心点为安慰剂估计的均值，线段为其95%范围",
                )
            )
        if elsewhere:
            sentences.append(
                Text(
                    "In other units and not drawn: " + "; ".join(label.en for label in elsewhere),
                    "单位不同而未绘出：" + "；".join(label.zh for label in elsewhere),
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["estimates_under_robustness_checks"]),
            draw=partial(_draw, points, term_label(battery.term, self.labels), self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _point(label: Text, numbers: Mapping[str, float]) -> _Point:
    low, high = numbers.get("conf_low", math.nan), numbers.get("conf_high", math.nan)
    return _Point(label, numbers["estimate"], low, high, "placebo" in numbers)


def _draw(points: Sequence[_Point], subject: Text, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    ems = 22.0 if width == "wide" else 11.0
    names = [balanced(point.label.language(language), ems) for point in points]
    # A label of two lines takes the room of two rows.
    sizes = [name.count("\n") + 1.5 for name in names]
    places = [sum(sizes[:number]) + size / 2 for number, size in enumerate(sizes)]
    inches = width_inches(width)
    figure = Figure(figsize=(inches, 0.6 + 0.12 * sum(sizes)))
    axes = figure.subplots()
    zero_line(axes, vertical=True)
    axes.axvline(points[0].estimate, color=COLORS[1], linestyle="--", linewidth=0.9, zorder=1)
    for number, (place, point) in enumerate(zip(places, points, strict=True)):
        if math.isfinite(point.low):
            axes.hlines(place, point.low, point.high, color=COLORS[0], linewidth=1.0, zorder=2)
        axes.plot(
            point.estimate,
            place,
            "s" if number == 0 else "o",
            color=COLORS[0],
            markerfacecolor="white" if point.placebo else COLORS[0],
            markersize=4,
            zorder=3,
        )
    axes.set_yticks(places, names)
    axes.set_ylim(sum(sizes), 0)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(balanced(subject.language(language), 40 if width == "wide" else 13))
    return figure
