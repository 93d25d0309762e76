"""Which units and periods carry the first stage, and how placebo instruments do beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, width_inches
from digimfg.exhibits.selection import exhibit_where, one_study
from digimfg.exhibits.style import COLORS
from digimfg.instrument_check.leverage import leverage_of
from digimfg.instrument_check.report import InstrumentReport
from digimfg.kinds import AtLeast, AtMost
from digimfg.labels import term_label, value_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["InstrumentLeveragePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class InstrumentLeveragePlot(OfStudy, Labelled, FigureExhibit):
    """Draw the shares of units and periods in the first stage, and the first-stage F of placebo instruments.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `check_instrument` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    largest
        How many units to show; the rest are summed up in the note.
    show_placebo
        Add the histogram of placebo instruments, where there are any.

    Examples
    --------
    >>> InstrumentLeveragePlot("telephones", largest=10).largest
    10
    """

    largest: Annotated[int, AtLeast(1), AtMost(60)] = 15
    show_placebo: bool = True

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        report = one_study(self, evidence, InstrumentReport, self.study)
        if report.leverage.empty:
            raise ExhibitError.of("exhibits.no_entity_or_time", where=exhibit_where(self))
        kinds = list(dict.fromkeys(report.leverage.index.get_level_values(0)))
        placebo = self.show_placebo and len(report.placebo) > 0
        return Chart(
            title=Text.of(self.title or _HEADINGS["where_the_first_stage_comes"]),
            draw=partial(_draw, report, kinds, placebo, self.largest, self.labels, self.width),
            notes=(note_paragraph(_sentences(report, kinds, placebo, self.largest, self.labels)),),
            name=self.name,
        )


def _sentences(
    report: InstrumentReport,
    kinds: list[str],
    placebo: bool,
    largest: int,
    labels: Mapping[str, Text | str] | None,
) -> list[Text]:
    treatment = term_label(report.specification.endogenous[0], labels)
    names = [term_label(str(name), labels) for name in report.variation.index]
    sentences = [
        Text(
            f"Bars: shares in the variation of {treatment.en} that "
            f"{', '.join(name.en for name in names)} explain, freed of "
            "effects and controls",
            f"条形为{'、'.join(name.zh for name in names)}所解释的{treatment.zh}变动中各个体所占份额，"
            f"已剔除固定效应与控制变量",
        )
    ]
    if "unit" in kinds and len(leverage_of(report.leverage, "unit")) > largest:
        part = leverage_of(report.leverage, "unit")["leverage"].to_numpy()
        rest = 100 * float(part[largest:].sum())
        sentences.append(
            Text(
                f"The {largest} largest of {len(part)} units are shown; the others have {rest:.0f}% together",
                f"显示{len(part)}个个体中最大的{largest}个；其余合计占{rest:.0f}%",
            )
        )
    if placebo:
        value, count = report.statistics["first_stage_f"], len(report.placebo)
        sentences.append(
            Text(
                f"Histogram: first-stage F with the instruments of other units ({count} permutations); "
                f"dashed: "
                f"with the units' own, {value:.1f} (p = {report.statistics['placebo_p']:.3f})",
                f"直方图为以其他个体的工具变量替代时的第一阶段F值（{count}次置换）；虚线为实际值{value:.1f}"
                f"（p = {report.statistics['placebo_p']:.3f}）",
            )
        )
    return sentences


def _draw(
    report: InstrumentReport,
    kinds: list[str],
    placebo: bool,
    largest: int,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    inches = width_inches(width)
    count = len(kinds) + placebo
    bars = max(min(largest, len(leverage_of(report.leverage, kind))) for kind in kinds)
    beside = width == "wide"
    height = 0.9 + 0.16 * bars
    figure = Figure(figsize=(inches, height if beside else height * count))
    panels = figure.subplots(*((1, count) if beside else (count, 1)), squeeze=False).ravel()
    for axes, kind in zip(panels, kinds, strict=False):
        column = report.specification.entity if kind == "unit" else report.specification.time
        _bars(axes, leverage_of(report.leverage, kind), (kind, str(column)), largest, labels, language)
    if placebo:
        _histogram(panels[-1], report, language)
    return figure


def _bars(
    axes: Axes,
    part: pd.DataFrame,
    of: tuple[str, str],
    largest: int,
    labels: Mapping[str, Text | str] | None,
    language: Language,
) -> None:
    kind, column = of
    shown = part.iloc[:largest] if kind == "unit" else part.sort_index().iloc[-largest:]
    if kind == "unit":
        shown = shown.iloc[::-1]
    places = np.arange(len(shown))
    axes.barh(places, 100 * shown["leverage"].to_numpy(), color=COLORS[0], height=0.7)
    names = [value_label(value, labels, column=column).language(language) for value in shown.index]
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.grid(visible=False, axis="y")
    heads = {
        "unit": _HEADINGS["share_by_unit_pct"],
        "period": _HEADINGS["share_by_period_pct"],
    }
    axes.set_xlabel(heads[kind].language(language))


def _histogram(axes: Axes, report: InstrumentReport, language: Language) -> None:
    values = report.placebo["first_stage_f"].to_numpy()
    actual = report.statistics["first_stage_f"]
    axes.hist(values, bins=25, color=COLORS[2])
    axes.axvline(actual, color=COLORS[1], linestyle="--", linewidth=1.0)
    axes.set_xlabel(_HEADINGS["first_stage_f_of_placebos"].language(language))
    axes.set_ylabel(_HEADINGS["draws"].language(language))
