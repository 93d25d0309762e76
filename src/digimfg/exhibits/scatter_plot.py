"""The data themselves: two variables against each other, in groups or binned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.chart_numbers import line_numbers
from digimfg.exhibits.columns import key_columns, term_frame
from digimfg.exhibits.drawing import axis_label, balanced, legend_above, legend_name, new_figure
from digimfg.exhibits.groups import GroupedFigure, grouped
from digimfg.exhibits.selection import check_choice
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.kinds import AtLeast, AtMost, Label
from digimfg.labels import term_label
from digimfg.measures.correlations import correlations
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ScatterPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ScatterPlot(GroupedFigure):
    """Draw one variable against another, with a fitted line and, if asked for, means of equal-count bins.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    x, y
        Columns or terms.
    group
        Column whose values give colour and marker (at most six).
    group_parts
        Cut the units into 2 to 5 equal parts by their mean of `group` instead.
    bins
        Number of bins with equally many observations whose means are drawn over faint points; ``None`` draws
        the observations alone.
    line
        Draw the least-squares line of each group.
    at
        Show only the rows of this period.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    entity, time
        Key columns; needed for `group_parts` and `at`; by default those of the first specification.

    Examples
    --------
    >>> ScatterPlot("adoption", x="internet_2009", y="growth", bins=20).bins
    20
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("x", "y", "group", "entity", "time"))

    x: str
    y: str
    bins: Annotated[int, AtLeast(2), AtMost(100)] | None = None
    line: bool = True
    at: Label | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(
            self, evidence, (self.x, self.y), self.specification, keys=(self.entity, self.time)
        )
        data = pd.DataFrame({"x": frame[self.x], "y": frame[self.y], "group": 0.0})
        names: tuple[Text, ...] = ()
        sentences: list[Text] = []
        subject = Text("", "")
        if self.group is not None:
            entity = key_columns(self, evidence, self.entity, self.time)[0] if self.group_parts else None
            groups = grouped(self, frame, self.group, self.group_parts, entity, self.labels)
            data["group"], names = groups.codes, groups.labels
            subject = groups.subject
        if self.at is not None:
            time = key_columns(self, evidence, self.entity, self.time)[1]
            check_choice(self, "at", self.at, tuple(sorted(frame[time].unique())))
            data = data[frame[time] == self.at]
            period = term_label(time, self.labels)
            sentences.append(Text(f"{period.en}: {self.at}", f"{period.zh}：{self.at}"))
        data = data.dropna().sort_values(["group", "x", "y"], kind="stable", ignore_index=True)
        x_label, y_label = term_label(self.x, self.labels), term_label(self.y, self.labels)
        return Chart(
            title=Text.of(
                self.title or Text(f"{y_label.en} and {x_label.en}", f"{x_label.zh}与{y_label.zh}")
            ),
            draw=partial(self._draw, data, names, subject),
            notes=(note_paragraph([*sentences, *self._sentences(data)]),),
            name=self.name,
            numbers=_numbers(data, names, self.bins),
        )

    def _sentences(self, data: pd.DataFrame) -> list[Text]:
        count = format_count(len(data))
        correlation = format_number(correlations(data, ["x", "y"]).pearson.to_numpy(dtype=float)[0, 1], 2)
        sentences = [
            Text(
                f"{count} observations, correlation {correlation}", f"{count}个观测值，相关系数{correlation}"
            )
        ]
        if self.bins is not None:
            sentences.append(
                Text(
                    f"Large marks: means of {self.bins} bins with equally many observations",
                    f"大点为{self.bins}个等频分组的均值",
                )
            )
        if self.line:
            sentences.append(_HEADINGS["lines_least_squares_for_description_only"])
        return sentences

    def _draw(self, data: pd.DataFrame, names: tuple[Text, ...], subject: Text, language: Language) -> Figure:
        import seaborn as sns

        figure, axes = new_figure(self.width, 0.6 if self.width == "wide" else 0.85)
        labels = [name.language(language) for name in names] or [""]
        faint = self.bins is not None
        for code, label in enumerate(labels):
            shown = data[data["group"] == code]
            color, marker = COLORS[code], MARKERS[code]
            sns.scatterplot(
                shown,
                x="x",
                y="y",
                color=color,
                marker=marker,
                s=9 if faint else 16,
                alpha=0.18 if faint else 0.65,
                linewidth=0,
                label=None if faint or not names else legend_name(label),
                legend=False,
                rasterized=len(data) > 3000,
                ax=axes,
            )
            if self.bins is not None:
                means = _bin_means(shown, self.bins)
                axes.plot(
                    means["x"],
                    means["y"],
                    marker,
                    color=color,
                    ms=5,
                    label=legend_name(label) if names else None,
                    zorder=3,
                )
            if self.line and len(shown) and np.ptp(shown["x"].to_numpy()) > 0:
                sns.regplot(
                    shown,
                    x="x",
                    y="y",
                    scatter=False,
                    ci=None,
                    color=color,
                    line_kws={"linewidth": 1.2},
                    ax=axes,
                )
        axes.grid(visible=True)
        axes.set_xlabel(
            balanced(axis_label(self.x, self.labels, language), 36 if self.width == "wide" else 18)
        )
        axes.set_ylabel(
            balanced(axis_label(self.y, self.labels, language), 22 if self.width == "wide" else 16)
        )
        legend_above(figure, axes, 3 if self.width == "wide" else 1, subject.language(language))
        return figure


def _bin_means(data: pd.DataFrame, bins: int) -> pd.DataFrame:
    """Return the means of bins by rank of x; rows with equal x share a bin."""
    position = (data["x"].rank(method="average") - 0.5) / len(data) * bins
    return data.groupby(position.floordiv(1).clip(upper=bins - 1))[["x", "y"]].mean()


def _numbers(data: pd.DataFrame, names: tuple[Text, ...], bins: int | None) -> dict[str, pd.DataFrame]:
    """Return the means and the line of each group, and the means of its bins."""
    labels = [name.en for name in names] or ["all"]
    parts = {label: data[data["group"] == code] for code, label in enumerate(labels)}
    lines = [
        {**line_numbers(part["x"], part["y"]), "x_mean": part["x"].mean(), "y_mean": part["y"].mean()}
        for part in parts.values()
    ]
    found = {"groups": pd.DataFrame(lines, index=pd.Index(labels, name="group"))}
    if bins is not None:
        found["bins"] = pd.concat(
            {label: _bin_means(part, bins) for label, part in parts.items()}, names=["group", "bin"]
        )
    return found
