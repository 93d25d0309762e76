"""Necessary condition analysis in a figure: the cases and the ceilings above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.configurations.ceilings import CeilingAnalysis
from digimfg.display.formatting import format_number, format_p_value
from digimfg.display.notes import joined
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy, Uses
from digimfg.exhibits.ceiling_table import CEILINGS
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, balanced, legend_above, width_inches
from digimfg.exhibits.selection import check_names, one_study
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CeilingPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class CeilingPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the cases over each condition, the step ceiling and the line through its corners.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `CeilingAnalysis` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    conditions
        Conditions to draw; by default all.

    Examples
    --------
    >>> CeilingPlot("ceilings", width="narrow").width
    'narrow'
    """

    uses: ClassVar[Uses] = Uses(studies=("study",), other=("conditions",))

    conditions: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, CeilingAnalysis, self.study)
        check_names(self, self.conditions, found.conditions, _HEADINGS["condition_word"])
        chosen = self.conditions or found.conditions
        return Chart(
            title=Text.of(
                self.title or note_of("exhibits.ceilings_of", name=term_label(found.outcome, self.labels))
            ),
            draw=partial(_draw, found, chosen, self.labels, self.width),
            notes=(joined([*self._sentences(found, chosen), *found.notes]),),
            name=self.name,
        )

    def _sentences(self, found: CeilingAnalysis, chosen: tuple[str, ...]) -> Iterator[Text]:
        for (name, kind), line in zip(
            found.effects.index.tolist(), found.effects.to_dict("records"), strict=True
        ):
            if name in chosen:
                p = format_p_value(line["p_value"], 3)
                tested = Text(
                    f", p {p if p.startswith('<') else f'= {p}'}", f"，p{p if p.startswith('<') else f'={p}'}"
                )
                yield note_of(
                    "exhibits.effect_of_ceiling",
                    name=term_label(name, self.labels),
                    ceiling=CEILINGS[kind],
                    d=format_number(line["effect_size"], 3),
                    tested=tested if np.isfinite(line["p_value"]) else Text("", ""),
                )


def _draw(
    found: CeilingAnalysis,
    chosen: tuple[str, ...],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure as NewFigure

    across = min(len(chosen), 3 if width == "wide" else 1)
    down = -(-len(chosen) // across)
    inches = width_inches(width)
    figure = NewFigure(figsize=(inches, down * max(inches / across * 0.85, 1.9) + 0.3))
    grid = figure.subplots(down, across, squeeze=False)
    for place, axes in enumerate(grid.ravel()):
        if place >= len(chosen):
            axes.set_axis_off()
            continue
        _draw_one(axes, found, chosen[place])
        axes.set_xlabel(
            balanced(axis_label(chosen[place], labels, language), 36 / across if width == "wide" else 18)
        )
        if place % across == 0:
            axes.set_ylabel(balanced(axis_label(found.outcome, labels, language), 16))
    legend_above(figure, grid[0, 0], 2)
    return figure


def _draw_one(axes: Axes, found: CeilingAnalysis, name: str) -> None:
    x, y = (found.cases[column].to_numpy(dtype=np.float64) for column in (name, found.outcome))
    axes.scatter(x, y, s=12, color="0.35", alpha=0.7, linewidths=0, zorder=3)
    own = found.effects.loc[name]
    peers = found.peers[found.peers["condition"] == name]
    if "ce_fdh" in own.index:
        corners = np.append(peers["x"].to_numpy(), x.min() if found.corner.endswith("right") else x.max())
        heights = np.append(peers["y"].to_numpy(), peers["y"].iloc[-1])
        axes.step(corners, heights, where="post", color=COLORS[0], linewidth=1.1, label="CE-FDH", zorder=4)
    line = own[own["slope"].notna()]
    for slope, intercept in line[["slope", "intercept"]].to_numpy(dtype=np.float64):
        crossed = sorted((edge - intercept) / slope for edge in (y.min(), y.max()))
        ends = np.clip(crossed, x.min(), x.max())
        axes.plot(
            ends,
            intercept + slope * ends,
            color=COLORS[1],
            linestyle="--",
            linewidth=1.1,
            label="CR-FDH",
            zorder=4,
        )
    axes.margins(0.04)
    axes.grid(visible=True)
