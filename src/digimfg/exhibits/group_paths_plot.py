"""The paths of groups that were found, over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, width_inches
from digimfg.exhibits.selection import check_tables, one_result
from digimfg.exhibits.style import COLORS
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["GroupPathsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LINES = ("-", "--", ":", "-.")


@checked
@dataclass(frozen=True, kw_only=True)
class GroupPathsPlot(OfResult, Labelled, FigureExhibit):
    """Draw the effect of each group of `GroupedEffects` over the periods, with the number of its units.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `GroupedEffects` may be given at once.
    specification
        The specification; may be left out where there is only one.

    Examples
    --------
    >>> GroupPathsPlot("group_paths", specification="grouped").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "GroupedEffects", "paths", "groups")
        sizes = result.tables["groups"]["group"].value_counts().sort_index()
        return Chart(
            title=Text.of(self.title or _HEADINGS["paths_of_the_groups"]),
            draw=partial(_draw, result.tables["paths"], sizes, self.labels, self.width),
            notes=(
                note_paragraph(
                    [
                        Text(
                            "What units of a group share beside the regressors; numbers of units in brackets",
                            "除解释变量外同组个体的共同成分；括号内为个体数",
                        )
                    ]
                ),
            ),
            name=self.name,
        )


def _draw(
    paths: pd.DataFrame,
    sizes: pd.Series[int],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    inches = width_inches(width)
    figure = Figure(figsize=(inches, inches * (0.5 if width == "wide" else 0.75)))
    axes = figure.subplots()
    for place, column in enumerate(paths.columns):
        number = place + 1
        label = Text(f"Group {number} ({sizes[number]})", f"第{number}组（{sizes[number]}）")
        axes.plot(
            paths.index.to_numpy(),
            paths[column],
            color=COLORS[place % len(COLORS)],
            linestyle=_LINES[place // len(COLORS) % len(_LINES)],
            marker=".",
            linewidth=0.9,
            label=label.language(language),
        )
    axes.set_xlabel(axis_label(str(paths.index.name), labels, language))
    axes.set_ylabel(_HEADINGS["effect_of_the_group"].language(language))
    axes.legend(frameon=False)
    return figure
