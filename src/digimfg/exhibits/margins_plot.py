"""Average marginal effects along the values at which they are taken, or one beside the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, legend_above, legend_name, new_figure, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.postestimation.margins import Margins
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MarginsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LINES = ("-", "--", "-.", ":")


@checked
@dataclass(frozen=True, kw_only=True)
class MarginsPlot(Labelled, OfStudy, FigureExhibit):
    """Draw the answer of `margins`: effects over the column of `at` with most values, a line for each
    variable and combination of the others; without values, one point for each variable.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `Margins` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> MarginsPlot("effects").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, Margins, self.study)
        sentences = [
            note_of(
                "exhibits.margins_drawn",
                n=found.n_obs,
                level=found.level,
                of=Text("", "") if found.scale == "mean" else _HEADINGS["on_the_index_before_the_link"],
            )
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["average_marginal_effects"]),
            draw=partial(_draw, found, self.labels, self.width),
            notes=(note_paragraph([*sentences, *found.notes]),),
            name=self.name,
        )


def _draw(
    found: Margins, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.85)
    levels = [str(name) for name in found.rows.index.names]
    counts = {name: found.rows.index.get_level_values(name).nunique() for name in levels[1:]}
    along = max(counts, key=counts.__getitem__, default=None)
    if along is None or counts[along] < 2:
        _points(axes, found.rows, labels, language)
        return figure
    others = [name for name in levels if name != along]
    lines = list(found.rows.groupby(level=others, sort=False))
    for number, (key, rows) in enumerate(lines):
        _line(axes, rows, along, number, legend_name(_name(key, others, counts, labels, language)))
    zero_line(axes)
    axes.set_xlabel(axis_label(along, labels, language))
    axes.set_ylabel(_HEADINGS["average_effect"].language(language))
    legend_above(figure, axes, 3 if width == "wide" else 1)
    return figure


def _line(axes: Axes, rows: pd.DataFrame, along: str, number: int, label: str) -> None:
    rows = rows.sort_index(level=along)
    across = rows.index.get_level_values(along).to_numpy(dtype=np.float64)
    color = COLORS[number % len(COLORS)]
    low, high = (rows[name].to_numpy(dtype=np.float64) for name in ("conf_low", "conf_high"))
    axes.fill_between(across, low, high, color=color, alpha=0.18, linewidth=0)
    axes.plot(
        across,
        rows["estimate"].to_numpy(dtype=np.float64),
        color=color,
        marker=MARKERS[number % len(MARKERS)],
        markersize=3.5,
        linestyle=_LINES[number % len(_LINES)],
        linewidth=1.3,
        label=label,
    )


def _name(
    key: object,
    names: list[str],
    counts: Mapping[str, int],
    labels: Mapping[str, Text | str] | None,
    language: Language,
) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    words = [term_label(str(parts[0]), labels).language(language)]
    words += [
        f"{term_label(name, labels).language(language)} = {value:g}"
        for name, value in zip(names[1:], parts[1:], strict=True)
        if counts[name] > 1
    ]
    return ("，" if language == "zh" else ", ").join(words)


def _points(
    axes: Axes, rows: pd.DataFrame, labels: Mapping[str, Text | str] | None, language: Language
) -> None:
    variables = [str(each) for each in rows.index.get_level_values("variable")]
    height = np.arange(len(rows))[::-1]
    middle, low, high = (
        rows[name].to_numpy(dtype=np.float64) for name in ("estimate", "conf_low", "conf_high")
    )
    zero_line(axes, vertical=True)
    axes.errorbar(
        middle, height, xerr=[middle - low, high - middle], fmt="o", color=COLORS[0], capsize=3, markersize=5
    )
    axes.set_yticks(height, [term_label(name, labels).language(language) for name in variables])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel(_HEADINGS["average_effect"].language(language))
