"""Intervals of an instrumented effect: the usual one, the tF one, and the Anderson-Rubin set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, width_inches, zero_line
from digimfg.exhibits.selection import exhibit_where, select_results
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from digimfg.result import Result

__all__ = ["InstrumentIntervalPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

Segments = tuple[tuple[float, float], ...]

_KINDS = (
    ("t", _HEADINGS["t_statistic"]),
    ("tf", _HEADINGS["tf"]),
    ("anderson_rubin", _HEADINGS["anderson_rubin"]),
)


@checked
@dataclass(frozen=True, kw_only=True)
class InstrumentIntervalPlot(Labelled, FigureExhibit):
    """Draw the 95 per cent intervals of the instrumented effect side by side; arrows where they do not end.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; results of `TwoStageLeastSquares` with one endogenous term.
    columns
        Specifications to show, in this order; all of them by default.

    Examples
    --------
    >>> InstrumentIntervalPlot("effect_intervals", columns=("baseline",)).columns
    ('baseline',)
    """

    uses: ClassVar[Uses] = Uses(results=("columns",))

    columns: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        results = select_results(self, evidence, self.columns)
        for name, result in results.items():
            if "anderson_rubin" not in result.tables:
                raise ExhibitError.of("exhibits.no_anderson_rubin_set", where=exhibit_where(self), name=name)
        sentences = [
            Text(
                "Points: estimates; bars: 95% intervals from the t statistic, from t with critical "
                "values that depend on "
                "the first-stage F (tF), and the values that the Anderson–Rubin test does not reject",
                "点为估计值；线段为95%置信区间：依t统计量、依随第一阶段F值调整临界值的t（tF），"
                "以及Anderson–Rubin检验未拒绝的取值",
            ),
            _HEADINGS["arrows"],
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["intervals_of_the_instrumented_effect"]),
            draw=partial(_draw, results, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _intervals(result: Result) -> dict[str, Segments]:
    row = result.coefficients.iloc[[0]]
    found: dict[str, Segments] = {"t": ((float(row["conf_low"].iloc[0]), float(row["conf_high"].iloc[0])),)}
    for name in ("tf", "anderson_rubin"):
        if name in result.tables:
            ends = result.tables[name][["conf_low", "conf_high"]].to_numpy(dtype=np.float64)
            found[name] = tuple((float(low), float(high)) for low, high in ends)
    return found


def _draw(
    results: Mapping[str, Result],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    lines = [
        (name, kind, label, intervals[kind], result)
        for name, result in results.items()
        for intervals in (_intervals(result),)
        for kind, label in _KINDS
        if kind in intervals
    ]
    inches = width_inches(width)
    figure = Figure(figsize=(inches, 0.7 + 0.24 * len(lines)))
    axes = figure.subplots()
    low, high = _range([segments for _, _, _, segments, _ in lines], results)
    axes.set_xlim(low, high)
    names = []
    for place, (name, kind, label, segments, result) in enumerate(lines):
        height = -place
        color = COLORS[[key for key, _ in _KINDS].index(kind)]
        for segment in segments:
            _bar(axes, segment, height, (low, high), color)
        estimate = float(result.coefficients["estimate"].iloc[0])
        axes.plot(estimate, height, "o", color="0.15", markersize=3, zorder=4)
        names.append(_name(name if len(results) > 1 else None, label, labels).language(language))
    axes.set_yticks(-np.arange(len(lines)), names)
    axes.set_ylim(-len(lines) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.grid(visible=False, axis="y")
    if low < 0 < high:
        zero_line(axes, vertical=True)
    terms = dict.fromkeys(str(result.coefficients.index[0]) for result in results.values())
    axes.set_xlabel(
        Text("Effect of ", "").language(language)
        + ("、" if language == "zh" else ", ").join(axis_label(term, labels, language) for term in terms)
        + Text("", "的效应").language(language)
    )
    return figure


def _name(result: str | None, kind: Text, labels: Mapping[str, Text | str] | None) -> Text:
    if result is None:
        return kind
    shown = term_label(result, labels)
    return Text(f"{shown.en}: {kind.en}", f"{shown.zh}：{kind.zh}")


def _range(shown: list[Segments], results: Mapping[str, Result]) -> tuple[float, float]:
    ends = [end for segments in shown for pair in segments for end in pair if np.isfinite(end)]
    ends += [float(result.coefficients["estimate"].iloc[0]) for result in results.values()]
    # A far end of a set that is not bounded must not squeeze the rest: keep to three times the usual
    # intervals.
    usual = [end for segments in shown for pair in segments if np.all(np.isfinite(pair)) for end in pair]
    middle = float(np.median(usual)) if usual else float(np.median(ends))
    reach = 1.5 * max((abs(end - middle) for end in usual), default=1.0)
    kept = [end for end in ends if abs(end - middle) <= 2 * reach]
    low, high = min(kept), max(kept)
    pad = 0.12 * max(high - low, 1e-12 * max(abs(high), 1.0), 1e-300)
    return low - pad, high + pad


def _bar(
    axes: Axes, segment: tuple[float, float], height: float, view: tuple[float, float], color: str
) -> None:
    low, high = max(segment[0], view[0]), min(segment[1], view[1])
    if low > high:
        return
    axes.plot([low, high], [height, height], color=color, linewidth=1.6, solid_capstyle="butt", zorder=3)
    for end, inside, marker in ((segment[0], low, "<"), (segment[1], high, ">")):
        if end == inside:
            axes.plot(inside, height, "|", color=color, markersize=5, zorder=3)
        else:
            axes.plot(inside, height, marker, color=color, markersize=4, clip_on=False, zorder=3)
