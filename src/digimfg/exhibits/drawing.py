"""What figures share: their size, their axes' words, their legend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.display.layout import text_width, wrapped
from digimfg.exhibits.chart import Width
from digimfg.exhibits.style import NARROW_CM, WIDE_CM
from digimfg.labels import term_label
from digimfg.text import Language, Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Width",
    "axis_label",
    "balanced",
    "figure_size",
    "label_spacing",
    "legend_above",
    "legend_name",
    "new_figure",
    "whole_ticks",
    "width_inches",
    "zero_line",
]

_IN_LEGEND = "\u200b"  # has no width, and is taken away again before anything is drawn


def width_inches(width: Width) -> float:
    """Return a width in inches, as matplotlib takes it."""
    return {"wide": WIDE_CM, "narrow": NARROW_CM}[width] / 2.54


def figure_size(width: Width, ratio: float) -> tuple[float, float]:
    """Return width and height in inches; `ratio` is height over width."""
    inches = width_inches(width)
    return inches, inches * ratio


def new_figure(width: Width, ratio: float) -> tuple[Figure, Axes]:
    """Return an empty figure and its axes; `ratio` is height over width. Call under the house style."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size(width, ratio))
    return figure, figure.subplots()


def axis_label(term: str, labels: Mapping[str, Text | str] | None, language: Language) -> str:
    """Return a term's label with its unit, where the dictionary has one and the label does not say it."""
    label = term_label(term, labels).language(language)
    entry = dictionary().get(term)
    if entry is None or (labels and term in labels) or label.endswith((")", "）")):
        return label
    unit = entry.unit.language(language)
    if unit.casefold() in label.casefold():
        return label
    return f"{label}（{unit}）" if language == "zh" else f"{label} ({unit})"


def label_spacing(periods: int, room: int) -> int:
    """Return how many periods stand between two labels, so that no more than `room` of them share an axis.

    Examples
    --------
    >>> label_spacing(30, room=9)
    5
    """
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, periods + 1) if periods / step <= room)


def balanced(text: str, ems: float) -> str:
    r"""Break a label into lines of at most `ems` ems: before "×" where that is enough, else into lines of
    like length.

    Examples
    --------
    >>> balanced("Early internet use (2009) × After 1995", 16)
    'Early internet use (2009)\n× After 1995'
    >>> balanced("Strategy for American Leadership in Advanced Manufacturing", 22)
    'Strategy for American Leadership\nin Advanced Manufacturing'
    """
    if text_width(text) <= ems:
        return text
    lines: list[str] = []
    for factor in re.split(r"\s*(?=×)", text):
        joined = f"{lines[-1]}{' ' if factor.startswith('× ') else ''}{factor}" if lines else factor
        if lines and text_width(joined) <= ems:
            lines[-1] = joined
        else:
            lines.append(factor)
    if len(lines) > 1 and all(text_width(line) <= ems for line in lines):
        return "\n".join(lines)
    found = wrapped(text, ems)
    narrower = ems - 0.5
    while narrower > 0 and (tried := wrapped(text, narrower)).count("\n") == found.count("\n"):
        found, narrower = tried, narrower - 0.5
    return found


def legend_above(figure: Figure, axes: Axes, columns: int, title: str = "") -> None:
    """Move the legend of `axes` above the plot, where it never covers data."""
    handles, names = axes.get_legend_handles_labels()
    if (inside := axes.get_legend()) is not None:
        inside.remove()
    if handles:
        legend = figure.legend(
            handles,
            names,
            loc="outside upper left",
            ncols=max(1, columns),
            borderaxespad=0.2,
            title=title or None,
            title_fontsize=8,
            alignment="left",
        )
        for text in legend.get_texts():
            text.set_text(text.get_text().removeprefix(_IN_LEGEND))


def legend_name(label: str) -> str:
    """Return a label in the form in which `legend_above` finds it, whatever it begins with.

    The drawing library keeps labels that are empty or begin with an underscore out of legends.

    Examples
    --------
    >>> legend_name("east"), legend_name("_east") == "_east"
    ('east', False)
    """
    return f"{_IN_LEGEND}{label}" if not label or label.startswith("_") else label


def zero_line(axes: Axes, *, vertical: bool = False) -> None:
    """Draw the line of no effect."""
    (axes.axvline if vertical else axes.axhline)(0, color="0.35", linewidth=0.7, zorder=1)


def whole_ticks(axes: Axes) -> None:
    """Mark only whole numbers on a horizontal axis of periods, as many as its width has room for."""
    from matplotlib.ticker import MaxNLocator

    inches = axes.figure.get_figure(root=True).get_figwidth() * axes.get_position().width
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10 if inches > 3 else 5, integer=True))
