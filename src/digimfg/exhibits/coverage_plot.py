"""A heat map of what the data hold: variables by periods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.covering import Covering
from digimfg.exhibits.drawing import axis_label, label_spacing, new_figure
from digimfg.labels import term_label
from digimfg.measures.descriptive import coverage_counts
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CoveragePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_TALLEST = 8.2  # inches: what a page leaves for the rows


@checked
@dataclass(frozen=True, kw_only=True)
class CoveragePlot(Covering, FigureExhibit):
    """Draw for how many units each variable is observed in each period.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns; by default all but the keys.
    entity, time
        Key columns; by default those of the first specification.

    Examples
    --------
    >>> CoveragePlot("world_coverage", entity="country", time="year").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame, entity, time, names = self._covered(evidence)
        counts = coverage_counts(frame, names, time)
        units, periods = format_count(frame[entity].nunique()), format_count(counts.shape[1])
        note = Text(
            f"Share of the panel's {units} units with a value, in each of {periods} periods; white: none",
            f"面板{units}个个体中有观测值的比例，共{periods}个时期；白色表示无观测",
        )
        return Chart(
            title=Text.of(self.title or _HEADINGS["coverage_of_the_data"]),
            draw=partial(self._draw, counts / frame[entity].nunique(), time),
            notes=(note_paragraph([note]),),
            name=self.name,
            numbers={
                "variables": pd.DataFrame({"n": counts.sum(axis=1), "periods": (counts > 0).sum(axis=1)})
            },
        )

    def _draw(self, shares: pd.DataFrame, time: str, language: Language) -> Figure:
        import seaborn as sns
        from matplotlib.ticker import PercentFormatter

        ems = 24 if self.width == "wide" else 14
        names = [term_label(str(name), self.labels).language(language) for name in shares.index]
        broken = [wrapped(name, ems) for name in names]
        row = min(0.27 if any("\n" in name for name in broken) else 0.19, _TALLEST / len(shares))
        figure, axes = new_figure(self.width, 1.0)
        figure.set_size_inches(figure.get_figwidth(), 0.9 + row * len(shares))
        sns.heatmap(
            shares.where(shares > 0),
            vmin=0,
            vmax=1,
            cmap=sns.light_palette("#0b3c5d", as_cmap=True),
            cbar_kws={"format": PercentFormatter(1.0), "pad": 0.02, "aspect": 30},
            xticklabels=label_spacing(shares.shape[1], room=7 if self.width == "wide" else 4),
            yticklabels=broken if row > 0.25 or names == broken else names,
            ax=axes,
        )
        axes.collections[0].set_rasterized(True)
        axes.tick_params(axis="both", length=0)
        axes.tick_params(axis="x", rotation=0)
        axes.tick_params(axis="y", rotation=0, labelsize=7)
        axes.set_xlabel(axis_label(time, self.labels, language))
        axes.set_ylabel("")
        axes.hlines(range(1, len(shares)), *axes.get_xlim(), color="white", linewidth=0.8)
        return figure
