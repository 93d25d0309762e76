"""Where inequality comes from: Dagum's Gini coefficient over time and the shares of its three parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.drawing import axis_label, legend_above, new_figure, whole_ticks
from digimfg.exhibits.selection import check_choice, check_names
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.measures.dagum import dagum_gini
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DagumPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_FEW_PERIODS = 6
_PARTS = sheet_beside(__file__, "dagum_plot", "parts")


@checked
@dataclass(frozen=True, kw_only=True)
class DagumPlot(Sampled, FigureExhibit):
    """Draw the Gini coefficient of every period above the shares of its parts.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term, not negative.
    group
        Column whose values are the groups; rows without one are left out and counted.
    time
        Column of the periods.
    sample
        Rows to keep, in the grammar of specifications.

    Examples
    --------
    >>> DagumPlot("inequality", variable="digital_index", group="region", time="year").group
    'region'
    """

    uses: ClassVar[Uses] = Uses(columns=("variable", "group", "time"), other=("sample",))

    variable: str
    group: str
    time: str

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(self, evidence, (self.variable,))
        check_names(
            self, (self.group, self.time), [str(name) for name in frame.columns], _HEADINGS["column_word"]
        )
        frame, outside = inside_sample(self, frame)
        complete = frame.dropna(subset=[self.variable, self.group, self.time])
        rows = []
        for period, part in complete.groupby(self.time, sort=True):
            found = dagum_gini(part[self.variable], part[self.group])
            rows.append({"time": period, "gini": found.gini, **found.contributions})
        check_choice(self, "time, number of periods", min(len(rows), 2), (2,))
        data = pd.DataFrame(rows)
        label, group = term_label(self.variable, self.labels), term_label(self.group, self.labels)
        sizes = complete.groupby(self.time)[self.variable].count()
        lost = len(frame) - len(complete)
        sentences = [
            Text(
                f"Dagum's Gini coefficient of {label.en}, groups: {group.en} "
                f"({complete[self.group].nunique()}); "
                f"{_span(sizes)} units a period",
                f"{label.zh}的Dagum基尼系数，分组：{group.zh}（{complete[self.group].nunique()}组）；"
                f"每期{_span(sizes)}个个体",
            ),
            *(
                [
                    Text(
                        f"{counted(lost, 'row')} without a value or a group left out",
                        f"未纳入缺少数值或分组的{format_count(lost)}行",
                    )
                ]
                if lost
                else []
            ),
        ]
        return Chart(
            title=Text.of(
                self.title or Text(f"Inequality of {label.en} and its sources", f"{label.zh}的差距及其来源")
            ),
            draw=partial(self._draw, data),
            notes=(
                note_paragraph(sentences),
                *outside,
            ),
            name=self.name,
            numbers={"decomposition": data.set_index("time")},
        )

    def _draw(self, data: pd.DataFrame, language: Language) -> Figure:
        from matplotlib.figure import Figure as NewFigure

        size = new_figure(self.width, 0.72 if self.width == "wide" else 1.15)[0].get_size_inches()
        figure = NewFigure(figsize=(size[0], size[1]))
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1, 1.4])
        periods = data["time"].to_numpy()
        top.plot(periods, data["gini"], marker="o" if len(data) <= 40 else "", color=COLORS[0], clip_on=False)
        top.set_ylabel(_HEADINGS["gini_coefficient"].language(language))
        top.margins(y=0.15)
        top.grid(axis="y")
        bottom.stackplot(
            periods,
            [100 * data[part].to_numpy() for part in _PARTS],
            labels=[name.language(language) for name in _PARTS.values()],
            colors=[COLORS[0], COLORS[2], COLORS[4]],
            linewidth=0,
        )
        bottom.set_ylim(0, 100)
        bottom.margins(x=0)
        bottom.set_ylabel(_HEADINGS["contribution_pct"].language(language))
        whole_ticks(bottom)
        if len(data) <= _FEW_PERIODS:
            bottom.set_xticks(periods)
        elif self.width == "narrow":
            bottom.locator_params(axis="x", nbins=5)
        bottom.set_xlabel(axis_label(self.time, self.labels, language))
        legend_above(figure, bottom, 3 if self.width == "wide" else 1)
        return figure


def _span(sizes: pd.Series[int]) -> str:
    low, high = format_count(sizes.min()), format_count(sizes.max())
    return low if low == high else f"{low}–{high}"
