"""Local projections: what follows an impulse, what came before it, and how states differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.estimators.local_projections.projections import LocalProjections
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, whole_ticks, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LocalProjectionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_PARTS = {"low": _HEADINGS["state_0"], "high": _HEADINGS["state_1"]}


@checked
@dataclass(frozen=True, kw_only=True)
class LocalProjectionPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answer of `local_projections` by period, leads to the left of zero.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `local_projections` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    bands
        Draw simultaneous bands besides the intervals of each period.

    Examples
    --------
    >>> LocalProjectionPlot("fusion_to_innovation", bands=False).bands
    False
    """

    bands: bool = True

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        answer = one_study(self, evidence, LocalProjections, self.study)
        outcome, impulse = term_label(answer.outcome, self.labels), term_label(answer.impulse, self.labels)
        sentences: list[Text] = [
            note_of(
                "exhibits.local_projection_drawn",
                outcome=outcome,
                impulse=impulse,
                level=answer.statistics["level"],
                more=_HEADINGS["shaded_simultaneous_bands"] if self.bands else Text("", ""),
            ),
            *answer.notes,
        ]
        return Chart(
            title=Text.of(
                self.title or Text(f"{outcome.en} after {impulse.en}", f"{impulse.zh}之后的{outcome.zh}")
            ),
            draw=partial(_draw, answer, self.bands, outcome, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(answer: LocalProjections, bands: bool, outcome: Text, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.55 if width == "wide" else 0.85)
    zero_line(axes)
    names = ("low", "high") if answer.state else ("",)
    for place, name in enumerate(names):
        table = answer.responses.loc[name] if name else answer.responses
        periods = table.index.to_numpy(dtype=float)
        offset = 0.16 * (place - (len(names) - 1) / 2) if len(names) > 1 else 0.0
        color = COLORS[place]
        if bands:
            for part in (periods < 0, periods >= 0):
                axes.fill_between(
                    periods[part] + offset,
                    table["band_low"].to_numpy()[part],
                    table["band_high"].to_numpy()[part],
                    color=COLORS[2] if place == 0 else color,
                    alpha=0.25,
                    linewidth=0,
                    zorder=0,
                )
        axes.errorbar(
            periods + offset,
            table["estimate"],
            yerr=[table["estimate"] - table["conf_low"], table["conf_high"] - table["estimate"]],
            fmt=MARKERS[place],
            color=color,
            markersize=4,
            elinewidth=0.9,
            capsize=1.5,
            label=_PARTS[name].language(language) if name else None,
            zorder=3,
        )
    if answer.statistics["leads"]:
        axes.axvline(-0.5, color="0.35", linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["periods_after_the_impulse"].language(language))
    axes.set_ylabel(outcome.language(language))
    axes.grid(axis="y")
    if len(names) > 1:
        legend_above(figure, axes, 2)
    return figure
