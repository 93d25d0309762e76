"""Growth of an aggregate by what it is made of: bars of the components, a sign for their sum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.decomposition import DecompositionMethod, GrowthDecomposition
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DecompositionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_PARTS = sheet_beside(__file__, "decomposition_plot", "parts")
_METHODS: dict[DecompositionMethod, str] = {
    "griliches_regev": "Griliches–Regev",
    "foster_haltiwanger_krizan": "Foster–Haltiwanger–Krizan",
    "baily_hulten_campbell": "Baily–Hulten–Campbell",
    "baldwin_gu": "Baldwin–Gu",
    "diewert_fox": "Diewert–Fox",
    "melitz_polanec": "Melitz–Polanec",
    "price": "Price",
}


@checked
@dataclass(frozen=True, kw_only=True)
class DecompositionPlot(OfStudy, FigureExhibit):
    """Draw the answer of `decompose_growth`.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `GrowthDecomposition` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> DecompositionPlot("productivity").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, GrowthDecomposition, self.study)
        sentence = note_of("exhibits.decomposition_drawn", method=_METHODS[found.method])
        return Chart(
            title=Text.of(self.title or _HEADINGS["growth_and_its_components"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph([sentence, *found.notes]),),
            name=self.name,
        )


def _draw(found: GrowthDecomposition, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.5 if width == "wide" else 0.8)
    places = np.arange(len(found.components))
    above, below = np.zeros(len(places)), np.zeros(len(places))
    for color, name in zip(COLORS, found.components.columns.drop("total"), strict=False):
        values = found.components[name].to_numpy(dtype=np.float64)
        axes.bar(
            places,
            values,
            0.6,
            bottom=np.where(values >= 0, above, below),
            color=color,
            label=_PARTS[str(name)].language(language),
        )
        above, below = above + np.maximum(values, 0), below + np.minimum(values, 0)
    axes.plot(
        places,
        found.components["total"].to_numpy(dtype=np.float64),
        linestyle="none",
        marker="D",
        markersize=4,
        color="0.1",
        markeredgecolor="white",
        markeredgewidth=0.6,
        label=_HEADINGS["total"].language(language),
    )
    zero_line(axes)
    spacing = max(1, len(places) // (12 if width == "wide" else 6))
    axes.set_xticks(places[::spacing], [f"{float(each):g}" for each in found.components.index[::spacing]])
    axes.grid(axis="y")
    axes.set_xlabel(_HEADINGS["period"].language(language))
    axes.set_ylabel(_HEADINGS["change_of_the_aggregate"].language(language))
    legend_above(figure, axes, 3 if width == "wide" else 2)
    return figure
