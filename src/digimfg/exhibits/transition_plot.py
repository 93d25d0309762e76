"""A smooth transition over its variable, with the slopes that move along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.estimators.smooth_transition.estimator import PanelSmoothTransition
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, width_inches
from digimfg.exhibits.selection import check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["TransitionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class TransitionPlot(OfResult, Labelled, FigureExhibit):
    """Draw the transition of `PanelSmoothTransition` and, below it, each slope with its 95 per cent interval.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `PanelSmoothTransition` may be given at once.
    specification
        The specification; may be left out where there is only one.

    Examples
    --------
    >>> TransitionPlot("transition", specification="smooth").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "PanelSmoothTransition", "curve", "transition")
        variable = estimator_of(self, result, PanelSmoothTransition).transition_variable
        sentences = [
            Text(
                "Marks: equal shares of the rows. Dotted: locations of the transition",
                "标记为样本的等分位点；点线为转换的位置参数",
            ),
            _HEADINGS["shaded_with_the_transition"],
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["smooth_transition"]),
            draw=partial(
                _draw,
                result.tables["curve"],
                result.tables["transition"],
                variable,
                self.labels,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    curve: pd.DataFrame,
    transition: pd.DataFrame,
    variable: str,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    terms = list(dict.fromkeys(curve["term"]))
    count = 1 + len(terms)
    inches = width_inches(width)
    figure = Figure(figsize=(inches, inches * (0.4 if width == "wide" else 0.6) * (0.4 + 0.5 * count)))
    panels = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
    first = curve[curve["term"] == terms[0]]
    panels[0].plot(first["value"], first["transition"], color=COLORS[0], linewidth=0.9, zorder=3)
    panels[0].plot(
        first["value"].iloc[::10],
        first["transition"].iloc[::10],
        ".",
        color=COLORS[0],
        markersize=4,
        zorder=3,
    )
    panels[0].set_ylim(-0.05, 1.05)
    panels[0].set_ylabel(_HEADINGS["transition"].language(language))
    for axes, term in zip(panels[1:], terms, strict=True):
        rows = curve[curve["term"] == term]
        axes.fill_between(
            rows["value"], rows["conf_low"], rows["conf_high"], color=COLORS[2], alpha=0.35, linewidth=0
        )
        axes.plot(rows["value"], rows["estimate"], color=COLORS[0], linewidth=0.9, zorder=3)
        axes.axhline(0, color="0.6", linewidth=0.6, zorder=1)
        axes.set_ylabel(axis_label(term, labels, language))
    for axes in panels:
        for place in transition["estimate"].iloc[1:]:
            axes.axvline(place, color="0.35", linestyle=":", linewidth=0.9, zorder=2)
        axes.margins(x=0.01)
    panels[-1].set_xlabel(axis_label(variable, labels, language))
    return figure
