"""Contours of an estimate over the strength of an omitted variable, with benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, new_figure
from digimfg.exhibits.selection import exhibit_where, one_study
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Share
from digimfg.labels import term_label
from digimfg.robustness.omitted_variables import OmittedVariableBounds, adjusted_error, adjusted_estimate
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["OmittedVariablePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class OmittedVariablePlot(OfStudy, Labelled, FigureExhibit):
    """Draw how an omitted variable of any strength would move an estimate (Cinelli and Hazlett 2020).

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `omitted_variable_bounds` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    quantity
        ``"estimate"`` or ``"statistic"`` (its t).
    limit
        Largest partial R² on both axes; by default what the benchmarks and the robustness value need.

    Examples
    --------
    >>> OmittedVariablePlot("sensitivity", quantity="statistic").quantity
    'statistic'
    """

    quantity: Literal["estimate", "statistic"] = "estimate"
    limit: Share | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        result = one_study(self, evidence, OmittedVariableBounds, self.study)
        limit = self.limit if self.limit is not None else _limit(result)
        if not 0 < limit < 1:
            raise ExhibitError.of("exhibits.limit_outside_unit", where=exhibit_where(self), got=f"{limit:g}")
        shown = [
            format_number(value, 4)
            for value in (result.robustness_value, result.robustness_value_significance, result.partial_r2)
        ]
        share = (
            _HEADINGS["the_whole_estimate"]
            if result.q == 1
            else Text(f"{result.q:.0%} of the estimate", f"{result.q:.0%}的估计值")
        )
        sentences = [
            Text(
                f"A confounder that explains {shown[0]} of the residual variance of both would take "
                f"away {share.en}; "
                f"{shown[1]} takes away significance at {result.alpha:.0%}",
                f"混杂变量须同时解释两者残差方差的{shown[0]}才能消去{share.zh}；"
                f"解释{shown[1]}即失去{result.alpha:.0%}水平的显著性",
            ),
            Text(
                f"Partial R² of the regressor with the outcome: {shown[2]}",
                f"解释变量与被解释变量的偏R²：{shown[2]}",
            ),
            Text(
                "Points: confounders as strong as a benchmark, or so many times stronger; dashed: "
                + ("zero" if self.quantity == "estimate" else "critical value"),
                "点为与基准变量同样强或数倍于它的混杂变量；虚线为"
                + ("零" if self.quantity == "estimate" else "临界值"),
            ),
        ]
        title = _HEADINGS["sensitivity_to_an_omitted_variable"]
        return Chart(
            title=Text.of(self.title or title),
            draw=partial(_draw, result, self.quantity, limit, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _limit(result: OmittedVariableBounds) -> float:
    widest = [result.robustness_value * 1.25, 0.05]
    if len(result.bounds):
        widest += [
            float(result.bounds["r2_regressor"].max()) * 1.15,
            float(result.bounds["r2_outcome"].max()) * 1.15,
        ]
    return min(max(widest), 0.99)


def _draw(
    result: OmittedVariableBounds,
    quantity: Literal["estimate", "statistic"],
    limit: float,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 0.72 if width == "wide" else 0.95)
    grid = np.linspace(0, limit, 160)
    regressor, outcome = np.meshgrid(grid, grid)
    values = adjusted_estimate(result.estimate, result.std_error, result.df, regressor, outcome)
    line = 0.0
    if quantity == "statistic":
        with np.errstate(divide="ignore"):
            values = values / adjusted_error(result.std_error, result.df, regressor, outcome)
        line = float(np.sign(result.estimate)) * float(scipy.stats.t.ppf(1 - result.alpha / 2, result.df - 1))
    drawn = axes.contour(
        regressor, outcome, values, levels=10, colors="0.6", linewidths=0.6, linestyles="solid"
    )
    others = [float(level) for level in drawn.levels if level != line]
    axes.clabel(drawn, others, fontsize=6, fmt={level: f"{level:.3g}".replace("-", "−") for level in others})
    if np.nanmin(values) < line < np.nanmax(values):
        axes.contour(
            regressor, outcome, values, levels=[line], colors=COLORS[1], linewidths=1.1, linestyles="--"
        )
    axes.plot(0, 0, "^", color=COLORS[0], markersize=4, clip_on=False, zorder=4)
    value = result.estimate if quantity == "estimate" else result.estimate / result.std_error
    unadjusted = _HEADINGS["as_estimated"].language(language)
    ems = 30.0 if width == "wide" else 12.0
    _named(axes, (0.0, 0.0), f"{unadjusted} ({format_number(value, 3)})", limit)
    for row in result.bounds.reset_index().to_dict("records"):
        if row["r2_regressor"] > limit or row["r2_outcome"] > limit:
            continue
        axes.plot(row["r2_regressor"], row["r2_outcome"], "D", color=COLORS[0], markersize=3.5, zorder=4)
        label = f"{row['multiple']:g} × {term_label(str(row['benchmark']), labels).language(language)}"
        point = (float(row["r2_regressor"]), float(row["r2_outcome"]))
        words = balanced(f"{label} ({format_number(float(row[quantity]), 3)})", ems)
        _named(axes, point, words, limit)
    axes.set_xlim(0, limit)
    axes.set_ylim(0, limit)
    across = _HEADINGS["partial_r2_with_the_regressor"]
    upwards = _HEADINGS["partial_r2_with_the_outcome"]
    axes.set_xlabel(balanced(across.language(language), 1.4 * ems))
    axes.set_ylabel(balanced(upwards.language(language), 1.4 * ems))
    return figure


def _named(axes: Axes, point: tuple[float, float], words: str, limit: float) -> None:
    """Write beside a point, towards the middle of the figure, on a white ground that keeps contours off the
    words.
    """
    from matplotlib.patheffects import withStroke

    inwards = point[0] > limit / 2
    axes.annotate(
        words,
        point,
        xytext=(-5 if inwards else 5, 4),
        textcoords="offset points",
        ha="right" if inwards else "left",
        fontsize=6.5,
        path_effects=[withStroke(linewidth=2, foreground="white")],
        zorder=5,
    )
