"""Coordination of subsystems, unit by unit over time, in its ten grades."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.coupled import Coupled
from digimfg.exhibits.drawing import axis_label, label_spacing, new_figure
from digimfg.exhibits.selection import check_choice
from digimfg.labels import term_label
from digimfg.measures.coupling_grades import GRADES
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["CouplingPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_MOST_UNITS = 60
_TALLEST = 8.0  # inches: what a page leaves for the rows


@checked
@dataclass(frozen=True, kw_only=True)
class CouplingPlot(Coupled, FigureExhibit):
    """Draw the coordination degree of every unit in every period as tiles, one shade per grade.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    subsystems
        Columns or terms of the subsystem indices, in [0, 1].
    rescale
        Subsystems of any unit, brought to [0, 1] by their range over all rows of the sample.
    entity, time
        Key columns.
    weights
        Weights of the subsystems in development T; equal by default.
    variant
        Formula of the coupling degree, see `coupling_coordination`.
    units
        Units to show, from the top down; by default all (at most sixty), the best coordinated on average
        first.
    lagging
        A subsystem: tiles where it lags bear a dot.
    sample
        Rows to keep, in the grammar of specifications.
    name_column
        Column of the names beside rows, or one for each language; by default `entity`.

    Examples
    --------
    >>> CouplingPlot("coupling", subsystems=("digital", "manufacturing"), entity="province",
    ...     time="year").variant
    'standard'
    """

    uses: ClassVar[Uses] = Uses(
        columns=("subsystems", "entity", "time", "name_column"), other=("weights", "lagging", "sample")
    )

    lagging: str | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        if self.lagging is not None:
            check_choice(self, "lagging", self.lagging, self.subsystems)
        found = self.coupling(evidence, _MOST_UNITS)
        grid, dots = found.degrees, found.lagging == self.lagging
        return Chart(
            title=Text.of(self.title or self.coupling_title()),
            draw=partial(self._draw, grid, dots, found.names),
            notes=(note_paragraph(self._sentences(grid)), *found.outside),
            name=self.name,
            numbers={"coordination": grid, **({} if self.lagging is None else {"lags": dots})},
        )

    def _sentences(self, grid: pd.DataFrame) -> list[Text]:
        sentences = self.formula_sentences(grid)
        if self.lagging is not None:
            label = term_label(self.lagging, self.labels)
            sentences.append(Text(f"Dots: {label.en} lags", f"圆点表示{label.zh}滞后"))
        if grid.isna().to_numpy().any():
            sentences.append(_HEADINGS["white_no_data"])
        return sentences

    def _draw(
        self, grid: pd.DataFrame, dots: pd.DataFrame, rows: tuple[Text, ...], language: Language
    ) -> Figure:
        import seaborn as sns
        from matplotlib.colors import BoundaryNorm, ListedColormap

        wide = self.width == "wide"
        height = min(0.19, _TALLEST / len(grid))
        figure, axes = new_figure(self.width, 1.0)
        figure.set_size_inches(figure.get_figwidth(), max(2.1, 0.7 + height * len(grid)))
        shades = ListedColormap(sns.color_palette("blend:#f3f1ea,#86bbd8,#0b3c5d", 10))
        bounds = np.linspace(0.0, 1.0, 11)
        values = np.ma.masked_invalid(np.clip(grid.to_numpy(dtype=float) - 1e-10, 0.0, None))
        mesh = axes.pcolormesh(
            values, cmap=shades, norm=BoundaryNorm(bounds, 10), edgecolor="white", linewidth=0.4
        )
        mesh.set_rasterized(True)
        marked = np.argwhere(dots.to_numpy(dtype=float) == 1.0)
        if len(marked):
            paper = np.ma.filled(values, 0.0)[marked[:, 0], marked[:, 1]] > 0.6
            inks = np.where(paper, "white", "#0b3c5d")
            axes.scatter(
                marked[:, 1] + 0.5, marked[:, 0] + 0.5, s=max(1.0, 42 * height), c=inks, linewidths=0
            )
        bar = figure.colorbar(mesh, ax=axes, pad=0.02, aspect=26, ticks=bounds[:-1] + 0.05)
        bar.ax.set_yticklabels([wrapped(grade.language(language), 8 if wide else 5) for grade in GRADES])
        bar.ax.tick_params(which="both", length=0, labelsize=7 if wide else 6)
        bar.outline.set_visible(False)
        axes.invert_yaxis()
        axes.set_yticks(np.arange(len(rows)) + 0.5, [row.language(language) for row in rows])
        axes.tick_params(axis="y", length=0, labelsize=min(8.0, 60 * height))
        step = label_spacing(grid.shape[1], room=9 if wide else 4)
        places = range(0, grid.shape[1], step)
        axes.set_xticks([place + 0.5 for place in places], [str(grid.columns[place]) for place in places])
        axes.tick_params(axis="x", length=0)
        axes.set_xlabel(axis_label(self.time, self.labels, language))
        for spine in axes.spines.values():
            spine.set_visible(False)
        return figure
