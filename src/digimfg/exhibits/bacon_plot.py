"""The comparisons behind a two-way coefficient: weight against estimate, by kind."""

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
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.policy.bacon import BaconDecomposition
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BaconPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_KINDS = sheet_beside(__file__, "bacon_plot", "kinds")


@checked
@dataclass(frozen=True, kw_only=True)
class BaconPlot(OfStudy, FigureExhibit):
    """Draw a Goodman-Bacon decomposition.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `BaconDecomposition` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> BaconPlot("bacon").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, BaconDecomposition, self.study)
        shown = [
            (_KINDS[str(kind)], float(row["weight"]), float(row["estimate"]))
            for kind, row in found.by_kind.iterrows()
        ]
        listed = Text(
            "; ".join(
                f"{name.en}: weight {written(weight, '.3f')}, mean {written(value, '.4f')}"
                for name, weight, value in shown
            ),
            "；".join(
                f"{name.zh}：权重{written(weight, '.3f')}，均值{written(value, '.4f')}"
                for name, weight, value in shown
            ),
        )
        sentences = [
            Text(
                f"Each point is a two-by-two comparison; dashed: their weighted mean, the two-way "
                f"coefficient "
                f"{written(found.estimate, '.4f')}",
                f"每点为一个2×2比较；虚线为其加权平均，即双向固定效应系数{written(found.estimate, '.4f')}",
            ),
            listed,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["goodman_bacon_decomposition"]),
            draw=partial(_draw, found, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(found: BaconDecomposition, width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.9)
    zero_line(axes)
    for place, (kind, label) in enumerate(_KINDS.items()):
        rows = found.comparisons[found.comparisons["kind"] == kind]
        if rows.empty:
            continue
        axes.scatter(
            rows["weight"], rows["estimate"], s=22, marker=MARKERS[place], color=COLORS[place],
            label=label.language(language), zorder=3,
        )  # fmt: skip
    axes.axhline(found.estimate, color=COLORS[1], linestyle="--", linewidth=0.9, zorder=2)
    axes.set_xlim(left=0)
    axes.set_xlabel(_HEADINGS["weight"].language(language))
    axes.set_ylabel(_HEADINGS["estimate_of_the_comparison"].language(language))
    axes.grid(axis="both")
    legend_above(figure, axes, 2 if width == "wide" else 1)
    return figure
