"""The estimate without each unit in turn, beside that of the whole sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, width_inches, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Whole
from digimfg.labels import term_label, value_label
from digimfg.robustness.leave_one_out import LeaveOneOut
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["LeaveOneOutPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_NAMED = 40


@checked
@dataclass(frozen=True, kw_only=True)
class LeaveOneOutPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the estimates of `leave_one_out` in order, with intervals and the line of the whole sample.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `leave_one_out` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    named
        How many of the most influential values to name where there are more than 40.

    Examples
    --------
    >>> LeaveOneOutPlot("leave_one_out", named=6).named
    6
    """

    named: Whole = 8

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        result = one_study(self, evidence, LeaveOneOut, self.study)
        column = term_label(result.by, self.labels)
        shown = [
            format_number(result.statistics[name], 4)
            for name in ("estimate_min", "estimate_max", "estimate_full")
        ]
        sentences = [
            Text(
                f"Each point leaves out one value of {column.en} "
                f"({int(result.statistics['n_left_out'])}): {shown[0]} to "
                f"{shown[1]}, whole sample {shown[2]} (dashed)",
                f"每点剔除{column.zh}的一个取值（共{int(result.statistics['n_left_out'])}个）："
                f"{shown[0]}至{shown[1]}，"
                f"全样本为{shown[2]}（虚线）",
            ),
            _HEADINGS["bars_95_pct_confidence_intervals"],
            *result.notes,
        ]
        return Chart(
            title=Text.of(
                self.title or Text(f"Estimates without each {column.en}", f"逐一剔除{column.zh}的估计")
            ),
            draw=partial(_draw, result, self.named, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    result: LeaveOneOut,
    named: int,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    table = result.coefficients
    order = np.lexsort((np.arange(len(table)), table["estimate"].to_numpy()))
    table = table.iloc[order]
    places = np.arange(len(table))
    inches = width_inches(width)
    few = len(table) <= _NAMED
    height = 0.6 + 0.16 * len(table) if few else inches * 0.75
    figure = Figure(figsize=(inches, max(1.5, height)))
    axes = figure.subplots()
    zero_line(axes, vertical=True)
    axes.axvline(float(result.full["estimate"]), color=COLORS[1], linestyle="--", linewidth=0.9, zorder=2)
    axes.hlines(places, table["conf_low"], table["conf_high"], color=COLORS[2], linewidth=1.2 if few else 0.6)
    axes.plot(
        table["estimate"],
        places,
        "o",
        color=COLORS[0],
        markersize=3 if few else 1.8,
        linestyle="none",
        zorder=3,
    )
    shown = places if few else _influential(table, float(result.full["estimate"]), named)
    names = [
        value_label(table.index[int(place)], labels, column=result.by).language(language) for place in shown
    ]
    axes.set_yticks(shown, [balanced(name, 14) for name in names])
    axes.tick_params(axis="y", length=0 if few else 2)
    axes.set_ylim(-0.8, len(table) - 0.2)
    axes.set_xlabel(
        balanced(term_label(result.term, labels).language(language), 40 if width == "wide" else 13)
    )
    return figure


def _influential(table: pd.DataFrame, whole: float, named: int) -> list[int]:
    """Return the places of the values whose absence moves the estimate most, none too close to print."""
    distance = np.abs(table["estimate"].to_numpy() - whole)
    apart = max(1, len(table) // 20)
    chosen: list[int] = []
    for place in np.argsort(-distance, kind="stable"):
        if all(abs(int(place) - other) >= apart for other in chosen):
            chosen.append(int(place))
        if len(chosen) == named:
            break
    return sorted(chosen)
