"""Intervals of an effect by how far trends may differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, legend_above, new_figure, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.policy.honest_did import HonestDiD
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["HonestDiDPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class HonestDiDPlot(OfStudy, FigureExhibit):
    """Draw the answer of `honest_did`: the interval under parallel trends, then one for each bound.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `HonestDiD` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> HonestDiDPlot("honest").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, HonestDiD, self.study)
        held = found.breakdown == found.breakdown
        sentences = [
            Text(
                f"{found.effect.en[:1].upper()}{found.effect.en[1:]}; {found.level:.0%} confidence sets",
                f"{found.effect.zh}；{found.level:.0%}置信集",
            ),
            Text(
                f"Zero is left out up to a bound of {found.breakdown:g}"
                if held
                else "No set leaves out zero",
                f"界限不超过{found.breakdown:g}时置信集不含零" if held else "各置信集均包含零",
            ),
            *found.notes,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["sensitivity_to_violations_of_parallel_trends"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(found: HonestDiD, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.55 if width == "wide" else 0.85)
    zero_line(axes)
    axes.errorbar(
        [0], [found.estimate], yerr=[[found.estimate - found.conf_low], [found.conf_high - found.estimate]],
        fmt="o", color=COLORS[1], capsize=3, label=_HEADINGS["parallel_trends"].language(language),
        zorder=3,
    )  # fmt: skip
    table = found.intervals.dropna()
    for place, bound in enumerate(found.intervals.index, start=1):
        if bound not in table.index:
            continue
        row = table.loc[[bound]].iloc[0]
        axes.vlines(place, row["conf_low"], row["conf_high"], color=COLORS[0], linewidth=1.4, zorder=3)
        axes.hlines(
            [row["conf_low"], row["conf_high"]], place - 0.08, place + 0.08, color=COLORS[0], linewidth=1.4
        )
    axes.plot([], [], color=COLORS[0], linewidth=1.4, label=_HEADINGS["robust_set"].language(language))
    names = ["", *(f"{bound:.3g}" for bound in found.intervals.index)]
    axes.set_xticks(range(len(names)), names)
    word = {
        "relative_magnitude": _HEADINGS["relative_magnitude_bound_m"],
        "smoothness": _HEADINGS["smoothness_bound_m"],
    }[found.restriction]
    axes.set_xlabel(word.language(language))
    axes.set_ylabel(_HEADINGS["effect"].language(language))
    axes.grid(axis="y")
    legend_above(figure, axes, 2)
    return figure
