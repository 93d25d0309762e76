"""Coefficients of one specification over windows of periods, one panel for each term."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import (
    Width,
    axis_label,
    balanced,
    label_spacing,
    whole_ticks,
    width_inches,
    zero_line,
)
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.robustness.coefficient_path import CoefficientPath
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CoefficientPathPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_COLUMNS = 2


@checked
@dataclass(frozen=True, kw_only=True)
class CoefficientPathPlot(Labelled, OfStudy, FigureExhibit):
    """Draw the answer of `coefficient_path`: a panel for each term, windows by their last period, with
    intervals and the line of the whole sample.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `CoefficientPath` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> CoefficientPathPlot("path", study="windows").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, CoefficientPath, self.study)
        sentences = [
            _what(found),
            note_of("exhibits.bars_and_bands"),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["coefficients_over_time"]),
            draw=partial(_draw, found, self.labels, self.width),
            notes=(note_paragraph([*sentences, *found.notes]),),
            name=self.name,
        )


def _what(found: CoefficientPath) -> Text:
    if found.scheme == "expanding":
        return note_of("exhibits.points_of_growing_windows", n=found.window)
    return note_of("exhibits.points_of_moving_windows", n=found.window)


def _draw(
    found: CoefficientPath, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    from matplotlib.figure import Figure

    terms = list(dict.fromkeys(found.coefficients.index.get_level_values("term")))
    inches = width_inches(width)
    columns = 1 if width == "narrow" else min(_COLUMNS, len(terms))
    lines = -(-len(terms) // columns)
    ratio = 0.55 if columns == 1 else 0.8
    figure = Figure(figsize=(inches, 0.3 + lines * inches / columns * ratio))
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True)
    calendar = list(dict.fromkeys(found.coefficients.index.get_level_values("window_to").sort_values()))
    for place, term in enumerate(terms):
        axes = grid[place // columns][place % columns]
        _panel(axes, found, term, calendar)
        name = term_label(term, labels).language(language)
        axes.set_ylabel(balanced(name, 22 if width == "wide" else 14))
        if place + columns >= len(terms):
            axes.set_xlabel(_across(found, labels, language))
            axes.tick_params(axis="x", labelbottom=True)
    for place in range(len(terms), lines * columns):
        grid[place // columns][place % columns].set_visible(False)
    return figure


def _across(found: CoefficientPath, labels: Mapping[str, Text | str] | None, language: Language) -> str:
    label = axis_label(found.time, labels, language)
    if found.window == 1 and found.scheme == "rolling":
        return label
    return f"窗口末期（{label}）" if language == "zh" else f"{label}, last of the window"


def _panel(axes: Axes, found: CoefficientPath, term: str, calendar: list[object]) -> None:
    rows = found.coefficients.xs(term, level="term")
    periods = rows.index.get_level_values("window_to")
    numbers = pd.api.types.is_integer_dtype(periods.dtype)
    across = np.asarray(periods if numbers else [calendar.index(each) for each in periods], dtype=np.float64)
    middle, low, high = (
        rows[name].to_numpy(dtype=np.float64) for name in ("estimate", "conf_low", "conf_high")
    )
    zero_line(axes)
    whole = float(found.full["estimate"][term])
    axes.axhline(whole, color=COLORS[1], linestyle="--", linewidth=0.9, zorder=2)
    if found.overlap:
        for part in _unbroken(across):
            axes.fill_between(across[part], low[part], high[part], color=COLORS[0], alpha=0.18, linewidth=0)
            axes.plot(across[part], middle[part], color=COLORS[0], linewidth=1.2)
    axes.errorbar(
        across,
        middle,
        yerr=None if found.overlap else [middle - low, high - middle],
        fmt="o",
        color=COLORS[0],
        markersize=3,
        capsize=2,
        linewidth=0.9,
        zorder=3,
    )
    axes.margins(x=0.03)
    if numbers:
        whole_ticks(axes)
    else:
        apart = label_spacing(len(calendar), 6)
        axes.set_xticks(range(0, len(calendar), apart), [str(each) for each in calendar[::apart]])


def _unbroken(across: np.ndarray) -> list[slice]:
    """Return the stretches of windows that follow each other: a window not estimated leaves a gap."""
    apart = np.diff(across)
    cuts = [0, *(np.flatnonzero(apart > apart.min(initial=np.inf) * 1.5) + 1).tolist(), len(across)]
    return [slice(start, end) for start, end in itertools.pairwise(cuts)]
