"""What an estimator answered on synthetic panels: intervals in order, and those that miss the truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import figure_size
from digimfg.exhibits.selection import exhibit_where
from digimfg.exhibits.style import COLORS
from digimfg.sheets import sheet_beside
from digimfg.simulation.recovery import recovery_summary
from digimfg.text import Language, Text, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["RecoveryPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_COLUMNS = ("scenario", "truth", "estimate", "p_value", "conf_low", "conf_high")
_TITLES = sheet_beside(__file__, "recovery_plot", "titles")


@checked
@dataclass(frozen=True, kw_only=True)
class RecoveryPlot(Exhibit):
    """Draw the 95 per cent intervals of a recovery study in the order of their estimates, misses in colour.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; give ``study.draws`` of `recovery_study`.

    Examples
    --------
    >>> RecoveryPlot("recovery").kind
    'figure'
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    uses: ClassVar[Uses] = Uses()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = evidence.frame
        missing = [name for name in _COLUMNS if frame is None or name not in frame.columns]
        if frame is None or missing:
            raise ExhibitError.of(
                "exhibits.column_of_draws_lacking", where=exhibit_where(self), missing=missing
            )
        summary = recovery_summary(frame)
        sentences = [
            Text(
                f"{_TITLES[str(name)].en}: bias {written(row['bias'], '+.3f')}, {row['coverage']:.1%} "
                f"of the intervals hold the truth, "
                f"{row['rejection']:.1%} of the tests reject at 5% ({row['n']:.0f} panels)",
                f"{_TITLES[str(name)].zh}：偏误{written(row['bias'], '+.3f')}，"
                f"{row['coverage']:.1%}的区间包含真值，"
                f"5%水平拒绝率{row['rejection']:.1%}（{row['n']:.0f}个面板）",
            )
            for name, row in summary.iterrows()
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["estimates_on_panels_with_known_truth"]),
            draw=partial(_draw, frame.reset_index(drop=True), summary),
            notes=(
                note_paragraph(
                    [Text("Lines: 95% intervals in the order of the estimates; orange: those that miss the "
                        "truth (dashed)",
                          "线段为按估计值排序的95%置信区间；橙色为未包含真值（虚线）者"), *sentences]
                ),
            ),
            name=self.name,
            numbers={"summary": summary},
        )  # fmt: skip


def _draw(draws: pd.DataFrame, summary: pd.DataFrame, language: Language) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size("wide", 0.5))
    panels = figure.subplots(1, len(summary), sharey=True, squeeze=False)[0]
    for axes, (name, row) in zip(panels, summary.iterrows(), strict=True):
        chosen = draws[(draws["scenario"] == name) & draws["estimate"].notna()].sort_values("estimate")
        places = np.arange(len(chosen))
        missed = ((chosen["truth"] < chosen["conf_low"]) | (chosen["truth"] > chosen["conf_high"])).to_numpy()
        for hit, color, width in ((~missed, COLORS[2], 0.6), (missed, COLORS[1], 0.9)):
            axes.vlines(
                places[hit], chosen["conf_low"].to_numpy()[hit], chosen["conf_high"].to_numpy()[hit],
                color=color, linewidth=width,
            )  # fmt: skip
        axes.plot(places, chosen["estimate"], color=COLORS[0], linewidth=0.9)
        axes.axhline(float(row["truth"]), color="0.2", linestyle="--", linewidth=0.9)
        axes.set_title(_TITLES[str(name)].language(language), loc="left", fontsize=8)
        axes.set_xlabel(_HEADINGS["panels_by_estimate"].language(language))
    panels[0].set_ylabel(_HEADINGS["estimate"].language(language))
    return figure
