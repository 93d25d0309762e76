"""How two populations act on each other: both effects with intervals in the plane of their signs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.symbiosis import PanelSymbiosis
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SymbiosisPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LEVELS = sheet_beside(__file__, "symbiosis_plot", "levels")
_QUADRANTS = {
    "mutualism": (0.98, 0.98, _HEADINGS["mutualism"]),
    "predation_of_second": (0.02, 0.98, _HEADINGS["second_preys_on_first"]),
    "predation_of_first": (0.98, 0.02, _HEADINGS["first_preys_on_second"]),
    "competition": (0.02, 0.02, _HEADINGS["competition"]),
}


@checked
@dataclass(frozen=True, kw_only=True)
class SymbiosisPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answer of `panel_symbiosis`: the quadrant says which interaction it is.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `PanelSymbiosis` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> SymbiosisPlot("pair").kind
    'figure'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, PanelSymbiosis, self.study)
        labels = self.labels
        first, second = (
            term_label(str(name), labels)
            for name in dict.fromkeys(found.coefficients.index.get_level_values(0))
        )
        sentences = [note_of("exhibits.symbiosis_drawn", first=first, second=second)]
        return Chart(
            title=Text.of(self.title or _HEADINGS["competition_or_symbiosis"]),
            draw=partial(_draw, found, (first, second), self.width),
            notes=(note_paragraph([*sentences, *found.notes]),),
            name=self.name,
        )


def _draw(found: PanelSymbiosis, names: tuple[Text, Text], width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.62 if width == "wide" else 1.0)
    zero_line(axes)
    zero_line(axes, vertical=True)
    for place, (level, row) in enumerate(found.modes.iterrows()):
        across, up = float(row["on_first"]), float(row["on_second"])
        axes.errorbar(
            across,
            up,
            xerr=[[across - float(row["on_first_low"])], [float(row["on_first_high"]) - across]],
            yerr=[[up - float(row["on_second_low"])], [float(row["on_second_high"]) - up]],
            color=COLORS[place],
            marker=MARKERS[place],
            markersize=4.5,
            elinewidth=1.0,
            linestyle="none",
            label=_LEVELS[str(level)].language(language),
        )
    axes.margins(0.15)
    mean = dict(zip(found.modes.columns, found.modes.loc[["mean"]].to_numpy()[0], strict=True))
    for name, (across, up, label) in _QUADRANTS.items():
        axes.text(
            across,
            up,
            f"{label.language(language)} {float(mean[name]):.0%}",
            transform=axes.transAxes,
            ha="right" if across > 0.5 else "left",
            va="top" if up > 0.5 else "bottom",
            fontsize=8,
            color="0.35",
            parse_math=False,
        )
    first, second = (name.language(language) for name in names)
    axes.set_xlabel(Text(f"Effect on {first}", f"对“{first}”的影响").language(language))
    axes.set_ylabel(Text(f"Effect on {second}", f"对“{second}”的影响").language(language))
    if len(found.modes) > 1:
        legend_above(figure, axes, 3 if width == "wide" else 1)
    return figure
