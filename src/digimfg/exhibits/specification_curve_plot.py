"""The estimates of every specification in order, over the choices behind each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.formatting import format_number, format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, width_inches, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.robustness.specification_curve import SpecificationCurve
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["SpecificationCurvePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_FAMILIES = sheet_beside(__file__, "specification_curve_plot", "families")
_NONE = _HEADINGS["none"]
_DENSE = 150


@checked
@dataclass(frozen=True, kw_only=True)
class SpecificationCurvePlot(OfStudy, Labelled, FigureExhibit):
    """Draw a specification curve: sorted estimates with intervals above, the matrix of choices below.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `specification_curve` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> SpecificationCurvePlot("curve", labels={"2013+": "after 2013"}).width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        curve = one_study(self, evidence, SpecificationCurve, self.study)
        return Chart(
            title=Text.of(self.title or _HEADINGS["specification_curve"]),
            draw=partial(_draw, curve, self.labels, self.width),
            notes=(note_paragraph([*_sentences(curve), *curve.notes]),),
            name=self.name,
        )


def _sentences(curve: SpecificationCurve) -> list[Text]:
    s = curve.statistics
    count, median = int(s["n_specifications"]), format_number(s["median_estimate"], 4)
    level = f"{curve.alpha:.0%}"
    sentences = [
        Text(
            f"{count:,} specifications: median estimate {median}, {s['share_positive']:.0%} positive, "
            f"{s['share_significant_positive']:.0%} positive and significant at {level}, "
            f"{s['share_significant_negative']:.0%} negative and significant",
            f"{count:,}个设定：估计值中位数{median}，{s['share_positive']:.0%}为正，"
            f"{s['share_significant_positive']:.0%}为正且在{level}水平显著，"
            f"{s['share_significant_negative']:.0%}为负且显著",
        ),
        _HEADINGS["bars_then_grey"],
    ]
    if curve.standardized:
        sentences.append(_HEADINGS["estimates_standardised"])
    if len(curve.null):
        p = [format_p_value(s[name], 3) for name in ("median_p", "share_significant_p", "stouffer_p")]
        sentences += [
            Text(
                f"Jointly, p = {p[0]} (median), {p[1]} (share significant), {p[2]} (Stouffer's Z = "
                f"{written(s['stouffer_z'], '.2f')})",
                f"联合检验p值：中位数{p[0]}，显著占比{p[1]}，Stouffer "
                f"Z（{written(s['stouffer_z'], '.2f')}）{p[2]}",
            ),
            _HEADINGS["dashed_without_effect"],
        ]
    return sentences


def _draw(
    curve: SpecificationCurve, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    from matplotlib.figure import Figure

    rows = _rows(curve, labels, language)
    ems = 26 if width == "wide" else 15
    join = "：" if language == "zh" else ": "
    names = [balanced(f"{_FAMILIES[family].language(language)}{join}{name}", ems) for family, name, _ in rows]
    # A name of two lines takes the room of two rows.
    sizes = [1.0 + 0.8 * name.count("\n") for name in names]
    heights = [sum(sizes[:number]) + size / 2 for number, size in enumerate(sizes)]
    inches = width_inches(width)
    depth = 0.16 * max(1.0, sum(sizes))
    figure = Figure(figsize=(inches, 2.0 + depth))
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1.8, depth))
    _estimates(top, curve)
    top.set_ylabel(_HEADINGS["estimate"].language(language))
    top.tick_params(axis="x", length=0, labelbottom=False)
    places = np.arange(1, len(curve.coefficients) + 1)
    dense = len(places) > _DENSE
    significant = (curve.coefficients["p_value"] < curve.alpha).to_numpy()
    for height, (_, _, uses) in zip(heights, rows, strict=True):
        for chosen, ink in ((uses & significant, COLORS[0]), (uses & ~significant, "0.65")):
            marks = bottom.plot(
                places[chosen],
                np.full(chosen.sum(), height),
                "|" if dense else "s",
                color=ink,
                markersize=4.5 if dense else 2.8,
                markeredgewidth=0.35 if dense else 0.0,
                linestyle="none",
            )
            marks[0].set_rasterized(dense)
    for number in range(1, len(rows)):
        if rows[number][0] != rows[number - 1][0]:
            bottom.axhline(sum(sizes[:number]), color="0.8", linewidth=0.5)
    bottom.set_yticks(heights, names)
    bottom.tick_params(axis="y", length=0, labelsize=6.5)
    bottom.set_ylim(max(1.0, sum(sizes)), 0)
    bottom.set_xlim(0, len(places) + 1)
    bottom.spines[["left", "bottom"]].set_visible(False)
    bottom.set_xticks([])
    bottom.set_xlabel(_HEADINGS["specifications_by_estimate"].language(language))
    return figure


def _estimates(axes: Axes, curve: SpecificationCurve) -> None:
    table = curve.coefficients
    places = table.index.to_numpy(dtype=float)
    dense = len(table) > _DENSE
    significant = (table["p_value"] < curve.alpha).to_numpy()
    zero_line(axes)
    for chosen, ink in ((~significant, "0.72"), (significant, COLORS[2])):
        bars = axes.vlines(
            places[chosen],
            table["conf_low"].to_numpy()[chosen],
            table["conf_high"].to_numpy()[chosen],
            color=ink,
            linewidth=0.5 if dense else 1.0,
            zorder=0,
        )
        bars.set_rasterized(dense)
    for chosen, ink in ((~significant, "0.4"), (significant, COLORS[0])):
        points = axes.plot(
            places[chosen],
            table["estimate"].to_numpy()[chosen],
            "o",
            color=ink,
            markersize=1.2 if dense else 3,
            markeredgewidth=0,
            linestyle="none",
            zorder=3,
        )
        points[0].set_rasterized(dense)
    if len(curve.null_band):
        for side in ("low", "high"):
            axes.plot(places, curve.null_band[side], color=COLORS[1], linestyle="--", linewidth=0.8, zorder=2)


def _rows(
    curve: SpecificationCurve, labels: Mapping[str, Text | str] | None, language: Language
) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Return family, name and use of every choice that some specifications make and others do not."""
    rows: list[tuple[str, str, NDArray[np.bool_]]] = []
    for family in _FAMILIES:
        if family == "controls" and len(curve.included.columns):
            for name in curve.included.columns:
                uses = curve.included[name].to_numpy(dtype=bool)
                if uses.any() and not uses.all():
                    rows.append((family, _label(str(name), labels, language), uses))
            continue
        column = curve.choices[family]
        found = sorted(dict.fromkeys(column))
        if len(found) > 1:
            rows += [(family, _label(name, labels, language), (column == name).to_numpy()) for name in found]
    return rows


def _label(name: str, labels: Mapping[str, Text | str] | None, language: Language) -> str:
    if not name:
        return _NONE.language(language)
    if labels and name in labels:
        return Text.of(labels[name]).language(language)
    joiner = "、" if language == "zh" else " + "
    return joiner.join(term_label(part, labels).language(language) for part in name.split(" + "))
