"""Impulse responses of a panel VAR: one panel for each pair of impulse and response."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.estimators.panel_var.responses import ImpulseResponses
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, whole_ticks, width_inches, zero_line
from digimfg.exhibits.selection import check_names, one_study
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

__all__ = ["ImpulseResponsePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ImpulseResponsePlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answers of `impulse_responses`, impulses from left to right, responses from top to bottom.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the answer of `impulse_responses` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    impulses, responses
        Variables to show, in this order; by default all.
    bands
        Draw the simultaneous band (light) besides the interval of each period (dark).

    Examples
    --------
    >>> ImpulseResponsePlot("responses", impulses=("technology",)).impulses
    ('technology',)
    """

    uses: ClassVar[Uses] = Uses(studies=("study",), other=("impulses", "responses"))

    impulses: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    bands: bool = True

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        answer = one_study(self, evidence, ImpulseResponses, self.study)
        known = dict.fromkeys(answer.responses.index.get_level_values("impulse"))
        for names in (self.impulses, self.responses):
            check_names(self, names, known, _HEADINGS["variable_word"])
        shown = (self.impulses or tuple(known), self.responses or tuple(known))
        has_bands = "conf_low" in answer.responses
        sentences: list[Text] = []
        if has_bands:
            sentences.append(
                note_of(
                    "exhibits.impulse_response_drawn",
                    level=answer.statistics["level"],
                    more=_HEADINGS["light_simultaneous_bands_of_each_path"] if self.bands else Text("", ""),
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["impulse_responses"]),
            draw=partial(_draw, answer, shown, self.bands and has_bands, self.labels, self.width),
            notes=(note_paragraph([*sentences, *answer.notes]),),
            name=self.name,
        )


def _draw(
    answer: ImpulseResponses,
    shown: tuple[tuple[str, ...], tuple[str, ...]],
    bands: bool,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    impulses, responses = shown
    inches = width_inches(width)
    height = min(0.3 + 1.45 * len(responses), 8.5)
    figure = Figure(figsize=(inches, height))
    grid = figure.subplots(len(responses), len(impulses), squeeze=False, sharex=True)
    ems = 26.0 * inches / 5.5 / len(impulses)
    for row, response in enumerate(responses):
        for column, impulse in enumerate(impulses):
            axes = grid[row][column]
            table = answer.responses.xs((impulse, response), level=("impulse", "response"))
            periods = table.index.to_numpy(dtype=float)
            zero_line(axes)
            if bands:
                axes.fill_between(
                    periods, table["band_low"], table["band_high"], color=COLORS[2], alpha=0.25, linewidth=0
                )
            if "conf_low" in table:
                axes.fill_between(
                    periods, table["conf_low"], table["conf_high"], color=COLORS[2], alpha=0.6, linewidth=0
                )
            axes.plot(periods, table["estimate"], color=COLORS[0], linewidth=1.2)
            axes.margins(x=0.02)
            whole_ticks(axes)
            if row == 0:
                label = term_label(impulse, labels)
                head = Text(f"Shock: {label.en}", f"冲击：{label.zh}")
                axes.set_title(balanced(head.language(language), ems), fontsize=8)
            if column == 0:
                axes.set_ylabel(balanced(term_label(response, labels).language(language), 11.0), fontsize=8)
            if row == len(responses) - 1:
                axes.set_xlabel(_HEADINGS["periods_after_the_shock"].language(language))
    return figure
