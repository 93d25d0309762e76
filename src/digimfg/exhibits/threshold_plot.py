"""The likelihood ratio of each threshold over its candidates, with the line that bounds its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.estimators.threshold.estimator import PanelThreshold
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, width_inches
from digimfg.exhibits.selection import check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["ThresholdPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_ORDER = (_HEADINGS["first"], _HEADINGS["second"], _HEADINGS["third"])


@checked
@dataclass(frozen=True, kw_only=True)
class ThresholdPlot(OfResult, Labelled, FigureExhibit):
    """Draw the likelihood ratio of each threshold, its estimate and its confidence interval.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `PanelThreshold` may be given at once.
    specification
        The specification; may be left out where there is only one.

    Examples
    --------
    >>> ThresholdPlot("threshold_ratio", specification="threshold").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "PanelThreshold", "likelihood_ratio", "thresholds")
        estimator = estimator_of(self, result, PanelThreshold)
        level, variable = estimator.level, estimator.threshold_variable
        critical = float(result.tables["likelihood_ratio"]["critical"].iloc[0])
        sentences = [
            Text(
                f"Dashed: critical value {critical:.2f}; the {level:.0%} confidence interval (shaded) "
                f"runs from the "
                "lowest to the highest value below it",
                f"虚线为临界值{critical:.2f}；{level:.0%}置信区间（阴影）为其下最小值至最大值",
            ),
            _HEADINGS["dotted_the_estimate"],
        ]
        if len(result.tables["thresholds"]) > 1:
            sentences.append(
                Text(
                    "Lines break around the other thresholds, next to which none is searched",
                    "曲线在其他门槛附近中断，该处不作搜索",
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["likelihood_ratio_of_the_thresholds"]),
            draw=partial(
                _draw,
                result.tables["likelihood_ratio"],
                result.tables["thresholds"],
                variable,
                self.labels,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    curves: pd.DataFrame,
    thresholds: pd.DataFrame,
    variable: str,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    count = len(thresholds)
    inches = width_inches(width)
    figure = Figure(figsize=(inches, inches * (0.5 if width == "wide" else 0.75) * (0.35 + 0.65 * count)))
    panels = figure.subplots(count, 1, squeeze=False)[:, 0]
    for position, (axes, number) in enumerate(zip(panels, thresholds.index, strict=True)):
        curve = curves[curves["number"] == number]
        row = thresholds.loc[number]
        axes.axvspan(row["conf_low"], row["conf_high"], color=COLORS[2], alpha=0.35, linewidth=0, zorder=0)
        places, heights = _broken(curve, thresholds.drop(index=number)["threshold"])
        axes.plot(places, heights, color=COLORS[0], linewidth=0.9, zorder=3)
        axes.axhline(curve["critical"].iloc[0], color=COLORS[1], linestyle="--", linewidth=0.9, zorder=2)
        axes.axvline(row["threshold"], color="0.35", linestyle=":", linewidth=0.9, zorder=2)
        axes.set_ylim(bottom=0)
        axes.margins(x=0.01)
        axes.set_ylabel(_HEADINGS["likelihood_ratio"].language(language))
        if count > 1:
            order = _ORDER[position]
            axes.set_title(
                Text(
                    f"{order.en} threshold: {written(row['threshold'], '.4g')}",
                    f"{order.zh}门槛：{written(row['threshold'], '.4g')}",
                ).language(language),
                loc="left",
                fontsize=8,
            )
    panels[-1].set_xlabel(axis_label(variable, labels, language))
    return figure


def _broken(curve: pd.DataFrame, others: pd.Series[float]) -> tuple[list[float], list[float]]:
    """Return the curve with a break at every other threshold, next to which nothing was searched."""
    points = [
        *zip(curve["threshold"], curve["likelihood_ratio"], strict=True),
        *((x, math.nan) for x in others),
    ]
    points.sort(key=lambda point: point[0])
    return [float(x) for x, _ in points], [float(y) for _, y in points]
